"""A place that has outgrown the forms takes its rules along as a plugin's folder."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from litestar import Response, get, post

from core.errors import Refused
from core.packing.actions import pack
from core.packing.folder import Place, zipped
from core.tenants import Tenant
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted
from web.page import Page, page
from web.visit import HttpRequest


@dataclass(frozen=True, slots=True)
class Tried:
    """What was typed, with what was wrong."""

    name: str = ""
    division: str = ""
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


@get("/t/{slug:str}/admin/rules/export", opt={"perm": "policy.write"})
async def show(tenant: InTenant) -> Page:
    return _shown(tenant, Tried(name=tenant.slug.replace("-", "_")))


@post("/t/{slug:str}/admin/rules/export", opt={"perm": "policy.write"}, status_code=200)
async def export(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> Page | Response[bytes]:
    form = await posted(request)
    try:
        place = _place(tenant, form)
        made = await pack(tenant, place, by=member.actor, now=now)
    except Refused as refusal:
        wrong = Tried(form.kept("name"), form.kept("division"), {refusal.field or "name": refusal.detail})
        return _shown(tenant, wrong, status=status_of(refusal))
    return _sent(place.name, zipped(made, place.name), now)


def _place(tenant: Tenant, form: Posted) -> Place:
    return Place(form.text("name"), tenant.name, tenant.short, form.text("division"), tenant.stack)


def _sent(name: str, data: bytes, now: datetime) -> Response[bytes]:
    file = f"haochaping-{name}-{now:%Y%m%d}.zip"
    headers = {"Content-Disposition": f"attachment; filename=\"{file}\"; filename*=UTF-8''{quote(file)}"}
    return Response(data, media_type="application/zip", headers=headers)


def _shown(tenant: Tenant, tried: Tried, status: int = 200) -> Page:
    own = len({each.key for each in tenant.overrides})
    return page("admin/rules/export.html", status=status, tenant=tenant, tried=tried, own=own)
