"""The organisation comes in from a spreadsheet: choose, name the columns, look at the trial, take it in."""

import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import UUID

import xlsxwriter
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.errors import Invalid, Refused
from core.places.model import KINDS, KindName
from core.rosters import actions
from core.rosters.judging import ORDER, heading
from core.rosters.mapping import Plan, SheetPlan, positions
from core.rosters.model import STATES, Roster
from core.rosters.workbook import LARGEST, MOST_ROWS, Grid, letter
from core.tenants import Tenant
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted
from web.page import Page, page
from web.visit import HttpRequest

HOME: Final = "/t/{slug:str}/admin/places/import"
WRITES: Final = {"perm": "places.write"}
# Multipart puts a little around the file itself.
FILE_LIMIT: Final = LARGEST + 2**20
SAMPLES: Final = 3
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent, with what was wrong; ``plan`` is what was chosen."""

    plan: Plan = ()
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


@get(HOME, opt=WRITES)
async def index(tenant: InTenant) -> Page:
    return await _listed(tenant, {})


@post(HOME, opt=WRITES, status_code=303, request_max_body_size=FILE_LIMIT)
async def bring(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> Page | Redirect:
    try:
        form = await request.form()
        given = form.get("file")
        if not isinstance(given, UploadFile) or not given.filename:
            raise Invalid("请选择要导入的文件。", field="file")
        data = await given.read()
        made = await actions.receive(tenant.id, given.filename, data, by=member.actor, now=now)
    except Refused as refusal:
        return await _listed(tenant, {refusal.field or "file": refusal.detail}, status_of(refusal))
    return _to(tenant, made)


@get(f"{HOME}/template.xlsx", opt=WRITES)
async def template() -> Response[bytes]:
    """A sheet for each kind, with its head and a word on how to fill it."""
    headers = {"Content-Disposition": "attachment; filename=\"places.xlsx\"; filename*=UTF-8''"
               "%E6%9C%BA%E6%9E%84%E4%B8%8E%E4%BA%BA%E5%91%98%E6%A8%A1%E6%9D%BF.xlsx"}  # fmt: skip
    return Response(_template(), media_type=XLSX, headers=headers)


@get(f"{HOME}/{{roster:uuid}}", opt=WRITES)
async def show(tenant: InTenant, roster: FromPath[UUID]) -> Page:
    return await _shown(tenant, roster, Tried())


@post(f"{HOME}/{{roster:uuid}}/columns", opt=WRITES, status_code=303)
async def columns(
    request: HttpRequest, tenant: InTenant, member: InMember, roster: FromPath[UUID], now: Now
) -> Page | Redirect:
    form = await posted(request)
    plan: Plan = ()
    try:
        async with db.as_tenant(tenant.id) as unit:
            found = await actions.one(unit, roster)
        grids = await actions.grids(tenant.id, found)
        plan = _plan(form, grids, found)
        if form.text("op") != "guess":
            version = form.number("version") or 0
            async with db.as_tenant(tenant.id, patience=60) as unit:
                await actions.map_columns(unit, found, grids, plan, version=version, by=member.actor, now=now)
    except Refused as refusal:
        return await _shown(tenant, roster, Tried(plan, {refusal.field or "file": refusal.detail}), status_of(refusal))
    if form.text("op") == "guess":
        # Another kind or another head row was chosen: its columns are looked for again, and nothing is tried yet.
        return await _shown(tenant, roster, Tried(_again(grids, plan)))
    return _to(tenant, roster)


@post(f"{HOME}/{{roster:uuid}}/start", opt=WRITES, status_code=303)
async def start(
    request: HttpRequest, tenant: InTenant, member: InMember, roster: FromPath[UUID], now: Now
) -> Page | Redirect:
    form = await posted(request)
    try:
        async with db.as_tenant(tenant.id) as unit:
            found = await actions.one(unit, roster)
            partial, version = form.text("partial") == "yes", form.number("version") or 0
            await actions.start(unit, found, partial=partial, version=version, by=member.actor, now=now)
    except Refused as refusal:
        wrong = Tried(errors={refusal.field or "partial": refusal.detail})
        return await _shown(tenant, roster, wrong, status_of(refusal))
    return _to(tenant, roster)


@post(f"{HOME}/{{roster:uuid}}/drop", opt=WRITES, status_code=303)
async def drop(tenant: InTenant, member: InMember, roster: FromPath[UUID], now: Now) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await actions.drop(unit, roster, by=member.actor, now=now)
    return Redirect(f"/t/{tenant.slug}/admin/places/import", status_code=303)


@get(f"{HOME}/{{roster:uuid}}/to-mend.xlsx", opt=WRITES)
async def to_mend(tenant: InTenant, roster: FromPath[UUID]) -> Response[bytes]:
    async with db.as_tenant(tenant.id) as unit:
        content = await actions.to_mend(unit, roster)
    headers = {"Content-Disposition": "attachment; filename=\"to-mend.xlsx\"; filename*=UTF-8''"
               "%E5%BE%85%E6%94%B9%E7%9A%84%E8%A1%8C.xlsx"}  # fmt: skip
    return Response(content, media_type=XLSX, headers=headers)


@get([f"{HOME}/{{roster:uuid}}/{step}" for step in ("columns", "start", "drop")], opt=WRITES, status_code=303)
async def again(tenant: InTenant, roster: FromPath[UUID]) -> Redirect:
    """A page that said what was wrong is loaded anew."""
    return _to(tenant, roster)


def _to(tenant: Tenant, roster: UUID) -> Redirect:
    return Redirect(f"/t/{tenant.slug}/admin/places/import/{roster}", status_code=303)


async def _listed(tenant: Tenant, errors: Mapping[str, str], status: int = 200) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        rosters = await actions.listing(unit)
    return page("admin/rosters/index.html", status=status, rosters=rosters, states=STATES, errors=errors)


async def _shown(tenant: Tenant, roster: UUID, tried: Tried, status: int = 200) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        found = await actions.one(unit, roster)
    # The file is looked into only where its columns are to be named.
    names = found.kept and (found.state in ("mapping", "failed") or tried.plan)
    grids = await actions.grids(tenant.id, found) if names else ()
    plan = tried.plan or found.plan
    return page(
        "admin/rosters/show.html", status=status, roster=found, states=STATES, kinds=KINDS, order=ORDER, tried=tried,
        sheets=[_sheet(grid, each) for grid, each in zip(grids, plan, strict=True)] if grids else [],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as its columns are named: ``choices`` are the file's columns, ``samples`` what stands below each."""

    plan: SheetPlan
    rows: int
    choices: tuple[tuple[int, str], ...]
    samples: Mapping[int, str]


