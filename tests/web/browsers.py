"""A real Chromium in an office: it may ask nothing of another host, and no error may reach its console."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


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


async def flaws(page: Page) -> list[Any]:
    """What keeps somebody from reading this page, and whether it is wider than its screen."""
    answer = await Axe().run(page, options=RULES)
    found: list[Any] = [(page.url, each["id"], each["nodes"][0]["html"]) for each in answer.response["violations"]]
    size = page.viewport_size
    if size and await page.evaluate("document.documentElement.scrollWidth") > size["width"]:
        found.append((page.url, "wider than its screen", ""))
    return found
