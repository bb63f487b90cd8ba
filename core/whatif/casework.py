"""Each bad rating's tickets are lived again under both sides' rules, and only what differs is told."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from core import db, errors, stack
from core.intake.decide import Finding, closing_time, counted, prolonged, silent_grade
from core.policy.policy import Policy
from core.tenants.model import Pause, Tenant
from core.tickets.actions import day
from core.tickets.decide import finding
from core.tickets.model import Ticket
from core.whatif.lives import Rules, due_times, lives, overdue
from core.whatif.model import Life, Period, Said
from core.whatif.reading import Moved, Q, instants

# A right is nobody's duty and makes nobody late.
RIGHTS = frozenset({"appeal"})


@dataclass(frozen=True, slots=True)
class View:
    """What of a ticket is compared: who handles it, how far it is, when each of its clocks ends, and what is late."""

    dimensions: tuple[str, ...]
    handler: str
    state: str
    due: Mapping[str, datetime]
    late: tuple[str, ...]

    def told(self) -> dict[str, Any]:
        due = {name: at.isoformat() for name, at in sorted(self.due.items(), key=lambda each: each[1])}
        own = list(self.dimensions)
        return {"dimensions": own, "handler": self.handler, "state": self.state, "due": due, "late": list(self.late)}


@dataclass(slots=True)
class Pair:
    """A number on both sides."""

    before: int = 0
    after: int = 0

    def told(self) -> list[int]:
        return [self.before, self.after]


@dataclass(slots=True)
class Week:
    opened: Pair = field(default_factory=Pair)
    due: Pair = field(default_factory=Pair)
    late: Pair = field(default_factory=Pair)


@dataclass(slots=True)
class Body:
    tickets: Pair = field(default_factory=Pair)
    late: Pair = field(default_factory=Pair)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A finding with what puts it in order among others."""

    order: tuple[bool, datetime, datetime]
    finding: Finding


@dataclass(slots=True)
class Casework:
    """What came of all bad ratings; ``rows`` tells each ticket that would be another."""

    tickets: Pair = field(default_factory=Pair)
    late: Pair = field(default_factory=Pair)
    kinds: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    weeks: dict[date, Week] = field(default_factory=lambda: defaultdict(Week))
    bodies: dict[str, Body] = field(default_factory=lambda: defaultdict(Body))
    rows: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    undone: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    doubtful: int = 0
    refused: int = 0
    verdicts: dict[UUID, tuple[list[Verdict], list[Verdict]]] = field(
        default_factory=lambda: defaultdict(lambda: ([], []))
    )
    seen: set[UUID] = field(default_factory=set[UUID])
    gone: set[UUID] = field(default_factory=set[UUID])


@dataclass(frozen=True, slots=True)
class Worlds:
    """The same tenant under its own rules and under those that are tried; ``until`` is when all is looked at.

    ``alike`` are they where nothing that was changed could make another ticket, or another life of one. In ``pauses``
    nothing was taken in under either.
    """

    before: Tenant
    after: Tenant
    until: datetime
    alike: bool = False
    pauses: tuple[Pause, ...] = ()

    def rules(self, tenant: Tenant, on: date) -> Rules:
        return Rules(stack.policy(tenant, on), tenant.calendar)


def weigh(worlds: Worlds, said: Said, row: db.Row, work: Casework) -> None:
    """One bad rating: what it has become, and what it would have become."""
    rated = day(said.kept.rated_at)
    stood = stands(worlds, said, row)
    was = lived(said, worlds.rules(worlds.before, rated), worlds.until)
    would = was if worlds.alike else lived(said, worlds.rules(worlds.after, rated), worlds.until)
    would = would if stood else ()
    work.refused += not stood
    root = said.kept.append_of or said.kept.id
    work.seen.add(said.kept.id)
    if not stood and said.kept.append_of is None:
        work.gone.add(root)
    _count(worlds, said, was, would, work)
    policy = worlds.rules(worlds.after, rated).policy
    on_append = said.kept.append_of is not None
    before, after = work.verdicts[root]
    before += [_verdict(each.ticket, worlds.rules(worlds.before, rated).policy, on_append) for each in said.recorded
               if _found(each.ticket)]  # fmt: skip
    after += [_verdict(each.ticket, policy, on_append) for each in would if _found(each.ticket)]


