"""How far a partner's order system and ours know the same of each order, and where the partner is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.audit import actions as audit
from core.clock import SHANGHAI
from core.errors import NotFound, Refused
from core.exchange import listing, partners
from core.exchange.partners import Partner
from core.outbox import actions as outbox
from core.people import Member
from core.policy.exchanges import Exchange
from core.policy.extras import Extra
from core.records import listing as records
from core.records import offered
from core.tenants import Tenant
from web import flash
from web.admin.chips import day_of
from web.admin.extras.sight import reach_of
from web.deps import InMember, InSettings, InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

HOME = "/t/{slug:str}/admin/exchanges/{extra:str}"
SHOWN_DAYS: Final = 30
ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Tried:
    """What was typed, but never the key, and what is wrong with it."""

    url: str = ""
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


def found_of(code: str) -> tuple[Extra, Exchange]:
    extra = next((each for each in listing.exchanging() if each.code == code), None)
    if extra is None or extra.exchange is None:
        raise NotFound("没有这项对接，或者带来它的插件已被移除。")
    return extra, extra.exchange


@get(HOME, opt={"perm": "exchanges.read"})
async def index(request: HttpRequest, tenant: InTenant, extra: FromPath[str], now: Now) -> Page:
    """Day by day, and every order of which the two sides do not know the same."""
    found, exchange = found_of(extra)
    today = now.astimezone(SHANGHAI).date()
    until = min(day_of(request, "until") or today, today)
    since = min(day_of(request, "since") or until - timedelta(days=SHOWN_DAYS - 1), until)
    begin, end = _midnight(since), _midnight(until + ONE_DAY)
    async with db.as_tenant(tenant.id) as unit:
        partner = await partners.partner_of(unit, found.code)
        days = await listing.days(unit, found.code, begin, end)
        unequal = await listing.disagreeing(unit, found.code, begin, end, now)
        stuck = len(await listing.lines(unit, found.code))
    return page(
        "admin/exchanges/index.html", tenant=tenant, extra=found, exchange=exchange, partner=partner, days=days,
        unequal=[(each, each.disagrees(now)) for each in unequal], most=listing.MOST, since=since, until=until,
        stuck=stuck, is_on=offered.is_offered(tenant, found, today),
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


@get(f"{HOME}/partner", opt={"perm": "exchanges.read"})
async def show(tenant: InTenant, extra: FromPath[str]) -> Page:
    return await _shown(tenant, extra, None)


@post(f"{HOME}/partner", opt={"perm": "exchanges.set", "grave": True}, status_code=303)
async def settle(
    request: HttpRequest, tenant: InTenant, member: InMember, settings: InSettings, extra: FromPath[str], now: Now
) -> HttpResponse:
    """The key goes in and never comes out; what waited for the address goes at once."""
    found, _ = found_of(extra)
    form = await posted(request)
    url, key = form.kept("url"), form.kept("key").strip()
    try:
        async with db.as_tenant(tenant.id) as unit:
            await partners.settle(unit, found, url, key, by=member.actor, now=now, local=settings.demo)
            await outbox.resend_lines(unit, await listing.lines(unit, found.code), now)
    except Refused as refusal:
        tried = Tried(url[: partners.LONGEST_URL], {refusal.field or "url": refusal.detail})
        return await _shown(tenant, extra, tried, status_of(refusal))
    answer = Redirect(f"/t/{tenant.slug}/admin/exchanges/{found.code}/partner", status_code=303)
    return flash.leave(request, answer, "已保存，请按“测试”核对对方能否收到。")


@post(f"{HOME}/test", opt={"perm": "exchanges.set", "grave": True}, status_code=303)
async def test(
    request: HttpRequest, tenant: InTenant, member: InMember, extra: FromPath[str], now: Now
) -> HttpResponse:
    """Asks the partner now, and says what it answered."""
    found, exchange = found_of(extra)
    wrong = await partners.test(tenant.id, found, exchange, by=member.actor, now=now)
    answer = Redirect(f"/t/{tenant.slug}/admin/exchanges/{found.code}/partner", status_code=303)
    said = (
        f"{exchange.partner}没有收下（{wrong}），请核对地址和密钥。" if wrong else f"{exchange.partner}已收下测试消息。"
    )
    return flash.leave(request, answer, said)


@post(f"{HOME}/resend", opt={"perm": "exchanges.send"}, status_code=303)
async def resend(
    request: HttpRequest, tenant: InTenant, member: InMember, extra: FromPath[str], now: Now
) -> HttpResponse:
    """Everything that was given up or waits goes now, each order's messages in their order."""
    found, _ = found_of(extra)
    async with db.as_tenant(tenant.id) as unit:
        count = await _resend(unit, member, await listing.lines(unit, found.code), found.code, now)
    answer = Redirect(f"/t/{tenant.slug}/admin/exchanges/{found.code}", status_code=303)
    return flash.leave(request, answer, f"已重新推送 {count} 条。")


@post(f"{HOME}/orders/{{record:uuid}}/resend", opt={"perm": "exchanges.send"}, status_code=303)
async def resend_order(
    request: HttpRequest, tenant: InTenant, member: InMember, extra: FromPath[str], record: FromPath[UUID], now: Now
) -> HttpResponse:
    _, exchange = found_of(extra)
    async with db.as_tenant(tenant.id) as unit:
        _, kind, order = await records.one(unit, record, await reach_of(unit, member), now)
        if kind.code != exchange.kind:
            raise NotFound
        count = await _resend(unit, member, [order.id], str(order.id), now)
    answer = Redirect(f"/t/{tenant.slug}/admin/extras/records/{record}", status_code=303)
    return flash.leave(request, answer, f"已重新推送 {count} 条。" if count else "没有要重新推送的。")


async def _resend(unit: db.Unit, member: Member, lines: list[UUID], about: str, now: datetime) -> int:
    count = await outbox.resend_lines(unit, lines, now)
    await audit.write(unit, member.actor, "exchange.resend", "extra", about, None, {"rows": count}, now)
    return count


@get([f"{HOME}/test", f"{HOME}/resend"], opt={"perm": "exchanges.read"})
async def again(tenant: InTenant, extra: FromPath[str]) -> Redirect:
    """Whoever reloads what was sent gets the page it was sent from."""
    found, _ = found_of(extra)
    return Redirect(f"/t/{tenant.slug}/admin/exchanges/{found.code}", status_code=303)


async def _shown(tenant: Tenant, code: str, tried: Tried | None, status: int = 200) -> Page:
    found, exchange = found_of(code)
    async with db.as_tenant(tenant.id) as unit:
        partner: Partner | None = await partners.partner_of(unit, found.code)
    typed = tried or Tried(partner.url if partner else "")
    return page(
        "admin/exchanges/partner.html", status=status, tenant=tenant, extra=found, exchange=exchange, partner=partner,
        tried=typed, api=f"/t/{tenant.slug}/admin/channels/systems",
    )  # fmt: skip
