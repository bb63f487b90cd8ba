"""Tickets are opened, acted on and told of inside one unit of work; decisions come from `decide`."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core import clock as time_
from core import db, errors, stack
from core.audit.model import SYSTEM, Actor
from core.intake.decide import Finding
from core.intake.model import Kept
from core.outbox import actions as outbox
from core.people import actions as people
from core.policy.policy import Policy
from core.redaction import redact
from core.tenants.model import Tenant
from core.tickets import clocks, decide, opening, outcomes, stored, watching
from core.tickets.machine import ENDED, LIVE
from core.tickets.model import Act, Homes, Outcome, Plan, Reason, Ticket
from core.tickets.watching import Happening

Q = db.queries(__file__)


async def homes_of(
    unit: db.Unit, item: str | None, staff: str | None, lead: str | None, linked: Iterable[str] = (),
    region: str | None = None,
) -> Homes:  # fmt: skip
    """Where an item's or a person's affairs belong, or else those of a ``region``."""
    row = await unit.fetchrow(Q.homes, unit.tenant, item, staff, lead, list(linked), region)
    fields: dict[str, Any] = dict(row or {})
    for name in ("linked", "bureaus"):
        fields[name] = tuple(fields.get(name) or ())
    return Homes(**fields)


async def open_for(unit: db.Unit, tenant: Tenant, kept: Kept) -> tuple[UUID, ...]:
    """The tickets a rating opens, by the policy of the day they open; none for a rating that is good enough."""
    policy = stack.policy(tenant, day(kept.rated_at))
    grades = opening.worst(kept)
    has_content = bool(kept.text or kept.tags)
    if not opening.opens(grades.values(), has_content, policy):
        return ()
    facts = await unit.fetchrow(Q.case_facts, unit.tenant, kept.case_id, kept.invitation_id)
    if facts is None:
        raise errors.NoService()
    item = opening.complained_of(kept) or facts["item"]
    lead = facts["item"] or (facts["items"][0] if facts["items"] else None)
    homes = await homes_of(unit, item, facts["staff"], lead, facts["items"])
    reasons = opening.reasons(grades, kept.tags, policy)
    plans = opening.plans(reasons, facts["composite"], homes, has_content, policy)
    return tuple([
        await _open(unit, tenant, kept, plan, policy, homes, (item, facts["staff"])) for plan in plans
    ])  # fmt: skip


async def _open(
    unit: db.Unit, tenant: Tenant, kept: Kept, plan: Plan, policy: Policy, homes: Homes,
    about: tuple[str | None, str | None],
) -> UUID:  # fmt: skip
    number = await unit.fetchval(Q.next_number, unit.tenant, stored.prefix(kept.rated_at))
    nth = 1 + await unit.fetchval(Q.tickets_of_case, unit.tenant, kept.case_id)
    ticket = opening.born(kept, plan, about, policy, (db.ids.new(), number, nth))
    outcome = opening.first(ticket, plan, policy, homes)
    await _add(unit, outcome.ticket)
    await stored.record(unit, ticket.id, kept.rated_at, Act("opened", {"dimensions": list(plan.dimensions)}), SYSTEM)
    await stored.start_clocks(unit, tenant, outcome, plan.reasons, policy, kept.rated_at)
    await stored.tell(unit, outcome.notices, ticket)
    opens = "opened" in outcome.events
    await watching.tell(unit, tenant, Happening(outcome.ticket, "opened", kept.rated_at, opens=opens))
    return ticket.id


async def _add(unit: db.Unit, t: Ticket) -> None:
    await unit.execute(
        Q.add_ticket, unit.tenant, t.id, t.number, t.nth, t.rating_id, t.rated_at, t.case_id, t.item, t.staff,
        list(t.dimensions), t.grade, t.state, t.dispatched_at, t.handler, t.proposed, list(t.co_handlers), t.opened_at,
        t.policy, t.policy_day,
    )  # fmt: skip


async def load(unit: db.Unit, ticket_id: UUID) -> Ticket:
    """The ticket, locked for this unit of work, with all its clocks; refuses ``not-found``."""
    return await _whole(unit, await unit.fetchrow(Q.load, unit.tenant, ticket_id))


async def read(unit: db.Unit, ticket_id: UUID) -> Ticket:
    """The ticket for whoever only looks: nobody waits for a reader."""
    return await _whole(unit, await unit.fetchrow(Q.read, unit.tenant, ticket_id))


async def _whole(unit: db.Unit, row: db.Row | None) -> Ticket:
    if row is None:
        raise errors.NotFound("没有找到这张工单。")
    rows = await unit.fetch(Q.load_clocks, unit.tenant, row["id"])
    return ticket_of(row, rows)


def ticket_of(row: db.Row, clock_rows: Iterable[db.Row]) -> Ticket:
    """A ticket as it is stored, with its clocks in the order in which they speak."""
    fields = {name: row[name] for name in Ticket.__dataclass_fields__ if name in row}
    fields |= {
        "case": row["case_code"], "dimensions": tuple(row["dimensions"]), "co_handlers": tuple(row["co_handlers"]),
        "clocks": tuple(stored.clock_of(each) for each in clock_rows), "anonymous": bool(row["anonymous"]),
    }  # fmt: skip
    return Ticket(**fields)


async def homes_for(unit: db.Unit, ticket: Ticket) -> Homes:
    return await homes_of(unit, ticket.item, ticket.staff, ticket.item)


async def act(
    unit: db.Unit, tenant: Tenant, ticket_id: UUID, act: Act, by: Actor, now: datetime, version: int | None = None
) -> Outcome:
    """Does one act or refuses it; a ticket somebody else has changed since ``version`` is a ``conflict``."""
    ticket = await load(unit, ticket_id)
    if version is not None and version != ticket.version:
        raise errors.Conflict("这张工单刚刚被他人修改，请刷新后再办理。")
    policy = stack.policy(tenant, ticket.policy_day)
    homes, appeal = await homes_for(unit, ticket), await stored.appeal_of(unit, ticket_id)
    await _check_to(unit, act)
    await _check_rated(unit, ticket, act, by, policy)
    acting = await _capacity(unit, by, ticket, act)
    involved = act.verb in decide.APART and bool(await _hands(unit, ticket_id) & decide.persons(by))
    rule = decide.check(ticket, act, acting, policy, homes, appeal, involved=involved)
    act = await _prepared(unit, ticket, act)
    outcome = outcomes.outcome(ticket, act, acting, rule, policy, tenant.calendar, homes, appeal, now)
    await store(unit, tenant, ticket, outcome, policy, now, by)
    await stored.record(unit, ticket_id, now, Act(act.verb, _history(act, ticket, outcome)), by)
    opens = "opened" in outcome.events
    await watching.tell(
        unit, tenant, Happening(outcome.ticket, act.verb, now, ticket.state, opens=opens, data=act.data, by=by)
    )
    return outcome


async def appended(unit: db.Unit, tenant: Tenant, kept: Kept) -> None:
    """Whoever follows the tickets of a rating hears that its rater has added to it."""
    for row in await unit.fetch(Q.tickets_of_rating, unit.tenant, kept.id):
        ticket = await read(unit, row["id"])
        await watching.tell(
            unit, tenant, Happening(ticket, "append", kept.rated_at, ticket.state, data={"of": kept.id})
        )


async def _check_rated(unit: db.Unit, ticket: Ticket, act: Act, by: Actor, policy: Policy) -> None:
    """A person appeals what was said of them, or what they were sent a notice of; not what was said of a matter."""
    if act.verb != "appeal" or by.kind != "staff" or by.code != ticket.staff or not decide.offered("appeal", policy):
        return
    about_them = any("staff" in clocks.words_of(each) for each in await reasons_of(unit, ticket, policy))
    if not about_them and not await unit.fetchval(Q.was_noticed, unit.tenant, ticket.id, str(by)):
        raise errors.NotEntitled("这张工单不是对您本人的评价，也没有通知过您。")


async def _hands(unit: db.Unit, ticket_id: UUID) -> frozenset[str]:
    rows = await unit.fetch(Q.hands, unit.tenant, ticket_id, list(decide.HANDLING))
    return frozenset(row["person"] for row in rows)


async def _prepared(unit: db.Unit, ticket: Ticket, act: Act) -> Act:
    """What an act says is completed with what only the database knows, and freed of what the rated must not read."""
    if act.verb == "notify" and act.text("note"):
        words = redact(act.text("note"), await known_of(unit, ticket.case_id))
        return Act(act.verb, {**act.data, "note": words})
    if act.verb == "join":
        return Act(act.verb, {**act.data, "lead": await _lead(unit, ticket, act.text("to"))})
    return act


async def known_of(unit: db.Unit, case_id: UUID) -> tuple[str, ...]:
    """Names, numbers and codes by which whoever applied, acted for them or rated could be recognised."""
    row = await unit.fetchrow(Q.known_of_case, unit.tenant, case_id)
    if row is None:
        return ()
    return (row["code"], *await people.known(unit, row["persons"]))


async def _lead(unit: db.Unit, ticket: Ticket, number: str) -> UUID:
    """The ticket to be joined: one of the same handler's that is still being handled and is joined to no other."""
    row = await unit.fetchrow(Q.by_number, unit.tenant, number)
    if row is None:
        raise errors.UnknownCode(f"没有编号为“{number}”的工单，请核对。", field="to")
    if row["handler"] != ticket.handler or row["state"] not in LIVE or row["joined_to"] is not None:
        raise errors.WrongState("只能并入本单位正在办理、且没有并入他单的工单。", field="to")
    alike = [ticket.rating_id, row["rating_id"]]
    if row["item"] != ticket.item and not await unit.fetchval(Q.same_rater, unit.tenant, alike):
        raise errors.Invalid("只有同一事项或同一评价人的工单可以并案，请核对编号。", field="to")
    if await joined(unit, ticket.id):
        raise errors.WrongState("这张工单已有并入的工单，请先分案。", field="to")
    return row["id"]


