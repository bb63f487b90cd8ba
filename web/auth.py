"""Nobody reaches a handler unless its ``opt["perm"]`` lets them: a handler that names none is closed to all."""

import re
from dataclasses import replace

from litestar.datastructures import Cookie
from litestar.handlers.base import BaseRouteHandler

from core import clock, db, people, tenants
from core.errors import NotEntitled, NotFound, ReadOnly, Unauthorized
from core.people import ApiKey, Member
from core.places import actions as places
from core.settings import Settings
from core.tenants import Tenant
from web import acting, bell, csrf, extra_doors, held
from web.held import Owing
from web.limits import Limits
from web.permissions import CUT
from web.visit import AnyConnection, Visit

PUBLIC = "public"
DEMO = "demo"
MEMBER = "member"
KEY = "key"
DEVICE = "device"
DEVICE_SCOPE = "ratings:write"
YEAR_SECONDS = 365 * 24 * 3600
_BEARER = re.compile(r"(?i:bearer) +([\x21-\x7e]{1,300})")


async def authorize(connection: AnyConnection, handler: BaseRouteHandler) -> None:
    """Default deny: ``public`` · ``demo`` (there only) · ``key[:scope]`` · ``device`` · ``member`` · a permission.

    Beside ``perm``: ``grave`` asks who sits there to prove it again, ``owing`` is open before what is owed is done,
    ``archived`` goes on where everything else may only be read.
    """
    if method_of(connection) == "OPTIONS":
        # Litestar's own answer: the methods of a route, nothing of what is behind it.
        return
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
    await _admit_member(connection, found, handler)


def _admit_public(connection: AnyConnection, permission: str) -> None:
    if permission == DEMO and not settings_of(connection).demo:
        raise NotFound
    if method_of(connection) not in csrf.SAFE_METHODS:
        csrf.refuse_strangers(connection)


async def _admit_member(connection: AnyConnection, found: Visit, handler: BaseRouteHandler) -> None:
    permission, is_safe = handler.opt.get("perm", ""), method_of(connection) in csrf.SAFE_METHODS
    if found.member is None or found.sitting is None:
        raise Unauthorized if is_safe else await held.kept(connection, settings_of(connection).secret, found)
    if not is_safe:
        acting.refuse_acting(found, handler)
        await csrf.refuse_forgery(connection, settings_of(connection).secret, found.bound)
    if found.sitting.owes and not handler.opt.get("owing"):
        raise Owing
    if permission == MEMBER:
        connection.state["visit"] = acting.as_oneself(found)
    else:
        _refuse_office(found, handler, is_safe=is_safe)
    if handler.opt.get("grave") and not is_safe:
        await held.demand_proof(connection, found.sitting, clock.now())
    if found.tenant and is_safe:
        await acting.note_look(connection, found.tenant, found, clock.now())


def _refuse_office(found: Visit, handler: BaseRouteHandler, *, is_safe: bool) -> None:
    """A place that was put away is read; what its accounts and its own end need (``archived``) goes on."""
    if not found.may(handler.opt.get("perm", "")):
        raise NotEntitled
    if not is_safe and found.tenant and found.tenant.read_only and not handler.opt.get("archived"):
        raise ReadOnly


async def _by_session(connection: AnyConnection) -> Visit:
    slug = connection.path_params.get("slug")
    if slug is None:
        return Visit()
    tenant = await tenants.by_slug(slug)
    session = connection.cookies.get(cookie_name(connection, tenant), "")
    nobody = Visit(tenant, entrance=f"/t/{tenant.slug}/sign-in")
    if not session:
        return nobody
    try:
        async with db.as_tenant(tenant.id) as unit:
            sitting = await people.session_of(unit, session, clock.now())
            there = Visit(
                tenant, sitting.member, session=session, family=sitting.family, sitting=sitting, real=sitting.member
            )
            found = await acting.placed(unit, there, clock.now())
            await bell.ring(connection, unit, sitting.member)
            await extra_doors.find(connection, unit, tenant, found.member or sitting.member, clock.now())
            return replace(found, whole=await sees_all(unit, found.member or sitting.member))
    except Unauthorized:
        return replace(nobody, session=session)


async def sees_all(unit: db.Unit, member: Member) -> bool:
    """Asked only of those whose role is cut to a place: what cannot be cut is closed to them."""
    is_placed = bool(member.institution or member.region)
    return not is_placed or member.role not in CUT or await places.is_whole(unit, member.institution, member.region)


async def _by_key(connection: AnyConnection, permission: str) -> Visit:
    bearer = _BEARER.fullmatch(connection.headers.get("authorization", ""))
    if bearer is None:
        raise Unauthorized
    key = await people.key_of(bearer[1], clock.now())
    if key.window is not None:
        raise NotEntitled("这是一台设备的密钥，只能在它的窗口使用，不能用于接口。")
    scope = permission.partition(":")[2]
    if scope and scope not in key.scopes:
        raise NotEntitled("这把接口密钥没有所需的权限范围。")
    return Visit(await tenants.by_id(key.tenant_id), key=key)


async def _admit_device(connection: AnyConnection) -> None:
    """A screen carries its own key in a cookie; its forms carry a token made of it."""
    tenant = await tenants.by_slug(connection.path_params["slug"])
    text = connection.cookies.get(device_cookie_name(connection, tenant), "")
    connection.state["visit"] = Visit(tenant, entrance=_enter_path(connection.scope["path"]))
    key = await device_key(tenant, text, connection.path_params["window"])
    connection.state["visit"] = Visit(tenant, key=key, family=text)
    if method_of(connection) not in csrf.SAFE_METHODS:
        await csrf.refuse_forgery(connection, settings_of(connection).secret, text)


def _enter_path(path: str) -> str:
    """/t/<slug>/device/<window> of whatever lies below it."""
    return "/".join([*path.split("/")[:5], "enter"])


async def device_key(tenant: Tenant, text: str, window: str) -> ApiKey:
    """The key of a screen: of this city and window, able to rate and to do nothing else, since it lies in a hall."""
    key = await people.key_of(text, clock.now())
    if key.tenant_id != tenant.id:
        raise Unauthorized
    if set(key.scopes) != {DEVICE_SCOPE}:
        raise NotEntitled("设备须用一把只有评价权限（ratings:write）的密钥，请为这台设备单独发放。")
    if key.window not in (None, window):
        raise NotEntitled("这把密钥是发给别的窗口的，请在“渠道与设备”里为这个窗口单独发放。")
    return key


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
    return host_bound(connection, f"hcp-{tenant.slug}")


def device_cookie_name(connection: AnyConnection, tenant: Tenant) -> str:
    return host_bound(connection, f"hcp-device-{tenant.slug}")


def host_bound(connection: AnyConnection, name: str) -> str:
    return f"__Host-{name}" if is_https(connection) else name


def session_cookie(connection: AnyConnection, tenant: Tenant, session: str) -> Cookie:
    return Cookie(
        key=cookie_name(connection, tenant), value=session, path="/", httponly=True, samesite="lax",
        secure=is_https(connection), max_age=None if session else 0,
    )  # fmt: skip


def device_cookie(connection: AnyConnection, tenant: Tenant, key: str) -> Cookie:
    return Cookie(
        key=device_cookie_name(connection, tenant), value=key, path="/", httponly=True, samesite="strict",
        secure=is_https(connection), max_age=YEAR_SECONDS,
    )  # fmt: skip
