"""Tasks, as the migrations made them."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Assignment(Table, tablename="assignment", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    kind = columns.code()
    addressee = columns.code()
    about = columns.code()
    ticket_id = columns.uuid(null=True)
    alert_id = columns.uuid(null=True)
    clause = columns.code()
    document = columns.code()
    opened_at = columns.moment()
    due_at = columns.moment(null=True)
    span = columns.code()
    days = columns.Jsonb()
    provisional = Boolean(default=None)
    overdue_at = columns.moment(null=True)
    state = columns.code()
    ended_at = columns.moment(null=True)
    ended_by = columns.code(null=True)
    note = columns.code()
    once = columns.code()
