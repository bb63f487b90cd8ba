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
    member = columns.code()
    acting_for = columns.code()
    address = columns.code()
    trace = columns.code()


class AuditSeal(Table, tablename="audit_seal", db=ENGINE):
    tenant_id = columns.number()
    number = columns.number(primary_key=True)
    upto = columns.number()
    last_id = columns.uuid()
    ids = columns.octets()
    digests = columns.octets()
    sealed_at = columns.moment()
