"""Failures of plugins and extras, each kind of failure once with how often it was met."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Incident(Table, tablename="incident", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    plugin = columns.code()
    hook = columns.code()
    error = columns.code()
    first_at = columns.moment()
    at = columns.moment()
    times = columns.number()
