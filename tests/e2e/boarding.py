"""Somebody who has never programmed sits before the pages: goes by what they say, and never by an address."""

import asyncio
import os
import re
from collections.abc import AsyncIterator, Awaitable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from playwright.async_api import Locator, Page
from pyotp.totp import TOTP

from core import clock, duties
from core.outbox import tasks
from core.scenarios import jobs as examples
from core.worker import run_claimed
from tests.e2e.browser import Tab

JOBS = {**duties.JOBS, **examples.JOBS}
# Where somebody wants to look at what was walked through.
PICTURES = os.environ.get("PICTURES", "")
_nth = count(1)


@asynccontextmanager
async def working(now: datetime) -> AsyncIterator[None]:
    """A worker, at the hour of the story: what a page asks for is done while the page is looked at."""

    async def work() -> None:
        while True:
            claimed = await tasks.claim(now, 4)
            for each in claimed.ids:
                await run_claimed(each, claimed.token, JOBS)
            await asyncio.sleep(0.1)

    with clock.at(now):
        worker = asyncio.create_task(work())
    try:
        yield
    finally:
        worker.cancel()
        with suppress(asyncio.CancelledError):
            await worker


@dataclass
class Desk:
    """One person's browser; ``now`` is the hour on their telephone."""

    tab: Tab
    now: datetime
    secret: str = ""

    @property
    def page(self) -> Page:
        return self.tab.page

    def named(self, label: str, within: str = "main") -> Locator:
        return self.page.locator(within).get_by_label(label, exact=True)

    async def look(self, name: str = "") -> None:
        if PICTURES:
            await self.page.screenshot(path=f"{PICTURES}/{next(_nth):02}-{name}.png", full_page=True)

    async def follow(self, words: str, within: str = "main") -> None:
        """The link that says this; how many there are may stand beside it."""
        said = re.compile(rf"^{re.escape(words)}\s*\d*$")
        await self._going(self.page.locator(within).get_by_role("link", name=said).first.click())

    async def door(self, words: str) -> None:
        await self.follow(words, "nav")

    async def press(self, words: str, within: str = "main") -> None:
        """The button that says this, and the page that answers."""
        await self.look(words)
        await self._going(self.page.locator(within).get_by_role("button", name=words).first.click())

    async def _going(self, act: Awaitable[None]) -> None:
        async with self.page.expect_navigation():
            await act

    async def fill(self, fields: Mapping[str, str], within: str = "main") -> None:
        inside = self.page.locator(within)
        for label, text in fields.items():
            await inside.locator("input, textarea").and_(inside.get_by_label(label)).first.fill(text)

    async def regulate(self, rule: str, clause: str, rows: Sequence[Mapping[str, str]]) -> None:
        """A rule's table as its form asks for it, and where it stands in the paper."""
        await self.follow(rule)
        await self.named("作规定").check()
        for nth, row in enumerate(rows, start=1):
            if nth > 1:
                await self.page.get_by_role("button", name="添加一行").click()
            for label, said in row.items():
                await self._write(self.named(f"第 {nth} 行 {label}"), said)
        await self._cite(clause)
        await self.save()

    async def choose(self, rule: str, clause: str, word: str) -> None:
        """A rule that is one of a few words."""
        await self.follow(rule)
        await self.named(word).check()
        await self._cite(clause)
        await self.save()

    async def _cite(self, clause: str) -> None:
        """A document that stands there already is left as it is."""
        await self.page.locator("#f-clause").fill(clause)
        document = self.page.locator("#f-document")
        if not await document.input_value():
            await document.select_option(index=1)

    async def save(self) -> None:
        await self.page.get_by_role("button", name="保存", exact=True).last.click()
        await self.page.wait_for_selector("#rule .tag.done")
        await self.look(await self.reads("h1"))
        await self._going(self.page.get_by_label("回到全部规则").click())

    async def _write(self, field: Locator, said: str) -> None:
        if await field.evaluate("each => each.matches('select')"):
            await field.select_option(label=said)
        else:
            await field.fill(said)

    async def step(self, nth: int, word: str, said: Mapping[str, str]) -> None:
        """One step of an example; what it may say beside its needs is chosen from its list first."""
        if nth > 1:
            await self.press("接着看" if word.startswith("看") else "接着做", f"#step-{nth - 1}")
        verb = self.page.locator(f"#f-step-{nth}-word")
        if await verb.locator("option:checked").inner_text() != word:
            async with self.page.expect_response(lambda answer: "/examples/" in answer.url):
                await verb.select_option(label=word)
            await self.page.wait_for_selector("#example:not([aria-busy])")
        within = f"#step-{nth}"
        for label, text in said.items():
            if not await self.named(label, within).count():
                await self.page.locator(within).get_by_label(f"第 {nth} 行可以再写的内容").select_option(label=label)
                await self.press("添加", within)
            await self._write(self.named(label, within), text)

    async def reads(self, selector: str = "main") -> str:
        return await self.page.inner_text(selector)

    async def sign_in(self, username: str, password: str) -> None:
        """With a first password, which is changed, and where the role asks for it with a telephone, which is bound."""
        await self.fill({"账号": username, "密码": password})
        await self.press("登录")
        fresh = f"Zuoye-{password[:6]}#2026"
        await self.fill({"原密码": password, "新密码": fresh, "再填一次新密码": fresh})
        await self.press("修改密码")
        if await self.page.get_by_role("button", name="开始绑定").count():
            await self._bind()
        await self._going(self.page.get_by_role("link", name="开始工作").click())

    async def _bind(self) -> None:
        await self.press("开始绑定")
        totp: Any = TOTP((await self.reads("p.secret")).replace(" ", ""))
        await self.fill({"动态码": totp.at(self.now)})
        await self.press("确认绑定")
