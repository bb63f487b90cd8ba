"""Whoever runs a place is told, once a day, that one of its extras fails; what it failed at has left nothing behind."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar

from core import db, notify
from core.clock import SHANGHAI
from core.policy.extras import Extra
from core.records.model import ExtraFailed
from core.records.telling import NEWS
from core.tenants.model import Tenant

T = TypeVar("T")
TITLE = "特色功能出错，已停下"


async def watched(tenant: Tenant, extra: Extra | None, now: datetime, work: Callable[[], Awaitable[T]]) -> T:
    """Does the work; where an extra breaks it off, that is told after everything else has been taken back."""
    try:
        return await work()
    except ExtraFailed as failure:
        await tell(tenant, extra.label if extra else failure.extra, now)
        raise


async def tell(tenant: Tenant, label: str, now: datetime) -> None:
    about = f"“{label}”的一个步骤没有做成，没有改动任何记录；请在后台任务页查看原因，并联系提供它的单位。"
    once = f"extra-failed:{label}:{now.astimezone(SHANGHAI).date()}"
    async with db.as_tenant(tenant.id) as unit:
        await notify.tell(unit, "role:operator", NEWS, about, "/jobs", now, title=TITLE, once=once)
