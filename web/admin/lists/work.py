"""The lists of tickets: all of them, the calls that are owed, and the words that wait to be audited."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from urllib.parse import parse_qsl
from uuid import UUID

from core import db
from core.desk import claims, lots
from core.desk.lists import Kind
from core.desk.lots import Lot
from core.people import Member
from core.places import actions as places
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets import listing
from core.tickets.listing import TABS, Eyes, Page, Row, Wanted
from core.tickets.machine import STATE_LABELS
from web.admin import case as cases
from web.admin.chips import Address, Filter, Saved, asked, id_of, read
from web.admin.lists.kit import Listed, listed, opens_menu
from web.admin.sight import is_protected
from web.coming import coming, sets_deadlines
from web.permissions import may
from web.visit import HttpRequest

TAB_NAMES: Mapping[str, str] = {
    "mine": "待我处理", "today": "今日到期", "over": "已超期", "all": "全部",
}  # fmt: skip
# Lists of their own that are one tab of the tickets.
ONE_TAB: Mapping[str, str] = {"callbacks": "callback", "audits": "audit"}
DAYS: Mapping[str, str] = {"7": "近 7 天", "30": "近 30 天", "90": "近 90 天"}
_STATES: Mapping[str, str] = {str(state): label for state, label in STATE_LABELS.items()}
ME, NOBODY = "me", "none"
# What would tell the rated who rated them, or is no business of theirs: no column, no condition, no order, no count
# that is finer than the day, since whoever asks again and again learns the second at which it changes.
NOT_FOR_THE_RATED = frozenset({"assignee", "channel", "opened", "days"})
TABS_OF_THE_RATED: Mapping[str, str] = {"mine": "待我处理", "all": "全部"}
SORTS_OF_THE_RATED: Mapping[str, str] = {"day": "日期近的在前"}


@dataclass(frozen=True, slots=True)
class Work:
    """The list as the address asks for it."""

    list: Listed
    page: Page
    counts: Mapping[str, int]
    coming: Mapping[UUID, str]
    unlimited: bool
    about: Mapping[UUID, str]
    bulk: Mapping[str, str]
    lot: Lot | None = None
    may_undo: bool = False

    @property
    def tab(self) -> str:
        return self.list.tab


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at which list of tickets, and when."""

    tenant: Tenant
    member: Member
    eyes: Eyes
    policy: Policy
    kind: Kind
    now: datetime

    @property
    def shown(self) -> Kind:
        """The list as this member may have it."""
        return _for_the_rated(self.kind) if is_protected(self.member) else self.kind

    @property
    def tabs(self) -> Mapping[str, str]:
        if self.kind.code in ONE_TAB:
            return {}
        return TABS_OF_THE_RATED if is_protected(self.member) else TAB_NAMES


def _for_the_rated(kind: Kind) -> Kind:
    columns = tuple(replace(each, sorts=()) for each in kind.columns if each.code not in NOT_FOR_THE_RATED)
    filters = tuple(each for each in kind.filters if each not in NOT_FOR_THE_RATED)
    return replace(kind, columns=columns, filters=filters, sorts=SORTS_OF_THE_RATED)


async def work_of(unit: db.Unit, request: HttpRequest, looking: Looking) -> Work:
    member, policy, now = looking.member, looking.policy, looking.now
    every = await listing.counts(unit, looking.eyes, now)
    counts = {tab: every[tab] for tab in every if tab in looking.tabs} if is_protected(member) else every
    shown = await list_of(unit, request, looking, counts)
    found = await listing.page(unit, looking.eyes, wanted_of(shown, member, now), now)
    rows = tuple(cases.hidden(row) for row in found.rows) if is_protected(member) else found.rows
    waiting = {} if is_protected(member) else await _coming(unit, looking.tenant, rows)
    done = id_of(request, "lot")
    lot = await lots.lot_of(unit, member, done) if done else None
    return Work(
        shown, replace(found, rows=rows), counts, waiting, not sets_deadlines(policy), _about(rows, policy),
        verbs_for(looking), lot, may_undo=bool(lot and lot.may_be_taken_back(now)),
    )  # fmt: skip


async def list_of(
    unit: db.Unit, request: HttpRequest, looking: Looking, counts: Mapping[str, int] | None = None
) -> Listed:
    """The list that the address asks for; without ``counts`` an unnamed tab is the list of all."""
    filters = await _filters_for(unit, request, looking)
    tab = _tab(request, looking, counts or {})
    return await listed(unit, request, looking.member, looking.shown, filters, tab=tab, tabs=looking.tabs)


def wanted_of(shown: Listed, member: Member, now: datetime, *, limit: int | None = None) -> Wanted:
    """The page that is shown, or with ``limit`` so many from the first on."""
    wanted = _wanted(shown.tab, shown.chosen, shown.q, member, now)
    return replace(
        wanted,
        sort=shown.sort,
        after=shown.after if limit is None else "",
        limit=shown.size if limit is None else limit,
    )


