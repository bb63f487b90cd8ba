"""Every proposal by its day, and where a new one is begun; whoever came for one key goes on to it."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from litestar import get, post
from litestar.response import Redirect

from core import db
from core.clock import SHANGHAI
from core.errors import Refused
from core.policy import keys
from core.proposals import actions as proposals
from core.proposals.decide import earliest
from core.proposals.model import ANSWER, STATES, UNDECIDED
from core.tenants import Tenant
from web.admin import rulebook
from web.admin.chips import asked
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import day_of_field, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

FIELDS = ("since", "title")
DECIDED_SHOWN = 20


@get("/t/{slug:str}/admin/rules", opt={"perm": "proposals.read"})
async def index(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    return await _shown(tenant, now, asked(request, "key"), {"since": _usual(tenant, now), "title": ""}, {})


@post("/t/{slug:str}/admin/rules", opt={"perm": "policy.write"}, status_code=303)
async def begin(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    key = form.text("key")
    try:
        since = day_of_field(form.text("since"), "since")
        known = await proposals.begin(tenant, since, title=form.text("title"), by=member.actor, now=now)
    except Refused as refusal:
        if refusal.field not in FIELDS:
            raise
        typed = {name: form.kept(name) for name in FIELDS}
        return await _shown(tenant, now, key, typed, {refusal.field: refusal.detail}, status_of(refusal))
    home = f"/t/{tenant.slug}/admin/rules/{known.id}"
    return Redirect(home + _onward(key), status_code=303)


async def _shown(
    tenant: Tenant, now: datetime, key: str, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        undecided = await proposals.listing(unit, UNDECIDED)
        decided = await proposals.listing(unit, proposals.DECIDED, limit=DECIDED_SHOWN)
    label, onward = _named(key), _onward(key)
    return page(
        "admin/rules/board.html", status=status, tenant=tenant, undecided=undecided, decided=decided, states=STATES,
        key=key if onward else "", label=label, onward=onward, typed=typed, errors=errors,
        first=earliest(tenant, now.astimezone(SHANGHAI).date()),
    )  # fmt: skip


def _usual(tenant: Tenant, now: datetime) -> str:
    """A place at work usually changes its rules with the next month; one that is being founded, or shows, today."""
    today = now.astimezone(SHANGHAI).date()
    if tenant.live_since is None or tenant.demo:
        return today.isoformat()
    return (today.replace(day=1) + timedelta(days=32)).replace(day=1).isoformat()


def _named(key: str) -> str:
    if key.startswith(ANSWER):
        return f"开放问题 {key.removeprefix(ANSWER)}"
    return rulebook.label(key) if _exists(key) else ""


def _onward(key: str) -> str:
    """Where whoever came for one key goes when the proposal is chosen."""
    if key.startswith(ANSWER):
        return f"/answers/{key.removeprefix(ANSWER)}"
    return f"/keys/{key}" if _exists(key) else ""


def _exists(key: str) -> bool:
    try:
        keys.find(key)
    except Refused:
        return False
    return True
