"""The pages of an extra: lists, boards, calendars and tables, each as its extra describes it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from litestar import get
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.clock import SHANGHAI
from core.errors import NotFound, Refused
from core.people import Member
from core.policy.extras import Extra, Kind, Scene, Table
from core.policy.extras import Page as Own
from core.records import contained, listing, offered
from core.records import scene as scenes
from core.records.model import Reach
from core.tenants import Tenant
from web import saying
from web.admin.extras import months
from web.admin.extras.columns import columns_of
from web.admin.extras.lists import look_of, row_of
from web.admin.extras.sight import comes_as, files_as, reach_of, seen_pages
from web.deps import InMember, InTenant, Now
from web.errors import status_of
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
    is_on: bool
    open: int


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
) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        frame = await frame_of(unit, tenant, member, extra, page_, now)
        if frame.page.shows == "tables":
            return await _tables(unit, tenant, frame, now)
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
    is_on = offered.is_offered(tenant, found, now.astimezone(SHANGHAI).date())
    acts = is_on and may(member.role, "extras.act")
    return Frame(
        found, chosen, pages, reach,
        tuple(each for each in found.kinds if acts and not each.parent and files_as(each, reach)),
        tuple(each for each in found.kinds if "citizen" in each.files and comes_as(reach) & {*each.files, *each.sees}),
        tuple(each for each in found.kinds if each.sheet and acts and files_as(each, reach)),
        is_on, 0 if is_on else await offered.open_count(unit, found.code),
    )  # fmt: skip


async def _list(
    unit: db.Unit, request: HttpRequest, tenant: Tenant, member: Member, frame: Frame, kind: Kind, now: datetime
) -> Page:
    look = await look_of(unit, request, frame.extra, kind, frame.reach)
    found = await listing.page(unit, look.asked, now)
    told = [(kind, each.fields) for each in found.rows]
    names = await saying.names_of(unit, told, found.rows)
    columns = columns_of(kind)
    return page(
        "admin/extras/list.html", tenant=tenant, frame=frame, kind=kind, sought=look, found=found, columns=columns,
        rows=[columns.row(each, names) for each in found.rows], files=kind in frame.files,
        exports=may(member.role, "exports.make"),
    )  # fmt: skip


async def _board(unit: db.Unit, request: HttpRequest, tenant: Tenant, frame: Frame, kind: Kind, now: datetime) -> Page:
    look = await look_of(unit, request, frame.extra, kind, frame.reach)
    asked = replace(look.asked, states=(), after=None, size=ON_A_BOARD)
    columns = await listing.board(unit, asked, now)
    every = [each for column in columns for each in column.rows]
    names = await saying.names_of(unit, [(kind, each.fields) for each in every], every)
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
    names = await saying.names_of(unit, [(kind, each.fields) for each in every], every)
    shown = {day: [row_of(kind, each, names, ()) for each in rows] for day, rows in found.items()}
    return page(
        "admin/extras/calendar.html", tenant=tenant, frame=frame, kind=kind, sought=look, month=month,
        weeks=months.weeks(month, tenant.calendar), shown=shown, today=now.astimezone(SHANGHAI).date(),
    )  # fmt: skip


async def _tables(unit: db.Unit, tenant: Tenant, frame: Frame, now: datetime) -> Page:
    """What the extra itself counts, of the records within this member's reach; what fails is said in its place."""
    tables: Sequence[Table] = ()
    problem, status = "", 200
    if frame.page.tables is not None:
        scene = narrowed(await scenes.scene(unit, tenant, now, reads=frame.page.reads), frame.reach)
        try:
            tables = await contained.call(
                frame.extra.code, f"{frame.page.code}.tables", frame.page.tables, scene, Table
            )  # fmt: skip
        except Refused as refusal:
            problem, status = refusal.detail, status_of(refusal)
    worded = [_worded(each) for each in tables]
    return page("admin/extras/tables.html", status=status, tenant=tenant, frame=frame, tables=worded, problem=problem)


def narrowed(scene: Scene, reach: Reach) -> Scene:
    """Nobody reads out of a sum what they may not read one by one."""
    kinds = {kind.code: kind for extra in offered.known() for kind in extra.kinds}
    return replace(scene, others=tuple(each for each in scene.others if listing.within(reach, kinds[each.kind], each)))


def _worded(table: Table) -> Mapping[str, Any]:
    """Columns in which only numbers and shares stand are set to the right."""
    cells = [[_cell(cell) for cell in row] for row in table.rows]
    told = [(at, cell) for row in table.rows for at, cell in enumerate(row) if cell is not None]
    wordy = {at for at, cell in told if isinstance(cell, str) and not cell.endswith("%")}
    right = {at for at, _ in told} - wordy
    return {"title": table.title, "head": table.head, "rows": cells, "right": right, "note": table.note}


def _cell(value: str | float | None) -> str:
    if value is None:
        return "—"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{int(value):,}" if isinstance(value, int | float) else value
