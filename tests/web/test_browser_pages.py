"""A page is light, waits without flicker, and Back, reload and an ending session find everything where it was."""

import re
from collections import Counter
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser, Page, Response, Route

from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, tab
from tests.web.office import Seat, rated, seat, town
from web.keys import MARKED, SHEETS

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
FIRST_LOAD = 80_000
ALL = "/admin/tickets?tab=all"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        for number in range(30):
            await rated(found, now - timedelta(days=2, minutes=number), case=f"A{number}")
        yield found


@pytest.fixture
async def desk(chromium: Browser, address: str, place: Tenant, now: datetime) -> AsyncGenerator[tuple[Page, Seat]]:
    async with seat(address, place, "handler", now) as member, tab(chromium, address, width=1440) as page:
        await page.context.add_cookies([{"name": f"hcp-{place.slug}", "value": member.session, "url": address}])
        yield page, member


async def test_a_first_load_is_one_sheet_one_script_and_htmx_in_eighty_kilobytes(desk: tuple[Page, Seat]) -> None:
    """Beside them only the mark of the house and the counts of the doors, which come later."""
    page, member = desk
    answers: list[Response] = []

    def heard(answer: Response) -> None:
        answers.append(answer)

    page.on("response", heard)
    await page.goto(member.at(f"{ALL}&size=25"), wait_until="networkidle")
    kinds = Counter(each.request.resource_type for each in answers)
    sizes = {each.url: await each.request.sizes() for each in answers}
    weights = {url: each["responseBodySize"] + each["responseHeadersSize"] for url, each in sizes.items()}

    assert (kinds["document"], kinds["stylesheet"], kinds["script"], kinds["font"]) == (1, 1, 2, 0)
    assert kinds["fetch"] + kinds["other"] <= 2 and sum(kinds.values()) <= 6
    assert sum(weights.values()) < FIRST_LOAD, weights


async def test_back_and_reload_after_opening_and_acting_show_what_is_true(desk: tuple[Page, Seat]) -> None:
    page, member = desk
    await page.goto(member.at(ALL))
    await page.wait_for_function("window.htmx")
    first, second = [await page.inner_text(f"[data-row] >> nth={at}") for at in (0, 1)]
    await page.click(f"text={first}")
    await page.wait_for_selector(f'.side[aria-label="工单 {first}"]')
    await page.click(f"text={second}")
    await page.wait_for_selector(f'.side[aria-label="工单 {second}"]')
    await page.reload()
    reloaded = await page.get_attribute(".side", "aria-label")
    await page.go_back()
    await page.wait_for_selector(f'.side[aria-label="工单 {first}"]')
    await page.go_back()
    await page.wait_for_selector(".side", state="detached")
    await page.go_forward()
    await page.wait_for_selector(f'.side[aria-label="工单 {first}"]')

    assert reloaded == f"工单 {second}"
    assert f"id={first}" in page.url


async def test_a_swap_keeps_the_place_in_the_list_and_the_focus(desk: tuple[Page, Seat]) -> None:
    page, member = desk
    await page.goto(member.at(ALL))
    await page.wait_for_function("window.htmx")
    row = page.locator("[data-row] >> nth=20")
    await row.scroll_into_view_if_needed()
    await row.focus()
    before = await page.evaluate("document.querySelector('#list').scrollTop")
    number = await row.inner_text()
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".side")
    after = await page.evaluate("document.querySelector('#list').scrollTop")

    assert before > 0 and after == before
    assert await page.evaluate("document.activeElement.textContent") == number


async def test_no_head_that_sticks_covers_what_is_focused(desk: tuple[Page, Seat]) -> None:
    """WCAG 2.4.11, walking up a long list by the keyboard."""
    page, member = desk
    await page.goto(member.at(ALL))
    covered: list[str] = []
    for _ in range(25):
        await page.keyboard.press("j")
    for _ in range(25):
        await page.keyboard.press("k")
        covered += await page.evaluate(
            """() => {
                const box = document.activeElement.getBoundingClientRect();
                const head = document.querySelector("#list thead th").getBoundingClientRect();
                return box.top < head.bottom ? [document.activeElement.textContent] : [];
            }"""
        )

    assert covered == []


async def test_a_quick_answer_moves_nothing_and_a_slow_one_shows_that_it_comes(desk: tuple[Page, Seat]) -> None:
    page, member = desk
    await page.goto(member.at(ALL))
    await page.wait_for_function("window.htmx")

    async def late(route: Route) -> None:
        await page.wait_for_timeout(900)
        await route.continue_()

    await page.route("**/admin/tickets?*id=*", late)
    await page.click("[data-row] >> nth=0")
    await page.wait_for_timeout(100)
    early = await page.evaluate("getComputedStyle(document.querySelector('#work'), '::after').opacity")
    await page.wait_for_timeout(550)
    shown = await page.evaluate("getComputedStyle(document.querySelector('#work'), '::after').opacity")
    await page.wait_for_selector(".side")
    over = await page.get_attribute("#work", "aria-busy")

    assert (float(early), over) == (0.0, None)
    assert float(shown) > 0.5


async def test_where_the_server_is_out_of_reach_nothing_is_lost_and_it_is_said_in_its_place(
    desk: tuple[Page, Seat],
) -> None:
    page, member = desk
    await page.goto(member.at(ALL))
    await page.wait_for_function("window.htmx")
    await page.route("**/admin/tickets?*id=*", lambda route: route.abort())
    await page.click("[data-row] >> nth=0")
    await page.wait_for_selector("#notice:not(:empty)")

    assert "没有连上服务器" in await page.inner_text("#notice")


async def test_five_minutes_before_a_session_ends_it_is_said_and_can_be_renewed(
    desk: tuple[Page, Seat], now: datetime
) -> None:
    page, member = desk
    await page.goto(member.at(ALL))
    quiet = await page.is_hidden("#session")
    soon, later = (now + timedelta(minutes=left) for left in (4, 25))
    await page.evaluate(
        """(until) => {
            const meta = document.querySelector('meta[name="session"]') ?? document.createElement("meta");
            meta.name = "session"; meta.content = until; document.head.append(meta);
            document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx: {} } }));
        }""",
        soon.isoformat(),
    )
    said = await page.inner_text("#session")
    body = f'<meta name="session" content="{later.isoformat()}">'
    await page.route("**/admin/help", lambda route: route.fulfill(body=body))
    await page.click("#session a")
    await page.wait_for_selector("#session", state="hidden")

    assert quiet
    assert re.search(r"登录还有 [34] 分钟到期", said)


async def test_no_page_listens_to_a_key_that_the_help_sheet_does_not_name(desk: tuple[Page, Seat]) -> None:
    page, member = desk
    await page.goto(member.at(ALL))
    number = await page.inner_text("[data-row] >> nth=0")
    heard: set[str] = set()
    for path in (
        ALL,
        f"{ALL}&id={number}",
        f"/admin/tickets/{number}",
        "/admin",
        "/admin/scores",
        "/admin/notifications/settings",
    ):
        await page.goto(member.at(path))
        heard |= set(
            await page.evaluate("[...document.querySelectorAll('[data-key]')].map((each) => each.dataset.key)")
        )

    assert heard - MARKED == set()
    assert {"/", "?", "u"} <= heard
    assert len({key.press for sheet in SHEETS for key in sheet.keys}) == sum(len(sheet.keys) for sheet in SHEETS)
