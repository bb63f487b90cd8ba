"""The province publishes its own approved rules as the baseline of its cities, version by version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.baseline import actions as baseline
from core.baseline.actions import Version, Wanted
from core.clock import SHANGHAI
from core.errors import Invalid, Refused
from core.policy import keys
from core.policy.keys import Key
from core.publication import actions as publication
from core.tenants import Tenant
from web import flash
from web.admin.chips import asked
from web.admin.rulebook import label
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, day_from, day_of_field, posted
from web.page import Page, page
from web.province import cities
from web.visit import HttpRequest, HttpResponse

FIELDS = ("title", "document", "since", "lets", "note", "confirm")


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a version in words."""

    key: str
    label: str
    said: str
    clause: str
    document: str
    let: bool


@get("/t/{slug:str}/admin/province/baseline", opt={"perm": "province.read"})
async def index(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    typed: dict[str, Any] = {
        "title": "", "document": "", "since": asked(request, "since") or _today(now).isoformat(), "lets": [],
        "note": "", "confirm": "",
    }  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        known = await baseline.versions(unit, tenant.id)
    if known:
        typed |= {"title": known[0].title, "document": known[0].document, "lets": list(known[0].lets)}
    return await _listed(tenant, now, typed, {})


@post(
    "/t/{slug:str}/admin/province/baseline", opt={"perm": "province.baseline", "grave": True}, status_code=303
)  # fmt: skip
async def publish(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    listed = await cities.cities_of(tenant)
    try:
        wanted = _read(form)
        if form.text("confirm") != wanted.title:
            raise Invalid("请把名称照样再输入一遍。发布之后不能修改，只能再发布新的一版。", field="confirm")
        version = await baseline.publish(tenant, wanted, [each.id for each in listed], by=member.actor, now=now)
    except Refused as refusal:
        if refusal.field not in FIELDS:
            raise
        typed: dict[str, Any] = {name: form.kept(name) for name in FIELDS} | {"lets": form.all("lets")}
        return await _listed(tenant, now, typed, {refusal.field: refusal.detail}, status_of(refusal))
    answer = Redirect(f"/t/{tenant.slug}/admin/province/baseline/{version}", status_code=303)
    return flash.leave(request, answer, f"第 {version} 版已发布，通知已发给 {len(listed)} 个地区")


@get("/t/{slug:str}/admin/province/baseline/{version:str}", opt={"perm": "province.read"})
async def show(tenant: InTenant, version: FromPath[str]) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        found = await baseline.one(unit, tenant.id, cities.number_of(version))
    taken = [(each, number) for each, number in await _stand_on(tenant) if number == found.version]
    return page("province/version.html", version=found, rules=rules_of(found), taken=taken, lets=_labels(found.lets))


async def _listed(
    tenant: Tenant, now: datetime, typed: Mapping[str, Any], errors: Mapping[str, str], status: int = 200
) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        known = await baseline.versions(unit, tenant.id)
    try:
        since = day_from(str(typed["since"]), "since") or _today(now)
    except Invalid:
        since = _today(now)
    groups: dict[str, list[Key[Any]]] = {}
    for each in keys.ALL.values():
        groups.setdefault(each.group, []).append(each)
    draft = Version(0, "", "", since, baseline.rules_of(tenant, since), typed["lets"], "", "", "", now)
    return page(
        "province/baseline.html", status=status, versions=known, typed=typed, errors=errors, groups=groups,
        rules=rules_of(draft), taken=await _stand_on(tenant), since=since,
    )  # fmt: skip


async def _stand_on(tenant: Tenant) -> Sequence[tuple[str, int | None]]:
    """Each city and the version that it says it stands on."""
    async with db.as_tenant(tenant.id) as unit:
        said = {each.city: each.content.get("baseline") for each in await publication.current(unit, "standing")}
    return [(each.name, said.get(each.id)) for each in await cities.cities_of(tenant)]


def rules_of(version: Version) -> Sequence[Rule]:
    return [
        Rule(
            str(each["key"]), label(each["key"]), _said(each), str(each["clause"]), str(each["document"] or ""),
            keys.whole(each["key"]).name in version.lets,
        ) for each in version.overrides
    ]  # fmt: skip


def _said(rule: Mapping[str, Any]) -> str:
    found = keys.find(rule["key"])
    if isinstance(found, Key):
        return keys.chinese(found, None if rule["value"] == keys.UNSET else found.parse(rule["value"]))
    return str(rule["value"])


def _labels(names: Sequence[str]) -> Sequence[str]:
    return [keys.ALL[each].label for each in names if each in keys.ALL]


def _read(form: Posted) -> Wanted:
    since = day_of_field(form.text("since"), "since")
    note = form.text("note", baseline.LONGEST_NOTE)
    return Wanted(form.text("title"), form.text("document"), since, tuple(form.all("lets")), note)


def _today(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
