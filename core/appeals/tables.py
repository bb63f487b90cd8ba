"""Appeals, as the migrations made them."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Appeal(Table, tablename="appeal", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    ticket_id = columns.uuid()
    appellant = columns.code()
    addressee = columns.code()
    state = columns.code()
    reason = columns.code()
    evidence = columns.Jsonb()
    finding = columns.code(null=True)
    filed_at = columns.moment()
    decided_at = columns.moment(null=True)
    decided_by = columns.code(null=True)
