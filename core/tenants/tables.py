"""The directory and what a tenant decides for itself, as the migrations made them."""

from piccolo.columns import BigInt, Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Tenant(Table, tablename="tenant", db=ENGINE):
    id = columns.number(primary_key=True)
    slug = columns.code()
    name = columns.code()
    short = columns.code()
    host = columns.code(null=True)
    stack = columns.codes()
    province = Boolean(default=None)
    demo = Boolean(default=None)
    timeless = Boolean(default=None)
    revision = columns.number()
    created_at = columns.moment()
    parent = columns.number(null=True)
    live_since = columns.moment(null=True)
    division = columns.code()
    state = columns.code()
    testing = Boolean(default=None)
    leaves_at = columns.moment(null=True)
    live = Boolean(default=None)


class HolidayNotice(Table, tablename="holiday_notice", db=ENGINE):
    year = columns.number(primary_key=True)
    version = columns.number()
    off = columns.days()
    work = columns.days()
    names = columns.Jsonb()
    document = columns.code()
    published_at = columns.moment()


class Answer(Table, tablename="answer", db=ENGINE):
    tenant_id = columns.number()
    question = columns.code(primary_key=True)
    value = columns.Jsonb()
    basis = columns.code()
    answered_by = columns.code()
    answered_at = columns.moment()


class Override(Table, tablename="override", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    key = columns.code()
    value = columns.Jsonb()
    clause = columns.code()
    since = columns.day(null=True)
    until = columns.day(null=True)
    author = columns.code()
    created_at = columns.moment()
    document = columns.code()
    proposal_id = columns.uuid(null=True)


class Paper(Table, tablename="paper", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    title = columns.code()
    number = columns.code()
    issued = columns.day(null=True)
    author = columns.code()
    at = columns.moment()


class OwnQuestion(Table, tablename="own_question", db=ENGINE):
    tenant_id = columns.number()
    id = columns.code(primary_key=True)
    key = columns.code()
    clause = columns.code()
    document = columns.code()
    text = columns.code()
    suggestions = columns.Jsonb()
    author = columns.code()
    at = columns.moment()
    withdrawn_at = columns.moment(null=True)


class DatedAnswer(Table, tablename="dated_answer", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    question = columns.code()
    value = columns.Jsonb()
    basis = columns.code()
    document = columns.code()
    since = columns.day()
    author = columns.code()
    proposal_id = columns.uuid(null=True)
    created_at = columns.moment()


class BaselineAdoption(Table, tablename="baseline_adoption", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    version = columns.number()
    since = columns.day()
    proposal_id = columns.uuid(null=True)
    adopted_at = columns.moment()


class TenantDay(Table, tablename="tenant_day", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    day = columns.day()
    kind = columns.code()
    label = columns.code()


class TenantNotice(Table, tablename="tenant_notice", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    year = columns.number()
    version = columns.number()
    off = columns.days()
    work = columns.days()
    loaded_at = columns.moment()
    names = columns.Jsonb()
    document = columns.code()


class Brand(Table, tablename="brand", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    light = columns.code()
    dark = columns.code()
    logo = columns.octets(null=True)
    logo_hash = columns.code()
    logo_width = columns.number()
    logo_height = columns.number()
    changed_by = columns.code()
    changed_at = columns.moment()


class TenantState(Table, tablename="tenant_state", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    state = columns.code()
    was = columns.code()
    reason = columns.code()
    moved = columns.number()
    name = columns.code()
    at = columns.moment()


class Throwaway(Table, tablename="throwaway", db=ENGINE):
    id = columns.number(primary_key=True)
    until = columns.moment()


class Departed(Table, tablename="departed", db=ENGINE):
    id = columns.number(primary_key=True)
    slug = columns.code()
    name = columns.code()
    parent = columns.number(null=True)
    rows = BigInt(default=None)
    gone_at = columns.moment()
