"""A Chromium that writes down whatever a page does that none should do, and reads pages as somebody who needs help."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Browser, Page, Request

from tests.web.browsers import CHROMIUM, LEVELS, violations
from tests.web.office import Seat

# What a look can change is colour and size; what a page is made of, it cannot.
BY_COLOUR, BY_SIZE = ["color-contrast", "link-in-text-block"], ["target-size"]
LAUNCH = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
LISTEN = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
new ReportingObserver((all) => all.forEach((each) => console.error(`report ${each.type} ${each.body.message ?? ""}`)),
  { types: ["csp-violation", "deprecation", "intervention"], buffered: true }).observe();
"""
LOOK = """async ([theme, size]) => {
  const page = document.documentElement;
  if (theme) page.dataset.theme = theme; else delete page.dataset.theme;
  if (size) page.dataset.size = size; else delete page.dataset.size;
}"""

__all__ = ["CHROMIUM", "LAUNCH", "Tab", "tab"]


@dataclass
class Tab:
    """One visitor's window; ``wrong`` is all that came to the console, broke the policy or left for another host."""

    page: Page
    address: str
    wrong: list[str] = field(default_factory=list[str])

    def watch(self) -> None:
        self.page.on("request", self._asked)
        self.page.on("pageerror", lambda error: self.wrong.append(f"{self.page.url}: {error}"))
        self.page.on("dialog", lambda dialog: self.wrong.append(f"{self.page.url}: {dialog.message}"))
        self.page.on("console", lambda said: self._said(said.type, said.text))

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((self.address, "data:", "blob:")):
            self.wrong.append(f"{self.page.url} asked another host: {request.url}")

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.wrong.append(f"{self.page.url} {kind}: {text}")

    async def go(self, path: str) -> int:
        """Its status; 0 for what is taken away as a file."""
        answer = await self.page.goto(path, wait_until="load")
        return answer.status if answer else 0

    async def sit(self, member: Seat) -> None:
        """In this member's chair."""
        await self.page.context.clear_cookies()
        name = f"hcp-{member.tenant.slug}"
        await self.page.context.add_cookies([{"name": name, "value": member.session, "url": self.address}])

    async def look(self, theme: str = "", size: str = "") -> None:
        await self.page.evaluate(LOOK, [theme, size])

    async def flaws(self, rules: Iterable[str] = (), skip: Iterable[str] = ()) -> list[Any]:
        """What axe finds at the levels of WCAG 2.2 AA, or by these rules alone; and whether it scrolls sideways."""
        asked = violations(self.page, rules, "rule") if rules else violations(self.page, LEVELS, skip=skip)
        return [*await asked, *await self.too_wide()]

    async def too_wide(self) -> list[str]:
        wide = await self.page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
        return ["wider than its screen"] if wide else []


@asynccontextmanager
async def tab(chromium: Browser, address: str, *, width: int = 1440, scripts: bool = True) -> AsyncIterator[Tab]:
    """Nothing may have gone wrong in it by the time it is closed."""
    context = await chromium.new_context(
        base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": width, "height": 900},
        reduced_motion="reduce", java_script_enabled=scripts, accept_downloads=True,
    )  # fmt: skip
    context.set_default_timeout(30_000)
    if scripts:
        await context.add_init_script(LISTEN)
    found = Tab(await context.new_page(), address)
    found.watch()
    yield found
    await context.close()
    assert found.wrong == [], found.wrong
