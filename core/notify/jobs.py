"""What a member wants elsewhere too leaves in their waking hours, each by itself or gathered once a day."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from core import db
from core.notify.actions import JOB, Q, hours_of
from core.notify.decide import goes_out, next_digest
from core.notify.model import KINDS, WAYS
from core.outbox import actions as outbox
from core.outbox import tasks, texts
from core.outbox.words import TITLE
from core.tenants.model import Tenant

DIGEST = "digest"
KEPT = timedelta(days=400)
WHY_NOW = "有一项期限在下一个工作日上班之前到期，因此现在发送。"


async def outside(tenant: Tenant, ref: str, now: datetime) -> None:
    """One notification, by the ways its member chose; asleep, it waits, and read meanwhile, it is not sent at all."""
    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow(Q.outside, tenant.id, UUID(ref), now)
        if row is None:
            return
        member = row["member_id"]
        hours = hours_of(await unit.fetchrow(Q.hours, tenant.id, member))
        sending = goes_out(now, hours, tenant.calendar, row["ends"])
        if sending.at > now:
            await tasks.wake(unit, JOB, sending.at, ref)
            return
        ways = [way for way in WAYS if way in (row["ways"] or ()) and row[way]]
        if hours.digest and not sending.at_once and "mail" in ways:
            ways.remove("mail")
            await tasks.wake(unit, DIGEST, next_digest(now, tenant.calendar), str(member))
        title = await _title(unit, row["kind"])
        words = {"title": title, "why": WHY_NOW if sending.at_once else "", "path": _way(tenant, ref)}
        for way in ways:
            await outbox.post(unit, f"{way}.notice", words, now, member_id=member)


async def _title(unit: db.Unit, kind: str) -> str:
    own = await texts.own(unit, f"{TITLE}{kind}")
    return own.body if own else KINDS[kind]


def _way(tenant: Tenant, ref: str = "") -> str:
    return f"/t/{tenant.slug}/admin/notifications" + (f"/{ref}" if ref else "")


async def digest(tenant: Tenant, ref: str, now: datetime) -> None:
    """Once a day one mail says how many of which kind wait unread; nothing waiting, nothing is sent."""
    async with db.as_tenant(tenant.id) as unit:
        rows = await unit.fetch(Q.gather, tenant.id, UUID(ref), now)
        await unit.execute(Q.gathered, tenant.id, UUID(ref), now)
        if not rows:
            return
        lines = "\n".join([f"{await _title(unit, row['kind'])}：{row['count']} 条" for row in rows])
        words = {"count": sum(row["count"] for row in rows), "lines": lines, "path": _way(tenant)}
        await outbox.post(unit, "mail.digest", words, now, member_id=UUID(ref))


async def forget(unit: db.Unit, now: datetime) -> None:
    """What was told more than a year ago is no longer kept: the facts themselves are."""
    await unit.execute(Q.drop_old, unit.tenant, now - KEPT)


JOBS: Mapping[str, Callable[[Tenant, str, datetime], Awaitable[None]]] = {JOB: outside, DIGEST: digest}
