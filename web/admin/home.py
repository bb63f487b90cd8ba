"""After signing in everybody stands before the first thing that their role is there for."""

from collections.abc import Mapping

from litestar import get
from litestar.response import Redirect

from core.people import acting
from web.auth import MEMBER
from web.deps import InMember, InPolicy, InTenant
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest, visit

FIRST: Mapping[str, str] = {
    "clerk": "/admin/mine", "handler": "/admin/tickets", "supervisor": "/admin/today", "operator": "/admin/policy",
    "provincial": "/admin/province", "auditor": "/admin/audit", "admin": "/admin/members",
    "security": "/admin/members", "partner": "/admin/extras",
}  # fmt: skip


@get("/t/{slug:str}/admin", opt={"perm": MEMBER})
async def first(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy) -> Redirect | Page:
    """Who brings a place on board meets what is missing before anything else; who has no role yet is told so.

    Whoever stands in another's place is led where that one would be.
    """
    place = visit(request).acting
    member = acting.in_place(member, place) if place else member
    if not may(member.role, "home"):
        return page("admin/waiting.html")
    brings = member.role == "provincial" and not tenant.province and tenant.state == "founding"
    waits = member.role == "operator" and policy.open_questions
    path = "/admin/onboarding" if waits or brings else FIRST[member.role]
    return Redirect(f"/t/{tenant.slug}{path}", status_code=303)
