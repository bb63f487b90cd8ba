"""A provincial admin founds a city in one form; the first passwords stand on the answer and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from litestar import get, post

from core import tenants
from core.errors import Refused
from core.onboarding import founding
from core.onboarding.founding import FIRST, LAYERS, Wish
from core.people.accounts import Misfit
from core.tenants import Tenant
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted
from web.page import Page, page
from web.permissions import ROLE_NAMES
from web.visit import HttpRequest

FOUND = {"perm": "tenant.found", "grave": True}
PLAIN = ("name", "short", "slug", "host", "division")


@dataclass(frozen=True, slots=True)
class Tried:
    """What was filled in, with what was wrong."""

    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    layers: tuple[str, ...] = ()
    testing: bool = True
    errors: Mapping[str, str] = field(default_factory=dict[str, str])

    def kept(self, name: str) -> str:
        return self.typed.get(name, "")


@get("/t/{slug:str}/admin/province/cities/new", opt={"perm": "tenant.found"})
async def new(tenant: InTenant) -> Page:
    return await _form(tenant, Tried())


@post("/t/{slug:str}/admin/province/cities/new", opt=FOUND, status_code=200)
async def found(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> Page:
    form = await posted(request)
    layers = tuple(each for each in form.all("layer") if each)
    names = [*PLAIN, *(f"{part}.{role}" for role in FIRST for part in ("user", "name"))]
    tried = Tried({name: form.kept(name) for name in names}, layers, form.text("testing") == "yes")
    try:
        made = await founding.found(tenant, member, _wish(form, tried), now)
    except Misfit as wrong:
        return await _form(tenant, Tried(tried.typed, layers, tried.testing, wrong.errors), status_of(wrong))
    except Refused as refusal:
        wrong = {refusal.field or "slug": refusal.detail}
        return await _form(tenant, Tried(tried.typed, layers, tried.testing, wrong), status_of(refusal))
    return page("province/founded.html", founded=made, roles=ROLE_NAMES)


def _wish(form: Posted, tried: Tried) -> Wish:
    people = {role: (form.text(f"user.{role}"), form.text(f"name.{role}")) for role in FIRST}
    plain = {name: form.text(name) for name in PLAIN}
    return Wish(**plain, layers=tried.layers, people=people, testing=tried.testing)


async def _form(tenant: Tenant, tried: Tried, status: int = 200) -> Page:
    known = [each for each in await tenants.listing() if each.parent == tenant.id]
    return page(
        "province/new.html", status=status, tried=tried, offered=founding.offered(), places=range(LAYERS), first=FIRST,
        known=known, tenant=tenant,
    )  # fmt: skip
