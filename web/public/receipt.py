"""A receipt shows what became of a rating to whoever has its code; only the link's holder may add to it."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from core import db, flow, stack, tenants, tokens
from core.audit.model import Actor
from core.citizen import actions as citizen
from core.citizen.model import Receipt
from core.clock import SHANGHAI
from core.errors import Invalid, NotFound, NotTheApplicant, Refused
from core.intake.model import Submission
from core.policy import keys
from core.tenants import Tenant
from core.tickets.model import Act
from web.auth import PUBLIC
from web.coming import Coming, coming, sets_deadlines
from web.deps import Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.public import extras
from web.public.rate import GRADES, LONGEST_TEXT, WEB
from web.visit import HttpRequest, HttpResponse

# Of a code, without the number of its tenant in front.
LETTERS = 12


class BrokenReceipt(NotFound):
    """没有找到这个回执码，请核对后再输入。"""


@get("/k", opt={"perm": PUBLIC})
async def ask(code: FromQuery[str] = "") -> HttpResponse:
    typed = "".join(code.split())
    if not typed:
        return page("public/receipt_ask.html", code="", errors={})
    if own := await extras.filed_under(typed):
        return Redirect(own, status_code=303)
    try:
        _, text = await _read(typed)
        return Redirect(f"/k/{text}", status_code=303)
    except BrokenReceipt as refusal:
        return page("public/receipt_ask.html", status=404, code=typed[:40], errors={"code": refusal.detail})


@get("/k/{code:str}", opt={"perm": PUBLIC})
async def show(code: FromPath[str], now: Now, t: FromQuery[str] = "") -> Page:
    tenant, text = await _read(code)
    return await _page(tenant, text, t, now, {})


@post("/k/{code:str}/append", opt={"perm": PUBLIC}, status_code=303)
async def append(request: HttpRequest, code: FromPath[str], now: Now) -> HttpResponse:
    """追评: the first rating keeps its words and its place in the count."""
    form = await posted(request)
    tenant, text = await _read(code)
    token, grade, words = form.text("t"), form.number("grade"), form.text("text", LONGEST_TEXT)
    try:
        await _refuse_others(tenant, text, token)
        if grade not in GRADES:
            raise Invalid("请选择一个等级。", field="grade")
        given = Submission(
            token=token, grades={await _appended(tenant, token): grade}, text=words,
            key="append:" + sha256(f"{token}|{grade}|{words}".encode()).hexdigest(),
        )  # fmt: skip
        await flow.append(tenant, given, source=WEB, now=now)
    except Refused as refusal:
        return await _page(tenant, text, token, now, {"append": refusal.detail}, status_of(refusal), words)
    return Redirect(f"/k/{text}?t={token}", status_code=303)


@post("/k/{code:str}/feedback", opt={"perm": PUBLIC}, status_code=303)
async def feedback(request: HttpRequest, code: FromPath[str], now: Now) -> HttpResponse:
    """What the rater thinks of the reply; at its worst it may send the ticket back to work."""
    form = await posted(request)
    tenant, text = await _read(code)
    token, ticket = form.text("t"), form.text("ticket")
    try:
        await _refuse_others(tenant, text, token)
        found = await citizen.receipt(tenant, text, now)
        known = next((each.ticket_id for each in found.progress if str(each.ticket_id) == ticket), None)
        if known is None:
            raise NotFound
        await _rate_feedback(tenant, known, form.number("grade") or 0, now)
    except Refused as refusal:
        return await _page(tenant, text, token, now, {"feedback": refusal.detail}, status_of(refusal))
    return Redirect(f"/k/{text}?t={token}", status_code=303)


async def _rate_feedback(tenant: Tenant, ticket: UUID, grade: int, now: datetime) -> None:
    await flow.act(tenant, ticket, Act("rate-feedback", {"grade": grade}), by=Actor("rater"), now=now, source=WEB)


async def _read(code: str) -> tuple[Tenant, str]:
    """The code as it was given out, however it was typed or read over the telephone."""
    letters = "".join(code.split()).replace("-", "")
    given = f"{letters[:-LETTERS]}-{letters[-LETTERS:]}"
    try:
        return await tenants.by_id(tokens.tenant_of_receipt(given)), tokens.plain_receipt(given)
    except NotFound:
        raise BrokenReceipt from None


async def _refuse_others(tenant: Tenant, code: str, token: str) -> None:
    own = await citizen.token_of_receipt(tenant, code)
    if not hmac.compare_digest(own.encode(), token.encode()):
        raise NotTheApplicant("请从原来的评价链接或短信打开，才能追加评价或评价答复。")


async def _is_own(tenant: Tenant, code: str, token: str) -> bool:
    try:
        await _refuse_others(tenant, code, token)
    except NotTheApplicant:
        return False
    return True


async def _coming(tenant: Tenant, found: Receipt) -> Mapping[UUID, tuple[Coming, ...]]:
    async with db.as_tenant(tenant.id) as unit:
        return await coming(unit, tenant, [each.ticket_id for each in found.progress])


async def _appended(tenant: Tenant, token: str) -> str:
    """The dimension an append is about, by the rules of the day of the service, which judge the append itself."""
    served = await citizen.invitation(tenant, token)
    rule = stack.policy(tenant, served.at.astimezone(SHANGHAI).date())[keys.append]
    return rule.dimensions[0] if rule else "overall"


async def _page(
    tenant: Tenant, code: str, token: str, now: datetime, errors: Mapping[str, str], status: int = 200, words: str = ""
) -> Page:
    try:
        found = await citizen.receipt(tenant, code, now)
    except NotFound:
        raise BrokenReceipt from None
    ahead = await _coming(tenant, found)
    own = bool(token) and await _is_own(tenant, code, token)
    return page(
        "public/receipt.html", status=status, tenant=tenant, receipt=found, token=token if own else "", errors=errors,
        labels=dict(zip(GRADES, found.labels, strict=True)), words=words, longest=LONGEST_TEXT,
        coming=ahead, deadlines=sets_deadlines(stack.policy(tenant, found.rated_at.astimezone(SHANGHAI).date())),
        paused=tenant.state == "suspended",
        may_append=own and tenant.takes_in and found.append_until is not None and now < found.append_until,
    )  # fmt: skip
