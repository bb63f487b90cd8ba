"""The keys and the answers, on one page that needs no script."""

from litestar import get

from web.admin.extras.guide import chapters
from web.deps import InMember, InTenant, Now
from web.helps import TOPICS
from web.page import Page, page


@get("/t/{slug:str}/admin/help", opt={"perm": "home"})
async def show(tenant: InTenant, member: InMember, now: Now) -> Page:
    return page("admin/help.html", tenant=tenant, topics=TOPICS, chapters=await chapters(tenant, member, now))
