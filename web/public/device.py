"""The screen at a window or kiosk asks whoever was just served, says 已提交, and comes back to rest by itself."""

from dataclasses import dataclass
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core import flow
from core.citizen import actions as citizen
from core.errors import (
    AlreadyRated,
    Conflict,
    DimensionMissing,
    IdentityRequired,
    NotFound,
    ReasonRequired,
    Refused,
    WindowClosed,
)
from core.intake.model import Source
from core.tenants import Tenant
from web.auth import DEVICE, PUBLIC, device_cookie, device_key, limits_of
from web.deps import InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted, whole_number
from web.page import Page, page
from web.public.rate import GRADES, submission
from web.public.sheet import Sheet
from web.public.windows import window_of
from web.visit import HttpRequest, HttpResponse

IDLE_SECONDS, ASKING_SECONDS = 5, 30
LONGEST_KEY, KEY_TRIES, KEY_PERIOD = 300, 10, 600
# What a device shows where the policy does not say: enough to know one's own matter again.
SHOWN = ("item",)


@dataclass(frozen=True, slots=True)
class Screen:
    """One screen: a window's device (``device``) or a self-service terminal (``kiosk``)."""

    tenant: Tenant
    kind: str
    window: str
    window_name: str
    place: str

    @property
    def path(self) -> str:
        return f"/t/{self.tenant.slug}/{self.kind}/{self.window}"


@get(["/t/{slug:str}/device/{window:str}", "/t/{slug:str}/kiosk/{window:str}"], opt={"perm": DEVICE})
async def show(
    request: HttpRequest, tenant: InTenant, window: FromPath[str], now: Now, skip: FromQuery[str] = ""
) -> HttpResponse:
    screen = await _screen(request, tenant, window)
    sheet = await _sheet(screen, now)
    if sheet is None or str(sheet.opened.view.id) == skip:
        return page("public/device/idle.html", screen=screen, waiting=sheet, skip=skip, seconds=IDLE_SECONDS)
    return _ask(screen, sheet)


@post(["/t/{slug:str}/device/{window:str}", "/t/{slug:str}/kiosk/{window:str}"], opt={"perm": DEVICE}, status_code=303)
async def tap(request: HttpRequest, tenant: InTenant, window: FromPath[str], now: Now) -> HttpResponse:
    form = await posted(request)
    screen = await _screen(request, tenant, window)
    sheet = await _sheet(screen, now)
    if sheet is None or str(sheet.opened.view.id) != form.text("id"):
        return Redirect(screen.path, status_code=303)
    if form.number(f"grade.{sheet.first.code}") not in GRADES:
        return _ask(screen, sheet)
    return await _rate(screen, sheet, form, now)


@get(["/t/{slug:str}/device/{window:str}/done", "/t/{slug:str}/kiosk/{window:str}/done"], opt={"perm": DEVICE})
async def done(
    request: HttpRequest, tenant: InTenant, window: FromPath[str], case: FromQuery[str] = "", skip: FromQuery[str] = ""
) -> Page:
    screen = await _screen(request, tenant, window)
    return page("public/device/done.html", screen=screen, case=case[:60], skip=skip, seconds=ASKING_SECONDS)


@get(["/t/{slug:str}/device/{window:str}/enter", "/t/{slug:str}/kiosk/{window:str}/enter"], opt={"perm": PUBLIC})
async def ask_key(request: HttpRequest, tenant: InTenant, window: FromPath[str]) -> Page:
    return page("public/device/enter.html", screen=await _screen(request, tenant, window), problem="")


@post(
    ["/t/{slug:str}/device/{window:str}/enter", "/t/{slug:str}/kiosk/{window:str}/enter"],
    opt={"perm": PUBLIC}, status_code=303,
)  # fmt: skip
async def enter(request: HttpRequest, tenant: InTenant, window: FromPath[str]) -> HttpResponse:
    """Once, when the device is set up: a key in an address would lie in histories and logs."""
    form = await posted(request)
    screen = await _screen(request, tenant, window)
    try:
        await limits_of(request).take("device key", f"{tenant.id}:{window}", most=KEY_TRIES, seconds=KEY_PERIOD)
        await device_key(tenant, form.text("key", LONGEST_KEY), window)
    except Refused as refusal:
        return page("public/device/enter.html", status=status_of(refusal), screen=screen, problem=refusal.detail)
    return Redirect(
        screen.path, status_code=303, cookies=[device_cookie(request, tenant, form.text("key", LONGEST_KEY))]
    )


async def _rate(screen: Screen, sheet: Sheet, form: Posted, now: datetime) -> HttpResponse:
    """A grade that needs no more is the rating; one that does is kept as a draft while its reason is asked."""
    given = submission(sheet, form, channel=screen.kind)
    shown = "" if sheet.opened.screened else sheet.opened.case
    try:
        await flow.rate(screen.tenant, given, source=Source("device", screen.window), now=now)
    except (ReasonRequired, DimensionMissing, IdentityRequired):
        await citizen.keep_draft(screen.tenant, sheet.token, given.grades, now=now, channel=screen.kind)
        return _ask_why(screen, sheet, form, repeated="why" in form.fields)
    except (AlreadyRated, Conflict, WindowClosed):
        return Redirect(screen.path, status_code=303)
    return Redirect(f"{screen.path}/done?case={shown}&skip={sheet.opened.view.id}", status_code=303)


async def _screen(request: HttpRequest, tenant: Tenant, code: str) -> Screen:
    window, place = await window_of(tenant, code)
    kind = request.scope["path"].split("/")[3]
    if window.kiosk != (kind == "kiosk"):
        raise NotFound("这里不是自助终端。" if kind == "kiosk" else "这里是自助终端，请打开终端的评价页面。")
    return Screen(tenant, kind, window.code, window.name, place)


async def _sheet(screen: Screen, now: datetime) -> Sheet | None:
    opened = await citizen.at_window(screen.tenant, screen.window, now)
    return Sheet(screen.tenant, opened.view.token, opened) if opened is not None else None


def _ask(screen: Screen, sheet: Sheet) -> Page:
    shows = frozenset(sheet.opened.device_shows or SHOWN)
    return page("public/device/ask.html", screen=screen, sheet=sheet, shows=shows, seconds=ASKING_SECONDS)


def _ask_why(screen: Screen, sheet: Sheet, form: Posted, *, repeated: bool) -> Page:
    sent = form.starting("grade.").items()
    grades = {code: grade for code, value in sent if (grade := whole_number(value, max(GRADES)))}
    return page(
        "public/device/why.html", status=422 if repeated else 200, screen=screen, sheet=sheet, grades=grades,
        tags=sheet.tags(grades.values()), must_say_why=sheet.needs_reason(grades.values()), repeated=repeated,
        seconds=2 * ASKING_SECONDS, ticked=frozenset(form.all("tags")),
    )  # fmt: skip
