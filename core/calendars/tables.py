"""A change of the calendar on its way, as the migrations made it."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class CalendarChange(Table, tablename="calendar_change", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    kind = columns.code()
    title = columns.code()
    year = columns.number()
    years = columns.Jsonb()
    days = columns.Jsonb()
    text = columns.code()
    state = columns.code()
    version = columns.number()
    authors = columns.codes()
    changed_at = columns.moment()
    decided_by = columns.code()
    decided_at = columns.moment(null=True)
