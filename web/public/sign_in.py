"""A member comes in by name, password and, if the account has one, a code; and leaves nothing behind on going."""

from datetime import datetime

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect

from core import db, people
from core.errors import Refused
from core.openid import actions as openid
from core.people import Session
from core.tenants import Tenant
from web import csrf, held
from web.agents import browser_of
from web.auth import MEMBER, PUBLIC, limits_of, session_cookie, settings_of
from web.deps import InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted
from web.held import HELD, Held, Lapsed
from web.hx import own_path
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse, sitting_of, visit

# A password and a code are short; what is longer is not one.
LONGEST_SECRET = 256
# What was typed before the session ended comes along, sealed.
MOST = 512 * 1024
# Fields of many forms by the words that stand beside them; others are shown by their values alone.
LABELS = {
    "note": "说明", "reason": "理由", "text": "内容", "words": "内容", "basis": "依据", "evidence": "证据",
    "name": "名称", "title": "标题", "message": "内容", "answer": "回答", "reply": "答复",
}  # fmt: skip


@get("/t/{slug:str}/sign-in", opt={"perm": PUBLIC})
async def show(tenant: InTenant, next: FromQuery[str] = "") -> Page:
    return await _form(tenant, next)


@post("/t/{slug:str}/sign-in", opt={"perm": PUBLIC}, status_code=303, request_max_body_size=MOST)
async def sign_in(request: HttpRequest, tenant: InTenant, now: Now) -> HttpResponse:
    form = await posted(request)
    try:
        await limits_of(request).take("sign-in", f"{tenant.id}:{form.text('username')}", most=10, seconds=60)
        token = await people.sign_in(
            tenant.id, form.text("username"), form.text("password", LONGEST_SECRET), form.text("code"), now,
            browser_of(request), visit(request).session,
        )  # fmt: skip
    except Refused as refusal:
        return await _form(tenant, form.text("next"), form, refusal)
    return await entered(request, tenant, token, form.text("next"), form.kept(HELD), now)


@post("/t/{slug:str}/resume", opt={"perm": MEMBER, "owing": True}, status_code=200, request_max_body_size=MOST)
async def resume(request: HttpRequest, tenant: InTenant, now: Now) -> HttpResponse:
    """From the tab in which the session ended, after its member signed in in another."""
    form = await posted(request)
    sitting = sitting_of(request)
    words = held.unseal(form.kept(HELD), held.resumed(tenant.id, sitting.member.id), now)
    return _resumed(request, tenant, sitting, words)


@post("/t/{slug:str}/sign-out", opt={"perm": MEMBER, "owing": True}, status_code=303)
async def sign_out(request: HttpRequest, tenant: InTenant) -> Redirect:
    async with db.as_tenant(tenant.id) as unit:
        await people.sign_out(unit, visit(request).session)
    cookies = [session_cookie(request, tenant, "")]
    # What a shared counter's browser kept of this person goes with the session.
    headers = {"Clear-Site-Data": '"cache", "storage"'}
    return Redirect(f"/t/{tenant.slug}/sign-in", status_code=303, cookies=cookies, headers=headers)


async def entered(
    request: HttpRequest, tenant: Tenant, token: str, next_page: str, sealed: str, now: datetime
) -> HttpResponse:
    """On to where one was stopped: with what was typed, if the same member typed it, and first to what is owed."""
    cookies = [session_cookie(request, tenant, token)]
    async with db.as_tenant(tenant.id) as unit:
        sitting = await people.session_of(unit, token, now)
    words = _own(tenant, sitting, sealed, now)
    if words is not None:
        shown = _resumed(request, tenant, sitting, words)
        shown.cookies.extend(cookies)
        return shown
    home = f"/t/{tenant.slug}/admin"
    path = f"{home}/account" if sitting.owes else own_path(next_page, home)
    return Redirect(path, status_code=303, cookies=cookies)


def _own(tenant: Tenant, sitting: Session, sealed: str, now: datetime) -> Held | None:
    """Another member gets nothing of it, and does not learn that there was something."""
    if not sealed:
        return None
    try:
        return held.unseal(sealed, held.resumed(tenant.id, sitting.member.id), now)
    except Lapsed:
        return None


def _resumed(request: HttpRequest, tenant: Tenant, sitting: Session, words: Held) -> Page:
    filled = [(name, value) for name, value in words.inputs if value.strip()]
    shown = [(LABELS.get(name, "已填"), value) for name, value in filled if name in LABELS or _is_prose(value)]
    token = csrf.token(settings_of(request).secret, sitting.family)
    return page(
        "public/resume.html", tenant=tenant, kept=words, shown=shown, owes=sitting.owes, token=token,
        others=len(filled) - len(shown),
    )  # fmt: skip


def _is_prose(value: str) -> bool:
    """Written by a person, where a choice or a number of ours is one word of ASCII."""
    return not value.isascii() or len(value.split()) > 1


async def _form(tenant: Tenant, next_page: str, form: Posted | None = None, refusal: Refused | None = None) -> Page:
    username = form.text("username") if form and refusal and refusal.field != "username" else ""
    async with db.as_tenant(tenant.id) as unit:
        provider = await openid.provider_of(unit)
    sealed, token = (form.kept(HELD), form.kept(csrf.FIELD)) if form else ("", "")
    return page(
        "public/sign_in.html", status=status_of(refusal) if refusal else 200, tenant=tenant, username=username,
        next=own_path(next_page, ""), problem=refusal.detail if refusal else "", errors={}, sealed=sealed, token=token,
        lost=(),
        label=provider.label if provider and provider.enabled else "",
    )  # fmt: skip
