"""Records of extras with their history, timers, files and secrets, as the migrations made them."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class ExtraRecord(Table, tablename="extra_record", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    extra = columns.code()
    kind = columns.code()
    number = columns.code()
    state = columns.code()
    version = columns.number()
    title = columns.code()
    fields = columns.Jsonb()
    institution = columns.code()
    region = columns.code()
    named = columns.code()
    parent = columns.uuid(null=True)
    case_code = columns.code()
    repeat_of = columns.uuid(null=True)
    filed_at = columns.moment()
    filed_by = columns.code()
    filer_id = columns.uuid(null=True)
    person_id = columns.uuid(null=True)
    channel = columns.code()
    receipt = columns.code(null=True)
    ended_at = columns.moment(null=True)
    day = columns.day(null=True)
    policy = columns.code()
    policy_day = columns.day()
    same_hash = columns.octets(null=True)
    once = columns.code(null=True)
    perhaps_of = columns.uuid(null=True)


class ExtraSecret(Table, tablename="extra_secret", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    record_id = columns.uuid()
    field = columns.code()
    value_enc = columns.octets()


class ExtraDeed(Table, tablename="extra_deed", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    record_id = columns.uuid()
    at = columns.moment()
    act = columns.code()
    actor = columns.code()
    member_id = columns.uuid(null=True)
    given = columns.Jsonb()
    before = columns.code()
    after = columns.code()


class ExtraTimer(Table, tablename="extra_timer", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    record_id = columns.uuid()
    code = columns.code()
    started_at = columns.moment()
    span = columns.code()
    due_at = columns.moment()
    warn_at = columns.moment(null=True)
    clause = columns.code()
    document = columns.code()
    policy = columns.code()
    calendar = columns.code()
    provisional = Boolean(default=None)
    moves = Boolean(default=None)
    lead = columns.code()
    days = columns.Jsonb()
    state = columns.code()
    stopped_at = columns.moment(null=True)
    warned_at = columns.moment(null=True)
    overdue_at = columns.moment(null=True)


class ExtraFile(Table, tablename="extra_file", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    record_id = columns.uuid()
    field = columns.code()
    name = columns.code()
    kind = columns.code()
    size = columns.number()
    digest = columns.octets()
    uploaded_by = columns.code()
    at = columns.moment()


class ExtraNumber(Table, tablename="extra_number", db=ENGINE):
    tenant_id = columns.number()
    prefix = columns.code(primary_key=True)
    last = columns.number()


class ExtraPeriod(Table, tablename="extra_period", db=ENGINE):
    tenant_id = columns.number()
    extra = columns.code(primary_key=True)
    duty = columns.code()
    begins = columns.day()
    made_at = columns.moment()
