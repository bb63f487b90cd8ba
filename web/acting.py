"""In whose place somebody sits is settled before any handler runs; what they may not do there is refused here."""

from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode

from litestar.handlers.base import BaseRouteHandler

from core import db
from core.errors import Conflict, NotEntitled
from core.people import acting
from core.people.delegations import TAKERS
from core.tenants import Tenant
from web.hx import is_partial
from web.visit import AnyConnection, Visit

# Ends what one stands for, so it is open even to who may only look.
LEAVES = ("/acting/leave", "/sign-out")
# What a list opens beside itself is named in its query.
LONGEST_ID = 80


class PlaceOver(Conflict):
    """您代他人办理的时间已经结束，这一步没有执行。您现在是本人身份，请返回核对后再办理。"""


class OnlyLooking(NotEntitled):
    """您正在以他人的身份查看，只能看，不能办理或修改。请先结束查看，再用本人的身份办理。"""


async def placed(unit: db.Unit, found: Visit, now: datetime) -> Visit:
    """The visit with whoever sits there in the place they stand in."""
    real = found.member
    if real is None or real.role not in TAKERS or (found.sitting and not found.sitting.may_stand):
        return found
    standing = await acting.standing(unit, found.session, real, now)
    found = replace(found, real=real, ended=standing.ended, offers=standing.offers)
    if standing.acting is None:
        return found
    return replace(found, member=acting.in_place(real, standing.acting), acting=standing.acting)


def as_oneself(found: Visit) -> Visit:
    """Everybody's own account stays their own, in whosever place they sit."""
    return replace(found, member=found.real or found.member)


def refuse_acting(found: Visit, handler: BaseRouteHandler) -> None:
    """Of what changes something: nothing in a place that has just been lost, and nothing while one only looks."""
    if found.ended is not None:
        raise PlaceOver
    if (
        found.acting is not None
        and found.acting.only_looks
        and not any(path.endswith(LEAVES) for path in handler.paths)
    ):
        raise OnlyLooking


async def note_look(connection: AnyConnection, tenant: Tenant, found: Visit, now: datetime) -> None:
    """Support leaves a trace of every page it opened as somebody else, also of what it was sent a part at a time."""
    if found.real is None or found.acting is None or not found.acting.only_looks:
        return
    beside = connection.query_params.get("id", "")[:LONGEST_ID]
    opened = connection.scope["path"] + (f"?{urlencode({'id': beside})}" if beside else "")
    async with db.as_tenant(tenant.id) as unit:
        await acting.note_page(unit, found.real, found.acting, opened, now, part=is_partial(connection))
