"""Silence, reminders and drafts: each takes what is due and not yet done, in small committed chunks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from core import db
from core.intake.actions import Q

CHUNK = 500
DRAFT_RIPENS = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Silence:
    """One chunk of ended invitations: defaults with their instants, how many ended, where the next chunk begins."""

    defaulted: Mapping[UUID, datetime]
    done: int
    last: tuple[datetime, UUID] | None = None


async def take_silent(unit: db.Unit, now: datetime, after: tuple[datetime, UUID] | None) -> Silence:
    """Ends one chunk of invitations whose window is over; a rating that holds the row is never overwritten."""
    rows = await unit.fetch(Q.due_invitations, unit.tenant, now, CHUNK, *(after or (None, None)))
    # A draft is a beginning, not silence: it never turns into a good rating.
    silent = {row["id"]: row["closes"] for row in rows if row["silent_grade"] is not None and row["draft"] is None}
    others = [row["id"] for row in rows if row["id"] not in silent]
    if silent:
        await unit.execute(Q.default_ratings, unit.tenant, list(silent), now)
        await unit.execute(Q.default_marks, unit.tenant, list(silent))
        await unit.execute(Q.settle_defaulted, unit.tenant, list(silent))
    if others:
        await unit.execute(Q.close_silent, unit.tenant, others)
    last = (rows[-1]["closes"], rows[-1]["id"]) if rows else None
    return Silence(silent, len(rows), last)


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder at its legal instant; ``still_open`` is false once the rater has spoken."""

    invitation_id: UUID
    at: datetime
    clause: str
    still_open: bool
    case_id: UUID
    case: str
    applicant_id: UUID | None


async def take_reminders(unit: db.Unit, now: datetime) -> Sequence[Due]:
    rows = await unit.fetch(Q.due_reminders, unit.tenant, now, CHUNK)
    await unit.executemany(Q.reminded, [(unit.tenant, row["invitation_id"], row["at"], now) for row in rows])
    return tuple(
        Due(row["invitation_id"], row["at"], row["clause"], row["state"] == "open", row["case_id"], row["code"],
            row["applicant_id"])
        for row in rows
    )  # fmt: skip


async def ripe_drafts(unit: db.Unit, now: datetime) -> Sequence[dict[str, Any]]:
    """Drafts that need nothing more and have waited long enough to be taken as the rating."""
    rows = await unit.fetch(Q.ripe_drafts, unit.tenant, now - DRAFT_RIPENS, now, CHUNK)
    return [dict(row) for row in rows]


async def next_due(unit: db.Unit) -> datetime | None:
    """The earliest instant at which one of these jobs has something to do."""
    draft = await unit.fetchval(Q.next_draft, unit.tenant)
    instants = [
        await unit.fetchval(Q.next_silence, unit.tenant),
        await unit.fetchval(Q.next_reminder, unit.tenant),
        draft + DRAFT_RIPENS if draft else None,
    ]
    return min((at for at in instants if at is not None), default=None)