def lived(said: Said, rules: Rules, until: datetime) -> tuple[Life, ...]:
    """Nowhere to go is no ticket: such a rating would have been refused as it was made."""
    try:
        return lives(said, rules, until)
    except errors.UnknownCode:
        return ()


def stands(worlds: Worlds, said: Said, row: db.Row) -> bool:
    """Whether it would have come in time: judged by the rules of the service's own day."""
    kept, on = said.kept, day(said.event_at)
    policies = [worlds.rules(each, on).policy for each in (worlds.before, worlds.after)]
    ends = [closing_time(kept.occasion, said.event_at, each, worlds.after.calendar) for each in policies]
    last = (end and prolonged(end.at, said.event_at, worlds.pauses) for end in ends)
    was, would = ((end, silent_grade(each)) for end, each in zip(last, policies, strict=True))
    origin = row["root_origin"] or kept.origin
    if was == would or origin == "imported":
        return True
    end, silent = would
    if origin == "default":
        return silent is not None and end is not None and end <= kept.rated_at
    return end is None or (row["root_at"] or kept.rated_at) < end


def _count(worlds: Worlds, said: Said, was: Sequence[Life], would: Sequence[Life], work: Casework) -> None:
    recorded = [view(each.ticket, worlds.until) for each in said.recorded]
    relived = [view(each.ticket, worlds.until) for each in was]
    then = [view(each.ticket, worlds.until) for each in would]
    same = relived == then
    doubtful = relived != recorded
    work.doubtful += doubtful
    opened = said.kept.rated_at
    add(work, recorded, opened, after=False)
    add(work, recorded if same else then, opened, after=True)
    if same:
        return
    for verb in (verb for each in would for verb in each.undone):
        work.undone[verb] += 1
    _tell(said, would, worlds.until, work, doubtful=doubtful)


def _tell(said: Said, would: Sequence[Life], until: datetime, work: Casework, *, doubtful: bool) -> None:
    left = list(would)
    for each in said.recorded:
        counterpart = next((life for life in left if life.ticket.id == each.ticket.id), None)
        if counterpart is not None:
            left.remove(counterpart)
        _row(said, each.ticket, counterpart.ticket if counterpart else None, until, work, doubtful)
    for life in left:
        _row(said, None, life.ticket, until, work, doubtful)


def _row(said: Said, was: Ticket | None, would: Ticket | None, until: datetime, work: Casework, doubtful: bool) -> None:
    before, after = (view(each, until) if each else None for each in (was, would))
    kinds = differences(before, after)
    for kind in kinds:
        work.kinds[kind] += 1
    one = was or would
    if kinds and one is not None:
        work.rows.append({
            "code": was.number if was else "", "ticket": str(was.id) if was else None, "rating": str(said.kept.id),
            "rated": said.kept.rated_at.isoformat(), "item": one.item, "grade": one.grade,
            "kinds": kinds, "doubtful": doubtful,
            "before": before.told() if before else None, "after": after.told() if after else None,
        })  # fmt: skip


def view(ticket: Ticket, until: datetime) -> View:
    late = tuple(sorted(overdue(ticket, until)))
    return View(ticket.dimensions, ticket.handler, ticket.state, due_times(ticket), late)


def differences(before: View | None, after: View | None) -> list[str]:
    """What is another, in the words of a report's columns."""
    if before is None or after is None:
        return ["new"] if after else ["gone"]
    found = {
        "handler": before.handler != after.handler, "dimensions": before.dimensions != after.dimensions,
        "due": before.due != after.due,
        "state": before.state != after.state, "late": before.late != after.late,
    }  # fmt: skip
    return [name for name, differs in found.items() if differs]


