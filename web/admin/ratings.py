"""Ratings as they were given and as they count, without the person behind them; the rated see the day only."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from uuid import UUID

from litestar import get
from litestar.response import Redirect

from core import db
from core.clock import SHANGHAI
from core.desk.lists import KINDS
from core.intake import listing
from core.intake.listing import Page as Found
from core.intake.listing import Row, Wanted
from core.people import Member
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.tickets.listing import Eyes
from web.admin.chips import Filter, asked, read
from web.admin.lists.kit import listed, opens_with
from web.admin.lists.work import grade_word, institutions
from web.admin.sight import eyes_of, is_protected
from web.admin.tagged import ever
from web.deps import InMember, InPolicy, InTenant, Now
from web.filters import CHANNELS, ORIGINS
from web.forms import whole_number
from web.page import Page, page
from web.visit import HttpRequest

DAYS: Mapping[str, str] = {"7": "近 7 天", "30": "近 30 天", "90": "近 90 天", "366": "近一年", "all": "全部时间"}
USUAL_DAYS = 30
ROWS = 25
MOST_PAGES = 200
# What the page leaves free for the tags of one rating.
# What would narrow a day down to a visitor.
NOT_FOR_THE_RATED = frozenset({"channel", "case", "ticket"})
MARKS: Mapping[str, str] = {
    "citizen": "主动", "agent": "主动", "paper": "纸质", "default": "默认", "imported": "导入", "probe": "自检",
}  # fmt: skip


@get("/t/{slug:str}/admin/ratings", opt={"perm": "ratings.read"})
async def index(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now
) -> Page | Redirect:
    kind, protected = KINDS["ratings"], is_protected(member)
    async with db.as_tenant(tenant.id) as unit:
        if view := await opens_with(unit, request, member, kind):
            return Redirect(view, status_code=303)
        eyes = await eyes_of(unit, member, policy)
        filters = _filters(policy, await institutions(unit, request, eyes, "institution"), member)
        shown = await listed(
            unit, request, member, kind, filters, without=NOT_FOR_THE_RATED if protected else frozenset()
        )
        wanted = _wanted(eyes, shown.filters, shown.q, member, now, shown.size)
        total = await listing.total(unit, wanted)
        place = _place(request)
        found = await _found(unit, wanted, place, shown.last_id, member)
    return page(
        "admin/ratings/index.html", list=shown, found=found, total=min(total, listing.COUNTED_TO),
        capped=total > listing.COUNTED_TO, place=place, protected=protected,
        dimensions={each.code: each.label for each in policy[keys.dimensions] or ()},
        tags=ever(tenant, policy.on), marks=MARKS,
        grades={grade: grade_word(grade, policy) for grade in vocab.GRADES}, usual=USUAL_DAYS,
    )  # fmt: skip


async def asked_for(
    unit: db.Unit, request: HttpRequest, member: Member, policy: Policy, eyes: Eyes, now: datetime
) -> tuple[tuple[Filter, ...], Wanted, int]:
    """What the address asks for, and how many there are."""
    every = _filters(policy, await institutions(unit, request, eyes, "institution"), member)
    filters = read(request, every)
    wanted = _wanted(eyes, filters, asked(request, "q"), member, now, ROWS)
    return filters, wanted, await listing.total(unit, wanted)


async def _found(unit: db.Unit, wanted: Wanted, place: int, after: UUID | None, member: Member) -> Found:
    if not is_protected(member):
        return await listing.page(unit, wanted, after)
    found = await listing.page_by_day(unit, wanted, (place - 1) * wanted.limit)
    return replace(found, rows=tuple(_for_the_rated(row) for row in found.rows))


def _for_the_rated(row: Row) -> Row:
    """The day, the matter and the grade; nothing by which one visitor of that day could be told from another."""
    day = datetime.combine(row.rated_at.astimezone(SHANGHAI).date(), time(), SHANGHAI)
    return replace(row, rated_at=day, case="", channel="", text="", anonymous=False, ticket=None)


def _place(request: HttpRequest) -> int:
    """The rated turn pages by number: the id of a rating would tell them its time."""
    return whole_number(asked(request, "page"), MOST_PAGES) or 1


def _filters(policy: Policy, institutions: Mapping[str, str], member: Member) -> tuple[Filter, ...]:
    grades = {str(grade): grade_word(grade, policy) for grade in sorted(vocab.GRADES)}
    every = (
        Filter("grade", "等级", grades), Filter("origin", "来源", ORIGINS), Filter("channel", "渠道", CHANNELS),
        Filter("institution", "机构", institutions), Filter("days", "时间", DAYS),
        Filter("text", "文字", {"1": "有文字"}),
    )  # fmt: skip
    # A channel or its words would narrow a day down to a visitor.
    hidden = {"channel", "text"} if is_protected(member) else set[str]()
    return tuple(each for each in every if each.options and each.name not in hidden)


def _wanted(eyes: Eyes, filters: tuple[Filter, ...], q: str, member: Member, now: datetime, size: int) -> Wanted:
    chosen = {each.name: each.value for each in filters}
    days = chosen.get("days") or str(USUAL_DAYS)
    today = now.astimezone(SHANGHAI).date()
    return Wanted(
        everything=eyes.everything, institutions_of=eyes.oversees, staff_of=eyes.staff,
        since=None if days == "all" else _start(today - timedelta(days=int(days))),
        # The rated hear of a day when it is over, so that nobody is recognised at the counter.
        before=_start(today) if is_protected(member) else None,
        origin=chosen.get("origin", ""), channel=chosen.get("channel", ""), has_text=bool(chosen.get("text")),
        grade=int(chosen["grade"]) if chosen.get("grade") else None, institution=chosen.get("institution", ""),
        q=q, limit=size,
    )  # fmt: skip


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
