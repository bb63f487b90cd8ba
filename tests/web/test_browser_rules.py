"""In a real browser a table is edited by keyboard, saved as one goes, undone, and needs no script for any of it."""

from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from playwright.async_api import Browser, Page

from core.audit.model import SYSTEM
from core.policy.model import Override
from core.proposals import actions
from core.proposals.model import Proposal
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import Seat, seat, town

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
DAY = date(2026, 4, 1)
ALERTS = Override(
    "alerts",
    [
        {"of": "staff", "kind": "repeat-year", "what": "valid-bad", "count": 3, "within": "12m"},
        {"of": "staff", "kind": "bottom-months", "rank": 0.1, "months": 3, "among": "staff"},
    ],
    "第九条",
)
FORM = Override(
    "questionnaire",
    [{"mode": "window", "fields": [{"code": "wait", "label": "等了多久", "kind": "yes-no"}], "voluntary": True}],
    "第十条",
)


@dataclass
class Desk:
    page: Page
    seat: Seat
    proposal: Proposal

    async def open(self, key: str = "", query: str = "") -> None:
        path = f"/admin/rules/{self.proposal.id}" + (f"/keys/{key}" if key else "")
        await self.page.goto(self.seat.at(path) + query)

    async def ready(self, key: str) -> None:
        await self.open(key)
        await self.page.wait_for_function("window.htmx")
        async with self.page.expect_response(lambda answer: "/keys/" in answer.url):
            await self.page.select_option("#f-document", index=1)
        await self.page.wait_for_selector("#rule:not([aria-busy])")

    async def press(self, selector: str, key: str = "Enter") -> None:
        """A key is pressed on a control, and the answer has come."""
        await self.page.focus(selector)
        async with self.page.expect_response(lambda answer: "/keys/" in answer.url):
            await self.page.keyboard.press(key)
        await self.page.wait_for_selector("#rule:not([aria-busy])")

    async def fill(self, selector: str, text: str) -> None:
        async with self.page.expect_response(lambda answer: "/keys/" in answer.url):
            await self.page.fill(selector, text)
            await self.page.locator(selector).blur()
        await self.page.wait_for_selector("#rule:not([aria-busy])")

    async def focused(self) -> str:
        return await self.page.evaluate("document.activeElement.id")

    async def stored(self, key: str) -> Any:
        found = (await actions.by_id(self.seat.tenant, self.proposal.id)).change(key)
        return None if found is None else found.value


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "rules", ALERTS, FORM) as found:
        yield found


@pytest.fixture
async def seated(address: str, place: Tenant, now: datetime) -> AsyncGenerator[tuple[Seat, Proposal]]:
    async with seat(address, place, "operator", now) as operator:
        yield operator, await actions.begin(place, DAY, by=SYSTEM, now=now)


@pytest.fixture
async def desk(chromium: Browser, address: str, seated: tuple[Seat, Proposal]) -> AsyncGenerator[Desk]:
    async with tab(chromium, address, width=1440) as page:
        yield await _at(page, address, seated)


async def _at(page: Page, address: str, seated: tuple[Seat, Proposal]) -> Desk:
    operator, proposal = seated
    cookie = {"name": f"hcp-{operator.tenant.slug}", "value": operator.session, "url": address}
    await page.context.add_cookies([cookie])  # pyright: ignore[reportArgumentType]
    return Desk(page, operator, proposal)


async def test_a_row_is_moved_by_keyboard_and_the_focus_stays_on_the_button_that_moved_it(desk: Desk):
    await desk.ready("clocks")
    await desk.fill("#f-clause", "第三条")
    await desk.press("#op-up-v-3")
    once, first = await desk.focused(), await desk.stored("clocks")
    await desk.press("#op-up-v-3", "Space")
    numbers = await desk.page.locator("[name='v.k']").evaluate_all("all => all.map(each => each.value)")

    assert once == await desk.focused() == "op-up-v-3"
    assert [each["clock"] for each in first] == ["verify", "appeal", "close"]
    assert numbers == ["3", "1", "2"]


async def test_a_new_row_is_where_one_goes_on_and_what_is_deleted_comes_back(desk: Desk):
    await desk.ready("clocks")
    await desk.fill("#f-clause", "第三条")
    await desk.press("#op-add-v")
    new = await desk.focused()
    await desk.press("#op-del-v-4")
    await desk.press("#op-del-v-1")
    left, after = await desk.stored("clocks"), await desk.focused()
    await desk.press("#op-undo")
    shown = await desk.page.input_value("#f-v-1-clock")

    assert new == "f-v-4-dimension"
    assert ([each["clock"] for each in left], after) == (["close", "appeal"], "op-del-v-2")
    assert shown == "verify"
    assert [each["clock"] for each in await desk.stored("clocks")] == ["verify", "close", "appeal"]


async def test_each_field_is_saved_as_one_leaves_it_and_what_is_undone_is_shown_undone(desk: Desk):
    await desk.ready("clocks")
    await desk.fill("#f-clause", "第三条")
    async with desk.page.expect_response(lambda answer: "/keys/" in answer.url):
        await desk.page.select_option("#f-v-2-within-n-u", "d")
    await desk.page.wait_for_selector("text=已存入草案")
    saved = (await desk.stored("clocks"))[1]["within"]
    await desk.fill("#f-v-2-within-n", "0")
    wrong, typed = await desk.page.inner_text("#ef-v-2-within-n"), await desk.page.input_value("#f-v-2-within-n")
    await desk.fill("#f-v-2-within-n", "8")
    fixed = (await desk.stored("clocks"))[1]["within"]
    await desk.press("#op-undo")
    await desk.press("#op-undo")

    assert (saved, typed, fixed) == ("10d", "0", "8d")
    assert "填 1 到 1830 之间的整数" in wrong
    assert await desk.page.input_value("#f-v-2-within-n-u") == "wd"
    assert (await desk.stored("clocks"))[1]["within"] == "10wd"


