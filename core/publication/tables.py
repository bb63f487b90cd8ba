"""What cities give to their province, as the migrations made it."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Publication(Table, tablename="publication", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    city = columns.number()
    kind = columns.code()
    subject = columns.code()
    edition = columns.number()
    content = columns.Jsonb()
    digest = columns.code()
    final = Boolean(default=None)
    at = columns.moment()
    received_at = columns.moment(null=True)


class Borrowed(Table, tablename="borrowed", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    key = columns.code()
    value = columns.Jsonb()
    place = columns.code()
    clause = columns.code()
    document = columns.code()
    by = columns.code()
    at = columns.moment()
