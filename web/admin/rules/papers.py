"""The place's own papers, which its rules are cited from, and where one of them leaves something open."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import stack, tenants
from core.clock import SHANGHAI
from core.errors import Refused
from core.policy import keys
from core.tenants import Tenant, own
from web.admin import rulebook
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, day_from, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

LONGEST = 2000
TYPED = ("title", "number", "issued", "key", "clause", "document", "text", "suggestions")


@dataclass(frozen=True, slots=True)
class Tried:
    """Which form was sent, what was typed in it, and what was wrong."""

    form: str = ""
    typed: Mapping[str, str] = field(default_factory=lambda: dict.fromkeys(TYPED, ""))
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


@get("/t/{slug:str}/admin/rules/papers", opt={"perm": "policy.read"})
async def index(tenant: InTenant, now: Now) -> Page:
    return _shown(tenant, Tried(), now)


@post("/t/{slug:str}/admin/rules/papers", opt={"perm": "policy.write"}, status_code=303)
async def register(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    try:
        issued = day_from(form.text("issued"), "issued")
        await own.register(tenant, form.text("title"), form.text("number"), issued, by=member.actor, now=now)
    except Refused as refusal:
        return _refused(tenant, "paper", form, refusal, now)
    return Redirect(f"/t/{tenant.slug}/admin/rules/papers", status_code=303)


@post("/t/{slug:str}/admin/rules/papers/questions", opt={"perm": "policy.write"}, status_code=303)
async def ask(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    try:
        made = await own.ask(
            tenant, form.text("key"), form.text("clause"), form.text("document"), form.text("text", LONGEST),
            form.text("suggestions", LONGEST).splitlines(), by=member.actor, now=now,
        )  # fmt: skip
    except Refused as refusal:
        return _refused(tenant, "question", form, refusal, now)
    return Redirect(f"/t/{tenant.slug}/admin/questions#q-{made}", status_code=303)


@post("/t/{slug:str}/admin/rules/papers/questions/{question:str}/back", opt={"perm": "policy.write"}, status_code=303)
async def take_back(tenant: InTenant, member: InMember, question: FromPath[str], now: Now) -> Redirect:
    await own.take_back(await tenants.by_id(tenant.id), question, by=member.actor, now=now)
    return Redirect(f"/t/{tenant.slug}/admin/rules/papers", status_code=303)


def _refused(tenant: Tenant, name: str, form: Posted, refusal: Refused, now: datetime) -> Page:
    typed = {each: form.kept(each) for each in TYPED}
    tried = Tried(name, typed, {refusal.field or "title": refusal.detail})
    return _shown(tenant, tried, now, status_of(refusal))


def _shown(tenant: Tenant, tried: Tried, now: datetime, status: int = 200) -> Page:
    policy = stack.policy(tenant, now.astimezone(SHANGHAI).date())
    groups: dict[str, list[tuple[str, str]]] = {}
    for key in keys.ALL.values():
        groups.setdefault(key.group, []).append((key.name, key.label))
    return page(
        "admin/rules/papers.html", status=status, tenant=tenant, tried=tried, groups=groups, policy=policy,
        labels={each.id: rulebook.label(each.key) for each in tenant.asks},
        said={each.id: each.said(policy.answers[each.id]) for each in policy.questions if each.id in policy.answers},
    )  # fmt: skip
