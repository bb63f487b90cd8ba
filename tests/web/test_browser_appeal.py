"""A clerk reads what was said, answers it with proof, and learns how a colleague decided: in a real browser."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from core.tenants import Tenant
from tests.core import papers
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.desk import colleague, desks
from tests.web.office import Seat, rated, seat

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
TOLD = "评价人说排队两个小时，态度冷淡。"
WHY = "当天叫号系统故障，责任不在个人。"
BECAUSE = "系统确有故障，窗口已公示，不是个人原因。"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    async with desks(now, tmp_path / "files") as found:
        yield found


@pytest.fixture
async def number(address: str, place: Tenant, now: datetime) -> str:
    ticket = await rated(place, now - timedelta(days=2))
    async with seat(address, place, "handler", now) as handler:
        await handler.do(ticket, "notify", note=TOLD, checked="yes")
    return ticket


async def sit(page: Page, member: Seat, address: str) -> None:
    """In this member's chair."""
    await page.context.clear_cookies()
    await page.context.add_cookies([
        {"name": f"hcp-{member.tenant.slug}", "value": member.session, "url": address}
    ])  # fmt: skip


async def come(page: Page, member: Seat, number: str, address: str) -> None:
    await sit(page, member, address)
    await page.goto(member.at(f"/admin/tickets/{number}"))


async def file_an_appeal(page: Page, proof: Path) -> tuple[str, str]:
    """First without its reason: what was refused, and what stands afterwards."""
    await page.set_input_files("[name=files]", str(proof))
    async with page.expect_navigation():
        await page.get_by_role("button", name="提交申诉").click()
    refused = await page.inner_text("#doing")
    await page.fill("[name=reason]", WHY)
    await page.set_input_files("[name=files]", str(proof))
    async with page.expect_navigation():
        await page.get_by_role("button", name="提交申诉").click()
    return refused, await page.inner_text("#appeals")


async def decide(page: Page, taken: Path) -> str:
    """What the one who decides had before them."""
    async with page.expect_navigation():
        await page.get_by_role("link", name="作出复核决定").click()
    dossier = await page.inner_text("#doing")
    async with page.expect_download() as waits:
        await page.get_by_role("link", name="报修单.pdf").first.click()
    await (await waits.value).save_as(taken)
    await page.get_by_label("成立", exact=True).check()
    await page.get_by_label("系统或客观原因").check()
    await page.get_by_label("理由").fill(BECAUSE)
    async with page.expect_navigation():
        await page.get_by_role("button", name="提交").click()
    return dossier


@pytest.mark.parametrize(("scripts", "width"), [(True, 1440), (False, 390)])
async def test_a_clerk_appeals_with_a_file_and_reads_how_a_colleague_decided(
    chromium: Browser, address: str, place: Tenant, number: str, now: datetime, tmp_path: Path, scripts: bool,
    width: int,
) -> None:  # fmt: skip
    proof, taken = tmp_path / "报修单.pdf", tmp_path / "taken.pdf"
    proof.write_bytes(papers.pdf())
    async with (
        tab(chromium, address, scripts=scripts, width=width) as page,
        seat(address, place, "clerk", now) as clerk,
        colleague(address, place, "zhou", now) as zhou,
    ):
        await come(page, clerk, number, address)
        notice = await page.inner_text("main")
        refused, waiting = await file_an_appeal(page, proof)
        await come(page, zhou, number, address)
        dossier = await decide(page, taken)
        await come(page, clerk, number, address)
        decided = await page.inner_text("#appeals")

    assert TOLD in notice and "发票领用" in notice
    assert "请填写申诉理由" in refused and "请重新选择" in refused
    assert "S2603-00001" in waiting and "复核中" in waiting and "报修单.pdf" in waiting
    assert WHY in dossier and "没有陈述" in dossier
    assert taken.read_bytes() == papers.pdf()
    assert "申诉成立，认定为系统或客观原因" in decided and BECAUSE in decided


@pytest.mark.parametrize(
    ("theme", "size", "width"), [("light", "standard", 390), ("dark", "huge", 390), ("dark", "large", 1440)]
)
async def test_the_page_of_a_ticket_is_readable_by_everybody(
    chromium: Browser, address: str, place: Tenant, number: str, now: datetime, theme: str, size: str, width: int
) -> None:
    found: list[object] = []
    async with (
        tab(chromium, address, width=width) as page,
        seat(address, place, "clerk", now) as clerk,
        seat(address, place, "handler", now) as handler,
        seat(address, place, "supervisor", now) as bureau,
        colleague(address, place, "zhou", now) as zhou,
    ):
        await clerk.do(number, "appeal", reason=WHY, evidence="排班表第 3 页")
        await clerk.do(number, "statement", note="我向排队群众作了说明。")
        await bureau.do(number, "censure", is_="unsolved", reason="未解决")
        for member, query in ((clerk, ""), (clerk, "?act=statement"), (handler, "?act=notify"), (handler, "?act=join"),
                              (bureau, "?act=censure"), (zhou, "?act=decide")):  # fmt: skip
            await sit(page, member, address)
            await page.goto(member.at(f"/admin/tickets/{number}{query or '?'}"))
            await page.goto(f"{page.url}&theme={theme}&size={size}")
            found += await flaws(page)

    assert found == []
