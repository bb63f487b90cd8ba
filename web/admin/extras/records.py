"""A record of an extra is one page: what it says, what is due, what can be done now, what was done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.audit import actions as audit
from core.errors import Conflict, Invalid, NotFound, ReasonMissing, Refused, WrongState
from core.people import Member
from core.policy import vocab
from core.policy.extras import Act, Form
from core.policy.policy import Policy
from core.records import actions, keeping
from core.records.model import CHANNELS, FieldsWrong
from core.records.stored import RECOUNT
from core.tenants import Tenant
from web import asking, flash
from web.admin.chips import asked
from web.admin.extras import dossier as dossiers
from web.admin.extras.dossier import Dossier, Told
from web.admin.extras.sight import acting, reach_of
from web.admin.handed import BODY_LIMIT, GUARDED
from web.admin.lists.work import grade_word
from web.admin.sight import actor_of
from web.choices import choices
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import Posted, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

HOME = "/t/{slug:str}/admin/extras/records/{record:uuid}"
UNMASK, INVITE = "unmask", "invite"
PATIENCE = 60
LONGEST = 500
PURPOSES: Mapping[str, str] = {
    "verify": "核实反映的情况", "answer": "反馈处理结果", "visit": "回访或者调查", "other": "其他办理需要",
}  # fmt: skip
NOTHING = Posted({})


@dataclass(frozen=True, slots=True)
class Tried:
    """What was written into the form of an act, and what is wrong with it; ``since`` is what others did meanwhile."""

    act: str = ""
    sent: Posted = NOTHING
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    since: Sequence[Told] | None = None
    differs: tuple[tuple[str, str, str], ...] = ()


@get(HOME, opt={"perm": "extras.read"})
async def show(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, record: FromPath[UUID], now: Now
) -> Page:
    found = await dossiers.one(tenant, member, policy, record, now)
    act = found.act(asked(request, "act"))
    sent = asking.filled(act.form, _known(found, act)) if act else NOTHING
    return await shown(tenant, policy, found, Tried(act.code if act else "", sent))


def _known(found: Dossier, act: Act) -> Mapping[str, Any]:
    """What its form comes with. One that makes another record each time begins with what was filed, and no more.

    Who was invited is proposed as whom the record names.
    """
    fields = {**({found.kind.names: found.guest.username} if found.guest else {}), **found.record.fields}
    again = act.makes is not None and not act.leads
    return {code: fields[code] for code in found.kind.form.codes if code in fields} if again else fields


@post(
    f"{HOME}/acts/{{act:str}}", opt={"perm": "extras.act"}, status_code=303, request_max_body_size=BODY_LIMIT
)  # fmt: skip
async def act(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, record: FromPath[UUID],
    act: FromPath[str], now: Now,
) -> HttpResponse:  # fmt: skip
    return await _try(Attempt(request, tenant, member, policy, record, act, await posted(request), now, grave=False))


@post(
    f"{HOME}/grave/{{act:str}}", opt={"perm": "extras.act", "grave": True}, status_code=303,
    request_max_body_size=BODY_LIMIT,
)  # fmt: skip
async def grave(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, record: FromPath[UUID],
    act: FromPath[str], now: Now,
) -> HttpResponse:  # fmt: skip
    """What cannot be taken back is proven again before it is done."""
    return await _try(Attempt(request, tenant, member, policy, record, act, await posted(request), now, grave=True))


@get([f"{HOME}/acts/{{act:str}}", f"{HOME}/grave/{{act:str}}"], opt={"perm": "extras.read"})
async def again(
    tenant: InTenant, member: InMember, policy: InPolicy, record: FromPath[UUID], act: FromPath[str], now: Now
) -> Redirect:
    """Whoever reloads a refused form gets the record with that form open."""
    await dossiers.one(tenant, member, policy, record, now)
    return Redirect(f"{_home(tenant, record)}?act={quote(act)}#doing", status_code=303)


@get(f"{HOME}/private/{{field_:str}}", opt={"perm": "extras.read"})
async def again_private(
    tenant: InTenant, member: InMember, policy: InPolicy, record: FromPath[UUID], field_: FromPath[str], now: Now
) -> Redirect:
    """Whoever reloads the page of what was private gets the record: it was shown once."""
    found = await dossiers.one(tenant, member, policy, record, now)
    if field_ not in found.record.hidden:
        raise NotFound("这一项没有填写。")
    return Redirect(_home(tenant, record), status_code=303)


@dataclass(frozen=True, slots=True)
class Attempt:
    """One member's try at one act on one record."""

    request: HttpRequest
    tenant: Tenant
    member: Member
    policy: Policy
    record: UUID
    act: str
    form: Posted
    now: datetime
    grave: bool


