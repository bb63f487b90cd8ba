"""A city sees what its province asks for, hands in what it counts, and can look up everything it has made known."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.clock import SHANGHAI
from core.errors import NotFound, Refused
from core.publication import actions as publication
from core.publication.decide import differences, digest
from core.publication.model import KINDS
from core.rounds import actions as rounds
from core.rounds import decide
from core.rounds.model import FIGURES, STANDINGS
from core.tenants import Tenant
from web import flash
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.province.cities import number_of
from web.province.rounds import TONES
from web.visit import HttpRequest, HttpResponse

LONGEST_NOTE = 1000


@get("/t/{slug:str}/admin/reporting", opt={"perm": "reports.read"})
async def index(tenant: InTenant, now: Now) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        found = await rounds.listing(unit)
        every = await rounds.all_reports(unit, found)
        editions = await publication.listing(unit)
    today = now.astimezone(SHANGHAI).date()
    last = {each.id: decide.latest(every.get(each.id, ())).get(tenant.id) for each in found}
    states = {each.id: decide.standing(last[each.id], each, today) for each in found}
    return page(
        "province/reporting.html", rounds=found, states=states, standings=STANDINGS, tones=TONES, editions=editions,
        kinds=KINDS, parent=tenant.parent is not None,
    )  # fmt: skip


@get("/t/{slug:str}/admin/reporting/editions/{edition:str}", opt={"perm": "reports.read"})
async def edition(tenant: InTenant, edition: FromPath[str]) -> Page:
    """One edition of what this city has made known, word for word."""
    async with db.as_tenant(tenant.id) as unit:
        found = await publication.edition(unit, number_of(edition))
    if not found:
        raise NotFound("没有这一期。")
    return page("province/edition.html", number=found[0].edition, entries=found, kinds=KINDS, at=found[0].at)


@get("/t/{slug:str}/admin/reporting/{round_:uuid}", opt={"perm": "reports.read"})
async def show(tenant: InTenant, round_: FromPath[UUID], now: Now) -> Page:
    return await _shown(tenant, round_, now, {}, {})


@post("/t/{slug:str}/admin/reporting/{round_:uuid}", opt={"perm": "reports.submit"}, status_code=303)
async def submit(
    request: HttpRequest, tenant: InTenant, member: InMember, round_: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    try:
        note = form.text("note", LONGEST_NOTE)
        async with db.as_tenant(tenant.id, patience=60) as unit:
            made = await rounds.submit(
                unit, tenant, round_, seen=form.kept("seen"), note=note, by=member.actor, now=now
            )  # fmt: skip
    except Refused as refusal:
        errors = {refusal.field or "seen": refusal.detail}
        return await _shown(tenant, round_, now, {"note": form.kept("note")}, errors, status_of(refusal))
    answer = Redirect(f"/t/{tenant.slug}/admin/reporting/{round_}", status_code=303)
    return flash.leave(request, answer, f"第 {made.version} 版已报送，正在送往省级")


async def _shown(
    tenant: Tenant, round_id: UUID, now: datetime, typed: Mapping[str, str], errors: Mapping[str, str],
    status: int = 200,
) -> Page:  # fmt: skip
    async with db.as_tenant(tenant.id, patience=60) as unit:
        asked = await rounds.one(unit, round_id)
        every = await rounds.reports(unit, round_id)
        content = await rounds.figures_of(unit, tenant, asked, now)
    today = now.astimezone(SHANGHAI).date()
    last = every[-1] if every else None
    free = last is None or last.state == "returned" or (not asked.is_open and last.state == "accepted")
    return page(
        "province/report.html", status=status, round=asked, reports=every[::-1], last=last, content=content,
        seen=digest(content), over=today > asked.until, free=free, figures=FIGURES, standings=STANDINGS, tones=TONES,
        typed=typed, errors=errors, state=decide.standing(last, asked, today),
        changes=differences(last.content, content) if last else (),
    )  # fmt: skip
