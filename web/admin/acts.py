"""An act on a ticket is one form: refused at its field with the words kept, or done and on to the next ticket."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, flow
from core.desk import drafts, presence
from core.errors import Conflict, NotFound, Refused
from core.evidence.actions import Evidence
from core.intake.model import Source
from core.people import Member
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets import listing
from core.tickets.listing import Wanted
from core.tickets.machine import RULES
from core.tickets.model import Act
from web import flash
from web.admin import case as cases
from web.admin import forms, handed
from web.admin.case import Case
from web.admin.clash import LABELS, clash
from web.admin.dossier import FILE
from web.admin.offers import Offer, why_not
from web.admin.sight import actor_of, eyes_of
from web.admin.tickets import alone
from web.admin.tried import Tried
from web.admin.ways import LONGEST_WAY
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import Posted, posted
from web.hx import own_path
from web.page import Page
from web.permissions import may
from web.visit import HttpRequest, HttpResponse


@dataclass(frozen=True, slots=True)
class Attempt:
    """One member's try at one act on one ticket."""

    request: HttpRequest
    tenant: Tenant
    member: Member
    policy: Policy
    number: str
    verb: str
    form: Posted
    now: datetime

    @property
    def source(self) -> Source:
        return Source("web", self.member.called)


@post("/t/{slug:str}/admin/tickets/{number:str}/acts/{verb:str}", opt={"perm": "tickets.act"}, status_code=303)
async def act(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str],
    verb: FromPath[str], now: Now,
) -> HttpResponse:  # fmt: skip
    return await _tried(Attempt(request, tenant, member, policy, number, verb, await posted(request), now))


@post(
    "/t/{slug:str}/admin/tickets/{number:str}/acts/appeal", opt={"perm": "tickets.act"}, status_code=303,
    request_max_body_size=handed.BODY_LIMIT,
)  # fmt: skip
async def appeal(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str], now: Now
) -> HttpResponse:
    """The one act that brings files."""
    return await _tried(Attempt(request, tenant, member, policy, number, "appeal", await posted(request), now))


@get("/t/{slug:str}/admin/tickets/{number:str}/acts/{verb:str}", opt={"perm": "tickets.act"})
async def again(tenant: InTenant, number: FromPath[str], verb: FromPath[str]) -> Redirect:
    """Whoever reloads a refused form gets the ticket with that form open."""
    return _reopened(tenant, number, verb)


@get("/t/{slug:str}/admin/tickets/{number:str}/acts/appeal", opt={"perm": "tickets.act"})
async def appeal_again(tenant: InTenant, number: FromPath[str]) -> Redirect:
    return _reopened(tenant, number, "appeal")


def _reopened(tenant: Tenant, number: str, verb: str) -> Redirect:
    home = f"/t/{tenant.slug}/admin/tickets"
    return Redirect(own_path(f"{home}/{number}?act={verb}", home), status_code=303)


async def _tried(tried: Attempt) -> HttpResponse:
    if tried.verb not in RULES:
        raise NotFound
    found = await _found(tried)
    offer = found.offer(tried.verb)
    if offer is None:
        refusal = _why_not(found, tried)
        await _noted(tried, found, refusal)
        await _kept(tried, found, _words(tried.form))
        return _refused(tried, found, _ways(tried.form) | _words(tried.form), refusal)
    data, wrong = _read(offer, tried.form)
    if wrong:
        await _noted(tried, found, next(iter(wrong.values())))
        await _kept(tried, found, _typed(offer, tried))
        said = {name: each.detail for name, each in wrong.items()}
        return alone(tried.policy, found, Tried(tried.verb, _typed(offer, tried), said), status=422)
    try:
        doubt = offer.doubt(data)
        if doubt and tried.form.text("sure") != doubt:
            return alone(tried.policy, found, Tried(tried.verb, _typed(offer, tried), sure=doubt), status=422)
        await _done(tried, found, offer, data)
    except Refused as refusal:
        found = await cases.one(tried.tenant, tried.member, tried.policy, tried.number, tried.now, asks=tried.verb)
        await _kept(tried, found, _typed(offer, tried))
        return _refused(tried, found, _typed(offer, tried), refusal)
    await _cleared(tried, found)
    return _told(tried, offer, Redirect(await _onward(tried), status_code=303))


def _told(tried: Attempt, offer: Offer, answer: HttpResponse) -> HttpResponse:
    said = f"已{offer.label}：{tried.number}，{tried.member.name} {hour(tried.now)}"
    href = f"/t/{tried.tenant.slug}/admin/tickets/{tried.number}"
    return flash.leave(tried.request, answer, said, href, "看这张工单")


async def _kept(tried: Attempt, found: Case, typed: Mapping[str, str]) -> None:
    """What was refused is a draft: whoever reloads the page finds it again."""
    words = {name: text for name, text in typed.items() if name in LABELS or name.endswith(forms.OTHER)}
    async with db.as_tenant(tried.tenant.id) as unit:
        version = tried.form.number("version") or 0
        await drafts.save(unit, tried.member.id, found.row.id, tried.verb, words, version, tried.now)


