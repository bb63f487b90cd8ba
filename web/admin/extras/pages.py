"""The pages of an extra: lists, boards, calendars and tables, each as its extra describes it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from litestar import get
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.clock import SHANGHAI
from core.desk import of_records
from core.desk.known import kind_of
from core.errors import NotFound
from core.people import Member
from core.policy.extras import Extra, Kind
from core.policy.extras import Page as Own
from core.records import listing, offered, words
from core.records.listing import Asked
from core.records.model import Reach
from core.records.offered import Standing
from core.tenants import Tenant
from web.admin.extras import months, tables
from web.admin.extras.columns import Columns, columns_of
from web.admin.extras.lists import Row, look_of, row_of
from web.admin.extras.sight import comes_as, files_as, reach_of, seen_pages
from web.admin.lists.kit import Listed, listed, opens_with
from web.deps import InMember, InTenant, Now
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest

HOME = "/t/{slug:str}/admin/extras/{extra:str}"
ON_A_BOARD, ON_A_CARD = 30, 2
IN_A_MONTH = 1000


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page of an extra shows around its own part."""

    extra: Extra
    page: Own
    pages: tuple[Own, ...]
    reach: Reach
    files: tuple[Kind, ...]
    codes: tuple[Kind, ...]
    sheets: tuple[Kind, ...]
    standing: Standing
    open: int
    clause: str

    @property
    def is_on(self) -> bool:
        return self.standing.is_on


@get(HOME, opt={"perm": "extras.read"})
async def first(tenant: InTenant, member: InMember, extra: FromPath[str]) -> Redirect:
    """An extra opens with the first of its pages that this member may see."""
    found = extra_of(extra)
    async with db.as_tenant(tenant.id) as unit:
        pages = seen_pages(found, await reach_of(unit, member))
    if not pages:
        raise NotFound("没有这项特色功能，或者没有您能看的页面。")
    return Redirect(f"/t/{tenant.slug}/admin/extras/{found.code}/{pages[0].code}", status_code=303)


@get(f"{HOME}/{{page_:str}}", opt={"perm": "extras.read"})
async def show(
    request: HttpRequest, tenant: InTenant, member: InMember, extra: FromPath[str], page_: FromPath[str], now: Now
) -> Page | Redirect:
    async with db.as_tenant(tenant.id) as unit:
        frame = await frame_of(unit, tenant, member, extra, page_, now)
        if frame.page.shows == "tables":
            counted = await tables.counted(unit, request, tenant, frame.extra, frame.page, frame.reach, now)
            return page(
                "admin/extras/tables.html", status=counted.status, tenant=tenant, frame=frame, counted=counted,
            )  # fmt: skip
        _, kind = offered.kind_of(frame.extra.code, frame.page.kind)
        if frame.page.shows == "board":
            return await _board(unit, request, tenant, frame, kind, now)
        if frame.page.shows == "calendar":
            return await _calendar(unit, request, tenant, frame, kind, now)
        return await _list(unit, request, tenant, member, frame, kind, now)


def extra_of(code: str) -> Extra:
    found = next((each for each in offered.known() if each.code == code), None)
    if found is None:
        raise NotFound("没有这项特色功能，或者带来它的插件已被移除。")
    return found


async def frame_of(unit: db.Unit, tenant: Tenant, member: Member, extra: str, page_: str, now: datetime) -> Frame:
    found, reach = extra_of(extra), await reach_of(unit, member)
    pages = seen_pages(found, reach)
    chosen = next((each for each in pages if each.code == page_), None)
    if chosen is None:
        raise NotFound("没有这一页，或者您不能看。")
    today = now.astimezone(SHANGHAI).date()
    standing = offered.standing(tenant, found, today)
    acts = standing.is_on and may(member.role, "extras.act")
    return Frame(
        found, chosen, pages, reach,
        tuple(each for each in found.kinds if acts and not each.parent and files_as(each, reach)),
        tuple(each for each in found.kinds if "citizen" in each.files and comes_as(reach) & {*each.files, *each.sees}),
        tuple(each for each in found.kinds if each.sheet and acts and files_as(each, reach)),
        standing, 0 if standing.is_on else await _open(unit, found, reach, now),
        offered.basis(tenant, found, standing.begins or today),
    )  # fmt: skip


