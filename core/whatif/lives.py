"""A ticket's life lived again from what was said and done, under whatever rules, by the product's own decisions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core import errors, ids
from core.audit.model import Actor
from core.policy import keys
from core.policy.calendar import Calendar
from core.policy.policy import Policy
from core.tickets import clocks, decide, opening, outcomes
from core.tickets.model import Act, Clock, Homes, Outcome, Plan, Reason, Ticket
from core.whatif.model import Deed, Life, Recorded, Said

# Words that were struck out of a history were there when the act was done.
STRUCK = "（原文已隐去）"
WORDS = ("note", "reason")
# What the program itself wrote down follows anew from the rules.
OWN = frozenset({"opened", "recount"})


@dataclass(frozen=True, slots=True)
class Rules:
    """What a life is lived under."""

    policy: Policy
    calendar: Calendar


def lives(said: Said, rules: Rules, until: datetime) -> tuple[Life, ...]:
    """The tickets this rating opens, each as far as it has come by ``until``."""
    kept, policy = said.kept, rules.policy
    grades, has_content = opening.worst(kept), bool(kept.text or kept.tags)
    if kept.origin == "imported" or not opening.opens(grades.values(), has_content, policy):
        return ()
    reasons = opening.reasons(grades, kept.tags, policy)
    plans = opening.plans(reasons, said.composite, said.homes, has_content, policy)
    return tuple(_lived(said, plan, nth, rules, until) for nth, plan in enumerate(plans, 1))


def _lived(said: Said, plan: Plan, nth: int, rules: Rules, until: datetime) -> Life:
    record = _record_of(plan, said.recorded)
    life = _begun(said, plan, nth, record, rules)
    for deed in record.deeds if record else ():
        if deed.verb in OWN or deed.data.get("silence") or deed.at > until:
            continue
        life = _did(_kept_silent(life, said, deed.at, rules), said, deed, rules)
    return _kept_silent(life, said, until, rules)


def _record_of(plan: Plan, recorded: Sequence[Recorded]) -> Recorded | None:
    """What was done to the ticket that was about the same."""
    alike = [each for each in recorded if set(each.ticket.dimensions) & set(plan.dimensions)]
    same = [each for each in alike if each.ticket.dimensions == plan.dimensions]
    return next(iter(same or alike), None)


def _begun(said: Said, plan: Plan, nth: int, record: Recorded | None, rules: Rules) -> Life:
    about = (opening.complained_of(said.kept) or said.item, said.staff)
    named: tuple[UUID, str, int] = (ids.new(), "", nth)
    if record is not None:
        named = (record.ticket.id, record.ticket.number, record.ticket.nth)
    born = replace(
        opening.born(said.kept, plan, about, rules.policy, named), composite=said.composite, in_centre=said.in_centre
    )
    outcome = opening.first(born, plan, rules.policy, said.homes)
    begun = clocks.begin(
        outcome, plan.reasons, rules.policy, rules.calendar, said.kept.rated_at, clocks.NOTHING_YET, (), None
    )
    return Life(replace(outcome.ticket, clocks=begun.started))


def _did(life: Life, said: Said, deed: Deed, rules: Rules) -> Life:
    """The act done again, by whom it was done or by whoever is entitled instead; what is refused is left undone."""
    act = Act(deed.verb, _carried(deed.data))
    homes = _homes(life.ticket, said)
    try:
        doer = _doer(life, said, act, deed, rules.policy, homes)
        rule = decide.check(life.ticket, act, doer, rules.policy, homes, life.appeal)
        outcome = outcomes.outcome(
            life.ticket, act, doer, rule, rules.policy, rules.calendar, homes, life.appeal, deed.at
        )
    except errors.Refused:
        return replace(life, undone=(*life.undone, deed.verb))
    after = _stored(life, said, outcome, rules, deed.at)
    if deed.verb in clocks.HAPPENED and act.data.get("reached") is not False:
        after = replace(after, past={clocks.HAPPENED[deed.verb]: deed.at, **after.past})
    return after


def _carried(data: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: STRUCK if name in WORDS and not value else value for name, value in data.items()}
    if isinstance(told.get("lead"), str):
        told["lead"] = UUID(told["lead"])
    return told


def _homes(ticket: Ticket, said: Said) -> Homes:
    return said.acting.get(ticket.staff, said.homes)


def _doer(life: Life, said: Said, act: Act, deed: Deed, policy: Policy, homes: Homes) -> Actor:
    by = Actor.parse(deed.actor)
    if by.kind == "staff" and act.verb != "appeal" and by.code != life.ticket.staff and by.code in said.capacities:
        by = Actor("institution", said.capacities[by.code])
    try:
        decide.check(life.ticket, act, by, policy, homes, life.appeal)
    except errors.NotEntitled:
        return decide.default_actor(life.ticket, act, policy, homes, life.appeal)
    return by


def _stored(life: Life, said: Said, outcome: Outcome, rules: Rules, now: datetime) -> Life:
    """The fold that `tickets.actions.store` writes down."""
    policy, calendar = rules.policy, rules.calendar
    moved = tuple(clocks.after(each, outcome, calendar, now) for each in life.ticket.clocks)
    appeal = outcome.appeal or (None if outcome.decided else life.appeal)
    live = tuple(name for name in outcome.events if not outcome.drops_all or name == "closed")
    looked = life.past if "verified" in live and clocks.looks_back(policy) else clocks.NOTHING_YET
    reasons = _reasons(said, outcome.ticket, policy)
    begun = clocks.begin(replace(outcome, events=live), reasons, policy, calendar, now, looked, moved, appeal)
    gone = {each.id: each for each in begun.dropped}
    after = (*(gone.get(each.id, each) for each in moved), *begun.started)
    return replace(life, ticket=replace(outcome.ticket, clocks=_ordered(after)), appeal=appeal)


def _reasons(said: Said, ticket: Ticket, policy: Policy) -> tuple[Reason, ...]:
    grades = {code: grade for code, grade in opening.worst(said.kept).items() if code in ticket.dimensions}
    return opening.reasons(grades, said.kept.tags, policy)


def _ordered(every: Iterable[Clock]) -> tuple[Clock, ...]:
    """As they are read from the books: of several of one name the last one speaks."""
    return tuple(sorted(every, key=lambda each: (each.state != "dropped", each.started_at)))


def _kept_silent(life: Life, said: Said, until: datetime, rules: Rules) -> Life:
    """What time alone does: rights lapse, and an audit that the rule takes as accepted opens its ticket."""
    while due := [each for each in life.ticket.clocks if _speaks(each, life, rules.policy) and each.due_at <= until]:
        first = min(due, key=lambda each: each.due_at)
        life = _lapsed(life, first) if first.name == "appeal" else _accepted(life, said, first, rules)
    return life


def _speaks(clock: Clock, life: Life, policy: Policy) -> bool:
    if clock.state != "running":
        return False
    rule = policy[keys.audit]
    accepts = rule is not None and rule.on_timeout == "accept" and life.ticket.state == "auditing"
    return clock.name == "appeal" or (clock.name == "audit" and accepts)


def _lapsed(life: Life, clock: Clock) -> Life:
    over = replace(clock, state="lapsed", stopped_at=clock.due_at)
    every = tuple(over if each.id == clock.id else each for each in life.ticket.clocks)
    return replace(life, ticket=replace(life.ticket, clocks=every))


def _accepted(life: Life, said: Said, clock: Clock, rules: Rules) -> Life:
    homes = _homes(life.ticket, said)
    outcome = outcomes.opened(life.ticket, rules.policy, homes, clock.due_at, stops=frozenset({"audit"}))
    after = _stored(life, said, outcome, rules, clock.due_at)
    return replace(after, past={"opened": clock.due_at, **after.past})


def due_times(ticket: Ticket) -> dict[str, datetime]:
    """When each clock of the ticket ends; of several of one name the last one speaks."""
    return {each.name: each.due_at for each in ticket.clocks if each.state != "dropped"}


def overdue(ticket: Ticket, at: datetime) -> tuple[str, ...]:
    found = {each.name: each.is_overdue(at) for each in ticket.clocks if each.state != "dropped"}
    return tuple(name for name, late in found.items() if late)
