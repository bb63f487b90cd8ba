"""Everything a ticket's page shows, read in one unit of work and cut to what this member may know."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from core import db, stack
from core.assignments import actions as assignments
from core.assignments.model import Given
from core.evidence import actions as evidence
from core.evidence.actions import Evidence
from core.people import Member
from core.places import actions as places
from core.policy import keys
from core.policy.policy import Policy
from core.policy.values import Tag
from core.redaction import left
from core.tenants import Tenant
from core.tickets import actions, decide, listing, stored, views
from core.tickets.clocks import is_live
from core.tickets.decide import Next
from core.tickets.listing import Eyes, MarkView, Row
from core.tickets.machine import FOLLOWED, RULES
from core.tickets.model import Appeal, Clock, Ticket
from web.admin import contacts, dossier
from web.admin.begun import Begun, begun
from web.admin.contacts import Attempt, Contactable
from web.admin.dossier import Extension, Filed, FileLine, Joined, Told
from web.admin.extras.beside import Beside, beside
from web.admin.history import Line, for_the_rated, told
from web.admin.offers import Facts, Offer, offers
from web.admin.sight import actor_of, eyes_of, is_protected
from web.coming import Coming, of_one, sets_deadlines
from web.permissions import may

MOST_INSTITUTIONS = 2000
INSTITUTION = "institution:"
# The acts whose forms choose an institution, and the one that chooses a ticket.
CHOOSE, JOINS = frozenset({"dispatch", "transfer"}), "join"
# The deadlines that concern the rated themselves.
FOR_THEM = frozenset({"appeal", "decide"})
# What somebody who is to decide must have read of before.
FOUND = frozenset({"verdict", "decide", "inspect"})


@dataclass(frozen=True, slots=True)
class Case:
    """``mine`` names the tasks that this member may report done; ``facts`` decide what they may do to the ticket."""

    row: Row
    view: views.TicketView
    policy: Policy
    marks: tuple[MarkView, ...]
    tags: tuple[Tag, ...]
    clocks: tuple[Clock, ...]
    coming: tuple[Coming, ...]
    history: tuple[Line, ...]
    appeals: tuple[Filed, ...]
    offers: tuple[Offer, ...]
    names: Mapping[str, str]
    protected: bool
    files: tuple[FileLine, ...]
    told: tuple[Told, ...]
    joined: tuple[Joined, ...]
    beside: tuple[Beside, ...]
    lead: str | None
    tasks: tuple[Given, ...]
    mine: frozenset[UUID]
    extensions: Mapping[UUID, Extension]
    facts: Facts | None
    begun: Begun
    next_act: Next | None
    rater: Contactable

    @property
    def labels(self) -> Mapping[str, str]:
        return {each.code: each.label for each in self.policy[keys.dimensions] or ()}

    @property
    def unlimited(self) -> bool:
        return not sets_deadlines(self.policy)

    @property
    def open_appeal(self) -> Filed | None:
        return next((each for each in self.appeals if each.state == "open"), None)

    @property
    def statements(self) -> tuple[Line, ...]:
        return tuple(each for each in self.history if each.verb == "statement")

    @property
    def found(self) -> tuple[Line, ...]:
        return tuple(each for each in self.history if each.verb in FOUND)

    @property
    def answer(self) -> Line | None:
        """The last reply that was given to the rater."""
        return next((each for each in reversed(self.history) if each.verb in ("feedback", "explain")), None)

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        return contacts.attempts(self.view.acts, self.history)

    @property
    def takes_files(self) -> bool:
        """Whether this member may lay material beside the ticket; the rated hand theirs in with an appeal."""
        return self.facts is not None and not self.protected and self.view.state != "withdrawn"

    def offer(self, verb: str) -> Offer | None:
        return next((each for each in self.offers if each.verb == verb), None)

    def bar(self, most: int) -> tuple[tuple[Offer, ...], tuple[Offer, ...]]:
        """What stands as a button, first what the law asks next, and what is folded away; something always stands."""
        asked = [each for each in self.offers if self.next_act and each.verb == self.next_act.verb]
        usual = [each for each in self.offers if not each.rare and each not in asked]
        usual = [*asked, *usual] or list(self.offers)
        shown = usual[:most]
        return tuple(shown), tuple(each for each in self.offers if each not in shown)

    def also_done_to(self, verb: str) -> tuple[Joined, ...]:
        """The tickets that this act is done to as well."""
        return tuple(each for each in self.joined if verb in FOLLOWED and each.state in RULES[verb].states)

    def left_behind(self, verb: str) -> tuple[Joined, ...]:
        """Joined tickets whose own state does not allow this act: they are to be handled by themselves."""
        done = self.also_done_to(verb)
        return tuple(each for each in self.joined if verb in FOLLOWED and each not in done)


async def read(
    unit: db.Unit, tenant: Tenant, member: Member, eyes: Eyes, number: str, now: datetime, doing: str = "",
    asks: str = "",
) -> Case:  # fmt: skip
    """Refuses ``not-found`` for a ticket that these eyes may not see.

    ``doing`` is the act whose form is open, ``asks`` the one whose form was sent: some of them choose an institution.
    """
    row = await listing.seen(unit, eyes, number, now)
    ticket = await listing.ticket(unit, number)
    view = await views.view(unit, row.id, now, ticket.rated_at, ticket.clocks)
    policy = stack.policy(tenant, ticket.policy_day)
    found = await dossier.found_appeals(unit, ticket.id)
    given, tasks = await evidence.listing(unit, ticket.id), await assignments.listing(unit, ticket_id=ticket.id)
    every = await _institutions(unit, member, view, [*dossier.named(found), *_named(given, tasks)], {doing, asks})
    names, known = _names(view, every), await _known(unit, ticket, view)
    tags = tuple(each for each in policy[keys.tags] or () if each.code in set(view.tags))
    appeal = await stored.appeal_of(unit, ticket.id) if any(each["state"] == "open" for each in found) else None
    facts = await _facts(unit, tenant, member, ticket, policy, view, tags, known, every, appeal, {doing, asks}, now)
    files = dossier.lines(given, names)
    offered = offers(facts, supervises=may(member.role, "tickets.supervise")) if facts else ()
    opened = doing if doing in {each.verb for each in offered} else ""
    case = Case(
        row=row, view=view, policy=policy, tags=tags,
        marks=() if is_protected(member) else await listing.marks(unit, ticket),
        clocks=_in_order(view.clocks), coming=of_one(view, policy),
        history=told(view.acts, names), appeals=dossier.appeals(found, files, names),
        offers=offered, names=names, begun=await begun(unit, member, ticket.id, opened, now),
        next_act=decide.next_act([each.verb for each in offered], view.clocks, ticket.state),
        rater=await contacts.contactable(unit, member, ticket),
        protected=is_protected(member), files=files, told=(), joined=await _joined(unit, member, ticket),
        beside=() if is_protected(member) else await beside(unit, member, ticket, view.case, now),
        lead=await dossier.lead(unit, ticket.id) if ticket.joined_to else None, tasks=tasks,
        mine=_mine(tasks, member, eyes), extensions=_extensions(view), facts=facts,
    )  # fmt: skip
    return await _for_the_rated(unit, case, member, known) if case.protected else case


async def one(
    tenant: Tenant, member: Member, policy: Policy, number: str, now: datetime, doing: str = "", asks: str = ""
) -> Case:
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        return await read(unit, tenant, member, eyes, db.clean_text(number), now, doing, asks)


def _in_order(clocks: tuple[Clock, ...]) -> tuple[Clock, ...]:
    """What still runs, the most urgent first; then what is over, the newest first."""
    live = sorted((each for each in clocks if is_live(each)), key=lambda each: each.due_at)
    over = sorted((each for each in clocks if not is_live(each)), key=lambda each: each.started_at, reverse=True)
    return (*live, *over)


def _extensions(view: views.TicketView) -> Mapping[UUID, Extension]:
    found = {each.id: dossier.extension_of(each, view.acts) for each in view.clocks}
    return {clock: extension for clock, extension in found.items() if extension is not None}


def _mine(tasks: Sequence[Given], member: Member, eyes: Eyes) -> frozenset[UUID]:
    if not may(member.role, "tickets.act"):
        return frozenset()
    return frozenset(each.id for each in tasks if each.state == "open" and each.addressee in eyes.addresses)


def hidden(row: Row) -> Row:
    """A row without what could tell the rated who rated them: a duty counted in hours would name the hour."""
    due = None if row.due_name not in FOR_THEM else row.due_at
    return replace(row, case="", text="", channel="", due_at=due)


async def _for_the_rated(unit: db.Unit, case: Case, member: Member, known: Sequence[str]) -> Case:
    # 国办发〔2019〕51号 and the cities after it: the rated hear of the matter, not of the rater.
    own = str(actor_of(member))
    acts = for_the_rated(case.view.acts, own, known)
    view = replace(case.view, case="", text="", channel="", origin="", tags=(), acts=acts)
    return replace(
        case, row=hidden(case.row), view=view, marks=(), tags=(), coming=(), joined=(), lead=None, extensions={},
        clocks=tuple(each for each in case.clocks if each.name in FOR_THEM), history=told(acts, case.names),
        told=await dossier.told(unit, case.view.id, member.staff or ""),
        appeals=dossier.own(case.appeals, own, known), files=tuple(each for each in case.files if each.by == own),
        tasks=tuple(each for each in case.tasks if each.addressee == own),
    )  # fmt: skip


async def _facts(
    unit: db.Unit, tenant: Tenant, member: Member, ticket: Ticket, policy: Policy, view: views.TicketView,
    tags: Sequence[Tag], known: Sequence[str], every: Mapping[str, str], appeal: Appeal | None, acts: Collection[str],
    now: datetime,
) -> Facts | None:  # fmt: skip
    """None for a member who may do nothing to any ticket."""
    if not may(member.role, "tickets.act"):
        return None
    by = actor_of(member)
    return Facts(
        ticket=ticket, by=by, policy=policy, calendar=tenant.calendar,
        homes=await actions.homes_for(unit, ticket), appeal=appeal,
        institutions=every, now=now, known=tuple(known), words=view.text,
        tags=tuple(each.label for each in tags), involved=bool(views.hands(view.acts) & decide.persons(by)),
        beside=await dossier.beside(unit, ticket, now) if JOINS in acts else {},
    )  # fmt: skip


async def _known(unit: db.Unit, ticket: Ticket, view: views.TicketView) -> tuple[str, ...]:
    """What names the rater: what the case knows of them, and what they wrote of themselves."""
    known = await actions.known_of(unit, ticket.case_id)
    return (*known, *left(view.text, known))


async def _joined(unit: db.Unit, member: Member, ticket: Ticket) -> tuple[Joined, ...]:
    return () if is_protected(member) else await dossier.joined(unit, ticket.id)


def _names(view: views.TicketView, every: Mapping[str, str]) -> Mapping[str, str]:
    staff = {f"staff:{view.staff}": view.staff_name} if view.staff and view.staff_name else {}
    return {f"institution:{code}": name for code, name in every.items()} | staff


async def _institutions(
    unit: db.Unit, member: Member, view: views.TicketView, others: Iterable[str | None], acts: Collection[str]
) -> Mapping[str, str]:
    """All of them where one is to be chosen; else those that this ticket and what lies beside it name."""
    if CHOOSE & set(acts):
        return await places.institution_names(unit)
    named = [*others, *(each.actor for each in view.acts)]
    codes = {actor.removeprefix(INSTITUTION) for actor in named if actor and actor.startswith(INSTITUTION)}
    moved = {code for each in view.acts for code in each.data.get("handler") or () if code}
    own = {member.institution} if member.institution else set[str]()
    return await places.institution_names(unit, codes | moved | own | {view.handler, view.proposed, *view.co_handlers})


def _named(given: Iterable[Evidence], tasks: Iterable[Given]) -> Iterable[str | None]:
    yield from (each.uploaded_by for each in given)
    for each in tasks:
        yield from (each.addressee, each.about, each.ended_by)
