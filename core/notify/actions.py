"""Telling is one statement beside the fact: whoever it concerns finds it at their desk, or nobody does."""

from collections.abc import Mapping
from datetime import datetime, time
from typing import Any
from uuid import UUID

from core import db
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import NotFound
from core.notify.model import KINDS, WAYS, Choice, Hours, Notification
from core.outbox import tasks

Q = db.queries(__file__)

JOB = "notify"
COUNTED_TO = 100
ROWS = 50


async def tell(
    unit: db.Unit, to: UUID | str, kind: str, about: str, link: str, now: datetime, *, title: str = "", once: str = "",
    item: str | None = None, ticket_id: UUID | None = None, shown_from: datetime | None = None, institution: str = "",
    region: str = "",
) -> None:  # fmt: skip
    """``to`` is a member's id, or ``institution:…``, ``staff:…``, ``role:…``, ``bureau``; ``link`` is below /admin.

    ``item`` is the matter's code, whose name leads ``about``. What is told under the same ``once`` is told once.
    Of the bureau those hear whose district the ticket, the ``institution`` or the ``region`` lies in.
    """
    group, _, who = ("member", "", str(to)) if isinstance(to, UUID) else to.partition(":")
    shown = max(now, shown_from or now)
    rows = await unit.fetch(
        Q.tell, unit.tenant, group, who, kind, title or KINDS[kind], about, link, now, shown, ticket_id, item,
        once or f"{kind}:{link}:{now.isoformat()}", institution, region,
    )  # fmt: skip
    for row in rows:
        await tasks.wake(unit, JOB, shown, str(row["id"]))


async def unread(unit: db.Unit, member_id: UUID, now: datetime) -> int:
    """Counted up to a hundred: more than that nobody counts."""
    return await unit.fetchval(Q.unread, unit.tenant, member_id, now, COUNTED_TO)


async def listing(
    unit: db.Unit, member_id: UUID, now: datetime, *, only_unread: bool = False, after: UUID | None = None
) -> tuple[tuple[Notification, ...], bool]:
    """Newest first, and whether there are more."""
    rows = await unit.fetch(Q.listing, unit.tenant, member_id, now, only_unread, after, ROWS + 1)
    return tuple(Notification(**row) for row in rows[:ROWS]), len(rows) > ROWS


async def one(unit: db.Unit, member_id: UUID, notification_id: UUID, now: datetime) -> Notification:
    row = await unit.fetchrow(Q.one, unit.tenant, member_id, notification_id, now)
    if row is None:
        raise NotFound
    return Notification(**row)


async def mark_read(unit: db.Unit, member_id: UUID, notification_id: UUID, now: datetime) -> None:
    await unit.execute(Q.mark, unit.tenant, member_id, notification_id, now)


async def mark_all_read(unit: db.Unit, member_id: UUID, now: datetime) -> None:
    await unit.execute(Q.mark_all, unit.tenant, member_id, now)


async def choice(unit: db.Unit, member_id: UUID) -> Choice:
    row = await unit.fetchrow(Q.hours, unit.tenant, member_id)
    ways: dict[str, frozenset[str]] = {}
    for each in await unit.fetch(Q.ways, unit.tenant, member_id):
        ways[each["kind"]] = ways.get(each["kind"], frozenset()) | {each["way"]}
    return Choice(hours_of(row), ways)


def hours_of(row: db.Row | None) -> Hours:
    if row is None:
        return Hours()
    return Hours(time.fromisoformat(row["quiet_from"]), time.fromisoformat(row["quiet_to"]), row["digest"])


async def choose(unit: db.Unit, member_id: UUID, chosen: Choice, *, by: Actor, now: datetime) -> None:
    before = await choice(unit, member_id)
    begins, ends = (each.isoformat("minutes") for each in (chosen.hours.quiet_from, chosen.hours.quiet_to))
    await unit.execute(Q.set_hours, unit.tenant, member_id, begins, ends, chosen.hours.digest)
    await unit.execute(Q.forget_ways, unit.tenant, member_id)
    for kind, ways in chosen.ways.items():
        for way in sorted(ways & set(WAYS)):
            await unit.execute(Q.want, unit.tenant, member_id, kind, way)
    await audit.write(unit, by, "notify.choose", "member", member_id, _plain(before), _plain(chosen), now)


def _plain(chosen: Choice) -> Mapping[str, Any]:
    hours = chosen.hours
    return {
        "quiet": [hours.quiet_from.isoformat("minutes"), hours.quiet_to.isoformat("minutes")], "digest": hours.digest,
        "ways": {kind: sorted(ways) for kind, ways in sorted(chosen.ways.items())},
    }  # fmt: skip


async def take_as_read(unit: db.Unit, until: datetime) -> None:
    """What lies further back than ``until`` is nobody's news any more: a past that was lived through was read."""
    await unit.execute(Q.mark_old, unit.tenant, until)
