"""Without a mouse: rows, forms, dialogs and the palette answer keys, and never one that somebody types or composes."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser, Dialog, Page

from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import Seat, rated, seat, town
from web import keys
from web.filters import remaining, urgency

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        for case in ("A1", "A2", "A3"):
            await rated(found, now - timedelta(days=2), case=case)
        yield found


@pytest.fixture
async def desk(chromium: Browser, address: str, place: Tenant, now: datetime) -> AsyncGenerator[tuple[Page, Seat]]:
    async with seat(address, place, "handler", now) as member, tab(chromium, address, width=1440) as page:
        await _sit(page, member, address)
        yield page, member


async def _sit(page: Page, member: Seat, address: str) -> None:
    await page.context.add_cookies([
        {"name": f"hcp-{member.tenant.slug}", "value": member.session, "url": address}
    ])  # fmt: skip
    await page.goto(member.at("/admin/tickets?tab=all"))
    await page.wait_for_function("window.htmx")


async def _focused(page: Page) -> str:
    return await page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()")


async def test_a_ticket_is_found_opened_worked_on_and_left_by_keys_alone(desk: tuple[Page, Seat]) -> None:
    page, _ = desk
    await page.keyboard.press("j")
    await page.keyboard.press("j")
    number = await _focused(page)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".side")
    await page.keyboard.press("e")
    await page.wait_for_selector("#doing")
    form = await page.inner_text("#doing")
    await page.keyboard.press("Escape")
    await page.wait_for_selector("#doing", state="detached")
    await page.keyboard.press("Escape")
    await page.wait_for_selector(".side", state="detached")

    assert re.fullmatch(r"\d{4}-\d+", number)
    assert "核实" in form
    assert "id=" not in page.url


async def test_no_key_fires_while_something_is_typed(desk: tuple[Page, Seat]) -> None:
    page, _ = desk
    await page.keyboard.press("/")
    await page.keyboard.type("jkx?e/")
    typed, opened = await page.input_value("#q"), await page.query_selector("dialog[open]")
    await page.keyboard.press("Escape")
    left = await page.evaluate("document.activeElement === document.body")

    assert typed == "jkx?e/"
    assert opened is None and left


async def test_the_help_sheet_opens_closes_and_gives_the_focus_back(desk: tuple[Page, Seat]) -> None:
    page, _ = desk
    await page.keyboard.press("j")
    before = await _focused(page)
    await page.keyboard.press("?")
    said = await page.inner_text("#help")
    faults = await flaws(page)
    await page.keyboard.press("Escape")
    await page.wait_for_selector("#help", state="hidden")

    assert all(key.does in said for sheet in keys.SHEETS for key in sheet.keys)
    assert await _focused(page) == before
    assert faults == []


async def test_a_few_letters_and_enter_lead_to_a_door(desk: tuple[Page, Seat]) -> None:
    page, member = desk
    await page.keyboard.press("Control+k")
    await page.wait_for_selector("#palette-found a")
    faults = await flaws(page)
    async with page.expect_navigation():
        await page.keyboard.type("pjsj")
        await page.keyboard.press("Enter")

    assert page.url.endswith(member.at("/admin/ratings"))
    assert faults == []


async def test_arrows_walk_through_what_the_palette_found_and_tickets_are_among_it(desk: tuple[Page, Seat]) -> None:
    page, member = desk
    number = await page.inner_text("[data-row] >> nth=0")
    await page.keyboard.press("Control+k")
    await page.wait_for_selector("#palette-found a")
    await page.keyboard.type(number)
    await page.wait_for_selector(f'[data-for="{number}"]')
    await page.keyboard.press("ArrowDown")
    focused = await _focused(page)
    async with page.expect_navigation():
        await page.keyboard.press("Enter")

    assert number in focused and "发票领用" in focused
    assert page.url.endswith(member.at(f"/admin/tickets/{number}"))


async def test_a_composed_word_is_searched_once(desk: tuple[Page, Seat]) -> None:
    page, _ = desk
    await page.keyboard.press("Control+k")
    await page.wait_for_selector("#palette-found a")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "palette?" in request.url else None)
    keyboard = await page.context.new_cdp_session(page)
    for letters in ("b", "bu", "bu d", "bu dong", "bu dong c", "bu dong chan"):
        await keyboard.send(
            "Input.imeSetComposition", {"text": letters, "selectionStart": len(letters), "selectionEnd": len(letters)}
        )
        await page.wait_for_timeout(250)
    await keyboard.send("Input.insertText", {"text": "不动产"})
    await page.wait_for_selector('[data-for="不动产"]')
    await page.wait_for_timeout(300)

    assert len(asked) == 1


async def test_words_that_would_be_lost_are_asked_about_also_where_only_a_part_goes(
    chromium: Browser, address: str, place: Tenant, now: datetime
) -> None:
    answers, asked = ["dismiss", "accept"], []

    async def answer(dialog: Dialog) -> None:
        asked.append(dialog.message)
        await getattr(dialog, answers.pop(0))()

    async with seat(address, place, "handler", now) as member, tab(chromium, address, width=1440, asks=True) as page:
        await _sit(page, member, address)
        page.on("dialog", answer)
        number = await page.inner_text("[data-row] >> nth=0")
        await page.goto(member.at(f"/admin/tickets?tab=all&id={number}&act=contact"))
        await page.wait_for_function("window.htmx")
        await page.fill("#doing textarea", "已致电，无人接听")
        await page.click(".list [data-row] >> nth=1")
        await page.wait_for_timeout(200)
        kept = await page.input_value("#doing textarea")
        await page.click(".list [data-row] >> nth=1")
        await page.wait_for_selector("#doing", state="detached")

    assert kept == "已致电，无人接听"
    assert len(asked) == 2


async def test_ctrl_enter_sends_the_form_one_writes_in_and_the_list_stays(desk: tuple[Page, Seat]) -> None:
    page, member = desk
    number = await page.inner_text("[data-row] >> nth=0")
    await page.goto(member.at(f"/admin/tickets/{number}?act=contact"))
    await page.get_by_label("联系上了", exact=True).check()
    await page.fill("#doing textarea", "已致电，约定明天回电")
    async with page.expect_navigation():
        await page.keyboard.press("Control+Enter")

    assert "已致电，约定明天回电" in await page.inner_text(".tl")


async def test_countdowns_go_on_in_the_words_of_the_server(desk: tuple[Page, Seat], now: datetime) -> None:
    """However wrong the clock of the counter's computer is."""
    page, _ = desk
    due = [now + timedelta(hours=hours, seconds=30) for hours in (5, 60, 400, -3)] + [now + timedelta(minutes=1)]
    said = await page.evaluate(
        """(due) => {
            for (const each of due) {
                const tag = Object.assign(document.createElement("span"), { className: "tag ok probe" });
                const time = document.createElement("time");
                time.dataset.due = each;
                tag.append(time);
                document.querySelector("main").append(tag);
            }
            document.dispatchEvent(new CustomEvent("htmx:after:swap", { detail: { ctx: {} } }));
            return [...document.querySelectorAll("time[data-due]")].slice(-due.length)
                .map((time) => [time.textContent, time.parentElement.className]);
        }""",
        [each.isoformat() for each in due],
    )

    assert [[words, set(look.split())] for words, look in said] == [
        [remaining(each, now), {"tag", "probe", urgency(each, now)}] for each in due
    ]


async def test_x_picks_the_row_one_stands_on_and_the_bar_says_how_many(desk: tuple[Page, Seat]) -> None:
    page, _ = desk
    before = await page.is_hidden("[data-bulk]")
    for key in ("j", "x", "j", "x"):
        await page.keyboard.press(key)
    two = await page.inner_text("[data-picked]")
    await page.keyboard.press("Shift+X")
    hidden = await page.is_hidden("[data-bulk]")

    assert (before, two, hidden) == (True, "2", True)
