"""What an act decided becomes rows: clocks as facts that nothing moves silently, appeals, history, and who is told."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from core import clock as time_
from core import db, notify
from core.audit.model import Actor
from core.policy import keys
from core.policy.policy import Policy
from core.tenants.model import Tenant
from core.tickets import clocks, told
from core.tickets.model import Act, Appeal, Clock, Notice, Outcome, Reason, Ticket

Q = db.queries(__file__)


async def record(unit: db.Unit, ticket_id: UUID, at: datetime, act: Act, by: Actor) -> None:
    """Writes an act into the ticket's history."""
    note = act.text("note") or act.text("reason")
    persons = {"member_id": by.member, "behalf_id": by.behalf}
    data = {**act.data, **{name: str(person) for name, person in persons.items() if person}}
    await unit.execute(Q.add_act, unit.tenant, db.ids.new(), ticket_id, at, act.verb, str(by), note, data)


def clock_of(row: db.Row) -> Clock:
    fields = {name: row[name] for name in Clock.__dataclass_fields__}
    fields |= {"days": tuple(row["days"]), "pauses": tuple(row["pauses"])}
    return Clock(**fields)


async def appeal_of(unit: db.Unit, ticket_id: UUID) -> Appeal | None:
    row = await unit.fetchrow(Q.open_appeal, unit.tenant, ticket_id)
    if row is None:
        return None
    fields: dict[str, Any] = dict(row)
    fields["evidence"] = tuple(row["evidence"])
    return Appeal(**fields)


async def store_appeal(unit: db.Unit, outcome: Outcome, by: Actor, now: datetime) -> None:
    if outcome.appeal is not None:
        a = outcome.appeal
        number = await unit.fetchval(Q.next_number, unit.tenant, "S" + prefix(a.filed_at))
        await unit.execute(
            Q.add_appeal, unit.tenant, a.id, a.ticket_id, a.appellant, a.addressee, a.reason, list(a.evidence),
            a.filed_at, number,
        )  # fmt: skip
    if outcome.decided is not None:
        appeal_id, state, finding, words = outcome.decided
        await unit.execute(Q.decide_appeal, unit.tenant, appeal_id, state, finding, now, str(by), words)
    if outcome.feedback_grade is not None:
        await unit.execute(Q.add_feedback_grade, unit.tenant, outcome.ticket.id, now, outcome.feedback_grade)


async def move_clocks(unit: db.Unit, tenant: Tenant, before: Ticket, outcome: Outcome, now: datetime) -> None:
    for each in before.clocks:
        changed = clocks.after(each, outcome, tenant.calendar, now)
        if changed is not each:
            await save_clock(unit, before.id, changed)


async def save_clock(unit: db.Unit, ticket_id: UUID, c: Clock) -> None:
    await unit.execute(
        Q.change_clock, unit.tenant, ticket_id, c.id, c.due_at, c.state, c.extended, c.provisional, c.calendar,
        list(c.days), list(c.pauses), c.stopped_at,
    )  # fmt: skip


async def start_clocks(
    unit: db.Unit, tenant: Tenant, outcome: Outcome, reasons: Iterable[Reason], policy: Policy, now: datetime
) -> None:
    ticket = outcome.ticket
    past = await _past(unit, ticket.id, policy) if "verified" in outcome.events else {}
    if not clocks.starting(outcome, tuple(reasons), policy, tenant.calendar, now, past):
        return
    appeal = await appeal_of(unit, ticket.id) if policy[keys.appeal_pauses] else None
    known = [clock_of(row) for row in await unit.fetch(Q.load_clocks, unit.tenant, ticket.id)]
    begun = clocks.begin(outcome, tuple(reasons), policy, tenant.calendar, now, past, known, appeal)
    for each in begun.dropped:
        await save_clock(unit, ticket.id, each)
    for each in begun.started:
        await add_clock(unit, ticket.id, each)


async def _past(unit: db.Unit, ticket_id: UUID, policy: Policy) -> dict[str, datetime]:
    if not clocks.looks_back(policy):
        return {}
    rows = await unit.fetch(Q.happened, unit.tenant, ticket_id, list(clocks.HAPPENED))
    return {clocks.HAPPENED[row["act"]]: row["at"] for row in rows}


async def add_clock(unit: db.Unit, ticket_id: UUID, c: Clock) -> None:
    await unit.execute(
        Q.add_clock, unit.tenant, c.id, ticket_id, c.name, c.since, c.started_at, c.span, c.due_at, c.clause,
        c.document, c.policy, c.calendar, c.provisional, c.moves, list(c.days), c.state, list(c.pauses),
    )  # fmt: skip


async def tell(unit: db.Unit, notices: Sequence[Notice], ticket: Ticket | None, case_id: UUID | None = None) -> None:
    for n in notices:
        case = ticket.case_id if ticket else case_id
        await unit.execute(
            Q.add_notice, unit.tenant, db.ids.new(), n.at, n.addressee, n.about, case, ticket.id if ticket else None,
            n.clause, dict(n.body), list(n.hides), n.once,
        )  # fmt: skip
        await _to_desks(unit, n, ticket)


async def _to_desks(unit: db.Unit, notice: Notice, ticket: Ticket | None) -> None:
    """Whoever works for the addressee finds it at their own desk as well."""
    news = told.news(notice, ticket)
    if news is not None:
        await notify.tell(
            unit, notice.addressee, news.kind, news.about, news.link, notice.at, title=news.title, once=notice.once,
            item=ticket.item if ticket else None, ticket_id=ticket.id if ticket else None, shown_from=news.shown_from,
        )  # fmt: skip


def prefix(at: datetime) -> str:
    return at.astimezone(time_.SHANGHAI).strftime("%y%m-")
