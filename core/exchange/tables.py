"""Where a tenant's partners are, and what they said of orders, as the migrations made them."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class ExchangePartner(Table, tablename="exchange_partner", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    extra = columns.code()
    url = columns.code()
    key_enc = columns.octets()
    changed_at = columns.moment()
    changed_by = columns.code()
    tested_at = columns.moment(null=True)
    tested = columns.code()


class ExchangeSaid(Table, tablename="exchange_said", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    record_id = columns.uuid()
    event_id = columns.code()
    status = columns.code()
    at = columns.moment()
    received_at = columns.moment()
    fingerprint = columns.octets()
    code = columns.code()
    detail = columns.code()
