"""Officers are appointed, sent, report, and what they find is put right: in a real browser, in more than one city."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser
from playwright.async_api import Page as Tab

from core import clock, duties
from core.evidence import files
from core.policy.model import Override
from core.tenants import Tenant
from tests.core import papers
from tests.core.town import town
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import Seat, seat

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
NAME, PHONE = "金丝雀", "13977776666"
WANTED = (
    Override("experience_officers", True, "第一条"), Override("experience_officers_county", 10, "第二条"),
    Override("role_swap_days", True, "第三条"), Override("role_swap_centres", 1, "第三条"),
)  # fmt: skip
CITIES = {"of-its-own": (("taian",), ()), "standing-elsewhere": (("shenzhen",), WANTED)}


@pytest.fixture(params=CITIES)
async def place(
    pool: object, now: datetime, times: Times, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncGenerator[Tenant]:
    """Where the document is the city's own, and where another city switched it on by its own rules."""
    times.now = now
    plugins, overrides = CITIES[request.param]
    files.use_folder(tmp_path)
    async with town(now, *plugins, overrides=overrides) as found:
        yield found
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


class Desk:
    """One member before the pages of an extra."""

    def __init__(self, page: Tab, member: Seat) -> None:
        self.page, self.member = page, member

    async def open(self, path: str) -> None:
        await self.page.goto(self.member.at(path))

    async def fill(self, **given: str) -> None:
        for code, value in given.items():
            field = self.page.locator(f"[name='a.{code}']")
            sort = await field.first.get_attribute("type") or await field.first.evaluate("each => each.localName")
            if sort in ("radio", "checkbox"):
                await self.page.check(f"[name='a.{code}'][value='{value}']")
            elif sort == "select":
                await field.select_option(value)
            elif sort == "file":
                await field.set_input_files(value)
            else:
                await field.fill(value)

    async def send(self) -> None:
        async with self.page.expect_navigation():
            await self.page.click("main form[action] .go button.p, form.x-form button.p")

    async def says(self) -> str:
        return await self.page.inner_text("main")

    async def act(self, act: str, **given: str) -> str:
        """Does it on the record that is open; what then stands above it."""
        record = self.page.url.partition("?")[0].rpartition("/")[2]
        await self.open(f"/admin/extras/records/{record}?act={act}")
        await self.fill(**given)
        await self.send()
        assert await self.page.locator(".er").count() == 0, await self.page.locator(".er").all_inner_texts()
        return await self.page.inner_text(".head")


@asynccontextmanager
async def sitting(chromium: Browser, address: str, place: Tenant, name: str, now: datetime) -> AsyncGenerator[Desk]:
    async with AsyncExitStack() as stack:
        member = await stack.enter_async_context(seat(address, place, name, now))
        page = await stack.enter_async_context(tab(chromium, address, width=1440))
        await page.context.add_cookies([{"name": f"hcp-{place.slug}", "value": member.session, "url": address}])
        yield Desk(page, member)


async def recruited(bureau: Desk, now: datetime) -> None:
    """Nothing of a person is kept without their consent, and nothing of them is shown but on the letter."""
    day, until = f"{now:%Y-%m-%d}", f"{now + timedelta(days=360):%Y-%m-%d}"
    await bureau.open("/admin/extras/experience_officers/officer/new")
    person = {"person": NAME, "phone": PHONE, "source": "enterprise", "centre": "east", "interest": "tax-west"}
    await bureau.fill(**person, consent="no")
    await bureau.send()
    assert "没有本人的书面同意" in await bureau.says()
    assert await bureau.page.input_value("[name='a.person']") == NAME
    await bureau.fill(consent="yes")
    await bureau.send()
    shown = await bureau.says()
    assert "待审核" in shown and NAME not in shown and PHONE not in shown
    term = {"from": day, "until": until, "letter": "体〔2026〕1号"}
    assert "在聘" in await bureau.act("appoint", officer="partner", **term)
    assert await flaws(bureau.page) == []
    async with bureau.page.expect_navigation():
        await bureau.page.click("text=打印聘书")
    letter, last = await bureau.says(), date.fromisoformat(until)
    spelt = f"{last.year}年{last.month}月{last.day}日 止"
    assert f"{NAME}：" in letter and "聘请您担任东区政务服务“体验官”" in letter and spelt in letter
    assert await flaws(bureau.page) == []


