"""A place's name, colours and mark: refused field by field, with the nearest colour that could be read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from litestar import get, post
from litestar.response import Redirect

from core import db, tenants
from core.brand import actions, colours
from core.brand.actions import Misfit, Wanted
from core.errors import Refused
from core.tenants import Tenant
from web import flash
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import Posted, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

BODY_LIMIT = 20 * 2**20
NAMES = ("name", "short", "light", "dark")
# Ticked, it takes the colour that was proposed.
USE = ".use"
HOUSE: Mapping[str, str] = {"light": "#1657b5", "dark": "#79aef8"}


@dataclass(frozen=True, slots=True)
class Tried:
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    nearest: Mapping[str, str] = field(default_factory=dict[str, str])


@get("/t/{slug:str}/admin/brand", opt={"perm": "brand.write"})
async def show(tenant: InTenant) -> Page:
    return await _shown(tenant, Tried())


@post(
    "/t/{slug:str}/admin/brand", opt={"perm": "brand.write"}, status_code=303, request_max_body_size=BODY_LIMIT
)  # fmt: skip
async def change(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    typed = {name: form.kept(f"{name}{USE}") or form.kept(name)[:200] for name in NAMES}
    try:
        told = {name: " ".join(typed[name].split()) for name in NAMES}
        wanted = Wanted(**told, logo=_logo(form), seen=form.kept("seen"))
        await actions.change(tenant, wanted, by=member, now=now)
    except Misfit as refusal:
        says = {name: each.detail for name, each in refusal.refusals.items()}
        near = {name: each.nearest for name, each in refusal.refusals.items() if isinstance(each, colours.Unreadable)}
        return await _shown(tenant, Tried(typed, says, near), 422)
    except Refused as refusal:
        return await _shown(tenant, Tried(typed, {refusal.field or "name": refusal.detail}), status_of(refusal))
    answer = Redirect(f"/t/{tenant.slug}/admin/brand", status_code=303)
    return flash.leave(request, answer, f"已保存，市民和工作台的页面现在就是这个样子，{member.name} {hour(now)}")


def _logo(form: Posted) -> bytes | Literal["keep", "drop"]:
    handed = form.files.get("logo", [])
    if handed:
        return handed[0][1]
    return "drop" if form.kept("drop") == "yes" else "keep"


async def _shown(tenant: Tenant, tried: Tried, status: int = 200) -> Page:
    # What was saved a moment ago is in the directory, not yet in what this request was given.
    tenant = await tenants.by_id(tenant.id)
    async with db.as_tenant(tenant.id) as unit:
        seen = await actions.seen(unit)
    now_ = {"name": tenant.name, "short": tenant.short, "light": tenant.brand.light, "dark": tenant.brand.dark}
    dark = tenant.brand.dark or (colours.nearest(tenant.brand.light, "dark") if tenant.brand.light else HOUSE["dark"])
    shown = {"light": tenant.brand.light or HOUSE["light"], "dark": dark}
    return page(
        "admin/brand.html", status=status, tenant=tenant, typed={**now_, **tried.typed}, errors=tried.errors,
        nearest=tried.nearest, seen=seen, shown=shown, grounds={"light": "#ffffff", "dark": "#171d25"},
        ratio={theme: min(colours.contrast(shown[theme], ground) for ground in colours.GROUNDS[theme])
               for theme in colours.GROUNDS}, ink=colours.INK,
    )  # fmt: skip
