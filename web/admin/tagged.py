"""A tag that is no longer offered keeps its words wherever it was once ticked."""

from collections.abc import Mapping
from datetime import date, timedelta

from core import stack
from core.policy import keys
from core.tenants import Tenant


def ever(tenant: Tenant, today: date) -> Mapping[int, str]:
    """Every tag that could be ticked on any day up to this one, with its newest words."""
    turns = [day for day in stack.turns(tenant) if day <= today]
    days = [*(turns[:1] and [turns[0] - timedelta(days=1)]), *turns, today]
    return {tag.code: tag.label for day in days for tag in stack.policy(tenant, day)[keys.tags] or ()}
