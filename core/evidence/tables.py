"""What is known of each file, as the migrations made it; its content lies outside the database."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Evidence(Table, tablename="evidence", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    ticket_id = columns.uuid()
    name = columns.code()
    kind = columns.code()
    size = columns.number()
    digest = columns.octets()
    uploaded_by = columns.code()
    at = columns.moment()
