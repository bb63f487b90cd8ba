"""A printed code at a window leads to the visitor's own rating, and tells nobody whose phone was served there."""

import re

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core import db, people
from core.citizen import actions as citizen
from core.errors import Invalid, NotFound, Refused
from core.places import actions as places
from core.places.model import Window
from core.settings import Settings
from core.tenants import Tenant, states
from web.auth import PUBLIC, limits_of, settings_of
from web.deps import InSettings, InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.public.rate import qr
from web.visit import HttpRequest, HttpResponse

Q = db.queries(__file__)

PHONE = re.compile(r"1[0-9]{10}")
MINUTES = 60
PHONE_TRIES, WINDOW_TRIES, PERIOD = 3, 60, 10 * MINUTES


@get("/t/{slug:str}/w/{window:str}", opt={"perm": PUBLIC})
async def show(tenant: InTenant, settings: InSettings, window: FromPath[str], sent: FromQuery[str] = "") -> Page:
    return await _page(tenant, settings, window, sent=bool(sent))


@post("/t/{slug:str}/w/{window:str}", opt={"perm": PUBLIC}, status_code=303)
async def send_link(request: HttpRequest, tenant: InTenant, window: FromPath[str], now: Now) -> HttpResponse:
    """The answer is the same whether the phone has something to rate here or not."""
    form = await posted(request)
    await window_of(tenant, window)
    phone = form.text("phone").replace(" ", "").replace("-", "").removeprefix("+86")
    try:
        if not PHONE.fullmatch(phone):
            raise Invalid("请填写 11 位手机号。", field="phone")
        await limits_of(request).take("link phone", f"{tenant.id}:{phone}", most=PHONE_TRIES, seconds=PERIOD)
        await limits_of(request).take("link window", f"{tenant.id}:{window}", most=WINDOW_TRIES, seconds=PERIOD)
        await citizen.send_link(tenant, window, phone, now)
    except Refused as refusal:
        return await _page(tenant, settings_of(request), window, phone=form.text("phone"), refusal=refusal)
    return Redirect(f"/t/{tenant.slug}/w/{window}?sent=1", status_code=303)


@get("/t/{slug:str}/w/{window:str}/qr.svg", opt={"perm": PUBLIC})
async def window_qr(request: HttpRequest, tenant: InTenant, window: FromPath[str]) -> Response[bytes]:
    found, _ = await window_of(tenant, window)
    return qr(f"{settings_of(request).public_url}/t/{tenant.slug}/w/{found.code}")


async def window_of(tenant: Tenant, code: str) -> tuple[Window, str]:
    """The window and the name of the institution it belongs to, where it serves anybody at this time."""
    states.refuse_closed(tenant)
    async with db.as_tenant(tenant.id) as unit:
        window = (await places.among(unit, "window", [code])).get(code)
        if not isinstance(window, Window):
            raise NotFound("没有这个窗口，请核对窗口上的二维码。")
        names = await places.names(unit, "institution", [window.institution])
    return window, names[window.institution]


async def _page(
    tenant: Tenant,
    settings: Settings,
    code: str,
    *,
    sent: bool = False,
    phone: str = "",
    refusal: Refused | None = None,
) -> Page:
    window, place = await window_of(tenant, code)
    opened = settings.demo and tenant.demo
    errors = {"phone": refusal.detail} if refusal else {}
    return page(
        "public/window.html", status=status_of(refusal) if refusal else 200, tenant=tenant, window=window, place=place,
        sent=sent, phone=phone, errors=errors,
        works=await _works(tenant, code) if opened else "", opened=opened,
    )  # fmt: skip


async def _works(tenant: Tenant, window: str) -> str:
    """For the demo: the telephone of somebody invented who has something to rate here."""
    async with db.as_tenant(tenant.id) as unit:
        person = await unit.fetchval(Q.reachable, tenant.id, window)
        return await people.address(unit, person) if person else ""
