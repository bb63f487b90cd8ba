"""The policy atlas: the rules of all cities side by side, who stands apart, and the way to take one over."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from core import db
from core.errors import NotFound
from core.policy import keys
from core.publication import actions as publication
from core.publication.atlas import Line, line, short
from core.publication.letters import letter
from core.publication.model import Content, Publication
from core.tenants import Listed, Tenant
from web.admin.chips import Filter, asked, read
from web.deps import InTenant
from web.page import Page, page
from web.province import cities, tables
from web.visit import HttpRequest, HttpResponse

VIEWS = {"cities": "按地区并排", "values": "按取值归并"}
# Longer addresses are cut off by some of the machines between: such a rule is handed over as a file.
LONGEST_LINK = 1800


@get("/t/{slug:str}/admin/province/atlas", opt={"perm": "province.read"})
async def index(request: HttpRequest, tenant: InTenant) -> Page | HttpResponse:
    listed = await cities.cities_of(tenant)
    every = await _lines(tenant, listed)
    groups = {name: name for name in dict.fromkeys(each.group for each in every)}
    filters = read(request, (
        Filter("group", "分组", groups), Filter("only", "只看", {"apart": "与众不同的", "differs": "各地不一的"}),
    ))  # fmt: skip
    q = asked(request, "q").strip()
    found = [each for each in every if _wanted(each, filters[0].value, filters[1].value, q)]
    if format_ := tables.wanted_format(request):
        return _file(tenant, listed, found, format_)
    view = asked(request, "view")
    return page(
        "province/atlas.html", listed=listed, groups=_grouped(found), found=len(found), every=len(every),
        filters=filters, q=q, views=VIEWS,
        view=view if view in VIEWS else "cities", names=_names(listed), short=short,
        silent=[each for each in listed if not any(each.id in line.cells for line in every)],
    )  # fmt: skip


@get("/t/{slug:str}/admin/province/atlas/{name:str}", opt={"perm": "province.read"})
async def show(tenant: InTenant, name: FromPath[str]) -> Page:
    listed = await cities.cities_of(tenant)
    async with db.as_tenant(tenant.id) as unit:
        said = _of(listed, await publication.current(unit, "rules", name))
        if not said:
            raise NotFound("没有地区公布过这一项。")
        past = {city: await publication.history(unit, city, "rules", name) for city in said}
    made = line(name, {city: each.content for city, each in said.items()})
    names = _names(listed)
    known = [each for each in listed if each.id in said]
    return page(
        "province/key.html", line=made, cities=known, said=said, names=names, past=_changes(past),
        links={each.id: _links(each, known, name, said[each.id].content) for each in known},
    )  # fmt: skip


@get("/t/{slug:str}/admin/province/atlas/{name:str}/rule.toml", opt={"perm": "province.read"})
async def rule(tenant: InTenant, name: FromPath[str], city: FromQuery[str] = "") -> Response[str]:
    """One city's rule, for another to take over."""
    listed = [each for each in await cities.cities_of(tenant) if each.slug == city]
    async with db.as_tenant(tenant.id) as unit:
        said = _of(listed, await publication.current(unit, "rules", name))
    if not said:
        raise NotFound("这个地区没有公布过这一项。")
    text = letter(name, said[listed[0].id].content, listed[0].name)
    disposition = f'attachment; filename="{quote(name)}-{quote(city)}.toml"'
    return Response(text, media_type="application/toml; charset=utf-8", headers={"Content-Disposition": disposition})


async def _lines(tenant: Tenant, listed: Sequence[Listed]) -> tuple[Line, ...]:
    """Every key that any city has published, in the order of the settings form."""
    async with db.as_tenant(tenant.id) as unit:
        current = await publication.current(unit, "rules")
    known, found = {each.id for each in listed}, dict[str, dict[int, Content]]()
    for each in current:
        if each.city in known:
            found.setdefault(each.subject, {})[each.city] = each.content
    order = {name: place for place, name in enumerate(keys.ALL)}
    subjects = sorted(found, key=lambda name: (order.get(name, len(order)), name))
    return tuple(line(name, found[name]) for name in subjects)


def _wanted(each: Line, group: str, only: str, q: str) -> bool:
    if group and each.group != group:
        return False
    if (only == "apart" and not each.apart) or (only == "differs" and each.is_uniform):
        return False
    return not q or q in each.label or q in each.key or any(q in cell.said for cell in each.cells.values())


def _grouped(lines: Sequence[Line]) -> Mapping[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for each in lines:
        found.setdefault(each.group, []).append(each)
    return found


def _of(listed: Sequence[Listed], current: Sequence[Publication]) -> Mapping[int, Publication]:
    known = {each.id for each in listed}
    return {each.city: each for each in current if each.city in known}


def _names(listed: Sequence[Listed]) -> Mapping[int, str]:
    return {each.id: each.short or each.name for each in listed}


def _changes(past: Mapping[int, Sequence[Publication]]) -> Sequence[tuple[int, datetime, str, str, str]]:
    """When what a city says of the key was said otherwise than before, the newest first."""
    found = [
        (city, after.at, str(before.content["said"]), str(after.content["said"]), str(after.content["clause"]))
        for city, every in past.items() for before, after in pairwise(every)
        if before.content["value"] != after.content["value"]
    ]  # fmt: skip
    return sorted(found, key=lambda each: each[1], reverse=True)


def _links(giver: Listed, known: Sequence[Listed], key: str, content: Content) -> Sequence[tuple[str, str]]:
    """Where each other city's operator takes the rule over; none where an address could not carry it."""
    text = quote(letter(key, content, giver.name))
    if len(text) > LONGEST_LINK:
        return ()
    others = [each for each in known if each.id != giver.id]
    return tuple((each.short or each.name, f"/t/{each.slug}/admin/rules/borrow?rule={text}") for each in others)


def _file(tenant: Tenant, listed: Sequence[Listed], lines: Sequence[Line], format_: str) -> Response[bytes]:
    head = ["分组", "规则项", "编码", "最常见", *(each.name for each in listed), "与众不同的"]
    names = _names(listed)
    rows = [
        [each.group, each.label, each.key, each.values[0].said,
         *(_said(each, city) for city in listed),
         "；".join(f"{names[cell.city]}：{'，'.join(cell.apart)}" for cell in each.apart)]
        for each in lines
    ]  # fmt: skip
    return tables.attached(f"{tenant.short or tenant.name}规则对照", "atlas", format_, head, rows)


def _said(each: Line, city: Listed) -> str:
    cell = each.cells.get(city.id)
    if cell is None:
        return "没有公布"
    return f"{cell.said}〔{cell.content['document']} {cell.content['clause']}〕" if cell.is_set else cell.said
