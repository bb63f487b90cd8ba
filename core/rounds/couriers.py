"""The outbox worker carries rounds to the cities and reports to the province; what comes twice changes nothing."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from core import db
from core.notify import actions as notify
from core.outbox import tasks
from core.outbox.jobs import Courier
from core.rounds import actions
from core.rounds.actions import Q
from core.rounds.model import Round
from core.tenants.model import Tenant


async def _round(province: Tenant, _message: UUID, payload: Mapping[str, Any], now: datetime) -> None:
    """To a city: that it is asked, or that the round is closed, with its own figures out of what was frozen."""
    async with db.as_tenant(province.id) as unit:
        asked = await actions.one(unit, UUID(payload["round"]))
    async with db.as_tenant(payload["to"]) as unit:
        added = await unit.execute(
            Q.add_round, unit.tenant, asked.id, asked.province, asked.title, asked.note, asked.since, asked.until,
            asked.due, asked.remind, list(asked.figures), _own(asked, unit.tenant), asked.opened_by, asked.opened_at,
        )  # fmt: skip
        if added:
            await _arrived(unit, asked, now)
        if not asked.is_open:
            await _closed(unit, asked, now)


def _own(asked: Round, city: int) -> list[Mapping[str, Any]]:
    return [each for each in asked.cities if each["id"] == city]


async def _arrived(unit: db.Unit, asked: Round, now: datetime) -> None:
    link, once = f"/reporting/{asked.id}", f"round:{asked.id}"
    await notify.tell(unit, "role:operator", "report", f"{asked.title}，{asked.due} 前报送", link, now, once=once)
    for at in actions.reminders(asked.due, asked.remind, now):
        await tasks.wake(unit, actions.JOB, at, str(asked.id))


async def _closed(unit: db.Unit, asked: Round, now: datetime) -> None:
    own = [each for each in asked.frozen or () if each["city"] == unit.tenant]
    if await unit.execute(Q.close, unit.tenant, asked.id, asked.closed_by, asked.closed_at, own, asked.digest):
        link, once = f"/reporting/{asked.id}", f"round-closed:{asked.id}"
        await notify.tell(unit, "role:operator", "report", f"{asked.title}已经定稿", link, now, once=once)


async def _report(city: Tenant, _message: UUID, payload: Mapping[str, Any], now: datetime) -> None:
    """To the province: one version, word for word; once the round is closed it is a correction, whenever sent."""
    round_id = UUID(payload["round"])
    async with db.as_tenant(city.id) as unit:
        sent = next(each for each in await actions.reports(unit, round_id) if each.version == payload["version"])
    async with db.as_tenant(payload["to"]) as unit:
        # A round that is being closed at this moment is waited for: what comes after it is a correction.
        await unit.execute(Q.lock, unit.tenant)
        asked = await actions.one(unit, round_id)
        added = await unit.execute(
            Q.add_report, unit.tenant, round_id, city.id, sent.version, sent.content, sent.digest, sent.note,
            sent.correction or not asked.is_open, sent.submitted_by, sent.submitted_at, now,
        )  # fmt: skip
        if added:
            about, link = f"{city.short or city.name}：{asked.title}", f"/province/rounds/{round_id}"
            once = f"report:{round_id}:{city.id}:{sent.version}"
            await notify.tell(unit, "role:provincial", "report", about, link, now, title="收到报送", once=once)


async def _decision(_province: Tenant, _message: UUID, payload: Mapping[str, Any], now: datetime) -> None:
    """To a city: what became of its report."""
    round_id, version = UUID(payload["round"]), payload["version"]
    async with db.as_tenant(payload["to"]) as unit:
        asked = await actions.one(unit, round_id)
        told = (payload["state"], payload["comment"], payload["by"], datetime.fromisoformat(payload["at"]))
        if await unit.execute(Q.decide, unit.tenant, round_id, unit.tenant, version, *told):
            returned = payload["state"] == "returned"
            about = f"{asked.title}第 {version} 版" + (f"：{payload['comment']}" if returned else "")
            title, once = "报送被退回" if returned else "报送已采用", f"decision:{round_id}:{version}"
            await notify.tell(
                unit, "role:operator", "report", about[:300], f"/reporting/{round_id}", now, title=title, once=once
            )


COURIERS: Mapping[str, Courier] = {actions.ROUND: _round, actions.REPORT: _report, actions.DECISION: _decision}
