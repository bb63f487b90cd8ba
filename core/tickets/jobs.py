"""Clocks that have run out are found by what is due and not done, so no lost wake-up and no second worker matters."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from core import db, stack
from core.audit import actions as audit
from core.audit.model import SYSTEM
from core.outbox import tasks
from core.policy import keys
from core.policy.calendar import Calendar
from core.policy.spans import Span
from core.tenants.model import Tenant
from core.tickets import actions, clocks, outcomes, stored, watching
from core.tickets.actions import Q
from core.tickets.model import Act, Clock, Notice, Ticket
from core.tickets.watching import Happening

CHUNK = 100
# No warning comes longer before its deadline than this.
WARNED_AHEAD = timedelta(days=60)


async def next_due(unit: db.Unit, tenant: Tenant, horizon: datetime | None) -> datetime | None:
    instants = [await unit.fetchval(Q.next_clock, unit.tenant)]
    instants += [at for _, at in await _warnings(unit, tenant, horizon)]
    return min((at for at in instants if at is not None), default=None)


async def take_due(unit: db.Unit, tenant: Tenant, now: datetime) -> int:
    """Handles one chunk of what is due by ``now``; how many it handled."""
    warned = await _warn(unit, tenant, now)
    rows = await unit.fetch(Q.due_clocks, unit.tenant, now, CHUNK)
    for row in rows:
        await _ended(unit, tenant, row)
    return warned + len(rows)


async def _warn(unit: db.Unit, tenant: Tenant, now: datetime) -> int:
    """Warns of one chunk; what another worker is just telling is left to it."""
    due = [(row, at) for row, at in await _warnings(unit, tenant, now + WARNED_AHEAD) if at <= now][:CHUNK]
    if not due:
        return 0
    free = {row["id"]: row["warned_at"] for row in await unit.fetch(Q.free, unit.tenant, [row["id"] for row, _ in due])}
    for row, at in due:
        if row["id"] in free and free[row["id"]] == row["warned_at"]:
            await unit.execute(Q.warned, unit.tenant, row["id"], at)
            await _tell(unit, tenant, row, "warning", at)
    return len(free)


async def instants(unit: db.Unit, tenant: Tenant, ticket_id: UUID) -> list[datetime]:
    """When something will have to be said of this ticket's running clocks: each one's next warning and due time."""
    rows = await unit.fetch(Q.running_of, unit.tenant, ticket_id)
    return [row["due_at"] for row in rows] + [at for _, at in _ahead(rows, tenant)]


async def _warnings(unit: db.Unit, tenant: Tenant, horizon: datetime | None) -> list[tuple[db.Row, datetime]]:
    """Running clocks whose policy wants a warning, each with the instant of it."""
    return _ahead(await unit.fetch(Q.warnable, unit.tenant, horizon), tenant)


def _ahead(rows: Iterable[db.Row], tenant: Tenant) -> list[tuple[db.Row, datetime]]:
    found: list[tuple[db.Row, datetime]] = []
    for row in rows:
        leads = stack.policy(tenant, row["policy_day"])[keys.warn_before] or ()
        ahead = sorted(_before(row["due_at"], lead, tenant) for lead in leads)
        coming = [at for at in ahead if row["warned_at"] is None or at > row["warned_at"]]
        if coming and row["name"] != "appeal":
            found.append((row, coming[0]))
    return found


def _before(end: datetime, lead: Span, tenant: Tenant) -> datetime:
    """So many hours, days or working days ahead of the due time."""
    if lead.unit == "h":
        return end - timedelta(hours=lead.amount)
    if lead.unit == "d":
        return end - timedelta(days=lead.amount)
    day, amount = end, lead.amount
    while amount > 0:
        day -= timedelta(days=1)
        amount -= tenant.calendar.is_workday(actions.day(day))
    return day


async def _ended(unit: db.Unit, tenant: Tenant, row: db.Row) -> None:
    if row["name"] == "appeal":
        await unit.execute(Q.lapse, unit.tenant, row["id"])
        return
    await unit.execute(Q.mark_overdue, unit.tenant, row["id"])
    if row["name"] == "audit" and await _accepted_by_silence(unit, tenant, row):
        return
    await _tell(unit, tenant, row, "overdue", row["due_at"])


async def _accepted_by_silence(unit: db.Unit, tenant: Tenant, row: db.Row) -> bool:
    ticket = await actions.load(unit, row["ticket_id"])
    policy = stack.policy(tenant, ticket.policy_day)
    rule = policy[keys.audit]
    if rule is None or rule.on_timeout != "accept" or ticket.state != "auditing":
        return False
    homes = await actions.homes_for(unit, ticket)
    outcome = outcomes.opened(ticket, policy, homes, row["due_at"], stops=frozenset({"audit"}))
    await actions.store(unit, tenant, ticket, outcome, policy, row["due_at"])
    await stored.record(unit, ticket.id, row["due_at"], Act("audit", {"accept": True, "silence": True}), SYSTEM)
    await watching.tell(
        unit, tenant, Happening(outcome.ticket, "audit", row["due_at"], ticket.state, opens=True, data={"accept": True})
    )
    after = {"state": outcome.ticket.state, "handler": outcome.ticket.handler, "data": {"silence": True}}
    await audit.write(unit, SYSTEM, "ticket.audit", "ticket", ticket.id, None, after, row["due_at"])
    hints = tasks.Hints(unit.tenant)
    for at in await instants(unit, tenant, ticket.id):
        hints.add("clocks", at)
    unit.after_commit(hints.give)
    unit.after_commit(_teller(tenant, ticket.id, row["due_at"]))
    return True


def _teller(tenant: Tenant, ticket: UUID, at: datetime) -> Callable[[], Awaitable[None]]:
    async def tell() -> None:
        stack.tell("ticket_acted", tenant, tenant_id=tenant.id, ticket=ticket, act="audit", at=at)

    return tell


async def _tell(unit: db.Unit, tenant: Tenant, row: db.Row, about: str, at: datetime) -> None:
    """A warning goes to the handler; what is late goes up the tree, to superiors and the supervisors of the place."""
    ticket = await actions.read(unit, row["ticket_id"])
    to = dict.fromkeys([ticket.handler])
    if about == "overdue":
        homes = await actions.homes_for(unit, ticket)
        superiors = await unit.fetch(Q.above, unit.tenant, ticket.handler)
        to |= dict.fromkeys((*(each["code"] for each in superiors), *homes.bureaus))
    notices = [
        Notice(
            at=at,
            addressee=f"institution:{code}",
            about=about,
            once=f"{about}:{row['id']}:{code}:{at.isoformat()}",
            clause=row["clause"],
            body={"clock": row["name"]},
            hides=("rater",),
        )
        for code in to
    ]
    await stored.tell(unit, notices, ticket)
    await _watched(unit, tenant, ticket, about, at, row["name"], row["due_at"])


async def _watched(
    unit: db.Unit, tenant: Tenant, ticket: Ticket, about: str, at: datetime, clock: str, due: datetime
) -> None:
    data = {"clock": clock, "due": due}
    await watching.tell(unit, tenant, Happening(ticket, about, at, ticket.state, data=data))


async def recount_provisional(unit: db.Unit, tenant: Tenant, now: datetime) -> int:
    """Counts provisional clocks again by the calendar now known; each move stands in the ticket's history."""
    rows = await unit.fetch(Q.provisional_clocks, unit.tenant, tenant.calendar.version)
    moved: dict[str, list[dict[str, str]]] = {}
    hints = tasks.Hints(unit.tenant)
    unit.after_commit(hints.give)
    for row in rows:
        old = stored.clock_of(row)
        new = clocks.recomputed(old, tenant.calendar)
        await stored.save_clock(unit, row["ticket_id"], new)
        data = {"clock": old.name, "due": [old.due_at.isoformat(), new.due_at.isoformat()], "calendar": new.calendar}
        await stored.record(unit, row["ticket_id"], now, Act("recount", data), SYSTEM)
        hints.add("clocks", new.due_at)
        if old.due_at != new.due_at:
            ticket = await actions.read(unit, row["ticket_id"])
            await _watched(unit, tenant, ticket, "recount", now, old.name, new.due_at)
            bureau = (await actions.homes_for(unit, ticket)).bureau
            move = {"number": ticket.number, "clock": old.name, "from": data["due"][0], "to": data["due"][1]}
            moved.setdefault(f"institution:{bureau}" if bureau else "bureau", []).append(move)
    for supervisor, list_ in moved.items():
        once = f"recount:{supervisor}:{tenant.calendar.version}:{now.isoformat()}"
        await stored.tell(unit, (Notice(now, supervisor, "recount", once, body={"moved": list_}),), None)
    return len(rows)


async def foreseen(unit: db.Unit, calendar: Calendar, most: int) -> tuple[int, list[tuple[str, Clock, Clock]]]:
    """What ``recount_provisional`` would do by this calendar: how many clocks, and of those due first old and new."""
    rows = await unit.fetch(Q.foreseen_clocks, unit.tenant, most)
    found = [(row["number"], old, clocks.recomputed(old, calendar)) for row in rows if (old := stored.clock_of(row))]
    return rows[0]["total"] if rows else 0, found


async def firm(unit: db.Unit, days: Iterable[date]) -> int:
    """How many deadlines run over these days and are not provisional: another calendar leaves them where they are."""
    return await unit.fetchval(Q.firm_clocks, unit.tenant, list(days))
