"""Each screen in a hall has a key of its own for its window: shown once, seen at work, taken back when it is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from litestar import get, post

from core import db, people
from core.errors import Invalid, Refused
from core.people import Member
from core.places import actions as places
from core.places.model import Window
from core.tenants import Tenant
from web.admin.channels.held import held, taking_back
from web.auth import DEVICE_SCOPE
from web.deps import InMember, InSettings, InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest

LONGEST: Final = 40
MOST_OFFERED: Final = 500
# An idle screen asks every five seconds; its key notes it every minute.
AT_WORK: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Tried:
    """``key`` is told this once, with where to enter it."""

    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    key: str = ""
    window: Window | None = None


@get("/t/{slug:str}/admin/channels/devices", opt={"perm": "channels.read"})
async def index(tenant: InTenant, settings: InSettings, now: Now) -> Page:
    return await _shown(tenant, settings.public_url, now, Tried())


@post("/t/{slug:str}/admin/channels/devices", opt={"perm": "devices.issue", "grave": True}, status_code=200)
async def issue(request: HttpRequest, tenant: InTenant, member: InMember, settings: InSettings, now: Now) -> Page:
    """The key stands on the answer and nowhere else."""
    form = await posted(request)
    typed = {name: form.kept(name)[:LONGEST] for name in ("label", "window")}
    try:
        label, code = form.text("label", LONGEST), form.text("window", LONGEST)
        window, key = await _issued(tenant, label, code, member, now)
    except Refused as refusal:
        tried = Tried(typed, {refusal.field or "window": refusal.detail})
        return await _shown(tenant, settings.public_url, now, tried, status_of(refusal))
    return await _shown(tenant, settings.public_url, now, Tried(key=key, window=window))


revoke, again = taking_back("devices", "这台设备马上不能再评价")


async def _issued(tenant: Tenant, label: str, code: str, by: Member, now: datetime) -> tuple[Window, str]:
    if not label:
        raise Invalid("请填写设备的名称，例如“3号窗口评价器”。", field="label")
    async with db.as_tenant(tenant.id) as unit:
        window = (await places.among(unit, "window", [code])).get(code)
        if not isinstance(window, Window):
            raise Invalid("没有这个编码的窗口，请从列表中选择。", field="window")
        key = await people.issue_key(unit, label, [DEVICE_SCOPE], window=window.code, by=by.actor, now=now)
    return window, key


async def _shown(tenant: Tenant, public: str, now: datetime, tried: Tried, status: int = 200) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        devices = await held(unit, "devices")
        offered = await places.listing(unit, "window", limit=MOST_OFFERED)
        names = await places.names(unit, "window", {each.window for each in devices if each.window})
    return page(
        "admin/channels/devices.html", status=status, tenant=tenant, devices=devices, offered=offered, names=names,
        tried=tried, public=public, now=now, at_work=now - AT_WORK,
    )  # fmt: skip
