"""Anybody can read what holds here on any day, by which clause, since when, and what the text leaves open."""

from datetime import date, datetime
from typing import Any

from litestar import get

from core import db, stack
from core.clock import SHANGHAI
from core.errors import Invalid, Unauthorized
from core.policy.checks import faults
from core.tenants import Tenant
from core.tenants.directory import Q
from web.admin import rulebook
from web.admin.chips import day_of
from web.auth import PUBLIC
from web.deps import InSettings, InTenant, Now
from web.forms import NO_DAY
from web.page import Page, page
from web.visit import HttpRequest, visit


@get("/t/{slug:str}/policy", opt={"perm": PUBLIC})
async def public(request: HttpRequest, tenant: InTenant, settings: InSettings, now: Now) -> Page:
    """Open to members, and in the demo to everybody."""
    if visit(request).member is None and not settings.demo:
        raise Unauthorized
    return await _shown(request, tenant, now)


@get("/t/{slug:str}/admin/policy", opt={"perm": "policy.read"})
async def show(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    return await _shown(request, tenant, now)


async def _shown(request: HttpRequest, tenant: Tenant, now: datetime) -> Page:
    today = now.astimezone(SHANGHAI).date()
    on, wrong = _day(request, today)
    policy, names = stack.policy(tenant, on), rulebook.layer_names(tenant)
    found = rulebook.groups(policy, names)
    told = rulebook.answers(policy, tenant, await stored_answers(tenant))
    places = [place for name in tenant.stack if (place := stack.city(name)) is not None]
    return page(
        "admin/policy/show.html", status=422 if wrong else 200, tenant=tenant, policy=policy, groups=found,
        names=names, answers=told,
        gaps=rulebook.gaps(policy), documents=rulebook.documents(policy, told), provisions=rulebook.provisions(tenant),
        faults=faults(policy), places=places, today=today, wrong=wrong,
        count=sum(each.is_set for group in found.values() for part in group for each in part.lines),
    )  # fmt: skip


async def stored_answers(tenant: Tenant) -> dict[str, Any]:
    async with db.as_tenant(tenant.id) as unit:
        return {row["question"]: row for row in await unit.fetch(Q.answers, tenant.id)}


def _day(request: HttpRequest, today: date) -> tuple[date, str]:
    """The day asked for; today, and a word about it, where that is no day."""
    try:
        return day_of(request, "on") or today, ""
    except Invalid:
        return today, f"{NO_DAY}，下面显示的是今天的规则。"
