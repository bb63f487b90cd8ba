"""Who asked that a place be deleted, who agreed and who stopped it, as the migrations made it."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Farewell(Table, tablename="farewell", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    reason = columns.code()
    wait = columns.code()
    clause = columns.code()
    asked_by = columns.uuid()
    asked_name = columns.code()
    asked_at = columns.moment()
    agreed_by = columns.uuid(null=True)
    agreed_name = columns.code(null=True)
    agreed_at = columns.moment(null=True)
    stopped_name = columns.code(null=True)
    stopped_at = columns.moment(null=True)