async def sent(bureau: Desk, now: datetime) -> str:
    """To where they have no interest; the address of their task."""
    await bureau.open("/admin/extras/experience_officers/experience/new")
    await bureau.fill(officer="partner", day=f"{now:%Y-%m-%d}", task="领用一次发票", unit="tax-west")
    await bureau.send()
    assert "申报过与该单位有利害关系" in await bureau.says()
    await bureau.fill(unit="tax-east")
    await bureau.send()
    return bureau.page.url


async def heard(officer: Desk, now: datetime, photo: Path) -> None:
    """Who was invited sees their own task, and no page of the office's."""
    await officer.open("/admin/extras")
    await officer.page.click("a:has-text('TR-')")
    found = {"verdict": "problem", "problem": "材料清单线上线下不一致", "severity": "common", "photos": str(photo)}
    report = {"visited": f"{now - timedelta(minutes=5):%Y-%m-%dT%H:%M}", "report": "等了四十分钟", "grade": "2"}
    assert "已报告" in await officer.act("report", **report, **found)
    assert await flaws(officer.page) == []
    await officer.open("/admin/extras/experience_officers/problems")
    assert "没有这一页" in await officer.page.inner_text("body")


async def test_an_officer_is_appointed_sent_and_heard_and_what_they_found_is_put_right(
    chromium: Browser, address: str, place: Tenant, now: datetime, tmp_path: Path
) -> None:
    photo = tmp_path / "hall.png"
    photo.write_bytes(papers.png())
    async with AsyncExitStack() as stack:
        bureau, officer, handler = [
            await stack.enter_async_context(sitting(chromium, address, place, each, now))
            for each in ("supervisor", "partner", "handler")
        ]
        await recruited(bureau, now)
        task = await sent(bureau, now)
        await heard(officer, now, photo)

        await bureau.page.goto(task)
        async with bureau.page.expect_navigation():
            await bureau.page.click("main a:has-text('材料清单线上线下不一致')")
        problem = bureau.page.url
        assert "整改中" in await bureau.act("send", unit="tax-east", order="统一清单")
        await handler.page.goto(problem)
        seen = await handler.says()
        assert "材料清单线上线下不一致" in seen and "partner某" not in seen and NAME not in seen
        assert "待复核" in await handler.act("mend", measures="已更新，窗口张贴同一份")
        await bureau.page.goto(problem)
        assert "已销号" in await bureau.act("accept", checked="现场核对一致")
        await bureau.open("/admin/extras/experience_officers/places")
        cells = await bureau.page.locator("tr:has-text('东区') td").all_inner_texts()
        assert cells[-8:] == ["10", "1", "9", "0", "1", "1", "1", "1"]
        assert await flaws(bureau.page) == []


async def test_a_quarter_shows_who_has_not_stood_where_people_stand(
    chromium: Browser, address: str, place: Tenant, now: datetime
) -> None:
    with clock.at(now):
        while (due := await duties.next_due(place)) is not None and due <= now:
            await duties.run_due(place, due)
    async with sitting(chromium, address, place, "supervisor", now) as bureau:
        await bureau.open("/admin/extras/role_swap_days")
        before = await bureau.says()
        assert "东区政务服务中心" in before and "西区政务服务中心" in before
        assert await flaws(bureau.page) == []
        await bureau.open("/admin/extras/role_swap_days/days")
        await bureau.page.click("tr:has-text('东区政务服务中心') a")
        assert "已签到" in await bureau.act("arrive", arrived=f"{now:%Y-%m-%dT%H:%M}", hall="一楼大厅")
        assert "已完成" in await bureau.act("finish", ways="walk", report="走了一遍流程")
        await bureau.open("/admin/extras/role_swap_days")
        waiting = await bureau.page.locator("table:has(th:text-is('约定日期'))").inner_text()
        assert "西区政务服务中心" in waiting and "东区政务服务中心" not in waiting
