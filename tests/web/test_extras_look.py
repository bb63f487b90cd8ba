"""The pages of extras look as the rest does: a list fits its screen, and no control speaks another language."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from core import stack
from core.evidence import files
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.lived import lived
from tests.web.office import seat
from web.admin.extras.columns import ROOM, WIDTHS, columns_of

chromium_only = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
# Every so many pages are looked at by the machine that knows what keeps people from reading.
EVERY, MOST_PATHS = 8, 50
NEW = "/admin/extras/unresolvable_matters/matter/new"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    files.use_folder(tmp_path)
    async with lived(now) as found:
        yield found
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


@pytest.fixture
async def page(chromium: Browser, address: str, place: Tenant, now: datetime) -> AsyncGenerator[Page]:
    """The supervisor before a wide screen."""
    async with AsyncExitStack() as stack_:
        member = await stack_.enter_async_context(seat(address, place, "supervisor", now))
        found = await stack_.enter_async_context(tab(chromium, address, width=1440))
        await found.context.add_cookies([{"name": f"hcp-{place.slug}", "value": member.session, "url": address}])
        yield found


def test_a_list_of_no_extra_leaves_its_names_without_room() -> None:
    kinds = [kind for extra in stack.extras() for kind in extra.kinds]

    every = [columns_of(kind) for kind in kinds]

    assert [sum(WIDTHS[one.width] for one in each.apart) <= ROOM for each in every] == [True] * len(kinds)
    officer = next(each for each in every if each.kind.code == "experience")
    assert [each.label for each in officer.apart] == ["约定日期", "有没有发现问题"]


@chromium_only
async def test_files_are_chosen_under_our_own_words_by_key_and_without_scripts(
    chromium: Browser, address: str, place: Tenant, page: Page, tmp_path: Path
) -> None:
    (tmp_path / "窗口告示.pdf").write_bytes(b"%PDF-1.4 1")
    await page.goto(f"/t/{place.slug}{NEW}")
    said = "(each) => [getComputedStyle(each.parentNode, '::after').content, getComputedStyle(each).color]"
    box = page.locator("[name='a.papers']")

    before = await box.evaluate(said)
    async with page.expect_file_chooser() as asked:
        await box.press("Space")
    await (await asked.value).set_files([tmp_path / "窗口告示.pdf"])
    after = await box.evaluate(said)

    assert before == ['"还没有选择"', "rgba(0, 0, 0, 0)"]
    assert after == ['"窗口告示.pdf"', "rgba(0, 0, 0, 0)"]
    assert await page.get_by_text("选择文件").is_visible() and await flaws(page) == []
    async with tab(chromium, address, scripts=False) as phone:
        await phone.goto(f"/t/{place.slug}/x/unresolvable_matters/matter")
        plain = phone.locator("[name='a.papers']")
        assert await phone.get_by_text("选择文件").is_visible()
        async with phone.expect_file_chooser():
            await plain.click()


# What a reader needs of a name's column, and how far nothing may reach beyond the screen.
ROOMY = 180
SEEN = """() => [document.documentElement.scrollWidth - innerWidth,
  ...[...document.querySelectorAll("table.x thead th:nth-child(2)")].map((each) => each.offsetWidth)]"""


async def paths_of(page: Page, place: Tenant) -> list[str]:
    """Every page of every extra, and one record of each list."""
    found: list[str] = []
    for extra in stack.extras():
        home = f"/t/{place.slug}/admin/extras/{extra.code}"
        for each in extra.pages:
            found.append(f"{home}/{each.code}")
            if each.shows == "list":
                await page.goto(found[-1])
                records = await page.locator("a[data-row]").evaluate_all("all => all.map((each) => each.pathname)")
                found += records[:1]
    return found


@chromium_only
async def test_every_page_of_every_extra_fits_its_screen_and_is_read_by_everybody(place: Tenant, page: Page) -> None:
    paths = await paths_of(page, place)
    narrow: list[tuple[str, list[int]]] = []
    wrong: list[object] = []

    for nth, path in enumerate(paths):
        await page.goto(f"{path}?theme=light&size=standard")
        beyond, *names = await page.evaluate(SEEN)
        narrow += [(path, names)] if beyond > 0 or any(each < ROOMY for each in names) else []
        wrong += await flaws(page) if nth % EVERY == 0 else []
    await page.set_viewport_size({"width": 390, "height": 844})
    for nth, path in enumerate(each for each in paths if "/records/" not in each):
        await page.goto(f"{path}?theme=dark&size=huge")
        beyond, *_ = await page.evaluate(SEEN)
        narrow += [(path, [beyond])] if beyond > 0 else []
        wrong += await flaws(page) if nth % EVERY == 1 else []

    assert len(paths) > MOST_PATHS and narrow == [] and wrong == []


@chromium_only
async def test_a_page_names_the_clause_by_which_this_place_has_it(page: Page, place: Tenant) -> None:
    await page.goto(f"/t/{place.slug}/admin/extras/paper_forms/batches")

    said = await page.inner_text(".head .cite")

    assert "第一条" in said and "第十三条" not in said


@chromium_only
async def test_help_tells_each_reader_what_they_may_do_with_each_extra_and_no_more(
    page: Page, address: str, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "handler", now) as handler:
        own = (await handler.get("/admin/help")).text
    await page.goto(f"/t/{place.slug}/admin/help#x-unresolvable_matters")

    said = await page.inner_text("#x-unresolvable_matters")

    assert "转办后承办单位立即收到通知" in said and "登记专题研判" in said
    assert "反馈办理结果" in own and "转办后承办单位立即收到通知" not in own and "登记专题研判" not in own
    assert await flaws(page) == []