async def test_words_typed_while_an_answer_is_on_its_way_are_not_lost(desk: Desk):
    await desk.ready("formula_notice")
    await desk.page.check("#f-state-set")
    await desk.page.wait_for_selector("#f-v-n >> visible=true")
    await desk.page.fill("#f-v-n", "20")
    await desk.page.keyboard.press("Tab")
    await desk.page.keyboard.press("Tab")
    await desk.page.keyboard.press("Tab")
    await desk.page.focus("#f-clause")
    await desk.page.keyboard.type("第十五条", delay=15)
    await desk.page.keyboard.press("Tab")
    await desk.page.wait_for_selector("text=已存入草案")

    assert await desk.page.input_value("#f-clause") == "第十五条"
    assert await desk.stored("formula_notice") == "20d"


async def test_two_changes_on_their_way_at_once_are_no_clash(desk: Desk):
    await desk.ready("clocks")
    await desk.fill("#f-clause", "第三条")
    await desk.fill("#f-v-2-within-n", "7")
    async with desk.page.expect_response(lambda answer: "v.2.within.n=9" in (answer.request.post_data or "")):
        await desk.page.evaluate(
            """() => { const box = document.querySelector("#f-v-2-within-n");
            for (const said of ["8", "9"]) { box.value = said;
            box.dispatchEvent(new Event("change", { bubbles: true })); } }"""
        )
    await desk.page.wait_for_selector("#rule:not([aria-busy])")

    assert await desk.page.locator("#clash").count() == 0
    assert (await desk.stored("clocks"))[1]["within"] == "9wd"


async def test_facts_are_tried_and_the_row_that_they_hit_is_marked(desk: Desk):
    await desk.ready("routing")
    async with desk.page.expect_response(lambda answer: "/keys/" in answer.url):
        await desk.page.select_option("[name='t.about']", "system")
    await desk.page.wait_for_selector("tr.hit")

    assert await desk.page.inner_text("#tried") == "命中第 2 行"
    assert (await desk.page.locator("tr.hit .no").inner_text()).startswith("2")
    assert await desk.stored("routing") is None


async def test_without_any_script_a_table_is_edited_tried_and_undone(
    chromium: Browser, address: str, seated: tuple[Seat, Proposal]
):
    async with tab(chromium, address, scripts=False, width=1440) as page:
        desk = await _at(page, address, seated)
        await desk.open("clocks")
        await page.fill("#f-clause", "第三条")
        await page.select_option("#f-document", index=1)
        async with page.expect_navigation():
            await page.click("#op-copy-v-1")
        await page.select_option("#f-v-4-clock", "contact")
        await page.fill("#f-v-4-within-n", "3")
        async with page.expect_navigation():
            await page.press("#f-v-4-within-n", "Enter")
        kept = await desk.stored("clocks")
        async with page.expect_navigation():
            await page.click("#op-del-v-1")
        async with page.expect_navigation():
            await page.click("#op-undo")
        undone = await desk.stored("clocks")
        await page.select_option("[name='t.clock']", "close")
        async with page.expect_navigation():
            await page.click("button[value=try]")
        tried = await page.inner_text("#tried")
        await desk.open("clocks")
        await page.click("#op-inherit")
        await desk.open("", "?show=changed")

        assert [(each["clock"], each["within"]) for each in kept][:2] == [("verify", "2wd"), ("contact", "3wd")]
        assert kept == undone
        assert tried == "命中第 3 行"


async def test_a_table_inside_a_row_has_rows_of_its_own(desk: Desk):
    await desk.ready("questionnaire")
    await desk.fill("#f-clause", "第十条")
    await desk.press("#op-add-v-1-fields")
    focus = await desk.focused()
    await desk.page.select_option("#f-v-1-fields-2-kind", "text")
    await desk.fill("#f-v-1-fields-2-label", "还有什么建议")
    await desk.page.wait_for_selector("text=已存入草案")
    fields = (await desk.stored("questionnaire"))[0]["fields"]

    assert focus == "f-v-1-fields-2-code"
    assert [(each["code"], each["label"]) for each in fields] == [("wait", "等了多久"), ("hysmjy", "还有什么建议")]


SHOWN = ("", "clocks", "occasions", "alerts", "formulas", "questionnaire", "scores")


@pytest.mark.parametrize(
    ("theme", "size", "width"),
    [("light", "standard", 1440), ("dark", "large", 1440), ("dark", "standard", 390), ("light", "huge", 360)],
)  # fmt: skip
async def test_every_kind_of_form_is_readable_by_everybody(
    chromium: Browser, address: str, seated: tuple[Seat, Proposal], theme: str, size: str, width: int
):
    found: list[Any] = []
    async with tab(chromium, address, width=width) as page:
        desk = await _at(page, address, seated)
        for key in SHOWN:
            await desk.open(key, f"?theme={theme}&size={size}")
            found += await flaws(page)

    assert found == []
