"""Rounds and reports, as the migrations made them."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class ReportingRound(Table, tablename="reporting_round", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    province = columns.number()
    title = columns.code()
    note = columns.code()
    since = columns.day()
    until = columns.day()
    due = columns.day()
    remind = columns.number()
    figures = columns.codes()
    cities = columns.Jsonb()
    opened_by = columns.code()
    opened_at = columns.moment()
    state = columns.code()
    closed_by = columns.code(null=True)
    closed_at = columns.moment(null=True)
    frozen = columns.Jsonb(null=True)
    digest = columns.code(null=True)


class Report(Table, tablename="report", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    round_id = columns.uuid()
    city = columns.number()
    version = columns.number()
    content = columns.Jsonb()
    digest = columns.code()
    note = columns.code()
    correction = Boolean(default=None)
    submitted_by = columns.code()
    submitted_at = columns.moment()
    received_at = columns.moment(null=True)
    state = columns.code()
    comment = columns.code()
    decided_by = columns.code(null=True)
    decided_at = columns.moment(null=True)
