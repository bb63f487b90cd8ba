"""A hall's own system reports by a key that can what it must and no more: shown once, and taken back here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Final

from litestar import get, post

from core import db, people
from core.clock import SHANGHAI
from core.errors import Invalid, Refused
from core.people import Member
from core.policy.calendar import ONE_DAY
from core.tenants import Tenant
from web.admin.channels.held import held, taking_back
from web.deps import InMember, InSettings, InTenant, Now
from web.errors import status_of
from web.forms import Posted, day_from, posted
from web.page import Page, page
from web.visit import HttpRequest

LONGEST: Final = 40
# ``admin`` is for those who run the servers: core.operators gives it.
SCOPES: Final[Mapping[str, str]] = {
    "events:write": "报送办件和服务事件", "ratings:write": "报送评价", "ratings:read": "读评价数据",
    "scores:read": "读得分", "tickets:read": "读差评工单", "tickets:write": "办理差评工单",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Tried:
    """``key`` is told this once."""

    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    ticked: frozenset[str] = frozenset()
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    key: str = ""


@get("/t/{slug:str}/admin/channels/systems", opt={"perm": "channels.read"})
async def index(tenant: InTenant, settings: InSettings, now: Now) -> Page:
    return await _shown(tenant, settings.public_url, now, Tried())


@post("/t/{slug:str}/admin/channels/systems", opt={"perm": "devices.issue", "grave": True}, status_code=200)
async def issue(request: HttpRequest, tenant: InTenant, member: InMember, settings: InSettings, now: Now) -> Page:
    """The key stands on the answer and nowhere else."""
    form = await posted(request)
    try:
        key = await _issued(tenant, form, member, now)
    except Refused as refusal:
        typed = {name: form.kept(name)[:LONGEST] for name in ("label", "until")}
        tried = Tried(typed, frozenset(form.all("scopes")), {refusal.field or "label": refusal.detail})
        return await _shown(tenant, settings.public_url, now, tried, status_of(refusal))
    return await _shown(tenant, settings.public_url, now, Tried(key=key))


revoke, again = taking_back("systems", "用它的系统马上不能再调用接口")


async def _issued(tenant: Tenant, form: Posted, by: Member, now: datetime) -> str:
    label, scopes = form.text("label", LONGEST), form.all("scopes")
    if not label:
        raise Invalid("请填写用这把密钥的系统，例如“大厅叫号系统”。", field="label")
    if not scopes or set(scopes) - set(SCOPES):
        raise Invalid("请勾选这个系统要做的事，用不到的不要勾。", field="scopes")
    ends = _end(form, now)
    async with db.as_tenant(tenant.id) as unit:
        return await people.issue_key(unit, label, scopes, expires_at=ends, by=by.actor, now=now)


def _end(form: Posted, now: datetime) -> datetime | None:
    """Good to the end of the day; without one until it is taken back."""
    until: date | None = day_from(form.text("until"), "until")
    if until is None:
        return None
    if until < now.astimezone(SHANGHAI).date():
        raise Invalid("有效期已经过去，请填写今天以后的日期，或者不填。", field="until")
    return datetime.combine(until + ONE_DAY, time(), SHANGHAI)


async def _shown(tenant: Tenant, public: str, now: datetime, tried: Tried, status: int = 200) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        systems = await held(unit, "systems")
    return page(
        "admin/channels/systems.html", status=status, tenant=tenant, systems=systems, scopes=SCOPES, tried=tried,
        public=public, now=now,
    )  # fmt: skip
