"""Support looks on as somebody else, with a reason, for a quarter of an hour, and changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.response import Redirect

from core import db
from core.errors import Conflict, NotFound, ReasonMissing, Refused
from core.notify import actions as notify
from core.people import Member, acting
from core.places import actions as places
from core.policy.policy import Policy
from core.tenants import Tenant
from web.admin.chips import asked
from web.admin.sight import eyes_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse, visit

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Tried:
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


@get("/t/{slug:str}/admin/support", opt={"perm": "support.see"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy) -> Page:
    return await _asked(tenant, member, policy, asked(request, "q"), Tried())


@post("/t/{slug:str}/admin/support", opt={"perm": "support.see", "grave": True}, status_code=303)
async def look(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> HttpResponse:
    form = await posted(request)
    typed = {name: form.kept(name) for name in ("member", "reason")}
    try:
        await _look(request, tenant, member, policy, form.text("member"), form.text("reason", LONGEST_REASON), now)
    except (ReasonMissing, NotFound, Conflict) as refusal:
        tried = Tried(typed, {_field(refusal): refusal.detail})
        return await _asked(tenant, member, policy, form.text("q"), tried, status_of(refusal))
    return Redirect(f"/t/{tenant.slug}/admin", status_code=303)


async def _look(
    request: HttpRequest, tenant: Tenant, member: Member, policy: Policy, wanted: str, reason: str, now: datetime
) -> None:
    try:
        other = UUID(wanted)
    except ValueError as error:
        raise NotFound("请选择要查看的人。") from error
    async with db.as_tenant(tenant.id) as unit:
        within = await _within(unit, member, policy)
        await acting.look_as(unit, visit(request).session, member, other, reason, within, now)
        await notify.tell(unit, other, "looked", f"{member.name}：{reason}", "/notifications", now)


def _field(refusal: Refused) -> str:
    return "reason" if isinstance(refusal, ReasonMissing) else "member"


async def _within(unit: db.Unit, member: Member, policy: Policy) -> Sequence[str] | None:
    eyes = await eyes_of(unit, member, policy)
    return None if eyes.everything else eyes.oversees


async def _asked(tenant: Tenant, member: Member, policy: Policy, q: str, tried: Tried, status: int = 200) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        found = await acting.seeable(unit, member, await _within(unit, member, policy), q)
        bodies = await places.names(unit, "institution", [each.institution for each in found if each.institution])
    return page(
        "admin/support.html", status=status, found=found, bodies=bodies, q=q, tried=tried, most=acting.MOST_SHOWN,
        minutes=acting.LOOKS_FOR.seconds // 60,
    )  # fmt: skip
