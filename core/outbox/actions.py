"""A message stands with the fact it tells of, or not at all; a person can see what became of it and send it again."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from core import db, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import Invalid, NotFound
from core.outbox import tasks
from core.outbox.quiet import awake
from core.outbox.words import NOTICES

Q = db.queries(__file__)

KIND = "outbox"
# What one tenant tells another, word for word; ``to`` in its payload is whom.
BETWEEN_TENANTS = frozenset({"publication", "round", "report", "report-decision", "baseline"})
# What happened to a ticket, told to a partner whose own system handles it too.
TO_PARTNER = "order.event"


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as the back office lists it; who gets it and what it says stay closed."""

    id: UUID
    kind: str
    person_id: UUID | None
    state: str
    attempts: int
    run_after: datetime
    last_error: str | None
    created_at: datetime
    sent_at: datetime | None


async def post(
    unit: db.Unit,
    kind: str,
    payload: Mapping[str, Any],
    now: datetime,
    *,
    person_id: UUID | None = None,
    member_id: UUID | None = None,
    run_after: datetime | None = None,
    line: UUID | None = None,
) -> UUID:
    """``kind`` chooses the words (``core.outbox.words``), unless ``payload`` brings its own ``text``.

    It begins with the way: ``sms.`` or ``mail.``; it goes to a person who was served, or to a member, or to a tenant.
    Messages of one ``line`` arrive one after the other; whoever posts to it holds what the line is about.
    """
    if "text" not in payload and kind not in NOTICES and kind not in BETWEEN_TENANTS | {TO_PARTNER}:
        raise Invalid(f"没有“{kind}”这种消息的文字。", field="kind")
    message_id, after = ids.new(), awake(kind, run_after or now)
    await unit.execute(Q.post, unit.tenant, message_id, kind, person_id, payload, after, now, member_id, line)
    await tasks.wake(unit, KIND, after, str(message_id))
    return message_id


async def resend(unit: db.Unit, message_id: UUID, *, by: Actor, now: datetime) -> None:
    if not await unit.execute(Q.resend, unit.tenant, message_id, now):
        raise NotFound
    await tasks.wake(unit, KIND, now, str(message_id))
    await audit.write(unit, by, "message.resend", "message", message_id, None, None, now)


async def resend_lines(unit: db.Unit, lines: Collection[UUID], now: datetime) -> int:
    """What was given up or still waits goes now, each line in its order; how many messages."""
    count = await unit.execute(Q.resend_line, unit.tenant, list(lines), now)
    for row in await unit.fetch(Q.heads, unit.tenant, list(lines)):
        await tasks.wake(unit, KIND, now, str(row["id"]))
    return count


async def listing(
    unit: db.Unit, *, state: str | None = None, before: tuple[datetime, UUID] | None = None, limit: int = 50
) -> tuple[Sent, ...]:
    """Newest first; ``before`` is the time and id of the last one of the page above."""
    at, last = before or (None, None)
    rows = await unit.fetch(Q.listing, unit.tenant, state, at, last, limit)
    return tuple(Sent(**row) for row in rows)
