"""Examples are run in the background, by the rules in force or by a proposal, and told of one by one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.errors import Invalid, NotFound, Refused
from core.examples import actions as examples
from core.examples import kept
from core.examples.model import Outcome, Run
from core.people import Member
from core.proposals import actions as proposals
from core.scenarios import jobs, wording
from core.scenarios.jobs import Wanted
from core.tenants import Tenant
from web.admin.examples.editing import HOME, READS, WRITES
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest, HttpResponse

AGAINST = "/t/{slug:str}/admin/rules/{proposal:uuid}/examples"
SCOPES: Mapping[str, str] = {"one": "一个例子", "own": "本地的例子", "all": "本地的和规则自带的例子"}


@get(HOME, opt=READS)
async def index(tenant: InTenant, member: InMember) -> Page:
    return await _listed(tenant, member, {})


async def _listed(tenant: Tenant, member: Member, errors: Mapping[str, str], status: int = 200) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        found = await examples.listing(unit)
        newest = await kept.newest(unit)
        runs = await kept.runs(unit, None, ("own", "all"))
    return page(
        "admin/examples/index.html", status=status, examples=found, newest=newest, runs=runs, scopes=SCOPES,
        writes=may(member.role, "examples.write"), errors=errors, brought=len(jobs.sources(tenant)),
        busy=any(each.is_under_way for each in runs),
    )  # fmt: skip


@post(f"{HOME}/runs", opt=WRITES, status_code=303)
async def run(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    scope = "all" if form.text("scope") == "all" else "own"
    try:
        made = await _asked(tenant, member, Wanted(scope), now)
    except Refused as refusal:
        return await _listed(tenant, member, {"run": refusal.detail}, status_of(refusal))
    return Redirect(f"/t/{tenant.slug}/admin/examples/runs/{made}", status_code=303)


@get(f"{HOME}/runs", opt=READS)
async def again(tenant: InTenant) -> Redirect:
    return Redirect(f"/t/{tenant.slug}/admin/examples", status_code=303)


@get(f"{HOME}/runs/{{run:uuid}}", opt=READS)
async def show(tenant: InTenant, member: InMember, run: FromPath[UUID]) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        found = await kept.run(unit, run)
        if found is None:
            raise NotFound("没有这次运行，可能已过保存期限。")
        return await _shown(unit, member, found, {})


@get(AGAINST, opt=READS)
async def against(tenant: InTenant, member: InMember, proposal: FromPath[UUID]) -> Page:
    """What the examples say of a proposal, its own and those of the regulations below."""
    return await _against(tenant, member, proposal, {})


async def _against(
    tenant: Tenant, member: Member, proposal: UUID, errors: Mapping[str, str], status: int = 200
) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        known = await proposals.by_id(unit, proposal)
        runs = await kept.runs(unit, proposal)
        latest = await kept.latest_run(unit, proposal, version=known.version)
        shown = runs[0] if runs and (latest is None or runs[0].is_under_way) else latest
        return await _shown(unit, member, shown, errors, status, proposal=known)


@post(AGAINST, opt=WRITES, status_code=303)
async def try_out(tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now) -> HttpResponse:
    known = await proposals.by_id(tenant, proposal)
    try:
        await _asked(tenant, member, Wanted("all", proposal_id=proposal, version=known.version), now)
    except Refused as refusal:
        return await _against(tenant, member, proposal, {"run": refusal.detail}, status_of(refusal))
    return Redirect(f"/t/{tenant.slug}/admin/rules/{proposal}/examples", status_code=303)


async def _asked(tenant: Tenant, member: Member, wanted: Wanted, now: datetime) -> UUID:
    async with db.as_tenant(tenant.id) as unit:
        return await jobs.ask(unit, tenant, wanted, by=member.actor, name=member.name, now=now)


async def _shown(
    unit: db.Unit, member: Member, run: Run | None, errors: Mapping[str, str], status: int = 200,
    **more: Any,
) -> Page:  # fmt: skip
    results = await kept.results(unit, run.id) if run else ()
    departures = {each.source: each for each in await examples.departures(unit)}
    return page(
        "admin/examples/run.html", status=status, run=run, departures=departures, errors=errors, scopes=SCOPES,
        own=_worst_first([each for each in results if each.example_id]),
        below=[each for each in results if each.source],
        writes=may(member.role, "examples.write"), told=wording.told, **{"proposal": None, **more},
    )  # fmt: skip


def _worst_first(results: Sequence[Outcome]) -> list[Outcome]:
    """What fell, what still waits, what holds."""
    return sorted(results, key=lambda each: (each.ok is not False, each.ok is not None))


@post(f"{HOME}/departures", opt=WRITES, status_code=303)
async def depart(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    """The place rightly differs from an example of the regulation below, or from all that fell, on this basis."""
    form = await posted(request)
    run_id, nth, every = _uuid(form.text("run")), form.number("nth"), form.text("every") == "yes"
    async with db.as_tenant(tenant.id) as unit:
        run = await kept.run(unit, run_id)
        results = await kept.results(unit, run_id) if run else ()
        fell = [each for each in results if each.source and each.ok is False and (every or each.nth == nth)]
        if run is None or not fell:
            raise NotFound("这一条已经不在了，请重新运行后再认定。")
        try:
            if form.text("withdraw") and not every:
                await examples.withdraw(unit, fell[0].source, by=member.actor, now=now)
            else:
                basis = form.text("basis", examples.LONGEST_BASIS)
                await _depart_all(unit, await _unknown(unit, fell) if every else fell, basis, member, now)
        except Invalid as refusal:
            wrong = {"basis-every" if every else f"basis-{nth}": refusal.detail}
            known = await proposals.by_id(unit, run.proposal_id) if run.proposal_id else None
            return await _shown(unit, member, run, wrong, 422, proposal=known)
    rules = f"rules/{run.proposal_id}/examples" if run.proposal_id else f"examples/runs/{run.id}"
    return Redirect(f"/t/{tenant.slug}/admin/{rules}#r-{'every' if every else nth}", status_code=303)


async def _unknown(unit: db.Unit, fell: Sequence[Outcome]) -> Sequence[Outcome]:
    """What nobody has said a basis for, or what now fails at another step than was said."""
    known = {(each.source, each.step) for each in await examples.departures(unit)}
    return [each for each in fell if (each.source, each.step) not in known]


async def _depart_all(unit: db.Unit, fell: Sequence[Outcome], basis: str, member: Member, now: datetime) -> None:
    for each in fell:
        said = (each.source, each.step, each.says, basis)
        await examples.depart(unit, *said, by=member.actor, name=member.name, now=now)


@get(f"{HOME}/departures", opt=READS)
async def departed(tenant: InTenant) -> Redirect:
    return Redirect(f"/t/{tenant.slug}/admin/examples", status_code=303)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error
