"""Where a tenant's provider of identity is reached, as the migration made it."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class IdentityProvider(Table, tablename="identity_provider", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    issuer = columns.code()
    client_id = columns.code()
    secret_enc = columns.octets()
    claim = columns.code()
    label = columns.code()
    enabled = Boolean(default=None)
    changed_at = columns.moment()
