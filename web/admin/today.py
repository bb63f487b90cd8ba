"""At a glance what will break the law today, and behind every number the list of exactly those rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from litestar import get
from markupsafe import Markup

from core import db
from core.clock import SHANGHAI
from core.errors import NotFound
from core.people import Member
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.records import listing as extras
from core.records import offered
from core.records.model import Record
from core.tenants import Tenant
from core.tickets.listing import Eyes
from core.tickets.machine import LIVE, STATE_LABELS
from core.today import listing
from core.today.decide import DUTIES, Day, day_of, units_duties, waits_for_the_bureau
from core.today.listing import Desk, Place, Wanted
from core.today.model import Figures, Hour, Line, Whose
from web import charts
from web.admin.called import names_of
from web.admin.chips import asked
from web.admin.extras.sight import acting, reach_of
from web.admin.sight import eyes_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.forms import whole_number
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest

TITLES: Mapping[str, str] = {
    "over": "已超期的期限", "today": "今天还要到期的期限", "away": "休息日里到期的期限", "next": "下个工作日到期的期限",
    "hour": "这一小时到期的期限", "open": "在办的工单", "missed": "近 30 天没有按期完成的期限",
    "fell": "近 30 天到期的期限", "audit": "等待审核评价内容", "dispatch": "等待派发", "dispatch-verified": "等待派发",
    "verify": "等待核实", "callback": "等待回访", "tasks": "已超期的任务",
}  # fmt: skip
# Where the list of tickets has the same rows under a tab of its own, with acts for many at once.
TABS: Mapping[str, str] = {"over": "over", "today": "today", "audit": "audit"}
WAITS: Mapping[str, str] = {
    "audit": "待审核评价内容", "dispatch": "待派发", "dispatch-verified": "待派发", "verify": "待核实",
    "callback": "待回访", "appeals": "待复核申诉", "tasks": "交给本单位的任务",
}  # fmt: skip
WEEKDAYS = "一二三四五六日"
HOURS = 24
MOST_UNITS = 100
BEGIN_WITH = 2
ROWS = 50


@dataclass(frozen=True, slots=True)
class Held:
    """Records of one kind that wait for this member: how many, how many too late, and those to begin with."""

    kind: str
    total: int
    late: int
    first: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Bar:
    """An hour of today as the picture and the table below it tell of it."""

    hour: int
    over: int
    ahead: int

    @property
    def words(self) -> str:
        return f"{self.hour - 1:02}–{self.hour:02} 时"


@get("/t/{slug:str}/admin/today", opt={"perm": "today.read"})
async def show(tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        desk = desk_for(eyes, tenant, member, policy, now)
        found = await listing.figures(unit, desk)
        held = await _held(unit, member, now) if may(member.role, "extras.read") else ()
    bars = _bars(found.hours)
    return page(
        "admin/today/show.html", found=found, desk=desk, day=desk.day, today=said(desk.day.begins.date()),
        kind=tenant.calendar.word(desk.day.begins.date()), coming=said(desk.day.next_day), bars=bars,
        picture=_picture(bars, desk.day, now), waits=_waits(found, member), wait_names=WAITS,
        units=(found.units or ())[:MOST_UNITS],
        oversees=oversees(eyes), live=LIVE, states=STATE_LABELS, held=held,
    )  # fmt: skip


async def _held(unit: db.Unit, member: Member, now: datetime) -> tuple[Held, ...]:
    """By kind, so that many of one hide none of another; where most is late stands on top."""
    waiting = await extras.waiting(unit, acting(await reach_of(unit, member), member), now)
    of: dict[tuple[str, str], list[Record]] = {}
    for each, _ in waiting:
        of.setdefault((each.extra, each.kind), []).append(each)
    held = [_lot(offered.kind_of(extra, kind)[1].label, found, now) for (extra, kind), found in of.items()]
    return tuple(sorted(held, key=lambda each: -each.late))


def _lot(kind: str, found: Sequence[Record], now: datetime) -> Held:
    """What is due first stands first; of what has no end, what came last."""
    newest = sorted(found, key=lambda each: each.filed_at, reverse=True)
    ordered = sorted(newest, key=lambda each: (each.due_at is None, each.due_at or now))
    return Held(kind, len(found), sum(each.due_at is not None and each.due_at <= now for each in found),
                tuple(ordered[:BEGIN_WITH]))  # fmt: skip


@get("/t/{slug:str}/admin/today/rows", opt={"perm": "today.read"})
async def rows(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    what = asked(request, "what")
    if what not in TITLES:
        raise NotFound("没有这一张清单。")
    async with db.as_tenant(tenant.id) as unit:
        desk = desk_for(await eyes_of(unit, member, policy), tenant, member, policy, now)
        if what == "tasks":
            return await _late_tasks(unit, desk, policy, request)
        wanted = _wanted(request, what)
        found = await listing.lines(unit, desk, wanted)
    last = found.rows[-1] if found.more else None
    return page(
        "admin/today/rows.html", found=found, title=_title(wanted, found.rows), what=what, wanted=wanted,
        next=f"{last.at.isoformat()}_{last.id}" if last else "", first=wanted.after is None, live=LIVE,
        states=STATE_LABELS, tab="" if wanted.handler or wanted.units else TABS.get(what, ""),
        duties=wanted.what != "open", measured=what in ("missed", "fell"),
    )  # fmt: skip


async def _late_tasks(unit: db.Unit, desk: Desk, policy: Policy, request: HttpRequest) -> Page:
    after = _place(request)
    found = await listing.late_tasks(unit, desk, after)
    names = await names_of(unit, policy, [name for each in found.rows for name in (each.about, each.addressee)])
    last = found.rows[-1] if found.more else None
    return page(
        "admin/today/tasks.html", found=found, title=TITLES["tasks"], names=names, kinds=vocab.TASKS,
        next=f"{last.at.isoformat()}_{last.id}" if last else "", first=after is None,
    )  # fmt: skip


def desk_for(eyes: Eyes, tenant: Tenant, member: Member, policy: Policy, now: datetime) -> Desk:
    units = units_duties(policy)
    return Desk(
        day=day_of(now, tenant.calendar), whose=Whose(eyes.everything, eyes.oversees),
        duties=DUTIES if oversees(eyes) else units, units=units, waits=_waits_for(eyes, member, policy),
        addresses=eyes.addresses if may(member.role, "tickets.act") else (),
        sees_alerts=may(member.role, "alerts.read"),
    )  # fmt: skip


def oversees(eyes: Eyes) -> bool:
    return eyes.everything or eyes.is_bureau


def _waits_for(eyes: Eyes, member: Member, policy: Policy) -> tuple[listing.Waiting, ...]:
    if eyes.is_bureau:
        return waits_for_the_bureau(policy)
    hotline = eyes.everything and member.role == "handler" and policy[keys.dispatcher] == "hotline"
    return ("dispatch",) if hotline else ()


def _wanted(request: HttpRequest, what: str) -> Wanted:
    hour = whole_number(asked(request, "hour"), HOURS) or 0
    if what == "hour" and not hour:
        raise NotFound("没有这一小时。")
    return Wanted(
        what,  # pyright: ignore[reportArgumentType] - one of TITLES
        handler=asked(request, "handler"), hour=hour, units=bool(asked(request, "units")),
        after=_place(request), limit=ROWS,
    )  # fmt: skip


def _place(request: HttpRequest) -> Place | None:
    at, _, last = asked(request, "after").partition("_")
    try:
        found = datetime.fromisoformat(at.replace(" ", "+")), UUID(last)
    except ValueError:
        return None
    return found if found[0].tzinfo else None


def _title(wanted: Wanted, found: Sequence[Line]) -> str:
    title = TITLES[wanted.what]
    if wanted.what == "hour":
        title = f"今天 {wanted.hour - 1:02}:00–{wanted.hour:02}:00 到期的期限"
    return f"{found[0].handler_name}：{title}" if wanted.handler and found else title


def _bars(hours: Sequence[Hour] | None) -> tuple[Bar, ...]:
    return tuple(Bar(each.hour, each.over, each.ahead) for each in hours or ())


def _picture(bars: Sequence[Bar], day: Day, now: datetime) -> Markup:
    total = sum(each.over + each.ahead for each in bars)
    counts = {each.hour: (each.over, each.ahead) for each in bars}
    hour = now.astimezone(SHANGHAI).hour
    title = f"{day.begins.date().isoformat()} 按小时到期的期限，共 {total} 项"
    return charts.hours(counts, hour, title) if total else Markup("")


def _waits(found: Figures, member: Member) -> Mapping[str, int] | None:
    """What nobody can open is not shown as a number either."""
    if found.waiting is None:
        return None
    acts = may(member.role, "tickets.act")
    return {what: n for what, n in found.waiting.items() if acts or what not in ("appeals", "tasks")}


def said(day: date) -> str:
    return f"{day.month}月{day.day}日（周{WEEKDAYS[day.weekday()]}）"
