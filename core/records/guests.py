"""Whoever was invited for a record keeps their account as long as a record says that they serve."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from core import db
from core.clock import SHANGHAI
from core.people import guests
from core.people.guests import Guest
from core.policy.extras import Kind
from core.records import decide, offered
from core.records.stored import Q


async def settle(unit: db.Unit, now: datetime) -> None:
    """Closes the accounts of those who have served, and opens again those of who serves on."""
    today = now.astimezone(SHANGHAI).date()
    for guest, last in await _serving(unit):
        await guests.let(unit, guest, is_open=last is not None and last >= today, now=now)


async def next_end(unit: db.Unit) -> datetime | None:
    """The midnight at which the next account closes."""
    days = [last for guest, last in await _serving(unit) if last is not None and not guest.disabled]
    soonest = min(days, default=date.max)
    return None if soonest == date.max else midnight_after(soonest)


def midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


def last_day(kind: Kind, fields: Mapping[str, Any]) -> date | None:
    """The last day of their service, where the record names one."""
    day = fields.get(kind.serves_until) if kind.serves_until else None
    return day if isinstance(day, date) else None


async def _serving(unit: db.Unit) -> list[tuple[Guest, date | None]]:
    """Each with the last day for which a record keeps their account; None where none does.

    Records that name them count, and until it names somebody the one that they were invited from.
    """
    invited = await guests.every(unit)
    if not invited:
        return []
    kinds = [kind.code for extra in offered.known() for kind in extra.kinds if kind.invites]
    rows = await unit.fetch(
        Q.serving, unit.tenant, kinds, [each.username for each in invited], [each.record_id for each in invited]
    )
    found: list[tuple[Guest, date | None]] = []
    for each in invited:
        own = (row for row in rows if row["named"] in (each.username, "" if row["id"] == each.record_id else None))
        found.append((each, max(map(_last, own), default=None)))
    return found


def _last(row: db.Row) -> date:
    _, kind = offered.kind_of(row["extra"], row["kind"])
    return last_day(kind, decide.revived(kind, row["fields"])) or date.max