def _sheet(grid: Grid, plan: SheetPlan) -> Sheet:
    head = grid.line(plan.head)
    cells = head.cells if head else ()
    below = [line for line in grid.lines if line.number > plan.head]
    choices = tuple((at, f"{letter(at)} {cell}".strip()) for at, cell in enumerate(cells))
    samples = {
        at: "、".join(line.cells[at] for line in below[:SAMPLES] if at < len(line.cells) and line.cells[at])
        for at, _ in choices
    }
    return Sheet(plan, len(below), choices, samples)


def _plan(form: Posted, grids: tuple[Grid, ...], found: Roster) -> Plan:
    """As it was chosen: ``kind-0``, ``head-0`` and ``0.code`` of the first sheet."""
    plan: list[SheetPlan] = []
    for nth, (grid, before) in enumerate(zip(grids, found.plan, strict=True)):
        name = form.text(f"kind-{nth}")
        kind = cast("KindName", name) if name in KINDS else None
        head = form.number(f"head-{nth}") or before.head
        chosen = {
            column: at for column in form.starting(f"{nth}.") if (at := form.number(f"{nth}.{column}")) is not None
        }
        known = {each.name for each in KINDS[kind].columns} if kind else set[str]()
        plan.append(SheetPlan(grid.title, kind, head, {name: at for name, at in chosen.items() if name in known}))
    return tuple(plan)


def _again(grids: tuple[Grid, ...], plan: Plan) -> Plan:
    return tuple(_guessed(grid, each) for grid, each in zip(grids, plan, strict=True))


def _guessed(grid: Grid, each: SheetPlan) -> SheetPlan:
    head = grid.line(each.head)
    columns_ = positions(KINDS[each.kind], head) if each.kind and head else {}
    return SheetPlan(each.title, each.kind, each.head, columns_)


def _template() -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    bold, text = book.add_format({"bold": True, "bg_color": "#E8EEF9"}), book.add_format({"num_format": "@"})
    for name in ORDER:
        kind = KINDS[name]
        sheet = book.add_worksheet(kind.label)
        # As text, so that no spreadsheet takes a code for a number and drops its digits.
        sheet.set_column(0, len(kind.columns) - 1, 22, text)
        for at, column in enumerate(kind.columns):
            sheet.write_string(0, at, heading(column), bold)
            sheet.write_comment(0, at, _how(column))
            if words := (["是", "否"] if column.flag else list((column.words or {}).values())):
                sheet.data_validation(1, at, MOST_ROWS, at, {"validate": "list", "source": words})
        sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _how(column: Any) -> str:
    must = "必填。" if column.required else "可以不填。"
    if column.flag:
        return f"{must}填“是”或“否”。"
    if column.words:
        return f"{must}填{'、'.join(column.words.values())}之一。"
    if column.refers:
        return f"{must}填{KINDS[column.refers].label}的编码，可以在同一个文件里。"
    return f"{must}编码设为文本，不要合并单元格，不要公式。" if column.name == "code" else must
