"""Who has not reported is reminded before the last day and when it is over, and so is the province that waits."""

from datetime import datetime
from uuid import UUID

from core import db
from core.clock import SHANGHAI
from core.notify import actions as notify
from core.rounds import actions, decide
from core.rounds.actions import JOB
from core.rounds.model import Round
from core.tenants.model import Tenant

__all__ = ["JOB", "remind"]


async def remind(tenant: Tenant, ref: str, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        asked = await actions.one(unit, UUID(ref))
        if not asked.is_open:
            return
        last = decide.latest(await actions.reports(unit, asked.id))
        today = now.astimezone(SHANGHAI).date()
        idle = [each for each in asked.asked if each.id not in last or last[each.id].state == "returned"]
        if not idle:
            return
        once = f"reporting:{asked.id}:{today}"
        if tenant.id == asked.province:
            await _tell_province(unit, asked, len(idle), now, once)
            return
        late = today > asked.due
        about = f"{asked.title}，{'已过截止日' if late else '截止'} {asked.due}"
        title = "逾期未报送" if late else "报送即将截止"
        await notify.tell(
            unit, "role:operator", "report", about, f"/reporting/{asked.id}", now, title=title, once=once
        )  # fmt: skip


async def _tell_province(unit: db.Unit, asked: Round, idle: int, now: datetime, once: str) -> None:
    about = f"{asked.title}：{idle} 个地区还没有报送"
    link = f"/province/rounds/{asked.id}"
    await notify.tell(unit, "role:provincial", "report", about, link, now, title="有地区未报送", once=once)
