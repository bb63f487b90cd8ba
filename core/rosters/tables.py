"""A spreadsheet that was brought in, as the migration made it."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Roster(Table, tablename="roster", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    member_id = columns.uuid()
    name = columns.code()
    size = columns.number()
    digest = columns.octets()
    content = columns.octets(null=True)
    plan = columns.Jsonb()
    version = columns.number()
    state = columns.code()
    partial = Boolean(default=None)
    stage = columns.code()
    done = columns.number()
    total = columns.number()
    outcome = columns.Jsonb()
    broken = columns.Jsonb()
    mend = columns.octets(null=True)
    problem = columns.code()
    asked_by = columns.code()
    asked_at = columns.moment()
    ended_at = columns.moment(null=True)
