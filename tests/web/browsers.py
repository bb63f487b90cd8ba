"""A real Chromium in an office: it may ask nothing of another host, and no error may reach its console."""

import shutil
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import axe_playwright_python
from playwright.async_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
TAGS = [*LEVELS, "best-practice"]
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text("utf-8")
# What is broken is told and no more: what is in order takes twice as long to describe. No rule of these reads styles.
READ = """async ([by, values, skip]) => {
  const rules = Object.fromEntries(skip.map((name) => [name, { enabled: false }]));
  const asked = { runOnly: { type: by, values }, rules, resultTypes: ["violations"], preload: { assets: ["media"] } };
  const found = await axe.run(document, asked);
  const first = (each) => [each.id, each.nodes[0].html.slice(0, 160), each.nodes[0].any[0]?.message ?? ""];
  return found.violations.map(first);
}"""


@asynccontextmanager
async def tab(
    chromium: Browser, address: str, *, scripts: bool = True, width: int = 390, asks: bool = False
) -> AsyncIterator[Page]:
    """A phone on an intranet: nothing may be asked of another host, no error may reach the console.

    A page that ``asks`` before words are lost is answered by the test itself.
    """
    context = await chromium.new_context(
        base_url=address, locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": width, "height": 844},
        java_script_enabled=scripts, reduced_motion="reduce",
    )  # fmt: skip
    context.set_default_timeout(30_000)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("request", lambda asked: None if asked.url.startswith(address) else wrong.append(asked.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    if not asks:
        page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.on("console", lambda said: wrong.append(said.text) if "Security Policy" in said.text else None)
    yield page
    await context.close()
    assert wrong == []


async def violations(page: Page, values: Iterable[str], by: str = "tag", skip: Iterable[str] = ()) -> list[Any]:
    """What axe finds by these levels or rules: rule, first element, and why. It is read in once for each page."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(f"{AXE};0")
    found: list[Any] = await page.evaluate(READ, [by, list(values), list(skip)])
    return found


async def flaws(page: Page) -> list[Any]:
    """What keeps somebody from reading this page, and whether it is wider than its screen."""
    found: list[Any] = [(page.url, *each[:2]) for each in await violations(page, TAGS)]
    size = page.viewport_size
    if size and await page.evaluate("document.documentElement.scrollWidth") > size["width"]:
        found.append((page.url, "wider than its screen", ""))
    return found
