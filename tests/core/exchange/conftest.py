"""A town whose hotline has an order system of its own, with which tickets are exchanged."""

from collections.abc import AsyncGenerator
from datetime import datetime

import pytest

from core import db, stack
from core.audit.model import Actor
from core.embedded.servers import Servers
from core.exchange import partners
from core.policy.extras import Extra
from core.policy.model import Override
from core.tenants.model import Tenant
from tests.core.town import town
from tests.order_system import KEY, Running, running

BY = Actor("member", "operator")
RULES = {
    "hotline_exchange": True, "dispatcher": "hotline", "ticket_for": {"grades": [2, 1], "needs": "any"},
    "clocks": [{"clock": "close", "from": "dispatched", "within": "10wd"}], "warn_before": ["1wd"],
    "feedback_scale": ["满意", "基本满意", "不满意"], "feedback_bad_reopens": True,
}  # fmt: skip


@pytest.fixture
async def hotline() -> AsyncGenerator[Running]:
    async with running() as found:
        yield found


@pytest.fixture
async def place(pool: Servers, now: datetime, hotline: Running) -> AsyncGenerator[Tenant]:
    """No city of its own: the nation's rules, and the exchange switched on with a clause."""
    overrides = [Override(key, value, "第二十二条") for key, value in RULES.items()]
    async with town(now, overrides=overrides) as tenant:
        async with db.as_tenant(tenant.id) as unit:
            await partners.settle(unit, exchange(), hotline.url, KEY, by=BY, now=now, local=True)
        yield tenant


def exchange() -> Extra:
    return next(each for each in stack.extras() if each.exchange is not None)
