"""Examples leave as the files that a lawyer reads and any machine runs, and come in as strictly as they are read."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.errors import Invalid, NotFound
from core.examples import actions as examples
from core.scenarios.catalogue import of_tenant
from core.scenarios.parcels import MOST_BYTES, Spoilt, file_name, opened, packed, self_standing
from core.scenarios.writing import toml
from core.stack import NATIONAL
from core.tenants import Tenant
from web import flash
from web.admin.examples.editing import HOME, ONE, READS, WRITES
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import page
from web.visit import HttpRequest, HttpResponse

# The file and the form around it.
BODY_LIMIT = MOST_BYTES + 64 * 2**10


@get(f"{ONE}/file", opt=READS)
async def one(tenant: InTenant, example: FromPath[UUID]) -> Response[bytes]:
    async with db.as_tenant(tenant.id) as unit:
        found = await examples.one(unit, example)
    body: dict[str, Any] = self_standing(found.body, _stack(tenant))
    return _file(toml(body).encode(), "application/toml; charset=utf-8", file_name(found.body), "example.toml")


@get(f"{HOME}/files", opt=READS)
async def every(tenant: InTenant) -> Response[bytes]:
    async with db.as_tenant(tenant.id) as unit:
        found = await examples.listing(unit)
    if not found:
        raise NotFound("还没有例子可以下载。")
    content = packed([each.body for each in found], _stack(tenant))
    return _file(content, "application/zip", f"{tenant.short or tenant.name}例子.zip", "examples.zip")


@post(f"{HOME}/files", opt=WRITES, status_code=303, request_max_body_size=BODY_LIMIT)
async def upload(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    """All of what comes, or nothing."""
    form = await posted(request)
    try:
        bodies = [body for name, content in form.files.get("file", []) for body in _opened(tenant, name, content)]
        if not bodies:
            raise Invalid("请先选择文件。", field="file")
        async with db.as_tenant(tenant.id) as unit:
            for body in bodies:
                await examples.add(unit, body, "", by=member.actor, name=member.name, now=now)
    except Spoilt as spoilt:
        return page("admin/examples/spoilt.html", status=422, problems=spoilt.problems, detail=spoilt.detail)
    except Invalid as refusal:
        problems = {"文件": refusal.detail}
        return page("admin/examples/spoilt.html", status=status_of(refusal), problems=problems, detail=Spoilt.__doc__)
    answer = Redirect(f"/t/{tenant.slug}/admin/examples", status_code=303)
    return flash.leave(request, answer, f"已存入 {len(bodies)} 个例子")


def _opened(tenant: Tenant, name: str, content: bytes) -> list[dict[str, Any]]:
    return opened(name, content, of_tenant(tenant), tenant.stack)


def _stack(tenant: Tenant) -> list[str]:
    return [each for each in tenant.stack if each != NATIONAL]


def _file(content: bytes, media_type: str, name: str, plain_name: str) -> Response[bytes]:
    disposition = f"attachment; filename=\"{plain_name}\"; filename*=UTF-8''{quote(name)}"
    return Response(content, media_type=media_type, headers={"Content-Disposition": disposition})
