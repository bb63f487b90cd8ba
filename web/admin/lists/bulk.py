"""Many tickets at once: ticked, looked through, held for ten seconds, and told of one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.desk import claims, lots
from core.desk.known import kind_of
from core.desk.lists import SIZES, Kind
from core.desk.lots import Doing, Lot
from core.errors import Invalid, NotEntitled, Refused
from core.people import Member
from core.places import actions as places
from core.tenants import Tenant
from core.tickets import listing
from core.tickets.machine import RULES
from web.admin import forms
from web.admin.case import MOST_INSTITUTIONS
from web.admin.download import table
from web.admin.forms import Field
from web.admin.lists.work import Looking, list_of, verbs_for, wanted_of
from web.admin.sight import actor_of, eyes_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted
from web.hx import own_path
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

ROWS_AT_ONCE = 500
OUTCOMES: Mapping[str, str] = {
    "waiting": "可以办理", "unfit": "不办理", "done": "成功", "refused": "没有办成", "taken-back": "已撤销",
}  # fmt: skip
LABELS: Mapping[str, str] = {**claims.VERBS, "contact": "标记已联系"}


@dataclass(frozen=True, slots=True)
class Tried:
    typed: Mapping[str, str]
    errors: Mapping[str, str]


@post("/t/{slug:str}/admin/tickets/bulk", opt={"perm": "tickets.bulk"}, status_code=303)
async def gather(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> HttpResponse:
    """The rows that were ticked, or all that the address's conditions find; the address stays the list's."""
    form = await posted(request)
    kind, verb = kind_of(form.text("list")), form.text("verb")
    async with db.as_tenant(tenant.id, patience=30) as unit:
        looking = Looking(tenant, member, await eyes_of(unit, member, policy), policy, kind, now)
        if verb == "export":
            return _to_export(tenant, kind, form)
        if verb not in verbs_for(looking):
            raise NotEntitled
        shown = await list_of(unit, request, looking)
        numbers = await _numbers(unit, looking, request) if form.text("whole") else form.all("n")
        if not numbers:
            return Redirect(_list_path(tenant, kind, shown.query), status_code=303)
        doing = Doing(tenant, member, actor_of(member), looking.eyes, verb)
        lot_id = await lots.gather(unit, doing, numbers, f"{kind.path}?{shown.query}", now)
        if verb in ("claim", "release"):
            await claims.perform(unit, await lots.lot_of(unit, member, lot_id), member, looking.eyes, None, now)
            onward = _with_lot(_list_path(tenant, kind, shown.query), lot_id)
            return Redirect(own_path(_with_open(onward, form)), status_code=303)
    return Redirect(f"/t/{tenant.slug}/admin/lots/{lot_id}", status_code=303)


@get("/t/{slug:str}/admin/tickets/bulk", opt={"perm": "tickets.bulk"})
async def again(tenant: InTenant) -> Redirect:
    return Redirect(f"/t/{tenant.slug}/admin/tickets", status_code=303)


@get("/t/{slug:str}/admin/lots/{lot:uuid}", opt={"perm": "tickets.bulk"})
async def show(tenant: InTenant, member: InMember, lot: FromPath[UUID], now: Now) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        return await _shown(unit, member, lot, now, Tried({}, {}))


@post("/t/{slug:str}/admin/lots/{lot:uuid}", opt={"perm": "tickets.bulk"}, status_code=303)
async def press(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, lot: FromPath[UUID], now: Now
) -> HttpResponse:
    """From here on it is held; whoever presses twice has one lot."""
    form = await posted(request)
    async with db.as_tenant(tenant.id) as unit:
        found = await lots.lot_of(unit, member, lot)
        if found.state != "draft":
            return Redirect(f"/t/{tenant.slug}/admin/lots/{lot}", status_code=303)
        looking = Looking(tenant, member, await eyes_of(unit, member, policy), policy, _kind_of(found), now)
        if found.verb not in verbs_for(looking):
            raise NotEntitled
        fields = await _fields(unit, found, member)
        data, wrong = forms.read(fields, form)
        if not found.count("waiting"):
            wrong = {"": Invalid("没有一条可以办理，请回到列表重新勾选。")}
        if wrong:
            return await _refused(unit, member, found, now, fields, form, wrong)
        if found.is_claim:
            to = UUID(str(data["to"])) if data.get("to") else None
            await claims.perform(unit, found, member, looking.eyes, to, now)
            return Redirect(_with_lot(own_path(f"/t/{tenant.slug}/admin{found.query}"), lot), status_code=303)
        await lots.press(unit, found, member, looking.eyes, data, now)
    return Redirect(f"/t/{tenant.slug}/admin/lots/{lot}", status_code=303)


@post("/t/{slug:str}/admin/lots/{lot:uuid}/undo", opt={"perm": "tickets.bulk"}, status_code=303)
async def undo(tenant: InTenant, member: InMember, lot: FromPath[UUID], now: Now) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        found = await lots.lot_of(unit, member, lot)
        await lots.take_back(unit, found, member, now)
    if found.is_claim:
        return Redirect(_with_lot(own_path(f"/t/{tenant.slug}/admin{found.query}"), lot), status_code=303)
    return Redirect(f"/t/{tenant.slug}/admin/lots/{lot}", status_code=303)


@get("/t/{slug:str}/admin/lots/{lot:uuid}/undo", opt={"perm": "tickets.bulk"})
async def undone(tenant: InTenant, lot: FromPath[UUID]) -> Redirect:
    return Redirect(f"/t/{tenant.slug}/admin/lots/{lot}", status_code=303)


@get("/t/{slug:str}/admin/lots/{lot:uuid}/results", opt={"perm": "tickets.bulk"})
async def results(tenant: InTenant, member: InMember, lot: FromPath[UUID]) -> Response[bytes]:
    async with db.as_tenant(tenant.id) as unit:
        found = await lots.lot_of(unit, member, lot)
    rows = ((each.number, OUTCOMES[each.state], each.said) for each in found.rows)
    return table(f"批量{label_of(found.verb)}结果", "results", ("工单编号", "结果", "说明"), rows)


def label_of(verb: str) -> str:
    return LABELS.get(verb) or RULES[verb].label


async def _numbers(unit: db.Unit, looking: Looking, request: HttpRequest) -> list[str]:
    """All that the conditions find, up to the most that one lot takes, in the order of the list."""
    shown = await list_of(unit, request, looking)
    wanted = wanted_of(shown, looking.member, looking.now, limit=ROWS_AT_ONCE)
    found: list[str] = []
    while len(found) < lots.MOST:
        part = await listing.page(unit, looking.eyes, wanted, looking.now)
        found += [each.number for each in part.rows]
        if not part.more:
            break
        wanted = replace(wanted, after=found[-1])
    return found[: lots.MOST]


def _to_export(tenant: Tenant, kind: Kind, form: Posted) -> Redirect:
    numbers = ",".join(form.all("n")[: max(SIZES)])
    home = f"/t/{tenant.slug}/admin/exports/{kind.code}"
    return Redirect(own_path(f"{home}?n={numbers}", home), status_code=303)


async def _fields(unit: db.Unit, lot: Lot, member: Member) -> tuple[Field, ...]:
    """What the act asks for, once for all of them."""
    if lot.verb == "assign":
        return (Field("to", "指派给", "institution", True, options=await claims.colleagues(unit, member)),)
    if lot.verb in ("dispatch", "transfer"):
        every = await places.listing(unit, "institution", limit=MOST_INSTITUTIONS)
        known = {each.code: each.name for each in every}
        if lot.verb == "dispatch":
            hint = "不选则按各条工单建议的承办单位派发"
            return (Field("to", "派往机构", "institution", False, hint, options=known), Field("note", "说明", "text"))
        reason = Field("reason", "理由", "text", True)
        return (Field("to", "转往机构", "institution", True, options=known), reason)
    labels = {"contact": "联系情况", "urge": "催办内容", "supervise": "督办要求"}
    return (Field("note", labels[lot.verb], "text", True, "写给每一条工单，记入办理过程。"),)


async def _refused(
    unit: db.Unit, member: Member, lot: Lot, now: datetime, fields: tuple[Field, ...], form: Posted,
    wrong: Mapping[str, Refused],
) -> Page:  # fmt: skip
    said = {name: each.detail for name, each in wrong.items()}
    status = max(status_of(each) for each in wrong.values())
    return await _shown(unit, member, lot.id, now, Tried(forms.typed(fields, form), said), status)


async def _shown(unit: db.Unit, member: Member, lot_id: UUID, now: datetime, tried: Tried, status: int = 200) -> Page:
    lot = await lots.lot_of(unit, member, lot_id)
    fields = await _fields(unit, lot, member) if lot.state == "draft" and lot.verb not in ("claim", "release") else ()
    values: dict[str, Any] = {
        "lot": lot, "label": label_of(lot.verb), "fields": fields, "tried": tried, "outcomes": OUTCOMES,
        "kind": _kind_of(lot), "may_undo": lot.may_be_taken_back(now), "hold": int(lots.HOLD.total_seconds()),
        "most": lots.MOST,
    }  # fmt: skip
    return page("admin/lists/lot.html", status=status, **values)


def _kind_of(lot: Lot) -> Kind:
    return kind_of(lot.query.partition("?")[0].removeprefix("/"))


def _list_path(tenant: Tenant, kind: Kind, query: str) -> str:
    home = f"/t/{tenant.slug}/admin{kind.path}"
    return own_path(f"{home}?{query}" if query else home, home)


def _with_lot(path: str, lot: UUID) -> str:
    return f"{path}{'&' if '?' in path else '?'}lot={lot}"


def _with_open(path: str, form: Posted) -> str:
    """Whoever took on one ticket from its own page goes on reading it."""
    number = form.text("open")
    return f"{path}&id={quote(number)}" if number else path
