"""Nobody reaches a handler unless its ``opt["perm"]`` lets them: a handler that names none is closed to all."""

import re

from litestar.datastructures import Cookie
from litestar.handlers.base import BaseRouteHandler

from core import clock, db, people, tenants
from core.errors import NotEntitled, NotFound, Unauthorized
from core.settings import Settings
from core.tenants import Tenant
from web import csrf
from web.limits import Limits
from web.permissions import may
from web.visit import AnyConnection, Visit

PUBLIC = "public"
DEMO = "demo"
MEMBER = "member"
KEY = "key"
DEVICE = "device"
DEVICE_SCOPE = "ratings:write"
_BEARER = re.compile(r"Bearer ([\x21-\x7e]{1,300})")


async def authorize(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Default deny: ``public`` · ``demo`` (there only) · ``key[:scope]`` · ``device`` · ``member`` · a permission."""
    permission = handler.opt.get("perm", "")
    if permission.partition(":")[0] == KEY:
        connection.state["visit"] = await _by_key(connection, permission)
        return
    if permission == DEVICE:
        await _admit_device(connection)
        return
    found = await _by_session(connection)
    connection.state["visit"] = found
    if permission in {PUBLIC, DEMO}:
        _admit_public(connection, permission)
        return
    await _admit_member(connection, found, permission)


def _admit_public(connection: AnyConnection, permission: str) -> None:
    if permission == DEMO and not settings_of(connection).demo:
        raise NotFound
    if method_of(connection) not in csrf.SAFE_METHODS:
        csrf.refuse_strangers(connection)


async def _admit_member(connection: AnyConnection, found: Visit, permission: str) -> None:
    if found.member is None:
        raise Unauthorized
    if method_of(connection) not in csrf.SAFE_METHODS:
        await csrf.refuse_forgery(connection, settings_of(connection).secret, found.session)
    if permission != MEMBER and not may(found.member.role, permission):
        raise NotEntitled


async def _by_session(connection: AnyConnection) -> Visit:
    slug = connection.path_params.get("slug")
    if slug is None:
        return Visit()
    tenant = await tenants.by_slug(slug)
    session = connection.cookies.get(cookie_name(connection, tenant), "")
    if not session:
        return Visit(tenant)
    try:
        async with db.as_tenant(tenant.id) as unit:
            member = await people.member_of(unit, session, clock.now())
    except Unauthorized:
        return Visit(tenant)
    return Visit(tenant, member, session=session)


async def _by_key(connection: AnyConnection, permission: str) -> Visit:
    bearer = _BEARER.fullmatch(connection.headers.get("authorization", ""))
    if bearer is None:
        raise Unauthorized
    key = await people.key_of(bearer[1], clock.now())
    scope = permission.partition(":")[2]
    if scope and scope not in key.scopes:
        raise NotEntitled("这把接口密钥没有所需的权限范围。")
    return Visit(await tenants.by_id(key.tenant_id), key=key)


async def _admit_device(connection: AnyConnection) -> None:
    """A screen shows its key once in its address, afterwards by cookie; its forms carry a token made of it."""
    tenant = await tenants.by_slug(connection.path_params["slug"])
    text = connection.query_params.get("key") or connection.cookies.get(device_cookie(connection, tenant), "")
    key = await people.key_of(text, clock.now())
    if key.tenant_id != tenant.id or DEVICE_SCOPE not in key.scopes:
        raise NotEntitled("这把密钥不能用于这个窗口，请联系管理员。")
    connection.state["visit"] = Visit(tenant, key=key, session=text)
    if method_of(connection) not in csrf.SAFE_METHODS:
        await csrf.refuse_forgery(connection, settings_of(connection).secret, text)


def settings_of(connection: AnyConnection) -> Settings:
    return connection.app.state.settings


def limits_of(connection: AnyConnection) -> Limits:
    return connection.app.state.limits


def method_of(connection: AnyConnection) -> str:
    scope = connection.scope
    return scope["method"] if scope["type"] == "http" else "GET"


def is_https(connection: AnyConnection) -> bool:
    return connection.scope["scheme"] == "https"


def cookie_name(connection: AnyConnection, tenant: Tenant) -> str:
    """One session for each tenant, so that who works for several signs in to one without leaving another."""
    return _host_bound(connection, f"hcp-{tenant.slug}")


def device_cookie(connection: AnyConnection, tenant: Tenant) -> str:
    return _host_bound(connection, f"hcp-device-{tenant.slug}")


def _host_bound(connection: AnyConnection, name: str) -> str:
    return f"__Host-{name}" if is_https(connection) else name


def session_cookie(connection: AnyConnection, tenant: Tenant, session: str) -> Cookie:
    return Cookie(
        key=cookie_name(connection, tenant), value=session, path="/", httponly=True, samesite="lax",
        secure=is_https(connection), max_age=None if session else 0,
    )  # fmt: skip
