"""A matter that could not be done, from a code on the wall to its end, by a plugin's clause or a place's own rule."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser, Page

from core import db, duties, stack, tenants
from core.policy.model import Override
from core.tenants import Founding, Tenant
from core.tenants import actions as changing
from core.tenants.throwaway import throwaway
from tests.e2e.boarding import Desk
from tests.e2e.browser import CHROMIUM, tab
from tests.web.api_world import Times
from tests.web.office import PLACES, seat

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")

EXTRA = "“办不成事”反映窗口"
ENDING = f"{EXTRA}（只办理在办）"
TERMS = (
    Override("unresolvable_matters_send", "4h", "第八条"), Override("unresolvable_matters_rectify", "5wd", "第九条"),
    Override("unresolvable_matters_warn", "1wd", "第十条"),
)  # fmt: skip
SWITCHED_ON = Override("unresolvable_matters", True, "第三条")
WHO, PHONE = "金丝雀", "13977776666"
TITLE, SHOWN_AS = "金丝雀饭店领不到发票", "新开的饭店一再要求补材料"
ANSWER = "发票已经核发，请带身份证来 3 号窗口领取。"


@dataclass
class Hall:
    """Whoever has to do with it sits down in it, each before a browser of their own."""

    chromium: Browser
    address: str
    tenant: Tenant
    times: Times
    now: datetime
    open: AsyncExitStack

    async def desk(self, who: str) -> Desk:
        found = Desk(await self.open.enter_async_context(tab(self.chromium, self.address)), self.now)
        await found.tab.sit(await self.open.enter_async_context(seat(self.address, self.tenant, who, self.now)))
        await found.page.goto(f"/t/{self.tenant.slug}/admin")
        return found

    async def phone(self) -> Desk:
        """A citizen's, which runs no script."""
        found = await self.open.enter_async_context(tab(self.chromium, self.address, width=390, scripts=False))
        return Desk(found, self.now)

    async def passes(self, days: float) -> None:
        """What fell due meanwhile is said."""
        self.now += timedelta(days=days)
        self.times.now = self.now
        await duties.run_due(self.tenant, self.now)


@asynccontextmanager
async def hall(
    chromium: Browser, address: str, times: Times, now: datetime, plugin: str, *rules: Override
) -> AsyncIterator[Hall]:
    names = ("national", plugin)
    founding = Founding(f"matters-{plugin}", "某某市", names, answers=stack.demo_answers(names), overrides=rules)
    async with throwaway(founding, now=now) as tenant, AsyncExitStack() as opened:
        async with db.as_tenant(tenant.id) as unit:
            for statement in filter(str.strip, PLACES.split(";")):
                await unit.execute(statement, tenant.id)
        yield Hall(chromium, address, await tenants.by_id(tenant.id), times, now, opened)


async def choose(desk: Desk, said: Mapping[str, str]) -> None:
    """From the lists of the form."""
    for label, word in said.items():
        await desk.page.locator("main select").and_(desk.page.get_by_label(label)).select_option(label=word)


async def tick(page: Page, *words: str) -> None:
    for word in words:
        await page.locator("main label").filter(has_text=re.compile(f"^{word}$")).click()


async def do(desk: Desk, act: str) -> None:
    """Opens the form of an act of the record that is before them."""
    link = desk.page.locator(".act").get_by_role("link", name=re.compile(rf"^{act}\s*E?$"))
    if not await link.first.is_visible():
        await desk.page.locator(".act summary").click()
    async with desk.page.expect_navigation():
        await link.first.click()


async def scanned(supervisor: Desk) -> str:
    """What the code says that hangs on the wall."""
    await supervisor.door(EXTRA)
    await supervisor.follow("“办不成事”反映二维码" if await _several(supervisor) else "二维码")
    async with supervisor.page.expect_navigation():
        await supervisor.page.get_by_role("link", name="看填写页").click()
    return supervisor.page.url


async def _several(desk: Desk) -> bool:
    return bool(await desk.page.get_by_role("link", name="“办不成事”反映二维码").count())


async def report(citizen: Desk, address: str) -> str:
    """First with a telephone that is none; the receipt's address."""
    page = citizen.page
    await page.goto(f"{address}?c=qr")
    await citizen.fill(
        {"什么事没有办成": TITLE, "对方怎么说的": "每次都说还差一张，不说差哪张", "姓名": WHO, "手机号": "不告诉你"}
    )
    await tick(page, "一再要求补材料")
    await choose(citizen, {"办的是哪个事项": "发票领用", "在哪个单位办的": "东区税务局"})
    await citizen.press("提交", "div.send")
    assert "请填写 11 位手机号" in await citizen.reads() and await page.get_by_label("姓名").input_value() == WHO
    # A browser writes down whatever is answered with 422.
    citizen.tab.wrong.clear()
    await citizen.fill({"手机号": PHONE})
    await citizen.press("提交", "div.send")
    assert "已经提交" in await citizen.reads()
    return page.url.partition("?")[0]


async def by_phone(clerk: Desk) -> None:
    """The same person rings up as well, about the same matter."""
    await clerk.door(EXTRA)
    await clerk.follow("登记“办不成事”反映")
    await tick(clerk.page, "电话", "一再要求补材料")
    await clerk.fill(
        {"什么事没有办成": "还是领不到发票", "对方怎么说的": "没有说", "姓名": WHO, "手机号": "139 7777 6666"}
    )
    await choose(clerk, {"办的是哪个事项": "发票领用"})
    await clerk.press("登记", "p.go")
    assert "同一件事以前登记过" in await clerk.reads("body")


