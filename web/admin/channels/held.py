"""Keys that machines hold: those that work stand first, and each is taken back from then on."""

from uuid import UUID

from litestar import get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, people
from core.errors import NotFound
from core.people import ApiKey
from web import flash
from web.auth import DEVICE_SCOPE
from web.deps import InMember, InTenant, Now
from web.filters import hour
from web.visit import HttpRequest, HttpResponse


async def held(unit: db.Unit, by: str) -> list[ApiKey]:
    """Keys that can rate and nothing else are ``devices``', all others ``systems``'; the newest first."""
    found = [each for each in await people.keys(unit) if (set(each.scopes) == {DEVICE_SCOPE}) == (by == "devices")]
    found.reverse()
    return sorted(found, key=lambda each: each.revoked_at is not None)


def taking_back(by: str, said: str) -> tuple[HTTPRouteHandler, HTTPRouteHandler]:
    """What takes a key back, and where whoever comes to its address again is led; ``said`` is what no longer works."""
    home = f"/t/{{slug:str}}/admin/channels/{by}"

    @post(f"{home}/{{device:uuid}}/revoke", opt={"perm": "devices.issue", "grave": True}, status_code=303)
    async def revoke(
        request: HttpRequest, tenant: InTenant, member: InMember, device: FromPath[UUID], now: Now
    ) -> HttpResponse:
        async with db.as_tenant(tenant.id) as unit:
            if device not in {each.id for each in await held(unit, by)}:
                raise NotFound
            await people.revoke_key(unit, device, by=member.actor, now=now)
        answer = Redirect(home.replace("{slug:str}", tenant.slug), status_code=303)
        return flash.leave(request, answer, f"已收回密钥，{said}，{member.name} {hour(now)}")

    @get(f"{home}/{{device:uuid}}/revoke", opt={"perm": "channels.read"})
    async def again(tenant: InTenant, device: FromPath[UUID]) -> Redirect:  # noqa: ARG001 - a part of the address
        return Redirect(home.replace("{slug:str}", tenant.slug), status_code=303)

    return revoke, again
