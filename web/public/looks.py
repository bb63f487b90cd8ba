"""A place's colours and mark are served by their hash, so that a browser may keep them as long as it likes."""

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from core import db
from core.brand import actions, colours
from core.errors import NotFound
from web.auth import PUBLIC
from web.brands import MARK, SHEET, hash_of
from web.deps import InTenant
from web.static_files import FOR_EVER


@get("/t/{slug:str}/brand/{name:str}", opt={"perm": PUBLIC})
async def show(tenant: InTenant, name: FromPath[str]) -> Response[Any]:
    headers = {"Cache-Control": FOR_EVER}
    if name.endswith(MARK):
        async with db.as_tenant(tenant.id) as unit:
            content = await actions.logo(unit, db.clean_text(name.removesuffix(MARK)))
        return Response(content, media_type="image/png", headers=headers)
    found = colours.sheet(tenant.brand.light, tenant.brand.dark)
    if not found or name != hash_of(found) + SHEET:
        raise NotFound
    return Response(found, media_type="text/css", headers=headers)