async def _cleared(tried: Attempt, found: Case) -> None:
    """What is done is no draft, and nobody is about to do it any more."""
    async with db.as_tenant(tried.tenant.id) as unit:
        await drafts.discard(unit, tried.member.id, found.row.id, tried.verb)
        await presence.leave(unit, tried.member.id, found.row.id)


async def _found(tried: Attempt) -> Case:
    """Refuses ``not-found`` for a ticket this member may not see, and writes down that they tried."""
    try:
        return await cases.one(tried.tenant, tried.member, tried.policy, tried.number, tried.now, asks=tried.verb)
    except NotFound as refusal:
        async with db.as_tenant(tried.tenant.id) as unit:
            hidden = await listing.ticket(unit, db.clean_text(tried.number))
        await flow.note_refusal(
            tried.tenant, hidden.id, tried.verb, refusal, by=actor_of(tried.member), now=tried.now, source=tried.source
        )
        raise


async def _noted(tried: Attempt, found: Case, refusal: Refused) -> None:
    await flow.note_refusal(
        tried.tenant, found.row.id, tried.verb, refusal, by=actor_of(tried.member), now=tried.now, source=tried.source
    )


def _read(offer: Offer, form: Posted) -> tuple[dict[str, Any], Mapping[str, Refused]]:
    data, wrong = forms.read(offer.fields, form)
    return data, {**offer.also(data), **wrong}


async def _done(tried: Attempt, found: Case, offer: Offer, data: Mapping[str, Any]) -> None:
    """The act with the files it brings; where the act is refused they are nobody's evidence."""
    by = actor_of(tried.member)
    brought = tried.form.files.get(forms.FILES, []) if offer.takes_files else []
    try:
        kept = await handed.keep(tried.tenant, found.row.id, brought, by, tried.now)
    except Refused as refusal:
        await _noted(tried, found, refusal)
        raise
    told = Act(tried.verb, {**data, **_with_files(data, kept), "member": tried.member.name})
    try:
        await flow.act(tried.tenant, found.row.id, told, by=by, now=tried.now, version=tried.form.number("version"),
                       source=tried.source)  # fmt: skip
    except Refused:
        await handed.take_back(tried.tenant, kept)
        raise


def _with_files(data: Mapping[str, Any], kept: Sequence[Evidence]) -> dict[str, Any]:
    """Each file stands among the evidence by its name, and in ``files`` by its id."""
    if not kept:
        return {}
    named = [f"{FILE}{each.name}" for each in kept]
    return {"evidence": [*data.get("evidence", []), *named], "files": [str(each.id) for each in kept]}


def _why_not(found: Case, tried: Attempt) -> Refused:
    """The ticket has moved on since the page was read, or the act was never this member's."""
    if tried.form.number("version") != found.view.version:
        return Conflict("这张工单已被他人办理，您看到的页面不是最新的。")
    data = {"is": tried.form.text("is")} if tried.verb == "verdict" else {}
    return why_not(tried.verb, data, found.facts, supervises=may(tried.member.role, "tickets.supervise"))


def _refused(tried: Attempt, found: Case, typed: Mapping[str, str], refusal: Refused) -> Page:
    offer = found.offer(tried.verb)
    known = {each.name for each in offer.fields} if offer else set[str]()
    place = refusal.field or ""
    if isinstance(refusal, Conflict):
        between = clash(tried.verb, typed, found.view.acts, found.history, tried.form.number("seen"), found.names)
        return alone(tried.policy, found, Tried(tried.verb, typed, clash=between), status=status_of(refusal))
    said = {place if place in known else "": refusal.detail}
    return alone(tried.policy, found, Tried(tried.verb, typed, said), status=status_of(refusal))


def _typed(offer: Offer, tried: Attempt) -> dict[str, str]:
    """Files cannot be put back into a form: whoever brought some is asked for them again."""
    again = {forms.FILES: "again"} if tried.form.files.get(forms.FILES) else {}
    return forms.typed(offer.fields, tried.form) | _ways(tried.form) | again


def _words(form: Posted) -> dict[str, str]:
    """What was written into a form whose act is no longer offered."""
    return {name: form.kept(name)[: forms.LONGEST * 2] for name in LABELS if form.kept(name).strip()}


def _ways(form: Posted) -> dict[str, str]:
    """Where the page came from, kept through a refusal."""
    return {name: form.text(name, LONGEST_WAY) for name in ("back", "back_next")}


async def _onward(tried: Attempt) -> str:
    """Back to the ticket while it still waits for this member; else its list goes on with the next."""
    ways, home = _ways(tried.form), f"/t/{tried.tenant.slug}/admin/tickets"
    async with db.as_tenant(tried.tenant.id) as unit:
        eyes = await eyes_of(unit, tried.member, tried.policy)
        found = await listing.page(unit, eyes, Wanted(number=tried.number, limit=1), tried.now)
    waits = bool(found.rows) and found.rows[0].mine
    stays = ways["back"] or (f"{home}/{tried.number}" if found.rows else home)
    return own_path(stays if waits else ways["back_next"] or stays, home)
