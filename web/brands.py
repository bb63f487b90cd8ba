"""A place's colours and mark have addresses that change with what they are."""

from hashlib import sha256

from core.brand import colours
from core.tenants import Tenant

SHEET, MARK = ".css", ".png"


def sheet_path(tenant: Tenant) -> str:
    """Where the colours of this place are served; "" where it has none of its own."""
    found = colours.sheet(tenant.brand.light, tenant.brand.dark)
    return f"/t/{tenant.slug}/brand/{hash_of(found)}{SHEET}" if found else ""


def logo_path(tenant: Tenant) -> str:
    return f"/t/{tenant.slug}/brand/{tenant.brand.logo}{MARK}" if tenant.brand.logo else ""


def hash_of(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
