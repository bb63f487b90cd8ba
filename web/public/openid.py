"""A member may come in through the tenant's own sign-in system; our second factor is asked unless it asked one."""

import base64
import binascii
import json
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.params import FromQuery
from litestar.response import Redirect

from core import db
from core.crypto import CryptoFailed, Place
from core.crypto import provider as sealing
from core.errors import NotFound, Refused, Unauthorized
from core.openid import actions, exchange
from core.openid.actions import Provider
from core.openid.exchange import Flow
from core.people import signing
from core.people.signing import Attempt
from core.tenants import Tenant
from web.agents import browser_of
from web.auth import PUBLIC, host_bound, is_https, limits_of, settings_of
from web.deps import InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.hx import own_path
from web.page import page
from web.public.sign_in import entered
from web.visit import HttpRequest, HttpResponse, visit

MINUTES = 10
# What is sealed, and of how many words: one is no good where the other is asked for.
FLOW, PENDING = "flow", "pending"
TOLD = {FLOW: 4, PENDING: 2}
NOBODY = UUID(int=0)


@get("/t/{slug:str}/openid", opt={"perm": PUBLIC})
async def begin(request: HttpRequest, tenant: InTenant, now: Now, next: FromQuery[str] = "") -> HttpResponse:
    provider = await _provider(tenant)
    await limits_of(request).take("openid", browser_of(request).address, most=60, seconds=60)
    flow = exchange.new_flow()
    try:
        address = await exchange.entrance(provider, flow, _back(request, tenant))
    except Refused as refusal:
        return _refused(tenant, refusal)
    # Bound to this browser: nobody can be signed in as somebody else by a link.
    sealed = seal(tenant, FLOW, [flow.state, flow.nonce, flow.verifier, own_path(next, "")], now)
    return Redirect(address, status_code=303, cookies=[_cookie(request, tenant, sealed)])


@get("/t/{slug:str}/openid/back", opt={"perm": PUBLIC})
async def back(request: HttpRequest, tenant: InTenant, now: Now) -> HttpResponse:
    provider = await _provider(tenant)
    await limits_of(request).take("openid-back", browser_of(request).address, most=60, seconds=60)
    try:
        state, nonce, verifier, next_page = unseal(tenant, FLOW, request.cookies.get(_name(request, tenant), ""), now)
        query = {name: str(value) for name, value in request.query_params.items()}
        if "error" in query:
            raise Unauthorized("统一身份认证没有完成登录（可能已取消）。请回到登录页重新开始。")
        named = await exchange.vouched(
            provider, Flow(state, nonce, verifier), _back(request, tenant), query, now
        )  # fmt: skip
        answer = await _admitted(request, tenant, named, next_page, now)
    except Refused as refusal:
        answer = _refused(tenant, refusal)
    # Good once, whatever came of it.
    answer.cookies.append(_cookie(request, tenant, ""))
    return answer


@post("/t/{slug:str}/openid/code", opt={"perm": PUBLIC}, status_code=303)
async def code(request: HttpRequest, tenant: InTenant, now: Now) -> HttpResponse:
    form = await posted(request)
    try:
        member, next_page = unseal(tenant, PENDING, form.kept("pending"), now)
        member_id = UUID(member)
        await limits_of(request).take("sign-in", f"{tenant.id}:{member_id}", most=10, seconds=60)
    except (Refused, ValueError):
        return _refused(tenant, exchange.Unbelieved())
    attempt = Attempt("openid", form.text("code"), browser_of(request), visit(request).session)
    try:
        token = await signing.admit(tenant.id, member_id, attempt, strong=False, now=now)
    except Unauthorized as refusal:
        return _asking(tenant, form.kept("pending"), {"code": refusal.detail}, 401)
    return await entered(request, tenant, token, next_page, "", now)


async def _admitted(
    request: HttpRequest, tenant: Tenant, named: exchange.Vouched, next_page: str, now: datetime
) -> HttpResponse:
    async with db.as_tenant(tenant.id) as unit:
        member_id = await actions.member_named(unit, named.username)
        needs_code = member_id is not None and not named.strong and await signing.needs_code(unit, member_id)
    if member_id is None:
        raise Unauthorized("您已通过统一身份认证，但在这里还没有账号，或账号已停用。请联系系统管理员。")
    if needs_code:
        return _asking(tenant, seal(tenant, PENDING, [str(member_id), next_page], now), {}, 200)
    attempt = Attempt("openid", "", browser_of(request), visit(request).session)
    try:
        token = await signing.admit(tenant.id, member_id, attempt, strong=named.strong, now=now)
    except Unauthorized as refusal:
        raise Unauthorized("您已通过统一身份认证，但账号已停用或暂时锁定。请稍后再试，或联系系统管理员。") from refusal
    return await entered(request, tenant, token, next_page, "", now)


async def _provider(tenant: Tenant) -> Provider:
    async with db.as_tenant(tenant.id) as unit:
        found = await actions.provider_of(unit)
    if found is None or not found.enabled:
        raise NotFound("这里没有启用统一身份认证，请用密码登录。")
    return found


def seal(tenant: Tenant, what: str, told: list[str], now: datetime) -> str:
    text = json.dumps([now.timestamp(), *told], ensure_ascii=False)
    return base64.urlsafe_b64encode(sealing().encrypt(text, _place(tenant, what))).decode()


def unseal(tenant: Tenant, what: str, sealed: str, now: datetime) -> list[str]:
    try:
        text = sealing().decrypt(base64.urlsafe_b64decode(sealed.encode("ascii")), _place(tenant, what))
        at, *told = json.loads(text)
    except (CryptoFailed, binascii.Error, ValueError) as error:
        raise exchange.Unbelieved from error
    if now.timestamp() - at >= timedelta(minutes=MINUTES).total_seconds():
        raise exchange.Unbelieved("登录用时过长，已经失效。请回到登录页重新开始。")
    if len(told) != TOLD[what]:
        raise exchange.Unbelieved
    return told


def _place(tenant: Tenant, what: str) -> Place:
    return Place(tenant.id, "identity_provider", what, NOBODY)


def _back(request: HttpRequest, tenant: Tenant) -> str:
    return f"{settings_of(request).public_url}/t/{tenant.slug}/openid/back"


def _name(request: HttpRequest, tenant: Tenant) -> str:
    return host_bound(request, f"hcp-openid-{tenant.slug}")


def _cookie(request: HttpRequest, tenant: Tenant, sealed: str) -> Cookie:
    # Lax: the browser must bring it when the provider sends it back.
    return Cookie(
        key=_name(request, tenant), value=sealed, path="/", httponly=True, samesite="lax", secure=is_https(request),
        max_age=MINUTES * 60 if sealed else 0,
    )  # fmt: skip


def _asking(tenant: Tenant, pending: str, errors: dict[str, str], status: int) -> HttpResponse:
    return page("public/openid_code.html", status=status, tenant=tenant, pending=pending, errors=errors)


def _refused(tenant: Tenant, refusal: Refused) -> Response[Any]:
    return page("public/openid_refused.html", status=status_of(refusal), tenant=tenant, detail=refusal.detail)