def _wanted(tab: str, chosen: Mapping[str, str], q: str, member: Member, now: datetime) -> Wanted:
    days, grade, desk = chosen.get("days", ""), chosen.get("grade", ""), chosen.get("assignee", "")
    return Wanted(
        tab=tab, state=chosen.get("state", ""), grade=int(grade) if grade else None, handler=chosen.get("handler", ""),
        q=q, since=now - timedelta(days=int(days)) if days else None,
        assignee=str(member.id) if desk == ME else desk,
    )  # fmt: skip


async def counted(unit: db.Unit, looking: Looking, query: str) -> str:
    """How many a kept view holds, as it is said in the side bar."""
    kept = Saved(dict(parse_qsl(query)))
    filters = read(kept, await _filters_for(unit, kept, looking))
    chosen = {each.name: each.value for each in filters}
    wanted = _wanted(_tab(kept, looking, {}), chosen, asked(kept, "q"), looking.member, looking.now)
    found = await listing.page(unit, looking.eyes, replace(wanted, limit=1), looking.now)
    return f"{found.total:,}{'+' if found.capped else ''}"


async def _filters_for(unit: db.Unit, request: Address, looking: Looking) -> tuple[Filter, ...]:
    protected = is_protected(looking.member)
    handlers = {} if protected else await institutions(unit, request, looking.eyes, "handler")
    desks = {} if protected else await _desks(unit, request, looking.member)
    return tuple(each for each in _filters(looking.policy, handlers, desks) if each.name in looking.shown.filters)


def verbs_for(looking: Looking) -> Mapping[str, str]:
    """What may be tried with many tickets at once by whoever sits here; each ticket then says whether it may."""
    if not may(looking.member.role, "tickets.bulk"):
        return {}
    said = {"claim": "认领", "assign": "指派", "release": "放下"}
    if looking.kind.code == "tickets":
        said |= {"dispatch": "派发", "urge": "催办"} if looking.eyes.is_bureau or looking.eyes.everything else {}
        said |= {"supervise": "督办"} if may(looking.member.role, "tickets.supervise") else {}
        said |= {"transfer": "转派", "contact": "标记已联系"}
    return said


def grade_word(grade: int, policy: Policy) -> str:
    labels = policy[keys.grade_labels]
    return labels[5 - grade] if labels else vocab.GRADES[grade]


def _tab(request: Address, looking: Looking, counts: Mapping[str, int]) -> str:
    """A search looks everywhere; else the first screen is one's own work, if there is any."""
    if looking.kind.code in ONE_TAB:
        return ONE_TAB[looking.kind.code]
    wanted = asked(request, "tab")
    if wanted in (TABS_OF_THE_RATED if is_protected(looking.member) else TABS):
        return wanted
    return "mine" if counts.get("mine") and not asked(request, "q") else "all"


def _about(rows: Sequence[Row], policy: Policy) -> Mapping[UUID, str]:
    """What each was rated badly for, where more than one thing is asked: one rating may open several tickets."""
    labels = {each.code: each.label for each in policy[keys.dimensions] or ()}
    if len(labels) == 1:
        return {}
    return {row.id: "、".join(labels.get(code, code) for code in row.dimensions) for row in rows}


async def _coming(unit: db.Unit, tenant: Tenant, rows: Sequence[Row]) -> Mapping[UUID, str]:
    """From when the first deadline will count, for those that have none yet."""
    found = await coming(unit, tenant, [each.id for each in rows if each.due_at is None])
    return {ticket: ahead[0].start for ticket, ahead in found.items() if ahead}


async def institutions(unit: db.Unit, request: Address, eyes: Eyes, name: str) -> Mapping[str, str]:
    """All of them where one is to be chosen, else the one that is."""
    if not eyes.everything:
        return {}
    if opens_menu(request, "add"):
        every = await places.listing(unit, "institution", limit=cases.MOST_INSTITUTIONS)
        return {each.code: each.name for each in every}
    chosen = asked(request, name)
    return await places.names(unit, "institution", [chosen]) if chosen else {}


async def _desks(unit: db.Unit, request: Address, member: Member) -> Mapping[str, str]:
    """Whose desk: one's own, nobody's, a colleague's."""
    if not asked(request, "assignee") and not opens_menu(request, "add"):
        return {}
    known = await claims.colleagues(unit, member)
    others = {code: name for code, name in known.items() if code != str(member.id)}
    mine = {ME: "我"} if str(member.id) in known else {}
    return {**mine, NOBODY: "未认领", **others}


def _filters(policy: Policy, handlers: Mapping[str, str], desks: Mapping[str, str]) -> tuple[Filter, ...]:
    grades = {str(grade): grade_word(grade, policy) for grade in sorted(policy[keys.bad_grades] or (2, 1))}
    every = (
        Filter("state", "状态", _STATES), Filter("grade", "评价", grades), Filter("handler", "承办单位", handlers),
        Filter("assignee", "经办", desks), Filter("days", "评价时间", DAYS),
    )  # fmt: skip
    return tuple(each for each in every if each.options)
