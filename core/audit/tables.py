"""The log, as the migrations made it."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Audit(Table, tablename="audit", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    at = columns.moment()
    actor = columns.code()
    act = columns.code()
    object_kind = columns.code()
    object_id = columns.code()
    before = columns.Jsonb(null=True)
    after = columns.Jsonb(null=True)
    source = columns.code()
