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
from tests.core.town import town
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import seat
from web.admin.extras.columns import ROOM, WIDTHS, columns_of

chromium_only = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
NEW = "/admin/extras/unresolvable_matters/matter/new"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    files.use_folder(tmp_path)
    async with town(now, "taian") as found:
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