async def _try(tried: Attempt) -> HttpResponse:
    tenant, form = tried.tenant, tried.form
    found = await dossiers.one(tenant, tried.member, tried.policy, tried.record, tried.now)
    policy = tried.policy
    act = found.described(tried.act)
    if act is None or act.grave != tried.grave:
        raise NotFound("没有这项操作。")
    version = form.number("version") or 0
    try:
        if found.act(act.code) is None:
            raise _why_not(found, act, version)
        await _do(tried, act, version)
    except Conflict as refusal:
        return await _clashed(tried, act, refusal)
    except Refused as refusal:
        errors = told(refusal, act.form)
        return await shown(tenant, policy, found, Tried(act.code, form, errors), status_of(refusal))
    answer = Redirect(_home(tenant, tried.record), status_code=303)
    return flash.leave(
        tried.request, answer, f"已{act.label}：{found.record.number}，{tried.member.name} {hour(tried.now)}"
    )


async def _do(tried: Attempt, act: Act, version: int) -> None:
    async with db.as_tenant(tried.tenant.id) as unit:
        known = await choices(unit, act.form, tried.form)
        reach = acting(await reach_of(unit, tried.member), tried.member)
    given = asking.given(act.form, tried.form, known)
    await actions.act(
        tried.tenant, tried.record, act.code, given, who=reach, by=actor_of(tried.member), now=tried.now,
        version=version, files=asking.handed(act.form, tried.form),
    )  # fmt: skip


def _why_not(found: Dossier, act: Act, version: int) -> Refused:
    """The record has moved on since the page was read, or the act was never this member's."""
    if version != found.record.version:
        return Conflict()
    if found.record.state not in act.states:
        return WrongState(f"“{found.record.number}”现在是“{found.state}”，不能{act.label}。")
    return Invalid(f"这条记录不由您{act.label}。")


async def _clashed(tried: Attempt, act: Act, refusal: Conflict) -> Page:
    """What others did since stands above, what was typed below; it can be sent again on the newest state."""
    found = await dossiers.one(tried.tenant, tried.member, tried.policy, tried.record, tried.now)
    version = tried.form.number("version") or 0
    if version == found.record.version:
        return await shown(tried.tenant, tried.policy, found, Tried(act.code, tried.form, told(refusal, act.form)), 409)
    # A version is an act; deadlines that were counted again are none.
    acts = [each for each in found.deeds if each.deed.act != RECOUNT]
    return await shown(
        tried.tenant, tried.policy, found,
        Tried(act.code, tried.form, {}, acts[version:], _differing(found, act.form, tried.form)), 409,
    )  # fmt: skip


def _differing(found: Dossier, form: Form, sent: Posted) -> tuple[tuple[str, str, str], ...]:
    """Label, what is registered now, what was typed here."""
    now = asking.filled(form, found.record.fields)
    rows = ((each.label, now.all(asking.BEFORE + each.code), sent.all(asking.BEFORE + each.code))
            for each in form.fields if not each.hidden and each.kind != "files")  # fmt: skip
    return tuple((label, "、".join(theirs), "、".join(mine)) for label, theirs, mine in rows if theirs != mine)


