"""Services, invitations and ratings, as the migrations made them."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class ServiceCase(Table, tablename="service_case", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    code = columns.code()
    item = columns.code(null=True)
    items = columns.codes()
    mode = columns.code()
    kind = columns.code()
    certificate = Boolean(default=None, null=True)
    composite = columns.code()
    batch = columns.number()
    applicant_id = columns.uuid(null=True)
    agent_id = columns.uuid(null=True)
    closed_at = columns.moment(null=True)
    opened_at = columns.moment()


class ServiceEvent(Table, tablename="service_event", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    case_id = columns.uuid()
    number = columns.number()
    event = columns.code()
    at = columns.moment()
    mode = columns.code()
    staff = columns.code(null=True)
    window_code = columns.code(null=True)
    fingerprint = columns.octets()
    source = columns.code()
    received_at = columns.moment()


class Invitation(Table, tablename="invitation", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    case_id = columns.uuid()
    event_id = columns.uuid()
    occasion = columns.code()
    nth = columns.number()
    dimensions = columns.codes()
    required = columns.codes()
    opens = columns.moment()
    closes = columns.moment(null=True)
    silent_grade = columns.number(null=True)
    state = columns.code()
    token_hash = columns.octets()
    policy = columns.code()
    provisional = Boolean(default=None)
    window_code = columns.code(null=True)
    rating_id = columns.uuid(null=True)
    rated_at = columns.moment(null=True)
    draft = columns.Jsonb(null=True)
    draft_at = columns.moment(null=True)


class Target(Table, tablename="target", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    invitation_id = columns.uuid()
    dimension = columns.code()
    item = columns.code()
    staff = columns.code(null=True)
    institutions = columns.codes()
    lines = columns.codes()
    regions = columns.codes()
    areas = columns.codes()
    channel = columns.code()
    weight = columns.number()
    position = columns.number()


class Reminder(Table, tablename="reminder", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    invitation_id = columns.uuid()
    at = columns.moment()
    clause = columns.code()
    done_at = columns.moment(null=True)


class Rating(Table, tablename="rating", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    rated_at = columns.moment()
    invitation_id = columns.uuid()
    case_id = columns.uuid()
    occasion = columns.code()
    append_of = columns.uuid(null=True)
    origin = columns.code()
    declared = columns.code()
    channel = columns.code()
    source = columns.code()
    person_id = columns.uuid(null=True)
    anonymous = Boolean(default=None)
    tags = columns.numbers()
    text = columns.code()
    receipt = columns.code()
    policy = columns.code()
    received_at = columns.moment()


class Mark(Table, tablename="mark", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    rating_id = columns.uuid()
    rated_at = columns.moment()
    dimension = columns.code()
    item = columns.code()
    grade = columns.number()
    effective = columns.number(null=True)
    given = Boolean(default=None)
    origin = columns.code()
    staff = columns.code(null=True)
    institutions = columns.codes()
    lines = columns.codes()
    regions = columns.codes()
    areas = columns.codes()
    channel = columns.code()
    weight = columns.number()
    unfound = columns.number(null=True)
    found = Boolean(default=None)


class RatingKey(Table, tablename="rating_key", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    source = columns.code()
    key = columns.code()
    fingerprint = columns.octets()
    rating_id = columns.uuid()
    answer = columns.Jsonb()
    at = columns.moment()


class Receipt(Table, tablename="receipt", db=ENGINE):
    tenant_id = columns.number()
    code = columns.code(primary_key=True)
    rating_id = columns.uuid()
    rated_at = columns.moment()


class Comment(Table, tablename="comment", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    channel = columns.code()
    text = columns.code()
    at = columns.moment()
    source = columns.code()