async def sent(supervisor: Desk, door: str = EXTRA) -> None:
    await supervisor.door(door)
    await supervisor.page.get_by_role("row").filter(has_text=TITLE).get_by_role("link").first.click()
    await do(supervisor, "转办")
    await choose(supervisor, {"承办单位": "东区税务局"})
    await supervisor.fill({"问题概要": f"请打 {PHONE}"})
    await supervisor.press("转办", "p.go")
    assert "像是有电话" in await supervisor.reads()
    supervisor.tab.wrong.clear()
    await supervisor.fill({"问题概要": SHOWN_AS})
    await supervisor.press("转办", "p.go")
    assert "提出人 提交" in await supervisor.reads(".tl")


async def joined(supervisor: Desk) -> None:
    await supervisor.door(EXTRA)
    await supervisor.page.get_by_role("row").filter(has_text="重复").get_by_role("link").first.click()
    await do(supervisor, "并入前一件")
    await supervisor.fill({"告诉反映人的话": "与您扫码反映的是同一件事，一并办理。"})
    await supervisor.press("并入前一件", "p.go")


async def answered(handler: Desk, result: str, door: str = EXTRA) -> None:
    await handler.door(door)
    await handler.page.get_by_role("row").filter(has_text=TITLE).get_by_role("link").first.click()
    await do(handler, "反馈办理结果")
    await tick(handler.page, "办成了", "材料说不清或反复补")
    await handler.fill({"告诉反映人的话": result})
    await handler.press("反馈办理结果", "p.go")


async def says(citizen: Desk, receipt: str, act: str, text: str, word: str = "") -> None:
    await citizen.page.goto(receipt)
    await citizen.follow(act)
    if text:
        await citizen.page.locator("#f-still").fill(text)
    if word:
        await tick(citizen.page, word)
    await citizen.press(act, "div.send")


async def first_day(here: Hall, citizen: Desk) -> tuple[str, str]:
    """Reported by the code and again by telephone, sent once; the receipt's address, and the handler's desk."""
    supervisor = await here.desk("supervisor")
    receipt = await report(citizen, await scanned(supervisor))
    await by_phone(await here.desk("clerk"))
    await supervisor.page.goto(f"/t/{here.tenant.slug}/admin")
    await sent(supervisor)
    await joined(supervisor)
    handler = await here.desk("handler")
    await handler.door("今日")
    return receipt, await handler.reads()


async def warned(here: Hall) -> str:
    """What the handler was told by the eve of the last day, on which they answer."""
    handler = await here.desk("handler")
    await handler.page.goto(f"/t/{here.tenant.slug}/admin/notices")
    told = await handler.reads()
    await handler.page.goto(f"/t/{here.tenant.slug}/admin")
    await answered(handler, ANSWER)
    return told


async def late(here: Hall) -> str:
    handler = await here.desk("handler")
    await handler.door("今日")
    told = await handler.reads()
    await answered(handler, "发票已经当面交给本人。")
    return told


async def studied(here: Hall) -> str:
    supervisor = await here.desk("supervisor")
    await supervisor.door(EXTRA)
    await supervisor.follow("分析", ".tabs")
    return await supervisor.reads()


@pytest.mark.parametrize(("plugin", "rules"), [("taian", TERMS), ("shenzhen", (SWITCHED_ON, *TERMS))])
async def test_a_matter_goes_from_a_code_on_the_wall_to_its_end(
    pool: object, chromium: Browser, address: str, times: Times, noon: datetime, plugin: str, rules: Sequence[Override]
) -> None:
    async with hall(chromium, address, times, noon, plugin, *rules) as here:
        citizen = await here.phone()
        receipt, waiting = await first_day(here, citizen)
        await here.passes(6.6)
        told = await warned(here)
        await says(citizen, receipt, "还是没有办成", "3 号窗口说没有我的单子")
        again = await citizen.reads()
        await here.passes(8)
        overdue = await late(here)
        await says(citizen, receipt, "办成了，确认办结", "", "满意")
        end = await citizen.reads()
        await citizen.page.goto(f"/t/{here.tenant.slug}/x/unresolvable_matters/matter/list")
        public, study = await citizen.reads(), await studied(here)

    assert TITLE in waiting, "what waits for a handler is met when they sit down"
    assert "到期" in told and "超期" in overdue
    assert ANSWER in again and "整改中" in again
    assert "已办结" in end and "当面交给本人" in end
    for word in (SHOWN_AS, "东区税务局", "已办结", "BS-2026-0001"):
        assert word in public, word
    for word in (WHO, PHONE, TITLE, "BS-2026-0002", "差哪张", "当面交给本人"):
        assert word not in public, word
    assert "材料说不清或反复补" in study and "重复反映的 1 件" in study


async def test_switched_off_nothing_new_begins_and_what_is_open_is_finished(
    pool: object, chromium: Browser, address: str, times: Times, noon: datetime
) -> None:
    async with hall(chromium, address, times, noon, "taian", *TERMS) as here:
        supervisor, citizen = await here.desk("supervisor"), await here.phone()
        form = await scanned(supervisor)
        receipt = await report(citizen, form)
        await changing.override(here.tenant.id, [Override("unresolvable_matters", False, "第二十条")], now=noon)
        await citizen.page.goto(form)
        refused = await citizen.reads()
        citizen.tab.wrong.clear()
        await supervisor.page.goto(f"/t/{here.tenant.slug}/admin")
        await sent(supervisor, ENDING)
        door = await supervisor.reads()
        await answered(await here.desk("handler"), ANSWER, ENDING)
        await says(citizen, receipt, "办成了，确认办结", "", "满意")
        end = await citizen.reads()
        await supervisor.page.goto(f"/t/{here.tenant.slug}/admin")
        doors = await supervisor.reads("nav")

    assert "不受理" in refused and "已停用，只办理在办" in door
    assert "已办结" in end and EXTRA not in doors
