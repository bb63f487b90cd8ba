"""The workbench in a real browser: by keyboard, in every look, readable by everybody."""

from collections.abc import AsyncGenerator
from datetime import datetime

import pytest
from playwright.async_api import Browser, Page

from core import db
from core.examples import actions as examples
from core.tenants import Tenant
from tests.e2e.exemplified import exemplified
from tests.web.api_world import Times
from tests.web.browsers import flaws, tab
from tests.web.office import Seat, seat, town


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "bench") as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def sit(page: Page, operator: Seat, address: str, **look: str) -> None:
    own = {"name": f"hcp-{operator.tenant.slug}", "value": operator.session, "url": address}
    await page.context.add_cookies(
        [own, *({"name": name, "value": value, "url": address} for name, value in look.items())]
    )  # pyright: ignore[reportArgumentType]


async def words(place: Tenant, example: str) -> list[str]:
    async with db.as_tenant(place.id) as unit:
        found = {str(each.id): each for each in await examples.listing(unit)}[example]
    return [each.get("do") or each["see"] for each in found.body["step"]]


async def test_steps_are_moved_and_undone_by_keyboard_and_the_hand_stays_where_it_was(
    chromium: Browser, address: str, place: Tenant, operator: Seat, now: datetime
):
    known = await exemplified(place, now)
    async with tab(chromium, address, width=1440) as page:
        await sit(page, operator, address)
        await page.goto(operator.at(f"/admin/examples/{known['example']}"))
        await page.focus("#up-step-2")

        await page.keyboard.press("Enter")
        await page.wait_for_url("**op=up**")
        moved = await words(place, known["example"])
        held = await page.evaluate("document.activeElement.id")
        await page.keyboard.press("z")
        await page.wait_for_url("**op=undo**")

    assert moved == ["rate", "closed", "ticket"]
    assert held == "up-step-1"
    assert await words(place, known["example"]) == ["closed", "rate", "ticket"]


async def test_another_verb_brings_its_own_fields_without_leaving_the_page(
    chromium: Browser, address: str, place: Tenant, operator: Seat, now: datetime
):
    known = await exemplified(place, now)
    async with tab(chromium, address, width=1440) as page:
        await sit(page, operator, address)
        await page.goto(operator.at(f"/admin/examples/{known['example']}"))

        await page.select_option("#f-step-1-word", "do:verdict")
        await page.wait_for_selector("#f-step-1-is")

        assert await words(place, known["example"]) == ["verdict", "rate", "ticket"]


@pytest.mark.parametrize(("width", "look"), [(1440, {}), (390, {}), (360, {"size": "huge"}), (1440, {"theme": "dark"})])
async def test_everybody_can_read_the_workbench(
    chromium: Browser, address: str, place: Tenant, operator: Seat, now: datetime, width: int, look: dict[str, str]
):
    known = await exemplified(place, now)
    pages = ("", f"/{known['example']}", f"/runs/{known['example_run']}", "/regulation")
    wrong: list[object] = []
    async with tab(chromium, address, width=width) as page:
        await sit(page, operator, address, **look)
        for path in pages:
            await page.goto(operator.at(f"/admin/examples{path}"))
            if path == f"/{known['example']}":
                await page.locator("details.exd summary").first.click()
            wrong += await flaws(page)

    assert wrong == []
