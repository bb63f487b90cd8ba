"""Trials of rules and the lines of their reports, as the migrations made them."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class WhatIf(Table, tablename="whatif", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    proposal_id = columns.uuid()
    version = columns.number()
    start = columns.day()
    until = columns.day()
    state = columns.code()
    stage = columns.code()
    done = columns.number()
    asked_by = columns.code()
    asked_at = columns.moment()
    ended_at = columns.moment(null=True)
    refusal = columns.code()
    report = columns.Jsonb(null=True)
    turns = columns.Jsonb(null=True)
    hash = columns.code()


class WhatIfRow(Table, tablename="whatif_row", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    whatif_id = columns.uuid()
    section = columns.code()
    place = columns.number()
    code = columns.code()
    data = columns.Jsonb()