async def _open(unit: db.Unit, extra: Extra, reach: Reach, now: datetime) -> int:
    """How many of those that this member sees are not finished."""
    return (await listing.page(unit, Asked(extra.code, reach, is_open=True, size=1), now)).total


async def _list(
    unit: db.Unit, request: HttpRequest, tenant: Tenant, member: Member, frame: Frame, kind: Kind, now: datetime
) -> Page | Redirect:
    """A list like the others of the office: with its views, its columns, and what may be taken away of it."""
    described = kind_of(of_records.code_of(frame.extra, frame.page.code))
    if view := await opens_with(unit, request, member, described):
        return Redirect(view, status_code=303)
    look = await look_of(unit, request, frame.extra, kind, frame.reach)
    shown = await listed(unit, request, member, described, look.filters)
    found = await listing.page(unit, replace(look.asked, after=shown.last_id, size=shown.size), now)
    names = await words.names_of(unit, [(kind, each.fields) for each in found.rows], found.rows)
    mark = of_records.OF_FIELD
    columns = columns_of(kind, [each.code.removeprefix(mark) for each in shown.columns if each.code.startswith(mark)])
    rows = [columns.row(each, names) for each in found.rows]
    return page(
        "admin/extras/list.html", tenant=tenant, frame=frame, kind=kind, list=shown, found=found, columns=columns,
        drawn=_drawn(shown, columns, rows), rows=rows, files=kind in frame.files,
    )  # fmt: skip


def _drawn(shown: Listed, columns: Columns, rows: Sequence[Row]) -> Listed:
    """The heads of this page: fields without room stand below the name, and what nobody has is left out."""
    apart = {of_records.OF_FIELD + each.code: each.width for each in columns.apart}
    placed = any(each.institution or each.person for each in rows)
    heads = [
        replace(each, css=apart.get(each.code, each.css)) for each in shown.columns
        if each.code in apart or (not each.code.startswith(of_records.OF_FIELD) and (each.code != "where" or placed))
    ]  # fmt: skip
    return replace(shown, columns=tuple(heads))


async def _board(unit: db.Unit, request: HttpRequest, tenant: Tenant, frame: Frame, kind: Kind, now: datetime) -> Page:
    look = await look_of(unit, request, frame.extra, kind, frame.reach)
    asked = replace(look.asked, states=(), after=None, size=ON_A_BOARD)
    columns = await listing.board(unit, asked, now)
    every = [each for column in columns for each in column.rows]
    names = await words.names_of(unit, [(kind, each.fields) for each in every], every)
    own = columns_of(kind)
    shown = (*own.apart, *own.below)[:ON_A_CARD]
    codes = [each.code for each in shown]
    return page(
        "admin/extras/board.html", tenant=tenant, frame=frame, kind=kind, sought=look,
        columns=[(column, [row_of(kind, each, names, codes) for each in column.rows]) for column in columns],
        labels=[each.label for each in shown],
    )  # fmt: skip


async def _calendar(
    unit: db.Unit, request: HttpRequest, tenant: Tenant, frame: Frame, kind: Kind, now: datetime
) -> Page:
    month = months.asked_month(request, now)
    look = await look_of(unit, request, frame.extra, kind, frame.reach)
    asked = replace(look.asked, days=(month.first, month.last), states=(), after=None, size=IN_A_MONTH)
    found = await listing.calendar(unit, asked, now)
    every = [each for rows in found.values() for each in rows]
    names = await words.names_of(unit, [(kind, each.fields) for each in every], every)
    shown = {day: [row_of(kind, each, names, ()) for each in rows] for day, rows in found.items()}
    return page(
        "admin/extras/calendar.html", tenant=tenant, frame=frame, kind=kind, sought=look, month=month,
        weeks=months.weeks(month, tenant.calendar), shown=shown, today=now.astimezone(SHANGHAI).date(),
    )  # fmt: skip