def told(refusal: Refused, form: Form) -> dict[str, str]:
    """Each fault at its field; what belongs to no field of this form stands above it."""
    at = refusal.at if isinstance(refusal, FieldsWrong) else {refusal.field or "": refusal.detail}
    known = set(form.codes)
    errors = {code: says for code, says in at.items() if code in known or code.startswith(asking.RULE)}
    loose = [says for code, says in at.items() if code not in errors]
    return errors | ({"": "；".join(loose)} if loose else {})


async def shown(tenant: Tenant, policy: Policy, found: Dossier, tried: Tried, status: int = 200) -> Page:
    act = found.described(tried.act)
    open_act = act if act and (found.act(act.code) or tried.errors or tried.since is not None) else None
    async with db.as_tenant(tenant.id) as unit:
        known = await choices(unit, open_act.form) if open_act else asking.NO_CHOICES
    controls = asking.controls(open_act.form, tried.sent, tried.errors, known) if open_act else ()
    return page(
        "admin/extras/record.html", status=status, tenant=tenant, found=found, record=found.record, act=open_act,
        controls=controls, tried=tried, takes_files=any(each.shape == "files" for each in controls),
        own_door=f"/t/{tenant.slug}/admin{found.back}", purposes=PURPOSES, channels=CHANNELS,
        grades={grade: grade_word(grade, policy) for grade in vocab.GRADES},
        unset=[(timer.label, dossiers.label_of(key), key.name) for timer, key in found.unset],
    )  # fmt: skip


@post(
    f"{HOME}/private/{{field_:str}}", opt={"perm": "extras.unmask", "grave": True}, status_code=200
)  # fmt: skip
async def unmask(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, record: FromPath[UUID],
    field_: FromPath[str], now: Now,
) -> Page:  # fmt: skip
    """Shown once, to whoever says what for; the filer reads who looked and why."""
    form = await posted(request)
    found = await dossiers.one(tenant, member, policy, record, now)
    if field_ not in found.record.hidden:
        raise NotFound("这一项没有填写。")
    try:
        purpose, reason = form.text("purpose"), form.text("reason", LONGEST)
        if purpose not in PURPOSES:
            raise Invalid("请选择查看的用途。", field="purpose")
        if not reason:
            raise ReasonMissing("请写明为什么需要查看。", field="reason")
        async with db.as_tenant(tenant.id) as unit:
            reach = await reach_of(unit, member)
        said = f"{PURPOSES[purpose]}：{reason}"
        value = await actions.unmask(tenant, record, field_, said, who=reach, by=actor_of(member), now=now)
    except Refused as refusal:
        wrong = Tried(UNMASK, form, {f"{field_}.{refusal.field or 'reason'}": refusal.detail})
        return await shown(tenant, policy, found, wrong, status_of(refusal))
    label = found.kind.fields()[field_].label
    return page("admin/extras/private.html", tenant=tenant, record=found.record, label=label, value=value)


@get(f"{HOME}/files/{{file:uuid}}", opt={"perm": "extras.read"})
async def download(
    tenant: InTenant, member: InMember, policy: InPolicy, record: FromPath[UUID], file: FromPath[UUID], now: Now
) -> Response[bytes]:
    """Opened from here a file runs nothing, wherever a browser may show it."""
    found = await dossiers.one(tenant, member, policy, record, now)
    if file not in {each.id for each in found.files}:
        raise NotFound
    async with db.as_tenant(tenant.id, patience=PATIENCE) as unit:
        kept, media, content = await keeping.read(unit, record, file)
        told = {"number": found.record.number, "file": str(kept.id)}
        await audit.write(unit, actor_of(member), "extra.download", "extra", record, None, told, now)
    name = f"file.{kept.name.rpartition('.')[2]}"
    disposition = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(kept.name, safe='')}"
    return Response(content, media_type=media, headers={**GUARDED, "Content-Disposition": disposition})


def _home(tenant: Tenant, record: UUID) -> str:
    return f"/t/{tenant.slug}/admin/extras/records/{record}"
