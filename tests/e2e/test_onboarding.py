"""A place whose rules nobody here has read is brought on board in a browser, from its founding to its first rating."""

import re
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from playwright.async_api import Browser, Page

from core import db, people, stack, tenants
from core.audit.model import SYSTEM, Actor
from core.examples import actions as examples
from core.people import NewMember
from core.proposals import actions as proposals
from core.proposals.model import Change
from core.scenarios import jobs
from core.scenarios.jobs import Wanted
from core.tenants import Founding, Tenant
from tests.e2e.browser import tab
from tests.web.api_world import Times
from tests.web.office import Seat, seat

RULES = {
    "rating_window": "3wd", "bad_needs": "tag-or-text",
    "channels": [{"code": base, "label": label, "base": base} for base, label in (
        ("qr", "窗口二维码"), ("web", "网页"), ("device", "评价器"))],
}  # fmt: skip
SHEETS = {
    "region": "编码,名称,上级编码,级别\ncity,示例市,,\n",
    "institution": "编码,名称,区域编码,条线编码,上级编码,职责\ntax,示例市税务局,city,,,服务\n",
    "window": "编码,名称,机构编码,自助终端\nw1,1号窗口,tax,否\n",
    "staff": "工号,姓名,机构编码,在岗\nli,李四,tax,是\n",
    "item": "编码,名称,机构编码,系统机构编码,进驻大厅,纳入评价\ninvoice,发票领用,tax,,是,是\n",
}
CLOSED = {"at": "2026-03-02T10:00:00", "do": "closed", "item": "invoice"}
SEEN = {"at": "2026-03-02T10:01:00", "see": "invitation", "state": "open", "closes": "2026-03-06T00:00:00"}
PEOPLE = ("operator", "supervisor", "handler")


@asynccontextmanager
async def screen(chromium: Browser, address: str, member: Seat) -> AsyncIterator[Page]:
    async with tab(chromium, address) as found:
        await found.sit(member)
        yield found.page


async def founded(page: Page, province: Tenant, slug: str) -> Tenant:
    await page.goto(f"/t/{province.slug}/admin/province/cities/new")
    fields = {"name": f"示例市{slug}", "short": "示例", "slug": slug, "division": "450900",
              "user.admin": "luo", "name.admin": "罗远", "user.security": "zhong", "name.security": "钟宁",
              "user.auditor": "fang", "name.auditor": "方文博"}  # fmt: skip
    for name, value in fields.items():
        await page.fill(f'[name="{name}"]', value)
    await page.click("main form button")
    await page.wait_for_selector("code")
    return await tenants.by_slug(slug)


async def ruled(tenant: Tenant, now: datetime) -> None:
    """One writes the rules with their clauses, another approves them."""
    writer, other = Actor("member", "operator", db.ids.new()), Actor("member", "supervisor", db.ids.new())
    found = await proposals.begin(tenant, now.date(), title="评价办法", by=writer, now=now)
    for key, value in RULES.items():
        change = Change(key, value, "第五条")
        found = await proposals.put(tenant, found.id, change, version=found.version, by=writer, now=now)
    found = await proposals.submit(tenant, found.id, version=found.version, by=writer, now=now)
    await proposals.approve(tenant, found.id, version=found.version, by=other, now=now)


async def answered(page: Page, tenant: Tenant, now: datetime) -> None:
    for question in stack.policy(await tenants.by_id(tenant.id), now.date()).open_questions:
        await page.goto(f"/t/{tenant.slug}/admin/questions")
        card = page.locator(f"#q-{question.id}")
        await card.locator("input[type=radio]").first.check()
        await card.locator('[name="basis"]').fill("2026年第3号会议纪要")
        await card.locator("form button").first.click()
        await page.wait_for_url(re.compile("/questions#"))


async def brought(page: Page, tenant: Tenant, folder: Path) -> None:
    """The organisation from its spreadsheets."""
    for kind, text in SHEETS.items():
        sheet = folder / f"{kind}.csv"
        sheet.write_text(text, "utf-8-sig")
        await page.goto(f"/t/{tenant.slug}/admin/places?kind={kind}")
        await page.locator("details.add summary").click()
        await page.set_input_files("input[type=file]", sheet)
        await page.locator("form:has(input[type=file]) button").first.click()
        await page.wait_for_load_state()


