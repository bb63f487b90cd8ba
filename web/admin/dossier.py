"""What lies beside a ticket: what its rated person was told, appeals with their files, and tickets of one matter."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from uuid import UUID

from core import clock, db
from core.evidence.actions import Evidence
from core.redaction import redact
from core.tickets.machine import STATE_LABELS
from core.tickets.model import Clock, State, Ticket
from core.tickets.views import ActView
from web.admin.history import actor_name

Q = db.Queries(Path(__file__).with_name("dossier.sql"))
ONE_MATTER = timedelta(days=90)
FILE = "文件："


@dataclass(frozen=True, slots=True)
class Told:
    """A notice to the rated: the matter's day and the checked words, and nothing else of the rating."""

    at: datetime
    day: date
    words: str


@dataclass(frozen=True, slots=True)
class FileLine:
    """``by`` is who handed it in, as acts name them; ``who`` the same in words."""

    id: UUID
    name: str
    label: str
    size: int
    by: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Filed:
    """An appeal as its page tells of it; ``by`` is the appellant as acts name them."""

    number: str
    by: str
    appellant: str
    addressee: str
    state: str
    reason: str
    evidence: tuple[str, ...]
    files: tuple[FileLine, ...]
    finding: str | None
    words: str
    filed_at: datetime
    decided_at: datetime | None
    decided_by: str | None


@dataclass(frozen=True, slots=True)
class Joined:
    number: str
    item_name: str | None
    day: date
    state: State

    @property
    def label(self) -> str:
        return STATE_LABELS[self.state]


@dataclass(frozen=True, slots=True)
class Extension:
    """From which day to which a deadline was moved, and why."""

    before: datetime
    after: datetime
    reason: str
    at: datetime


async def told(unit: db.Unit, ticket_id: UUID, staff: str) -> tuple[Told, ...]:
    rows = await unit.fetch(Q.told, unit.tenant, ticket_id, staff)
    return tuple(Told(row["at"], date.fromisoformat(row["day"]), row["words"]) for row in rows if row["day"])


def lines(found: Sequence[Evidence], names: Mapping[str, str]) -> tuple[FileLine, ...]:
    return tuple(
        FileLine(
            each.id, each.name, each.kind.label, each.size, each.uploaded_by, actor_name(each.uploaded_by, names),
            each.at,
        )
        for each in found
    )  # fmt: skip


async def found_appeals(unit: db.Unit, ticket_id: UUID) -> Sequence[db.Row]:
    return await unit.fetch(Q.appeals, unit.tenant, ticket_id)


def named(found: Iterable[db.Row]) -> Iterable[str]:
    """Who filed these appeals, and who decides them."""
    for row in found:
        yield from (row["appellant"], row["addressee"])


def appeals(found: Sequence[db.Row], files: Sequence[FileLine], names: Mapping[str, str]) -> tuple[Filed, ...]:
    return tuple(_filed(row, {str(each.id): each for each in files}, names) for row in found)


def _filed(row: db.Row, files: Mapping[str, FileLine], names: Mapping[str, str]) -> Filed:
    brought = tuple(files[each] for each in row["files"] if each in files)
    return Filed(
        number=row["number"], by=row["appellant"], appellant=actor_name(row["appellant"], names),
        addressee=actor_name(row["addressee"], names), state=row["state"], reason=row["reason"],
        evidence=_typed(row["evidence"], brought), files=brought, finding=row["finding"],
        words=row["words"], filed_at=row["filed_at"], decided_at=row["decided_at"], decided_by=row["decided_by"],
    )  # fmt: skip


def _typed(evidence: Sequence[str], brought: Sequence[FileLine]) -> tuple[str, ...]:
    """A file is named by its own line, from which it can be opened; what somebody wrote stays as they wrote it."""
    named = [f"{FILE}{each.name}" for each in brought]
    # The names of files are added after what was written.
    return tuple(evidence[: -len(named)] if named and list(evidence[-len(named) :]) == named else evidence)


def own(filed: Sequence[Filed], by: str, known: Sequence[str]) -> tuple[Filed, ...]:
    """The appeals that this person filed, with the decision's words fit to be read by them."""
    return tuple(
        replace(each, words=redact(each.words, known), decided_by=None) for each in filed if each.by == by
    )  # fmt: skip


async def joined(unit: db.Unit, ticket_id: UUID) -> tuple[Joined, ...]:
    return tuple(
        Joined(row["number"], row["item_name"], _day(row["rated_at"]), row["state"])
        for row in await unit.fetch(Q.joined, unit.tenant, ticket_id)
    )


async def lead(unit: db.Unit, ticket_id: UUID) -> str | None:
    """The number of the ticket that this one is handled with."""
    return await unit.fetchval(Q.lead, unit.tenant, ticket_id)


async def beside(unit: db.Unit, ticket: Ticket, now: datetime) -> Mapping[str, str]:
    """Numbers of tickets that this one may be joined to, each with its matter and day, never with a name."""
    rows = await unit.fetch(Q.beside, unit.tenant, ticket.id, now - ONE_MATTER, ticket.rated_at)
    return {row["number"]: _matter(row) for row in rows}


def _matter(row: db.Row) -> str:
    why = "同一评价人" if row["same_rater"] else "同一事项"
    on = _day(row["rated_at"])
    return f"{row['number']}　{row['item_name'] or '未关联事项'}，{on.month}月{on.day}日，{why}"


def _day(at: datetime) -> date:
    return at.astimezone(clock.SHANGHAI).date()


def extension_of(each: Clock, acts: Sequence[ActView]) -> Extension | None:
    """The last time somebody moved this deadline by hand."""
    moves = [act for act in acts if act.act == "extend" and _moves(act, each)] if each.extended else []
    if not moves:
        return None
    before, after = (datetime.fromisoformat(text) for text in moves[-1].data["due"])
    return Extension(before, after, moves[-1].note, moves[-1].at)


def _moves(act: ActView, each: Clock) -> bool:
    named = act.data.get("clock")
    due = act.data.get("due")
    return bool(due) and (named == each.name if named else datetime.fromisoformat(due[1]) == each.due_at)
