"""Every window, terminal, item and channel with its address; those that are ticked go onto sheets to print."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from urllib.parse import quote

from litestar import Response, get

from core import db
from core.errors import Invalid, Refused
from core.places import actions as places
from core.places.model import Item, KindName, Window
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.settings import Settings
from core.tenants import Tenant
from web.admin.chips import asked
from web.deps import InPolicy, InSettings, InTenant
from web.errors import status_of
from web.page import Page, page
from web.posters import LAYOUTS, Poster, pdf
from web.public.entrances import entrances
from web.visit import HttpRequest

ROWS: Final = 100
# A file of more would keep whoever waits for it waiting.
MOST: Final = 200
KINDS: Final[Mapping[str, str]] = {"window": "窗口", "kiosk": "自助终端", "item": "事项", "channel": "渠道"}
PATHS: Final[Mapping[str, str]] = {"window": "w", "kiosk": "w", "item": "i", "channel": "e"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to rate; ``base`` is what kind of channel it is, where it is one."""

    code: str
    name: str
    place: str
    path: str
    base: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    kind: str
    q: str
    after: str
    codes: tuple[str, ...]
    layout: str


@dataclass(frozen=True, slots=True)
class Switch:
    """A way to rate; off where the rules name others and not this one."""

    label: str
    base: str
    on: bool


@get("/t/{slug:str}/admin/channels", opt={"perm": "channels.read"})
async def index(request: HttpRequest, tenant: InTenant, policy: InPolicy, settings: InSettings) -> Page:
    return await _listed(_wanted(request), tenant, policy, settings)


@get("/t/{slug:str}/admin/channels/sheets.pdf", opt={"perm": "channels.read"})
async def sheets(
    request: HttpRequest, tenant: InTenant, policy: InPolicy, settings: InSettings
) -> Response[Any]:  # fmt: skip
    """Of what is ticked, or of everything that the search finds."""
    wanted = _wanted(request)
    try:
        posters = await _posters(wanted, tenant, policy, settings)
        file = await asyncio.to_thread(pdf, posters, LAYOUTS[wanted.layout])
    except Refused as refusal:
        return await _listed(wanted, tenant, policy, settings, refusal)
    name = quote(f"{tenant.short or tenant.name}{KINDS[wanted.kind]}评价二维码.pdf")
    disposition = f"attachment; filename=\"codes.pdf\"; filename*=UTF-8''{name}"
    return Response(file, media_type="application/pdf", headers={"Content-Disposition": disposition})


def _wanted(request: HttpRequest) -> Wanted:
    kind, layout = asked(request, "kind"), asked(request, "layout")
    codes = request.query_params.getall("code", [])
    return Wanted(
        kind if kind in KINDS else "window", asked(request, "q"), asked(request, "after"),
        tuple(dict.fromkeys(db.clean_text(code) for code in codes if code.isprintable())),
        layout if layout in LAYOUTS else "4",
    )  # fmt: skip


async def _posters(wanted: Wanted, tenant: Tenant, policy: Policy, settings: Settings) -> list[Poster]:
    async with db.as_tenant(tenant.id, patience=30) as unit:
        found = await _entries(unit, wanted, tenant, policy, MOST + 1)
    if not found:
        raise Invalid("请勾选要打印的，或者换一个查找条件。", field="code")
    if len(found) > MOST:
        raise Invalid(f"一次最多打印 {MOST} 个，请勾选一部分，或按机构名称查找后再打印。", field="code")
    foot = {"window": "窗口编码", "kiosk": "终端编码", "item": "事项编码", "channel": "渠道"}[wanted.kind]
    home = f"{settings.public_url}/t/{tenant.slug}"
    return [
        Poster(tenant.name, each.place, each.name, f"{foot} {each.code}", f"{home}{each.path}") for each in found
    ]  # fmt: skip


async def _listed(
    wanted: Wanted, tenant: Tenant, policy: Policy, settings: Settings, refusal: Refused | None = None
) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        rows = await _entries(unit, Wanted(wanted.kind, wanted.q, wanted.after, (), ""), tenant, policy, ROWS + 1)
    why = policy.why(keys.channels)
    return page(
        "admin/channels/index.html", status=status_of(refusal) if refusal else 200, tenant=tenant, kinds=KINDS,
        wanted=wanted, rows=rows[:ROWS], more=len(rows) > ROWS, layouts=LAYOUTS, refusal=refusal, why=why,
        ticked=frozenset(wanted.codes), public=settings.public_url, switches=switches(policy),
    )  # fmt: skip


async def _entries(
    unit: db.Unit, wanted: Wanted, tenant: Tenant, policy: Policy, most: int
) -> list[Entry]:  # fmt: skip
    """Those that are asked for by code, or all that the search finds."""
    if wanted.kind == "channel":
        every = [
            Entry(each.code, each.label, tenant.name, f"/e/{each.code}", each.base)
            for each in entrances(policy) if not wanted.codes or each.code in wanted.codes
        ]  # fmt: skip
        return every[:most]
    kind: KindName = "item" if wanted.kind == "item" else "window"
    found = await _found(unit, wanted, kind, most)
    names = await places.names(unit, "institution", {each.institution for each in found})
    path = PATHS[wanted.kind]
    return [
        Entry(each.code, each.name, names[each.institution], f"/{path}/{quote(each.code, safe='')}") for each in found
    ]  # fmt: skip


async def _found(unit: db.Unit, wanted: Wanted, kind: KindName, most: int) -> Sequence[Window | Item]:
    """Windows and terminals stand in one list of the directory: pages are read until enough of one sort are found."""
    if wanted.codes:
        chosen = await places.among(unit, kind, wanted.codes[:most])
        return [cast("Window | Item", chosen[code]) for code in wanted.codes[:most] if code in chosen]
    found: list[Window | Item] = []
    after = wanted.after
    while len(found) < most:
        rows = await places.listing(unit, kind, after=after, limit=most, having=wanted.q)
        found += [cast("Window | Item", each) for each in rows if _is_wanted(each, wanted.kind)]
        if len(rows) < most:
            break
        after = rows[-1].code
    return found[:most]


def _is_wanted(place: object, kind: str) -> bool:
    if isinstance(place, Window):
        return place.kiosk == (kind == "kiosk")
    return isinstance(place, Item) and place.in_scope


def switches(policy: Policy) -> list[Switch]:
    """Every way to rate there is. Where the rules name none, none is shut."""
    named = policy[keys.channels] or ()
    told = [Switch(each.label, vocab.CHANNELS[each.base], on=True) for each in named]
    bases = {each.base for each in named}
    others = [Switch(label, label, on=not named) for base, label in vocab.CHANNELS.items() if base not in bases]
    return told + others
