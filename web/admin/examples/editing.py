"""An example is begun, copied, written step by step and taken away; every press keeps what was typed."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.errors import Conflict, Invalid, Refused
from core.examples import actions as examples
from core.people import Member
from core.scenarios import jobs
from core.scenarios import sheet as sheets
from core.scenarios.edits import Edit, edited
from core.scenarios.errors import Unreadable
from core.scenarios.jobs import Wanted
from core.scenarios.language import load
from core.scenarios.sheet import Body
from core.scenarios.writing import plain
from core.tenants import Tenant
from web import flash
from web.admin.examples.bench import Hand, Sitting, bench, focus_of, problem_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted, whole_number
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest, HttpResponse

HOME = "/t/{slug:str}/admin/examples"
ONE = f"{HOME}/{{example:uuid}}"
READS: Mapping[str, Any] = {"perm": "examples.read"}
WRITES: Mapping[str, Any] = {"perm": "examples.write"}
# Three hundred steps with all their keys.
BODY_LIMIT = 2**20
FIRST: Mapping[str, str] = {
    "at": "2026-03-02T10:00:00", "do": "closed", "case": "A1", "item": "invoice", "staff": "li",
}  # fmt: skip
BLANK: Body = {"says": "", "step": [FIRST]}
COPY = "（副本）"


@post(HOME, opt=WRITES, status_code=303)
async def begin(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> Redirect:
    """A new one, a copy of one's own, or a copy of one that a regulation below brings."""
    form = await posted(request)
    async with db.as_tenant(tenant.id) as unit:
        body = await _begun(unit, tenant, form)
        made = await examples.add(
            unit, body, problem_of(tenant, body), by=member.actor, name=member.name, now=now
        )  # fmt: skip
    return Redirect(f"{_home(tenant)}/{made}", status_code=303)


async def _begun(unit: db.Unit, tenant: Tenant, form: Posted) -> Body:
    if source := form.text("source"):
        if source not in jobs.sources(tenant):
            raise Invalid("规则里没有这个例子，请从列表里选择。", field="source")
        body = plain(load(jobs.file_of(source).read_bytes()))
        body.pop("policy", None)
        return body
    if copied := form.text("copy"):
        try:
            found = await examples.one(unit, UUID(copied))
        except ValueError as error:
            raise Invalid("没有这个例子，请从列表里选择。", field="copy") from error
        return {**found.body, "says": f"{found.says}{COPY}"}
    return {**BLANK, "says": form.text("says")}


@get(ONE, opt=READS)
async def show(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, example: FromPath[UUID], now: Now
) -> Page:
    asked = request.query_params
    row = whole_number(asked.get("at", ""), 999) or 0
    hand = Hand(at=row, op=asked.get("op", ""), table=asked.get("in", ""), key=asked.get("key", ""))
    async with db.as_tenant(tenant.id) as unit:
        found = await examples.one(unit, example)
        return await bench(unit, Sitting(tenant, member, policy, now), found, hand)


@post(ONE, opt=WRITES, status_code=303, request_max_body_size=BODY_LIMIT)
async def change(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, example: FromPath[UUID], now: Now
) -> HttpResponse:
    """Whichever button is pressed, what was typed is stored first."""
    form = await posted(request)
    op = form.text("op") or "save"
    try:
        async with db.as_tenant(tenant.id) as unit:
            where = await _done(unit, tenant, member, example, form, op, now)
    except Refused as refusal:
        return await _refused(Sitting(tenant, member, policy, now), example, form, refusal)
    answer = Redirect(f"{_home(tenant)}/{example}{where}", status_code=303)
    return flash.leave(request, answer, "已保存") if op == "save" and where == "" else answer


async def _done(
    unit: db.Unit, tenant: Tenant, member: Member, example: UUID, form: Posted, op: str, now: datetime
) -> str:
    """What was pressed; the end of the address to go on at."""
    version, by = form.number("version") or 0, member.actor
    if op == "undo":
        await examples.undo(
            unit, example, version, lambda body: problem_of(tenant, body), by=by, name=member.name, now=now
        )  # fmt: skip
        return "?op=undo"
    found = await examples.one(unit, example)
    body: Body = sheets.read(form.fields, found.body)
    where = ""
    if op not in ("save", "run"):
        edit = _edit(op, form)
        made = edited(body, edit)
        body, where = made.body, focus_of(edit, made.at)
    problem = problem_of(tenant, body)
    version = await examples.change(unit, example, version, body, problem, by=by, name=member.name, now=now)
    if op == "run":
        if problem:
            return "?op=run"
        await jobs.ask(unit, tenant, Wanted("one", example), by=by, name=member.name, now=now)
    return where


def _edit(op: str, form: Posted) -> Edit:
    """A key is added by the choice that stands beside the button."""
    edit = Edit.parse(op)
    if edit.op != "more" or edit.key:
        return edit
    chosen = form.text(f"more.{edit.table}.{edit.number}")
    if not chosen:
        raise Invalid("请先在旁边选择要添加的内容。", field=f"more.{edit.table}.{edit.number}")
    return Edit(edit.op, edit.table, edit.number, chosen)


async def _refused(sitting: Sitting, example: UUID, form: Posted, refusal: Refused) -> Page:
    """Whatever was typed stands there still, with what was wrong at its field."""
    async with db.as_tenant(sitting.tenant.id) as unit:
        found = await examples.one(unit, example)
        overtaken = isinstance(refusal, Conflict)
        errors = {} if overtaken else {refusal.field or "op": refusal.detail}
        hand = Hand(body=sheets.read(form.fields, found.body), errors=errors, overtaken=overtaken)
        return await bench(unit, sitting, found, hand, status_of(refusal))


@post(f"{ONE}/remove", opt=WRITES, status_code=303)
async def remove(
    request: HttpRequest, tenant: InTenant, member: InMember, example: FromPath[UUID], now: Now
) -> HttpResponse:
    async with db.as_tenant(tenant.id) as unit:
        gone = await examples.remove(unit, example, by=member.actor, now=now)
    return flash.leave(request, Redirect(_home(tenant), status_code=303), f"已删除例子“{gone.says}”")


@get(f"{HOME}/regulation", opt=READS)
async def regulation(request: HttpRequest, tenant: InTenant, member: InMember) -> Page:
    """What the regulations below bring, to be read and copied."""
    wanted = (request.query_params.get("q") or "").strip()[:40]
    found = [(source, _said(source)) for source in jobs.sources(tenant)]
    shown = [(source, said) for source, said in found if wanted in source or any(wanted in each for each in said)]
    return page(
        "admin/examples/regulation.html", found=shown, total=len(found), q=wanted,
        writes=may(member.role, "examples.write"),
    )  # fmt: skip


@cache
def _said(source: str) -> tuple[str, ...]:
    try:
        body = load(jobs.file_of(source).read_bytes())
    except Unreadable as error:
        return (error.problem,)
    return (str(body.get("says", "")), *map(str, body.get("covers", [])))


def _home(tenant: Tenant) -> str:
    return f"/t/{tenant.slug}/admin/examples"