async def lock_family(unit: db.Unit, ticket_id: UUID) -> None:
    """A ticket and what is joined to it are locked in one order, so that no two acts wait for each other."""
    await unit.fetch(Q.family, unit.tenant, ticket_id)


async def part_all(unit: db.Unit, before: Ticket, after: Ticket) -> None:
    """A lead that has ended or changed hands leads no more: what was joined to it goes its own way again."""
    if after.state in ENDED or after.handler != before.handler:
        await unit.execute(Q.part_all, unit.tenant, after.id)


async def joined(unit: db.Unit, ticket_id: UUID) -> tuple[UUID, ...]:
    """The tickets that are handled together with this one."""
    return tuple(row["id"] for row in await unit.fetch(Q.joined, unit.tenant, ticket_id))


async def follow(
    unit: db.Unit, tenant: Tenant, ticket_id: UUID, act_: Act, by: Actor, lead: str, now: datetime
) -> Outcome | None:
    """Does to a joined ticket what was done to its lead; None where its own state no longer allows it."""
    told = Act(act_.verb, {**act_.data, "joined": lead})
    try:
        async with unit.attempt():
            return await act(unit, tenant, ticket_id, told, by, now)
    except errors.Unavailable:
        raise
    except errors.Refused:
        return None


async def _capacity(unit: db.Unit, by: Actor, ticket: Ticket, act: Act) -> Actor:
    """A member of staff acts for their institution, but never on a rating of themselves."""
    if by.kind != "staff" or act.verb == "appeal" or by.code == ticket.staff:
        return by
    institution = await unit.fetchval(Q.institution_of_staff, unit.tenant, by.code)
    return Actor("institution", institution, by.member, by.behalf) if institution else by


