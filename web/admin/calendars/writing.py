"""A notice is pasted or handed in, a day of one's own is written down; what is wrong with it stands at its line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import cast

from litestar import get, post
from litestar.response import Redirect

from core.calendars import actions, notice
from core.calendars.files import text_of
from core.calendars.model import DayKind, OwnDay
from core.calendars.notice import LONGEST, Fault, Unreadable
from core.errors import Invalid, Refused
from core.policy.calendar import Calendar
from core.tenants import Tenant
from web.admin.calendars.year import today_of
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, day_from, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

BODY_LIMIT = 20 * 2**20
KINDS: Mapping[str, str] = {"off": "放假", "work": "上班", "none": "恢复全国的安排"}
MOST_AT_ONCE = timedelta(days=15)
WORDS = 100


@dataclass(frozen=True, slots=True)
class Tried:
    """``faults`` stand at the lines of ``text``."""

    text: str = ""
    faults: Sequence[Fault] = ()
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def lines(self) -> list[tuple[int, str, list[str]]]:
        return [
            (number, line, [each.says for each in self.faults if each.line == number])
            for number, line in enumerate(self.text.splitlines() or [""], 1)
        ]


@get("/t/{slug:str}/admin/calendar/notice", opt={"perm": "calendar.write"})
async def ask(tenant: InTenant) -> Page:
    return page("admin/calendars/notice.html", tenant=tenant, tried=Tried())


@post(
    "/t/{slug:str}/admin/calendar/notice", opt={"perm": "calendar.write"}, status_code=303,
    request_max_body_size=BODY_LIMIT,
)  # fmt: skip
async def read(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    """Nothing is kept of a notice that cannot be read; what was pasted stays on the page."""
    form = await posted(request)
    text = form.kept("text").replace("\r\n", "\n")
    try:
        text = _text(form)
        change = await actions.propose_notice(tenant, notice.read(text), text, by=member, now=now)
    except Unreadable as refusal:
        tried = Tried(text, refusal.faults, errors={"text": f"有 {len(refusal.faults)} 处需要改正，见下面标出的行。"})
        return page("admin/calendars/notice.html", status=422, tenant=tenant, tried=tried)
    except Refused as refusal:
        tried = Tried(text[: 2 * LONGEST], errors={refusal.field or "text": refusal.detail})
        return page("admin/calendars/notice.html", status=status_of(refusal), tenant=tenant, tried=tried)
    return Redirect(f"/t/{tenant.slug}/admin/calendar/changes/{change}", status_code=303)


def _text(form: Posted) -> str:
    """A file goes before what was pasted, since nobody chooses one by mistake."""
    handed = form.files.get("file", [])
    if handed:
        return text_of(*handed[0])
    text = form.kept("text").replace("\r\n", "\n")
    if not text.strip():
        raise Invalid("请粘贴通知的全文，或者选择文件。", field="text")
    return text


@get("/t/{slug:str}/admin/calendar/days", opt={"perm": "calendar.write"})
async def ask_day(tenant: InTenant) -> Page:
    return page("admin/calendars/days.html", tenant=tenant, tried=Tried(), kinds=KINDS)


@post("/t/{slug:str}/admin/calendar/days", opt={"perm": "calendar.write"}, status_code=303)
async def write_day(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    try:
        days = _days(form, tenant, today_of(now))
        change = await actions.propose_days(tenant, days, by=member, now=now)
    except Refused as refusal:
        typed = {name: form.kept(name)[:200] for name in ("day", "until", "kind", "label", "basis")}
        tried = Tried(typed=typed, errors={refusal.field or "day": refusal.detail})
        return page(
            "admin/calendars/days.html", status=status_of(refusal), tenant=tenant, tried=tried, kinds=KINDS
        )  # fmt: skip
    return Redirect(f"/t/{tenant.slug}/admin/calendar/changes/{change}", status_code=303)


def _days(form: Posted, tenant: Tenant, today: date) -> tuple[OwnDay, ...]:
    first, last = _span(form)
    if tenant.live and first <= today:
        raise Invalid("只能登记今天以后的日子，已经过去的日子不再改动。", field="day")
    kind = _kind(form)
    label, basis = form.text("label", WORDS), form.text("basis", WORDS)
    if kind and not label:
        raise Invalid("请填写名称，例如“壮族三月三”。期限的计算过程里会显示它。", field="label")
    if not basis:
        raise Invalid("请填写依据的文件名称和编号。", field="basis")
    every = [first + timedelta(days=step) for step in range((last - first).days + 1)]
    chosen = [day for day in every if _changes(tenant.calendar, day, kind)]
    if not chosen:
        raise Invalid(_idle(tenant.calendar, first, kind), field="day")
    return tuple(OwnDay(day, kind, label, basis) for day in chosen)


def _span(form: Posted) -> tuple[date, date]:
    first = day_from(form.text("day"), "day")
    if first is None:
        raise Invalid("请填写日期。", field="day")
    last = day_from(form.text("until"), "until") or first
    if last < first:
        raise Invalid("结束日期早于开始日期，请核对。", field="until")
    if last - first >= MOST_AT_ONCE:
        raise Invalid(f"一次最多登记 {MOST_AT_ONCE.days} 天，请分开登记。", field="until")
    return first, last


def _kind(form: Posted) -> DayKind:
    kind = form.text("kind")
    if kind not in KINDS:
        raise Invalid("请选择这一天放假、上班还是恢复全国的安排。", field="kind")
    return cast("DayKind", "" if kind == "none" else kind)


def _changes(calendar: Calendar, day: date, kind: DayKind) -> bool:
    """Whether the day becomes another; a day of one's own may be named anew."""
    if not kind:
        return day in calendar.overlay
    return day in calendar.overlay or calendar.is_workday(day) == (kind == "off")


def _idle(calendar: Calendar, day: date, kind: DayKind) -> str:
    if not kind:
        return f"{day.month}月{day.day}日没有本地的设置，不用恢复。"
    return f"{day.month}月{day.day}日是{calendar.word(day)}，本来就{KINDS[kind]}，不用登记。"
