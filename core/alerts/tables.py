"""Alerts and monthly standings, as the migrations made them."""

from piccolo.columns import Boolean, Numeric
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Alert(Table, tablename="alert", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    kind = columns.code()
    subject = columns.code()
    code = columns.code()
    at = columns.moment()
    since = columns.moment()
    until = columns.moment()
    counted = columns.number()
    facts = columns.Jsonb()
    rule = columns.Jsonb()
    clause = columns.code()
    document = columns.code()
    policy = columns.code()
    state = columns.code()
    note = columns.code()
    ended_at = columns.moment(null=True)
    ended_by = columns.code(null=True)


class MonthRank(Table, tablename="month_rank", db=ENGINE):
    tenant_id = columns.number()
    month = columns.day()
    rule = columns.code()
    subject = columns.code()
    code = columns.code(primary_key=True)
    figure = Numeric(default=None)
    n = columns.number()
    place = columns.number()
    among = columns.number()
    low = Boolean(default=None)


class Unweighed(Table, tablename="unweighed", db=ENGINE):
    tenant_id = columns.number()
    rating_id = columns.uuid(primary_key=True)
    at = columns.moment()


class RankedMonth(Table, tablename="ranked_month", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    month = columns.day()
    at = columns.moment()
