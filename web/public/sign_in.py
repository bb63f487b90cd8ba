"""A member comes in by name, password and, if the account has one, a code; and leaves nothing behind on going."""

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from core import db, people
from core.errors import Refused
from core.tenants import Tenant
from web.auth import MEMBER, PUBLIC, limits_of, session_cookie
from web.deps import InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted
from web.hx import own_path
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse, visit

# A password and a code are short; what is longer is not one.
LONGEST_SECRET = 256


@get("/t/{slug:str}/sign-in", opt={"perm": PUBLIC})
async def show(tenant: InTenant, next: FromQuery[str] = "") -> Page:
    return _form(tenant, next)


@post("/t/{slug:str}/sign-in", opt={"perm": PUBLIC}, status_code=303)
async def sign_in(request: HttpRequest, tenant: InTenant, now: Now) -> HttpResponse:
    form = await posted(request)
    try:
        await limits_of(request).take("sign-in", f"{tenant.id}:{form.text('username')}", most=10, seconds=60)
        session = await people.sign_in(
            tenant.id, form.text("username"), form.text("password", LONGEST_SECRET), form.text("code"), now
        )
    except Refused as refusal:
        return _form(tenant, form.text("next"), form, refusal)
    home = f"/t/{tenant.slug}/admin"
    cookies = [session_cookie(request, tenant, session)]
    return Redirect(own_path(form.text("next"), home), status_code=303, cookies=cookies)


@post("/t/{slug:str}/sign-out", opt={"perm": MEMBER}, status_code=303)
async def sign_out(request: HttpRequest, tenant: InTenant) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await people.sign_out(unit, visit(request).session)
    cookies = [session_cookie(request, tenant, "")]
    # What a shared counter's browser kept of this person goes with the session.
    headers = {"Clear-Site-Data": '"cache", "storage"'}
    return Redirect(f"/t/{tenant.slug}/sign-in", status_code=303, cookies=cookies, headers=headers)


def _form(tenant: Tenant, next_page: str, form: Posted | None = None, refusal: Refused | None = None) -> Page:
    username = form.text("username") if form and refusal and refusal.field != "username" else ""
    return page(
        "public/sign_in.html", status=status_of(refusal) if refusal else 200, tenant=tenant, username=username,
        next=own_path(next_page, ""), problem=refusal.detail if refusal else "", errors={},
    )  # fmt: skip
