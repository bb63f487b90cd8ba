"""A city takes over a version of its province's baseline key by key, or another city's rule, as its own proposal."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, stack
from core.baseline import actions as baseline
from core.baseline.decide import CHOICES, OUTCOMES
from core.clock import SHANGHAI
from core.errors import Invalid, Refused
from core.policy import keys
from core.proposals import decide as proposing
from core.publication import borrowing
from core.publication.letters import Letter, read
from core.tenants import Tenant
from web import flash
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import day_from, day_of_field, posted
from web.page import Page, page
from web.province.baseline import rules_of
from web.province.cities import number_of
from web.visit import HttpRequest, HttpResponse

LONGEST_RULE = 60_000


@get("/t/{slug:str}/admin/baseline", opt={"perm": "reports.read"})
async def index(tenant: InTenant) -> Page:
    if tenant.parent is None:
        return page("province/offered.html", versions=(), steps=(), parent=False, current=None)
    async with db.as_tenant(tenant.id) as unit:
        versions = await baseline.versions(unit, tenant.parent)
        steps = await baseline.adoptions(unit)
    return page("province/offered.html", versions=versions, steps=steps, parent=True, current=tenant.baseline_version)


@get("/t/{slug:str}/admin/baseline/{version:str}", opt={"perm": "reports.read"})
async def show(request: HttpRequest, tenant: InTenant, version: FromPath[str], now: Now) -> Page:
    wanted = request.query_params.get("since", "")
    typed = {"since": wanted or _first(tenant, now).isoformat()}
    return await _offered(tenant, number_of(version), now, typed, {})


@post("/t/{slug:str}/admin/baseline/{version:str}", opt={"perm": "policy.write"}, status_code=303)
async def adopt(
    request: HttpRequest, tenant: InTenant, member: InMember, version: FromPath[str], now: Now
) -> HttpResponse:
    form, number = await posted(request), number_of(version)
    choices = form.starting("choice-")
    try:
        since = day_of_field(form.text("since"), "since")
        made = await baseline.adopt(tenant, number, since, choices, by=member.actor, now=now)
    except Refused as refusal:
        if not refusal.field:
            raise
        typed = {"since": form.kept("since"), **{f"choice-{name}": each for name, each in choices.items()}}
        return await _offered(tenant, number, now, typed, {refusal.field: refusal.detail}, status_of(refusal))
    answer = Redirect(f"/t/{tenant.slug}/admin/rules/{made.id}", status_code=303)
    return flash.leave(request, answer, f"已写进草案：采用省级基线第 {number} 版，由另一人批准后生效")


async def _offered(
    tenant: Tenant, version: int, now: datetime, typed: Mapping[str, str], errors: Mapping[str, str],
    status: int = 200,
) -> Page:  # fmt: skip
    try:
        since = day_from(typed["since"], "since") or _first(tenant, now)
    except Invalid as refusal:
        since, errors, status = _first(tenant, now), {"since": refusal.detail, **errors}, 422
    offered = await baseline.offer(tenant, version, since)
    return page(
        "province/merge.html", status=status, offer=offered, since=since, typed=typed, errors=errors,
        outcomes=OUTCOMES, choices=CHOICES, rules=rules_of(offered.version),
        counts={code: sum(each.outcome == code for each in offered.lines) for code in OUTCOMES},
    )  # fmt: skip


@get("/t/{slug:str}/admin/rules/borrow", opt={"perm": "policy.write"})
async def borrow(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    text = request.query_params.get("rule", "")[:LONGEST_RULE]
    return _borrowing(tenant, now, {"rule": text, "since": _first(tenant, now).isoformat(), "clause": ""}, {})


@post("/t/{slug:str}/admin/rules/borrow", opt={"perm": "policy.write"}, status_code=303)
async def take(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    try:
        letters, since = read(form.text("rule", LONGEST_RULE)), day_of_field(form.text("since"), "since")
        made = await borrowing.borrow(tenant, letters, since, form.text("clause"), by=member.actor, now=now)
    except Refused as refusal:
        if not refusal.field:
            raise
        field = refusal.field if refusal.field in ("since", "clause") else "rule"
        typed = {name: form.kept(name) for name in ("rule", "since", "clause")}
        return _borrowing(tenant, now, typed, {field: refusal.detail}, status_of(refusal))
    key = f"/keys/{letters[0].key}" if len(letters) == 1 else ""
    answer = Redirect(f"/t/{tenant.slug}/admin/rules/{made.id}{key}", status_code=303)
    return flash.leave(request, answer, "已写进草案，请核对后提交，由另一人批准")


def _borrowing(
    tenant: Tenant, now: datetime, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Page:
    letters: Sequence[Letter] = ()
    if typed["rule"].strip() and not errors:
        try:
            letters = read(typed["rule"])
        except Refused as refusal:
            errors, status = {"rule": refusal.detail}, 422
    policy = stack.policy(tenant, now.astimezone(SHANGHAI).date())
    rows = [(each, _said(each), policy.chinese(keys.whole(each.key)), keys.whole(each.key).label) for each in letters]
    return page("province/borrow.html", status=status, typed=typed, errors=errors, rows=rows)


def _said(letter: Letter) -> str:
    found = keys.whole(letter.key)
    return keys.chinese(found, None if letter.value == keys.UNSET else found.parse(letter.value))


def _first(tenant: Tenant, now: datetime) -> date:
    today = now.astimezone(SHANGHAI).date()
    return proposing.earliest(tenant, today) or today + timedelta(days=1)
