"""What is being written is kept by itself, so that neither a reload nor a long call loses it."""

from datetime import datetime
from uuid import UUID

from litestar import post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.desk import decide, drafts, presence, wordings
from core.errors import NotFound
from core.people import Member
from core.policy.policy import Policy
from core.tenants import Tenant
from core.tickets import listing
from core.tickets.machine import RULES
from web import flash
from web.admin import begun, forms
from web.admin import case as cases
from web.admin.clash import LABELS
from web.admin.sight import eyes_of, is_protected
from web.admin.ways import opened_at
from web.deps import InMember, InPolicy, InTenant, Now
from web.forms import Posted, posted
from web.hx import is_partial
from web.page import page
from web.visit import HttpRequest, HttpResponse

HOME = "/t/{slug:str}/admin/tickets/{number:str}/drafts/{verb:str}"


@post(HOME, opt={"perm": "tickets.act"}, status_code=303)
async def save(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str],
    verb: FromPath[str], now: Now,
) -> HttpResponse:  # fmt: skip
    """By itself while somebody writes, which moves no page; or by the button, which needs no script."""
    form = await posted(request)
    async with db.as_tenant(tenant.id) as unit:
        ticket_id = await _seen(unit, member, policy, number, verb, now)
        await drafts.save(unit, member.id, ticket_id, verb, _written(form), form.number("version") or 0, now)
        if not is_protected(member):
            await presence.come(unit, member.id, ticket_id, verb, now)
    if is_partial(request):
        return page("admin/tickets/_saved.html", at=now, headers={"HX-Trigger": "saved"})
    answer = Redirect(opened_at(form, _home(tenant), number, verb), status_code=303)
    return flash.leave(request, answer, f"草稿已保存：{number}，30 天内可以接着写")


@post(f"{HOME}/discard", opt={"perm": "tickets.act"}, status_code=303)
async def discard(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str],
    verb: FromPath[str], now: Now,
) -> Redirect:  # fmt: skip
    form = await posted(request)
    async with db.as_tenant(tenant.id) as unit:
        ticket_id = await _seen(unit, member, policy, number, verb, now)
        await drafts.discard(unit, member.id, ticket_id, verb)
        await presence.leave(unit, member.id, ticket_id)
    return Redirect(opened_at(form, _home(tenant), number), status_code=303)


@post(f"{HOME}/fill", opt={"perm": "templates.use"}, status_code=303)
async def fill(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str],
    verb: FromPath[str], now: Now,
) -> Redirect:  # fmt: skip
    """Puts a wording into the form's box, below what stands there already; nothing typed is lost."""
    form = await posted(request)
    if verb not in decide.VERBS:
        raise NotFound
    found = await cases.one(tenant, member, policy, number, now)
    async with db.as_tenant(tenant.id) as unit:
        chosen = _chosen(form)
        # Where nothing was chosen nothing is put in, and what was typed stays.
        body = (await wordings.used(unit, begun.keeper_of(member), chosen, now)).body if chosen else ""
        words = decide.filled(body, begun.values(found.view, found.clocks, now))
        box, written = begun.BOXES.get(verb, "note"), _written(form)
        whole = "\n".join(each for each in (written.get(box, "").strip(), words) if each)
        version = form.number("version") or found.view.version
        await drafts.save(unit, member.id, found.row.id, verb, {**written, box: whole}, version, now)
    return Redirect(opened_at(form, _home(tenant), number, verb), status_code=303)


async def _seen(unit: db.Unit, member: Member, policy: Policy, number: str, verb: str, now: datetime) -> UUID:
    """The ticket, for whom it exists."""
    if verb not in RULES:
        raise NotFound
    eyes = await eyes_of(unit, member, policy)
    return (await listing.seen(unit, eyes, db.clean_text(number), now)).id


def _written(form: Posted) -> dict[str, str]:
    names = [*LABELS, *(name + forms.OTHER for name in LABELS)]
    return {name: form.kept(name)[: forms.LONGEST * 2] for name in names if name in form.fields}


def _chosen(form: Posted) -> UUID | None:
    try:
        return UUID(form.text("wording"))
    except ValueError:
        return None


def _home(tenant: Tenant) -> str:
    return f"/t/{tenant.slug}/admin/tickets"
