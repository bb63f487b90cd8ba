"""Everything a ticket's page shows, read in one unit of work and cut to what this member may know."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from core import db, stack
from core.people import Member
from core.places import actions as places
from core.policy import keys
from core.policy.policy import Policy
from core.policy.values import Tag
from core.tenants import Tenant
from core.tickets import actions, listing, views
from core.tickets.clocks import is_live
from core.tickets.listing import AppealView, Eyes, MarkView, Row
from core.tickets.model import Clock, Ticket
from web.admin.history import FOR_THE_RATED, Line, actor_name, told
from web.admin.offers import Facts, Offer, offers
from web.admin.sight import actor_of, is_protected
from web.coming import Coming, coming, sets_deadlines
from web.permissions import may

MOST_INSTITUTIONS = 2000
# The deadlines that concern the rated themselves.
FOR_THEM = frozenset({"appeal", "decide"})


@dataclass(frozen=True, slots=True)
class Case:
    row: Row
    view: views.TicketView
    policy: Policy
    marks: tuple[MarkView, ...]
    tags: tuple[Tag, ...]
    clocks: tuple[Clock, ...]
    coming: tuple[Coming, ...]
    history: tuple[Line, ...]
    appeals: tuple[AppealView, ...]
    offers: tuple[Offer, ...]
    names: Mapping[str, str]
    protected: bool

    @property
    def labels(self) -> Mapping[str, str]:
        return {each.code: each.label for each in self.policy[keys.dimensions] or ()}

    @property
    def unlimited(self) -> bool:
        return not sets_deadlines(self.policy)

    def offer(self, verb: str) -> Offer | None:
        return next((each for each in self.offers if each.verb == verb), None)


async def read(unit: db.Unit, tenant: Tenant, member: Member, eyes: Eyes, number: str, now: datetime) -> Case:
    """Refuses ``not-found`` for a ticket that these eyes may not see."""
    row = await listing.seen(unit, eyes, number, now)
    ticket, view = await listing.ticket(unit, number), await views.view(unit, row.id, now)
    policy = stack.policy(tenant, ticket.policy_day)
    names = await _names(unit, ticket)
    offered = await _offers(unit, tenant, member, ticket, policy, now) if may(member.role, "tickets.act") else ()
    chosen = set(view.tags)
    ahead = (await coming(unit, tenant, [row.id])).get(row.id, ())
    case = Case(
        row=row, view=view, policy=policy, marks=await listing.marks(unit, ticket),
        tags=tuple(each for each in policy[keys.tags] or () if each.code in chosen), clocks=_in_order(view.clocks),
        coming=ahead, history=told(view.acts, names), appeals=_named(await listing.appeals(unit, ticket.id), names),
        offers=offered, names=names, protected=is_protected(member),
    )  # fmt: skip
    return _for_the_rated(case) if case.protected else case


def _named(found: tuple[AppealView, ...], names: Mapping[str, str]) -> tuple[AppealView, ...]:
    return tuple(
        replace(each, appellant=actor_name(each.appellant, names), addressee=actor_name(each.addressee, names))
        for each in found
    )


def _in_order(clocks: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """What still runs, the most urgent first; then what is over, the newest first."""
    live = sorted((each for each in clocks if is_live(each)), key=lambda each: each.due_at)
    over = sorted((each for each in clocks if not is_live(each)), key=lambda each: each.started_at, reverse=True)
    return (*live, *over)


def hidden(row: Row) -> Row:
    """A row without what could tell the rated who rated them: a duty counted in hours would name the hour."""
    due = None if row.due_name not in FOR_THEM else row.due_at
    return replace(row, case="", text="", channel="", due_at=due)


def _for_the_rated(case: Case) -> Case:
    # 国办发〔2019〕51号 and the cities after it: the rated hear of the matter, not of the rater.
    return replace(
        case, row=hidden(case.row), view=replace(case.view, case="", text="", channel="", origin=""),
        clocks=tuple(each for each in case.clocks if each.name in FOR_THEM), coming=(),
        history=tuple(each for each in case.history if each.verb in FOR_THE_RATED),
    )  # fmt: skip


async def _offers(
    unit: db.Unit, tenant: Tenant, member: Member, ticket: Ticket, policy: Policy, now: datetime
) -> tuple[Offer, ...]:
    every = await places.listing(unit, "institution", limit=MOST_INSTITUTIONS)
    facts = Facts(
        ticket=ticket, by=actor_of(member), policy=policy, calendar=tenant.calendar,
        homes=await actions.homes_for(unit, ticket), appeal=await actions.appeal_of(unit, ticket.id),
        institutions={each.code: each.name for each in every}, now=now,
    )  # fmt: skip
    return offers(facts, supervises=may(member.role, "tickets.supervise"))


async def _names(unit: db.Unit, ticket: Ticket) -> Mapping[str, str]:
    every = await places.listing(unit, "institution", limit=MOST_INSTITUTIONS)
    staff = await places.names(unit, "staff", [ticket.staff] if ticket.staff else [])
    return {f"institution:{each.code}": each.name for each in every} | {
        f"staff:{code}": name for code, name in staff.items()
    }
