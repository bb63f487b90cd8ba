"""Who serves where: found by name or code, taken out and brought in as a spreadsheet, broken rows told by line."""

import base64
from datetime import datetime
from typing import Any, cast
from urllib.parse import quote

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.errors import Invalid, NotFound, Refused
from core.people import Member
from core.places import actions
from core.places import load as load_sheet
from core.places.load import Loaded
from core.places.load import export as sheet_of
from core.places.model import KINDS, Kind, KindName, Place
from core.tenants import Tenant
from web.admin.chips import asked
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.page import Page, page
from web.visit import HttpRequest

ROWS = 100
FILE_LIMIT = 20 * 1024 * 1024
BROKEN_SHOWN = 100


@get("/t/{slug:str}/admin/places", opt={"perm": "places.read"})
async def index(request: HttpRequest, tenant: InTenant) -> Page:
    name = asked(request, "kind")
    return await _listed(request, tenant, _kind(name if name in KINDS else "institution"))


@get("/t/{slug:str}/admin/places/{kind:str}/export.csv", opt={"perm": "places.read"})
async def export(tenant: InTenant, kind: FromPath[str]) -> Response[bytes]:
    wanted = _kind(kind)
    async with db.as_tenant(tenant.id, patience=60) as unit:
        data = await sheet_of(unit, wanted.name)
    name = f"{tenant.short or tenant.slug}{wanted.label}.csv"
    disposition = f"attachment; filename=\"{kind}.csv\"; filename*=UTF-8''{quote(name)}"
    return Response(data, media_type="text/csv", headers={"Content-Disposition": disposition})


@get("/t/{slug:str}/admin/places/{kind:str}", opt={"perm": "places.read"})
async def again(tenant: InTenant, kind: FromPath[str]) -> Redirect:
    """Whoever reloads the page that told of an import gets the list."""
    return Redirect(f"/t/{tenant.slug}/admin/places?kind={_kind(kind).name}", status_code=303)


@post(
    "/t/{slug:str}/admin/places/{kind:str}", opt={"perm": "places.write"}, status_code=200,
    request_max_body_size=FILE_LIMIT,
)  # fmt: skip
async def bring(request: HttpRequest, tenant: InTenant, member: InMember, kind: FromPath[str], now: Now) -> Page:
    """The good rows stand at once; the page says what became of the others."""
    wanted = _kind(kind)
    try:
        loaded = await _load(tenant, member, wanted, await _file(request), now)
    except Refused as refusal:
        return await _listed(request, tenant, wanted, refusal=refusal)
    return await _listed(request, tenant, wanted, loaded=loaded)


async def _file(request: HttpRequest) -> bytes:
    form = await request.form()
    given = form.get("file")
    if not isinstance(given, UploadFile) or not given.filename:
        raise Invalid("请选择要导入的 CSV 文件。", field="file")
    return await given.read()


async def _load(tenant: Tenant, member: Member, kind: Kind, data: bytes, now: datetime) -> Loaded:
    async with db.as_tenant(tenant.id, patience=120) as unit:
        return await load_sheet(unit, kind.name, data, by=member.actor, now=now)


def _kind(name: str) -> Kind:
    if name not in KINDS:
        raise NotFound
    return KINDS[cast("KindName", name)]


async def _listed(
    request: HttpRequest, tenant: Tenant, kind: Kind, *, loaded: Loaded | None = None, refusal: Refused | None = None
) -> Page:
    q, after = asked(request, "q"), asked(request, "after")
    async with db.as_tenant(tenant.id) as unit:
        rows = await actions.listing(unit, kind.name, after=after, limit=ROWS + 1, having=q)
        counts = await actions.count(unit)
        names = await _names(unit, kind, rows[:ROWS])
    return page(
        "admin/places/index.html", status=status_of(refusal) if refusal else 200, kind=kind, kinds=KINDS,
        counts=counts, rows=rows[:ROWS], more=len(rows) > ROWS, q=q, first=not after, names=names, loaded=loaded,
        refusal=refusal, most=BROKEN_SHOWN, mend=_mend(loaded),
    )  # fmt: skip


async def _names(unit: db.Unit, kind: Kind, rows: Any) -> dict[tuple[str, str], str]:
    """The names of what the rows refer to, by the kind and code of each."""
    found: dict[tuple[str, str], str] = {}
    for column in kind.columns:
        if column.refers:
            codes: set[str] = {code for row in rows if (code := _held(row, column.name))}
            known = await actions.names(unit, column.refers, codes)
            found |= {(column.refers, code): name for code, name in known.items()}
    return found


def _held(row: Place, name: str) -> str:
    return getattr(row, name) or ""


def _mend(loaded: Loaded | None) -> str:
    """The broken rows as a file within the page itself: nothing of it is kept here."""
    if loaded is None or not loaded.broken:
        return ""
    return "data:text/csv;base64," + base64.b64encode(loaded.to_mend()).decode()
