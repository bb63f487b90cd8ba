"""A printed code of an item, or of a channel that the rules name, leads by a message to the visitor's own rating."""

from dataclasses import dataclass

from litestar import Response, get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core import clock, db, stack
from core.citizen import actions as citizen
from core.errors import Invalid, NotFound, Refused
from core.places import actions as places
from core.places.model import Item
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.policy.values import Channel
from core.tenants import Tenant
from web.auth import PUBLIC, limits_of, settings_of
from web.deps import InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.public.rate import qr
from web.public.sheet import LINK_CHANNELS
from web.public.windows import PERIOD, PHONE, PHONE_TRIES, WINDOW_TRIES
from web.visit import HttpRequest, HttpResponse


def entrances(policy: Policy) -> tuple[Channel, ...]:
    """The channels a phone can come through; where the rules name none, each of their kinds is one."""
    named = policy[keys.channels] or ()
    known = named or tuple(Channel(code, label, code) for code, label in vocab.CHANNELS.items())
    return tuple(each for each in known if each.base in LINK_CHANNELS)


@dataclass(frozen=True, slots=True)
class Entrance:
    """What is printed on the code; ``item`` narrows what is found, ``channel`` is where the rating will come from."""

    kind: str
    code: str
    name: str
    place: str
    item: str | None
    channel: str

    @property
    def path(self) -> str:
        return f"/{self.kind}/{self.code}"


@get(["/t/{slug:str}/i/{code:str}", "/t/{slug:str}/e/{code:str}"], opt={"perm": PUBLIC})
async def show(request: HttpRequest, tenant: InTenant, code: FromPath[str], sent: FromQuery[str] = "") -> Page:
    return _page(tenant, await _entrance(request, tenant, code), sent=bool(sent))


@post(["/t/{slug:str}/i/{code:str}", "/t/{slug:str}/e/{code:str}"], opt={"perm": PUBLIC}, status_code=303)
async def send_link(request: HttpRequest, tenant: InTenant, code: FromPath[str], now: Now) -> HttpResponse:
    """The answer is the same whether the phone has something to rate or not."""
    form = await posted(request)
    entrance = await _entrance(request, tenant, code)
    phone = form.text("phone").replace(" ", "").replace("-", "").removeprefix("+86")
    try:
        if not PHONE.fullmatch(phone):
            raise Invalid("请填写 11 位手机号。", field="phone")
        await limits_of(request).take("link phone", f"{tenant.id}:{phone}", most=PHONE_TRIES, seconds=PERIOD)
        where = f"{tenant.id}:{entrance.path}"
        await limits_of(request).take("link window", where, most=WINDOW_TRIES, seconds=PERIOD)
        await citizen.send_link(tenant, None, phone, now, item=entrance.item, channel=entrance.channel)
    except Refused as refusal:
        return _page(tenant, entrance, phone=form.text("phone"), refusal=refusal)
    return Redirect(f"/t/{tenant.slug}{entrance.path}?sent=1", status_code=303)


@get(["/t/{slug:str}/i/{code:str}/qr.svg", "/t/{slug:str}/e/{code:str}/qr.svg"], opt={"perm": PUBLIC})
async def code_qr(request: HttpRequest, tenant: InTenant, code: FromPath[str]) -> Response[bytes]:
    entrance = await _entrance(request, tenant, code)
    return qr(f"{settings_of(request).public_url}/t/{tenant.slug}{entrance.path}")


async def _entrance(request: HttpRequest, tenant: Tenant, code: str) -> Entrance:
    if request.scope["path"].split("/")[3] == "e":
        return _channel(tenant, code)
    async with db.as_tenant(tenant.id) as unit:
        item = (await places.among(unit, "item", [db.clean_text(code)])).get(code)
        if not isinstance(item, Item) or not item.in_scope:
            raise NotFound("没有这个事项，请核对二维码，或向窗口询问。")
        names = await places.names(unit, "institution", [item.institution])
    return Entrance("i", item.code, item.name, names[item.institution], item.code, "qr")


def _channel(tenant: Tenant, code: str) -> Entrance:
    policy = stack.policy(tenant, clock.now().date())
    found = next((each for each in entrances(policy) if each.code == code), None)
    if found is None:
        raise NotFound("这个评价渠道没有开通，请使用办件后收到的评价链接。")
    return Entrance("e", found.code, found.label, tenant.name, None, found.base)


def _page(
    tenant: Tenant, entrance: Entrance, *, sent: bool = False, phone: str = "", refusal: Refused | None = None
) -> Page:
    return page(
        "public/entrance.html", status=status_of(refusal) if refusal else 200, tenant=tenant, entrance=entrance,
        sent=sent, phone=phone, errors={"phone": refusal.detail} if refusal else {},
    )  # fmt: skip
