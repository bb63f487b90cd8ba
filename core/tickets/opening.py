"""Whether a rating opens tickets, and to whom each of them goes."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from uuid import UUID

from core import clock, errors
from core.intake.model import Kept
from core.policy import keys
from core.policy.decision import first_match
from core.policy.policy import Policy
from core.policy.values import Dimension, Tag
from core.tickets import outcomes
from core.tickets.model import Homes, Outcome, Plan, Reason, Ticket

# A tag about the item or the process is answered for by the item's side, one about staff by the staff's.
_SIDE: Mapping[str, str] = {"staff": "staff", "item": "item", "process": "item", "system": "system"}


def worst(kept: Kept) -> dict[str, int]:
    """The worst grade somebody gave in each dimension; what only filled in is nobody's word."""
    worst: dict[str, int] = {}
    for mark in (each for each in kept.marks if each.given):
        worst[mark.dimension] = min(mark.grade, worst.get(mark.dimension, mark.grade))
    return worst


def complained_of(kept: Kept) -> str | None:
    """The linked item with the worst grade, where the complaint is about a linked item."""
    linked = [mark for mark in kept.marks if mark.target.position > 0 and mark.given]
    worst = min(linked, key=lambda mark: mark.grade, default=None)
    overall = min((mark.grade for mark in kept.marks if mark.target.position == 0), default=5)
    return worst.target.item if worst is not None and worst.grade < overall else None


def opens(grades: Iterable[int], has_content: bool, policy: Policy) -> bool:
    rule = policy[keys.ticket_for]
    if rule is None or not set(grades) & set(rule.grades):
        return False
    return rule.needs == "any" or has_content


def audits(has_content: bool, policy: Policy) -> bool:
    rule = policy[keys.audit]
    return rule is not None and (rule.when == "always" or has_content)


def reasons(grades: Mapping[str, int], tags: Iterable[int], policy: Policy) -> tuple[Reason, ...]:
    """The bad dimensions, worst first, ties in the policy's order; a tag goes to the dimension it speaks of."""
    rule = policy[keys.ticket_for]
    bad_grades = frozenset(rule.grades) if rule else frozenset[int]()
    known = {tag.code: tag for tag in policy[keys.tags] or ()}
    chosen = [known[code] for code in tags if code in known and known[code].grade in bad_grades]
    bad = [(d, grades[d.code]) for d in policy[keys.dimensions] or () if grades.get(d.code) in bad_grades]
    ordered = sorted(bad, key=lambda pair: pair[1])
    loose = [tag for tag in chosen if not any(_speaks_of(tag, d) for d, _ in ordered)]
    return tuple(
        Reason(d.code, d.of, grade, _about(d, chosen, loose if place == 0 else []))
        for place, (d, grade) in enumerate(ordered)
    )


def _speaks_of(tag: Tag, dimension: Dimension) -> bool:
    return _SIDE[tag.about] == ("system" if dimension.of == "channel" else dimension.of)


def _about(dimension: Dimension, chosen: list[Tag], loose: list[Tag]) -> str | None:
    own = [tag.about for tag in chosen if _speaks_of(tag, dimension)]
    return next(iter(own or [tag.about for tag in loose]), None)


def named_by(reason: Reason) -> tuple[str, ...]:
    """The words a row's ``dimension`` may use for this reason: a tag's subject beats the dimension."""
    if reason.about in ("staff", "item", "process"):
        return (_SIDE[reason.about],)
    return (reason.dimension, reason.of)


def destinations(reason: Reason, composite: str, homes: Homes, policy: Policy) -> tuple[str, ...]:
    """Who must answer for this reason by the first matching row of ``routing``; those after the first take part."""
    rows = policy[keys.routing] or ()
    row = first_match(rows, dimension=named_by(reason), about=reason.about or "", composite=composite)
    places = {
        "item-institution": homes.item, "staff-institution": homes.staff, "system-owner": homes.systems,
        "lead-institution": homes.lead, "bureau": homes.bureau,
    }  # fmt: skip
    wanted = places[row.to] if row else homes.item
    answer = wanted or homes.item or homes.staff or homes.bureau
    if answer is None:
        raise errors.UnknownCode("没有可承办这张工单的机构，请先登记机构。", field="institution")
    taking_part = homes.linked if row and row.to == "lead-institution" else ()
    return (answer, *(place for place in taking_part if place != answer))


def plans(
    found: tuple[Reason, ...], composite: str, homes: Homes, has_content: bool, policy: Policy
) -> tuple[Plan, ...]:
    """One ticket for all reasons, or one for each routed institution; the worst reason names the handler."""
    if not found:
        return ()
    routed = [(reason, destinations(reason, composite, homes, policy)) for reason in found]
    auditing = audits(has_content, policy)
    if policy[keys.ticket_per] == "split":
        institutions = tuple(dict.fromkeys(places[0] for _, places in routed))
        groups = [tuple(pair for pair in routed if pair[1][0] == place) for place in institutions]
    else:
        groups = [tuple(routed)]
    return tuple(_plan(group, homes, auditing, policy) for group in groups)


def _plan(group: tuple[tuple[Reason, tuple[str, ...]], ...], homes: Homes, auditing: bool, policy: Policy) -> Plan:
    proposed = group[0][1][0]
    others = tuple(dict.fromkeys(place for _, places in group for place in places if place != proposed))
    holder = first_holder(proposed, homes, auditing, policy)
    return Plan(tuple(reason for reason, _ in group), proposed, others, holder, auditing)


def first_holder(proposed: str, homes: Homes, auditing: bool, policy: Policy) -> str:
    """Until a ticket is dispatched its dispatcher holds it."""
    dispatcher = policy[keys.dispatcher]
    holders = {"bureau": homes.bureau, "hotline": homes.hotline or homes.bureau}
    if auditing and dispatcher not in holders:
        return homes.bureau or proposed
    return holders.get(dispatcher or "direct") or proposed


def born(
    kept: Kept, plan: Plan, about: tuple[str | None, str | None], policy: Policy, named: tuple[UUID, str, int]
) -> Ticket:
    """The ticket before anything happens to it; ``named``: its id, its number, which of its case it is."""
    ticket_id, number, nth = named
    return Ticket(
        id=ticket_id, number=number, nth=nth, rating_id=kept.id, rated_at=kept.rated_at, case_id=kept.case_id,
        case=kept.case, item=about[0], staff=about[1], dimensions=plan.dimensions, grade=plan.grade,
        state="auditing" if plan.auditing else "open", on_hold=False, dispatched_at=None, handler=plan.handler,
        proposed=plan.proposed, co_handlers=plan.co_handlers, verdict=None, complexity=None, opened_at=kept.rated_at,
        answered_at=None, closed_at=None, policy=policy.revision,
        policy_day=kept.rated_at.astimezone(clock.SHANGHAI).date(), version=1,
    )  # fmt: skip


def first(ticket: Ticket, plan: Plan, policy: Policy, homes: Homes) -> Outcome:
    """What opening it brings about; while its words are audited, nothing but the rating has happened."""
    if plan.auditing:
        return Outcome(ticket, events=("rated",))
    begun = outcomes.opened(ticket, policy, homes, ticket.rated_at)
    return replace(begun, events=("rated", *begun.events))
