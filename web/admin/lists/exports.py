"""A list is taken away as a file: its columns chosen, made in the background, fetched from one's own downloads."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Stream

from core import db
from core.desk import exports
from core.desk.cells import Asked
from core.desk.exports import Order
from core.desk.known import kind_of
from core.desk.lists import SIZES, Kind
from core.desk.of_records import door_of
from core.errors import NotFound, Refused
from core.people import Member
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets import listing
from web.admin import appeals, ratings, tasks
from web.admin.chips import Filter
from web.admin.extras import lists as records
from web.admin.lists.work import TAB_NAMES, Looking, list_of, wanted_of
from web.admin.sight import eyes_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

LONGEST_PICKED = 4000
_RANGE = re.compile(r"bytes=(\d{1,12})-(\d{0,12})")
OK, PARTIAL, UNSATISFIABLE = 200, 206, 416
STATES: Mapping[str, str] = {"waiting": "排队中", "running": "正在生成", "ready": "可以下载", "failed": "没有生成"}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks for which list to be exported."""

    request: HttpRequest
    tenant: Tenant
    member: Member
    policy: Policy
    kind: Kind
    now: datetime


@dataclass(frozen=True, slots=True)
class Found:
    """What would be exported: as the job reads it, in words, and how many."""

    asked: Asked
    said: str
    total: int
    capped: bool = False
    q: str = ""


async def _tickets(unit: db.Unit, asking: Asking) -> Found:
    eyes = await eyes_of(unit, asking.member, asking.policy)
    looking = Looking(asking.tenant, asking.member, eyes, asking.policy, asking.kind, asking.now)
    shown = await list_of(unit, asking.request, looking)
    picked = _picked(asking.request)
    wanted = wanted_of(shown, asking.member, asking.now, limit=1)
    if picked:
        return Found(Asked(exports.eyes_told(eyes), _plain(wanted), picked), f"勾选的 {len(picked)} 条", len(picked))
    found = await listing.page(unit, eyes, wanted, asking.now)
    said = _said(shown.filters, TAB_NAMES.get(shown.tab, ""))
    return Found(Asked(exports.eyes_told(eyes), _plain(wanted)), said, found.total, found.capped, shown.q)


async def _appeals(unit: db.Unit, asking: Asking) -> Found:
    eyes = await eyes_of(unit, asking.member, asking.policy)
    tab, filters, total = await appeals.asked_for(unit, asking.request, eyes, asking.now)
    wanted = {"tab": tab, "state": filters[0].value}
    return Found(Asked(exports.eyes_told(eyes), wanted), _said(filters, appeals.TABS.get(tab, "")), total)


async def _tasks(unit: db.Unit, asking: Asking) -> Found:
    eyes = await eyes_of(unit, asking.member, asking.policy)
    tab, filters, wanted, total = await tasks.asked_for(unit, asking.request, asking.member, eyes)
    return Found(Asked({}, _plain(wanted)), _said(filters, tasks.TABS.get(tab, "")), total)


async def _ratings(unit: db.Unit, asking: Asking) -> Found:
    eyes = await eyes_of(unit, asking.member, asking.policy)
    filters, wanted, total = await ratings.asked_for(
        unit, asking.request, asking.member, asking.policy, eyes, asking.now
    )
    return Found(Asked({}, _plain(wanted)), _said(filters, ""), total, q=wanted.q)


async def _records(unit: db.Unit, asking: Asking) -> Found:
    filters, q, taken, total = await records.asked_for(unit, asking.request, asking.member, asking.kind, asking.now)
    return Found(taken, _said(filters, ""), total, q=q)


_FINDS: Mapping[str, Callable[[db.Unit, Asking], Awaitable[Found]]] = {
    "tickets": _tickets, "callbacks": _tickets, "audits": _tickets, "appeals": _appeals, "tasks": _tasks,
    "ratings": _ratings,
}  # fmt: skip


@get("/t/{slug:str}/admin/exports/{list_:str}", opt={"perm": "exports.make"})
async def choose(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, list_: FromPath[str], now: Now
) -> Page:
    return await _form(Asking(request, tenant, member, policy, _exported(list_), now))


@post("/t/{slug:str}/admin/exports/{list_:str}", opt={"perm": "exports.make"}, status_code=303)
async def order(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, list_: FromPath[str], now: Now
) -> HttpResponse:
    """The address still says what is exported; the form says how."""
    form = await posted(request)
    asking = Asking(request, tenant, member, policy, _exported(list_), now)
    shown, format_ = form.all("cols"), form.text("format")
    try:
        async with db.as_tenant(tenant.id, patience=30) as unit:
            found = await _FINDS.get(asking.kind.code, _records)(unit, asking)
            wanted = Order(asking.kind, format_, shown, found.asked, found.said, found.total, found.q)
            await exports.order(unit, tenant, member, wanted, now)
    except Refused as refusal:
        if refusal.field is None:
            raise
        return await _form(asking, shown, format_, {refusal.field: refusal.detail}, status_of(refusal))
    return Redirect(f"/t/{tenant.slug}/admin/downloads", status_code=303)