def monday(at: datetime) -> date:
    local = day(at)
    return local - timedelta(days=local.weekday())


def add(work: Casework, views: Iterable[View], opened: datetime, *, after: bool) -> None:
    def put(pair: Pair, n: int = 1) -> None:
        if after:
            pair.after += n
        else:
            pair.before += n

    for each in views:
        put(work.tickets)
        put(work.late, len(each.late))
        put(work.weeks[monday(opened)].opened)
        body = work.bodies[each.handler]
        put(body.tickets)
        put(body.late, len(each.late))
        for name, at in each.due.items():
            if name not in RIGHTS:
                put(work.weeks[monday(at)].due)
        for name in each.late:
            put(work.weeks[monday(each.due[name])].late)


def _found(ticket: Ticket) -> bool:
    return ticket.verdict is not None and ticket.verdict != "valid"


def _verdict(ticket: Ticket, policy: Policy, on_append: bool) -> Verdict:
    closed = ticket.closed_at
    order = (closed is None, closed or ticket.opened_at, ticket.opened_at)
    return Verdict(order, finding(ticket.verdict or "", ticket.dimensions, policy, on_append=on_append))


async def recount(unit: db.Unit, worlds: Worlds, period: Period, work: Casework, moved: Moved) -> int:
    """What findings, or their want, would have made of the grades; how many grades that are."""
    start, end = instants(period)
    count = 0
    for root, (before, after) in work.verdicts.items():
        if root in work.gone or _findings(before) == _findings(after):
            continue
        rows = await unit.fetch(Q.family_at, unit.tenant, root)
        others = await _others(unit, worlds, rows, root, work.seen)
        was, would = (_findings([*mine, *theirs]) for mine, theirs in zip((before, after), others, strict=True))
        for row, old, new in _grades(rows, was, would):
            if old != new and start <= row["rated_at"] < end:
                count += 1
                for grade, sign in ((old, -1), (new, 1)):
                    if grade is not None:
                        moved.add(row, grade, sign * row["weight"])
    return count


def _findings(every: Sequence[Verdict]) -> tuple[Finding, ...]:
    return tuple(each.finding for each in sorted(every, key=lambda each: each.order))


async def _others(
    unit: db.Unit, worlds: Worlds, rows: Sequence[db.Row], root: UUID, seen: set[UUID]
) -> tuple[list[Verdict], list[Verdict]]:
    """Findings on the same rating, or on what was added to it, outside the days that are tried."""
    ids = [each for each in {row["rating_id"] for row in rows} if each not in seen]
    found: tuple[list[Verdict], list[Verdict]] = ([], [])
    if not ids:
        return found
    for row in await unit.fetch(Q.tickets, unit.tenant, ids):
        if row["verdict"] in (None, "valid"):
            continue
        for side, tenant in zip(found, (worlds.before, worlds.after), strict=True):
            policy = stack.policy(tenant, row["policy_day"])
            closed = row["closed_at"]
            order = (closed is None, closed or row["opened_at"], row["opened_at"])
            dimensions = tuple(row["dimensions"])
            side.append(Verdict(order, finding(row["verdict"], dimensions, policy, on_append=row["rating_id"] != root)))
    return found


def _grades(
    rows: Sequence[db.Row], was: tuple[Finding, ...], would: tuple[Finding, ...]
) -> Iterable[tuple[db.Row, int | None, int | None]]:
    appended = {row["dimension"]: row["grade"] for row in rows if row["appended"]}
    own = {row["dimension"] for row in rows if not row["appended"]}
    for row in rows:
        said = row["dimension"], row["grade"], row["appended"]
        yield row, counted(said, own, appended, was), counted(said, own, appended, would)
