"""Whoever was invited from outside chooses their own password, once, by the link that they were given."""

from litestar import get, post
from litestar.params import FromPath

from core import db
from core.people import guests, passwords
from core.people.changing import Unfit
from core.people.guests import Guest
from core.tenants import Tenant
from web.auth import PUBLIC, limits_of
from web.deps import InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest

HOME = "/t/{slug:str}/invited/{token:str}"
LONGEST_SECRET = 256
TRIES, PERIOD = 60, 600


@get(HOME, opt={"perm": PUBLIC})
async def show(request: HttpRequest, tenant: InTenant, token: FromPath[str], now: Now) -> Page:
    await _slowly(request, tenant)
    async with db.as_tenant(tenant.id) as unit:
        return _page(tenant, await guests.by_link(unit, token, now), {})


@post(HOME, opt={"perm": PUBLIC}, status_code=200)
async def accept(request: HttpRequest, tenant: InTenant, token: FromPath[str], now: Now) -> Page:
    await _slowly(request, tenant)
    form = await posted(request)
    new, again = form.text("new", LONGEST_SECRET), form.text("again", LONGEST_SECRET)
    try:
        guest = await guests.accept(tenant.id, token, new, again, now)
    except Unfit as unfit:
        async with db.as_tenant(tenant.id) as unit:
            guest = await guests.by_link(unit, token, now)
        return _page(tenant, guest, unfit.errors, status_of(unfit))
    return page("public/invited.html", tenant=tenant, guest=guest, errors={}, rules=passwords.RULES, is_done=True)


async def _slowly(request: HttpRequest, tenant: Tenant) -> None:
    """Links are too long to be guessed; nobody tries many."""
    address = request.client.host if request.client else ""
    await limits_of(request).take("invited", f"{tenant.id}:{address}", most=TRIES, seconds=PERIOD)


def _page(tenant: Tenant, guest: Guest, errors: dict[str, str], status: int = 200) -> Page:
    return page(
        "public/invited.html", status=status, tenant=tenant, guest=guest, errors=errors, rules=passwords.RULES,
        is_done=False,
    )  # fmt: skip