@get("/t/{slug:str}/admin/downloads", opt={"perm": "exports.make"})
async def downloads(tenant: InTenant, member: InMember, now: Now) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        found = await exports.of_member(unit, member, now)
    return page(
        "admin/lists/downloads.html", found=found, states=STATES, kept=exports.KEPT.days, formats=exports.FORMATS,
        busy=any(each.is_under_way for each in found), most=exports.MOST_ROWS,
    )  # fmt: skip


@get("/t/{slug:str}/admin/downloads/{export:uuid}", opt={"perm": "exports.make"})
async def fetch(
    request: HttpRequest, tenant: InTenant, member: InMember, export: FromPath[UUID], now: Now
) -> Response[bytes] | Stream:
    """The whole file, or the rest of one whose download broke off; what is large goes out block by block."""
    start, end = _range(request)
    async with db.as_tenant(tenant.id) as unit:
        found, paper = await exports.take(unit, member, export, now, start)
    size, kind = found.size, exports.TYPES[found.format]
    if start >= size:
        return Response(
            b"", status_code=UNSATISFIABLE, headers={"Content-Range": f"bytes */{size}"}, media_type=kind
        )  # fmt: skip
    last = min(end if end is not None else size - 1, size - 1)
    name = quote(found.file_name)
    headers = {
        "Content-Disposition": f"attachment; filename=\"{found.list}.{found.format}\"; filename*=UTF-8''{name}",
        "Accept-Ranges": "bytes", "ETag": f'"{export}"',
    }  # fmt: skip
    is_part = start > 0 or last < size - 1
    if is_part:
        headers["Content-Range"] = f"bytes {start}-{last}/{size}"
    status = PARTIAL if is_part else OK
    pieces = paper.between(start, last + 1)
    if paper.in_blocks:
        headers["Content-Length"] = str(last + 1 - start)
        return Stream(pieces, status_code=status, headers=headers, media_type=kind)
    content = await asyncio.to_thread(b"".join, pieces)
    return Response(content, status_code=status, headers=headers, media_type=kind)


@post(
    "/t/{slug:str}/admin/downloads/{export:uuid}/drop", opt={"perm": "exports.make", "archived": True}, status_code=303
)
async def drop(tenant: InTenant, member: InMember, export: FromPath[UUID], now: Now) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await exports.drop(unit, member, export, now)
    return Redirect(f"/t/{tenant.slug}/admin/downloads", status_code=303)


async def _form(
    asking: Asking, shown: list[str] | None = None, format_: str = "xlsx", errors: Mapping[str, str] | None = None,
    status: int = 200,
) -> Page:  # fmt: skip
    async with db.as_tenant(asking.tenant.id, patience=30) as unit:
        found = await _FINDS.get(asking.kind.code, _records)(unit, asking)
    ticked = list(asking.kind.taken) if shown is None else shown
    return page(
        "admin/lists/export.html", status=status, kind=asking.kind, found=found, ticked=ticked, format=format_,
        formats=exports.FORMATS, errors=errors or {}, most=exports.MOST_ROWS, query=str(asking.request.url.query or ""),
        of_records=bool(door_of(asking.kind.code)),
    )  # fmt: skip


def _exported(list_: str) -> Kind:
    kind = kind_of(list_)
    if not kind.taken:
        raise NotFound("这个列表不能导出。")
    return kind


def _picked(request: HttpRequest) -> tuple[str, ...]:
    text = request.query_params.get("n", "")[:LONGEST_PICKED]
    return tuple(db.clean_text(each) for each in text.split(",") if each)[: max(SIZES)]


def _plain(wanted: Any) -> dict[str, Any]:
    return msgspec.to_builtins(asdict(wanted))


def _said(filters: tuple[Filter, ...], tab: str) -> str:
    parts = [tab] if tab else []
    parts += [f"{each.label}：{each.chosen}" for each in filters if each.value]
    return "，".join(parts) or "全部"


def _range(request: HttpRequest) -> tuple[int, int | None]:
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked is None:
        return 0, None
    end = int(asked[2]) if asked[2] else None
    return (0, None) if end is not None and end < int(asked[1]) else (int(asked[1]), end)
