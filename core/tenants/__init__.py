"""A tenant is one place with its regulations; what it answered, overrode and adds to the calendar is its own data."""

from core.tenants.actions import (
    answer,
    create,
    drop_day,
    load_notice,
    override,
    set_day,
    unanswer,
)
from core.tenants.directory import Listed, baselines, below, by_host, by_id, by_slug, forget, listing, read
from core.tenants.model import Founding, Tenant
from core.tenants.states import go_live
from core.tenants.throwaway import sweep, throwaway

__all__ = [
    "Founding", "Listed", "Tenant", "answer", "baselines", "below", "by_host", "by_id", "by_slug", "create", "drop_day",
    "forget", "go_live", "listing", "load_notice", "override", "read", "set_day", "sweep", "throwaway", "unanswer",
]  # fmt: skip
