"""Every page there is, for each role that may open it: readable by everybody, quiet, and asking nothing of others."""

import asyncio
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser

from tests.e2e.browser import BY_COLOUR, BY_SIZE, CHROMIUM, Tab, tab
from tests.e2e.pages import CITIZEN, ELSEWHERE, OFFICE, PROVINCIAL, Route
from tests.e2e.world import World
from tests.ports import loopback
from web.auth import PUBLIC

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
TAG = re.compile(r"<([a-z][a-z0-9]*)([^>]*)>")
OK, BROKEN = 200, 500
# What a look can change: the dark its colours, larger letters the room that each thing has.
LOOKS = (("dark", "", BY_COLOUR), ("light", "large", BY_SIZE))
NARROW = 390


@dataclass
class Walk:
    """``opened`` are the routes that showed a page to somebody, ``judged`` what each was made of."""

    flaws: dict[str, Any] = field(default_factory=dict[str, Any])
    opened: set[str] = field(default_factory=set[str])
    files: set[str] = field(default_factory=set[str])
    judged: dict[str, set[str]] = field(default_factory=dict[str, set[str]])
    pages: int = 0

    def is_new(self, path: str, html: str) -> bool:
        """Another role's words in the same page need not be read again."""
        made_of, known = {_part(tag, marks) for tag, marks in TAG.findall(html)}, self.judged.get(path, set[str]())
        self.judged[path] = known | made_of
        return not made_of <= known

    def listed(self) -> str:
        """Every flaw: an abridged list is mended one walk at a time."""
        return "\n".join(f"{where}: {what}" for where, what in self.flaws.items())

    async def see(self, found: Tab, route: Route, path: str, who: str) -> None:
        before = len(found.wrong)
        status = await found.go(path)
        if status != OK:
            # A refusal is a page too, but its own status stands in the console.
            del found.wrong[before:]
            if status >= BROKEN:
                self.flaws[f"{who} {path}"] = status
            return
        self.opened.add(route.template)
        self.pages += 1
        wrong = [*await found.flaws(), *await self._in_every_look(found)]
        if wrong:
            self.flaws[f"{who} {path}"] = wrong

    async def _in_every_look(self, found: Tab) -> list[Any]:
        wrong: list[Any] = []
        for theme, size, rules in LOOKS:
            await found.look(theme, size)
            wrong += [(theme, size, each) for each in await found.flaws(rules)]
        await found.page.set_viewport_size({"width": NARROW, "height": 844})
        wrong += [(NARROW, "large", each) for each in await found.too_wide()]
        await found.look()
        wrong += [(NARROW, "standard", each) for each in await found.flaws(BY_SIZE)]
        await found.page.set_viewport_size({"width": 1440, "height": 900})
        return wrong


def _part(tag: str, marks: str) -> str:
    """What an element is, whatever it says: its kind, its classes and which marks it carries."""
    kind = re.search(r'class="([^"]*)"', marks)
    return f"{tag} {kind[1] if kind else ''} {sorted(re.findall(r'(aria-[a-z]+|role|type|disabled)=', marks))}"


async def page_of(browser: httpx.AsyncClient, path: str) -> str:
    """Its text; "" for files and for parts that only ever stand in a page: the crawl of canaries reads those."""
    answer = await browser.get(path)
    is_whole = answer.headers.get("content-type", "").startswith("text/html") and "<html" in answer.text
    return answer.text if is_whole else ""


@pytest.mark.slow
async def test_every_office_page_is_readable_by_everybody_in_every_look(
    chromium: Browser, address: str, town: World, noon: datetime
) -> None:
    walk = Walk()
    halves: Sequence[Mapping[str, str]] = (
        dict(list(town.roles.items())[::2]), dict(list(town.roles.items())[1::2])
    )  # fmt: skip

    async def half(members: Mapping[str, str]) -> None:
        async with tab(chromium, address) as found:
            for who, role in members.items():
                await found.sit(town.seats[who])
                for route in OFFICE:
                    for path in route.paths(town.known) if route.opens_to(role) else ():
                        html = await page_of(town.seats[who].browser, path)
                        if not html:
                            walk.files.add(route.template)
                        elif walk.is_new(path, html):
                            await walk.see(found, route, path, who)

    await asyncio.gather(*(half(each) for each in halves))

    sys.stdout.write(
        f"pages={walk.pages} judged={len(walk.judged)} routes={len(walk.opened)} files={len(walk.files)}\n"
    )
    assert not walk.flaws, walk.listed()
    assert {each.template for each in OFFICE} - walk.opened - walk.files - PROVINCIAL == set()


@pytest.mark.slow
async def test_every_page_of_a_citizen_is_readable_by_everybody_in_every_look(
    chromium: Browser, address: str, town: World, noon: datetime
) -> None:
    walk = Walk()
    async with tab(chromium, address) as found, loopback(address) as visitor:
        for route in CITIZEN:
            for path in route.paths(town.known):
                if await page_of(visitor, path):
                    await walk.see(found, route, path, "citizen")
                else:
                    walk.files.add(route.template)

    assert not walk.flaws, walk.listed()
    # The demo's own doors are closed here.
    assert {each.template for each in CITIZEN if each.permission == PUBLIC} - walk.opened - walk.files == ELSEWHERE


async def test_a_page_that_breaks_its_policy_asks_others_or_fails_is_found_out(
    chromium: Browser, address: str, town: World, noon: datetime
) -> None:
    broken = "document.body.innerHTML = '<img src=https://example.com/x.png><p style=\"color:#ddd\">浅</p>'"
    async with tab(chromium, address) as found:
        await found.go(town.at("/sign-in"))
        await found.page.evaluate(broken)
        await found.page.evaluate("setTimeout(() => { throw new Error('broken') })")
        await found.page.evaluate("new Promise((done) => setTimeout(done, 50))")
        wrong, flaws = list(found.wrong), await found.flaws()
        found.wrong.clear()

    said = " ".join(wrong)
    assert "policy img-src" in said and "policy style-src" in said and "broken" in said
    assert "image-alt" in {each[0] for each in flaws}
