"""Files are laid beside a ticket by whoever handles it, and read again only by those who may see them."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, flow
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import EvidenceMissing, NotEntitled, NotFound, Refused, TooLong
from core.evidence import actions as evidence
from core.evidence import decide
from core.evidence.actions import Evidence
from core.intake.model import Source
from core.people import Member
from core.policy.policy import Policy
from core.tenants import Tenant
from web import flash
from web.admin import case as cases
from web.admin import forms
from web.admin.case import Case
from web.admin.sight import actor_of
from web.admin.tickets import alone
from web.admin.tried import Tried
from web.admin.ways import LONGEST_WAY
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import File, posted
from web.hx import own_path
from web.visit import HttpRequest, HttpResponse

# The largest single file, and as much again as the words and boundaries around it could need.
BODY_LIMIT = decide.MOST_BYTES_RECORDED + 14 * 2**20
MOST_AT_ONCE = 10
PATIENCE = 60
UPLOAD = "evidence"
# What is opened from here runs nothing, wherever a browser may show it.
GUARDED = {
    "Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}  # fmt: skip


@post(
    "/t/{slug:str}/admin/tickets/{number:str}/evidence", opt={"perm": "tickets.act"}, status_code=303,
    request_max_body_size=BODY_LIMIT,
)  # fmt: skip
async def add(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str], now: Now
) -> HttpResponse:
    form = await posted(request)
    found = await cases.one(tenant, member, policy, number, now)
    try:
        await _added(tenant, member, found, form.files.get(forms.FILES, []), now)
    except Refused as refusal:
        by, source = actor_of(member), Source("web", member.called)
        await flow.note_refusal(tenant, found.row.id, "evidence", refusal, by=by, now=now, source=source)
        said = Tried(UPLOAD, errors={refusal.field or "": refusal.detail})
        return alone(policy, found, said, status=status_of(refusal))
    home = f"/t/{tenant.slug}/admin/tickets"
    answer = Redirect(
        own_path(form.text("back", LONGEST_WAY) or f"{home}/{found.view.number}#evidence", home), status_code=303
    )
    said = f"已上传材料 {len(form.files[forms.FILES])} 份：{found.view.number}，{member.name} {hour(now)}"
    return flash.leave(request, answer, said, f"{home}/{found.view.number}", "看这张工单")


@get("/t/{slug:str}/admin/tickets/{number:str}/evidence", opt={"perm": "tickets.read"})
async def again(tenant: InTenant, number: FromPath[str]) -> Redirect:
    """Whoever reloads a refused upload gets the ticket."""
    home = f"/t/{tenant.slug}/admin/tickets"
    return Redirect(own_path(f"{home}/{number}", home), status_code=303)


@get("/t/{slug:str}/admin/tickets/{number:str}/evidence/{file:uuid}", opt={"perm": "tickets.read"})
async def download(
    tenant: InTenant, member: InMember, policy: InPolicy, number: FromPath[str], file: FromPath[UUID], now: Now
) -> Response[bytes]:
    found, content = await _opened(tenant, member, policy, number, file, now)
    name = f"evidence.{min(found.kind.endings)}"
    disposition = f"attachment; filename=\"{name}\"; filename*=UTF-8''{quote(found.name, safe='')}"
    return Response(content, media_type=found.kind.media, headers={**GUARDED, "Content-Disposition": disposition})


async def _opened(
    tenant: Tenant, member: Member, policy: Policy, number: str, file_id: UUID, now: datetime
) -> tuple[Evidence, bytes]:
    """Refuses ``not-found`` for what the ticket's page does not show to this member."""
    case = await cases.one(tenant, member, policy, number, now)
    if file_id not in {each.id for each in case.files}:
        raise NotFound
    async with db.as_tenant(tenant.id, patience=PATIENCE) as unit:
        return await evidence.read(unit, file_id)


async def _added(tenant: Tenant, member: Member, found: Case, files: Sequence[File], now: datetime) -> None:
    if not found.takes_files:
        raise NotEntitled("这张工单不能由您上传材料。被评价人员请在申诉时提交证据。")
    if not files:
        raise EvidenceMissing("请选择要上传的文件。", field=forms.FILES)
    by = actor_of(member)
    async with db.as_tenant(tenant.id, patience=PATIENCE) as unit:
        for each in await _kept(unit, found.row.id, files, by, now):
            after = {"name": each.name, "member": member.name}
            await audit.write(unit, by, "evidence.add", "ticket", found.row.id, None, after, now)


async def keep(
    tenant: Tenant, ticket_id: UUID, files: Sequence[File], by: Actor, now: datetime
) -> tuple[Evidence, ...]:
    """All of them or none, in a unit of their own: an act that brings them has its own after this."""
    if not files:
        return ()
    async with db.as_tenant(tenant.id, patience=PATIENCE) as unit:
        return await _kept(unit, ticket_id, files, by, now)


async def _kept(
    unit: db.Unit, ticket_id: UUID, files: Sequence[File], by: Actor, now: datetime
) -> tuple[Evidence, ...]:
    """What is wrong with a file stands at the field of files, not at the lines beside it."""
    if len(files) > MOST_AT_ONCE:
        raise TooLong(f"一次最多上传 {MOST_AT_ONCE} 份，请分几次上传。", field=forms.FILES)
    try:
        return await evidence.keep_all(unit, ticket_id, files, by, now)
    except Refused as refusal:
        refusal.field = forms.FILES
        raise


async def take_back(tenant: Tenant, kept: Sequence[Evidence]) -> None:
    if kept:
        async with db.as_tenant(tenant.id) as unit:
            await evidence.take_back(unit, [each.id for each in kept])