async def _check_to(unit: db.Unit, act: Act) -> None:
    """Refuses ``unknown-code`` where an act names an institution or a person that is not of this tenant."""
    kind, query = {"notify": ("staff:", Q.is_staff)}.get(act.verb, ("institution:", Q.is_institution))
    code = act.text("to").removeprefix(kind)
    if code and act.verb in ("notify", "dispatch", "transfer") and not await unit.fetchval(query, unit.tenant, code):
        raise errors.UnknownCode(
            f"没有编码为“{code}”的{'工作人员' if kind == 'staff:' else '机构'}，请核对。", field="to"
        )


def _history(act: Act, before: Ticket, outcome: Outcome) -> dict[str, Any]:
    data = {name: _plain(value) for name, value in act.data.items()}
    if before.state != outcome.ticket.state:
        data["state"] = [before.state, outcome.ticket.state]
    if before.handler != outcome.ticket.handler:
        data["handler"] = [before.handler, outcome.ticket.handler]
    if outcome.extend:
        old = next(c for c in before.clocks if c.id == outcome.extend[0])
        data["due"] = [old.due_at.isoformat(), outcome.extend[1].isoformat()]
    return data


def _plain(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


async def store(
    unit: db.Unit, tenant: Tenant, before: Ticket, outcome: Outcome, policy: Policy, now: datetime, by: Actor = SYSTEM
) -> None:
    """Saves what an act or a clock decided: the ticket, its clocks, its appeal, and who must be told."""
    t = outcome.ticket
    saved = await unit.execute(
        Q.save_ticket, unit.tenant, t.id, t.state, t.on_hold, t.dispatched_at, t.handler, t.proposed, t.verdict,
        t.complexity, t.answered_at, t.closed_at, before.version, t.joined_to,
        t.staff,
    )  # fmt: skip
    if not saved:
        raise errors.Conflict()
    await stored.store_appeal(unit, outcome, by, now)
    await stored.move_clocks(unit, tenant, before, outcome, now)
    reasons = await reasons_of(unit, t, policy)
    # A ticket that has ended starts nothing but what counts from its end.
    live = tuple(name for name in outcome.events if not outcome.drops_all or name == "closed")
    await stored.start_clocks(unit, tenant, replace(outcome, events=live), reasons, policy, now)
    await stored.tell(unit, outcome.notices, t)


async def reasons_of(unit: db.Unit, ticket: Ticket, policy: Policy) -> tuple[Reason, ...]:
    words = await unit.fetchrow(Q.words, unit.tenant, ticket.rating_id, ticket.rated_at)
    grades = {code: grade for code, grade in (words["grades"] if words else {}).items() if code in ticket.dimensions}
    return opening.reasons(grades, words["tags"] if words else (), policy)


async def send_to_rater(unit: db.Unit, ticket: Ticket, about: str, now: datetime) -> None:
    """By SMS to the number the rater left, with the way to their receipt; who left none has the receipt alone."""
    row = await unit.fetchrow(Q.rater_of, unit.tenant, ticket.rating_id, ticket.rated_at)
    if row is not None and row["person_id"] is not None:
        payload = {"case": ticket.case, "path": f"/k/{row['receipt']}"}
        await outbox.post(unit, f"sms.{about}", payload, now, person_id=row["person_id"])


async def findings(unit: db.Unit, tenant: Tenant, root: UUID) -> tuple[Finding, ...]:
    """What the verdicts on a rating and its appends do to it, each by the policy of its ticket's day."""
    rows = await unit.fetch(Q.findings, unit.tenant, root)
    found: list[Finding] = []
    for row in rows:
        policy = stack.policy(tenant, row["policy_day"])
        if row["verdict"] != "valid":
            found.append(decide.finding(row["verdict"], tuple(row["dimensions"]), policy, on_append=row["on_append"]))
    return tuple(found)


def day(at: datetime) -> date:
    return at.astimezone(time_.SHANGHAI).date()


async def usually(unit: db.Unit, tenant: Tenant, ticket_id: UUID, act: Act) -> Actor:
    """Who does this act when nobody is named: the first who is entitled."""
    ticket = await load(unit, ticket_id)
    policy = stack.policy(tenant, ticket.policy_day)
    homes = await homes_for(unit, ticket)
    return decide.default_actor(ticket, act, policy, homes, await stored.appeal_of(unit, ticket_id))