async def exemplified(tenant: Tenant, now: datetime) -> None:
    """Three examples, run by the rules as they are."""
    by: dict[str, Any] = {"by": Actor("member", "operator"), "name": "何静", "now": now}
    async with db.as_tenant(tenant.id) as unit:
        for nth in range(3):
            steps = [{**CLOSED, "case": f"A{nth}"}, {**SEEN, "case": f"A{nth}"}]
            await examples.add(
                unit, {"says": f"办结后三个工作日内可以评价（{nth}）", "clause": "第五条", "step": steps}, "", **by
            )
    fresh = await tenants.by_id(tenant.id)
    async with db.as_tenant(tenant.id) as unit:
        run = await jobs.ask(unit, fresh, Wanted("own"), **by)
    await jobs.examples_run(fresh, str(run), now)


async def peopled(tenant: Tenant, now: datetime) -> None:
    """Who was told the first passwords has changed them; the rest were let in by the three."""
    for role in PEOPLE:
        new = NewMember(role, f"{role}某", role, "A long pass phrase", must_change=False)  # pyright: ignore[reportArgumentType]
        await people.add_member(tenant.id, new, by=SYSTEM, now=now)
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute("UPDATE member SET must_change = false WHERE tenant_id = $1", tenant.id)


async def signed(page: Page, tenant: Tenant) -> None:
    await page.goto(f"/t/{tenant.slug}/admin/onboarding")
    await page.check("#f-seen")
    await page.click("#sign button")
    await page.wait_for_load_state()


async def rated(page: Page, address: str, tenant: Tenant, key: str, now: datetime) -> str:
    """A business system reports a service, and whoever was served opens the link and taps."""
    told = {"case": "B1", "event": "closed", "at": now.isoformat(), "item": "invoice", "staff": "li", "window": "w1",
            "mode": "window", "applicant": {"name": "王五", "phone": "13800000005"}}  # fmt: skip
    async with httpx.AsyncClient(base_url=address, headers={"authorization": f"Bearer {key}"}) as system:
        answer = await system.post("/api/v1/service-events", json=told)
    assert answer.status_code == 201, answer.text
    await page.goto(f"/r/{answer.json()['invitation']['token']}")
    await page.click("button.g5")
    await page.wait_for_url(re.compile("/reasons"))
    await page.locator("form button.p").last.click()
    await page.wait_for_url(re.compile("/k/"))
    return await page.inner_text("main")


async def prepared(page: Page, tenant: Tenant, folder: Path, now: datetime) -> str:
    """Rules, answers, organisation, keys and examples; the key by which services are reported."""
    await ruled(tenant, now)
    await answered(page, tenant, now)
    await brought(page, tenant, folder)
    async with db.as_tenant(tenant.id) as unit:
        key = await people.issue_key(unit, "业务系统", ["events:write"], by=SYSTEM, now=now)
        await people.issue_key(unit, "评价器", ["ratings:write"], by=SYSTEM, now=now)
    await exemplified(tenant, now)
    return key


async def tried(page: Page, tenant: Tenant) -> str:
    await page.goto(f"/t/{tenant.slug}/admin/onboarding/trial")
    await page.click("main form button")
    await page.wait_for_selector("table.tried")
    return await page.inner_text("table.tried")


async def live(page: Page, tenant: Tenant) -> str:
    await page.fill("#f-name", tenant.name)
    await page.click("#live button")
    await page.wait_for_load_state()
    return await page.inner_text("main")


async def test_a_city_is_brought_on_board_and_a_citizen_rates(
    pool: object, address: str, chromium: Browser, times: Times, now: datetime, tmp_path: Path
) -> None:
    times.now = now
    name = secrets.token_hex(3)
    province = await tenants.create(Founding(f"prov-{name}", "某省", (), province=True, division="450000"), now=now)
    async with AsyncExitStack() as open_:

        async def before(tenant: Tenant, who: str) -> Page:
            member = await open_.enter_async_context(seat(address, tenant, who, now))
            return await open_.enter_async_context(screen(chromium, address, member))

        city = await founded(await before(province, "provincial"), province, f"city-{name}")
        await peopled(city, now)
        page = await before(city, "provincial")
        await page.goto(f"/t/{city.slug}/admin")
        first = await page.inner_text("main")
        key = await prepared(page, city, tmp_path, now)
        found = await tried(page, city)
        await signed(page, city)
        second = await before(city, "supervisor")
        await signed(second, city)
        told = await live(second, city)
        citizen = await open_.enter_async_context(tab(chromium, address))
        thanks = await rated(citizen.page, address, city, key, now)

    assert "未开始" in first, "the list of what is to be done is met before anything else"
    assert "没有" not in found and found.count("收到") == 15, found
    assert "已上线" in told and "回执" in thanks
    assert (await tenants.by_id(city.id)).live
