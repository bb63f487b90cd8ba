"""A quarter's survey is drawn, asked and closed before browsers, by one city's clause and by another's."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser, Page

from core import flow
from core.intake.model import Received, ServiceEvent, Source, Submission
from core.people.model import Person
from core.tenants import Tenant
from tests.e2e.boarding import Desk
from tests.e2e.browser import CHROMIUM
from tests.e2e.test_matters import Hall, hall
from tests.web.api_world import Times

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")

EXTRA = "third_party_survey"
TAIAN = {"efficiency": "办事效率", "attitude": "服务态度", "discipline": "工作纪律", "integrity": "廉洁自律"}
SHENZHEN = {"awareness": "政策知悉度", "convenience": "办事便利度", "service": "服务满意度"}
RATERS = (("invoice", "li"), ("invoice", "li"), ("refund", "sun"), ("refund", "sun"))


async def raters(tenant: Tenant, at: datetime) -> None:
    for n, (item, staff) in enumerate(RATERS, 1):
        who = Person(f"办事人{n}", phone=f"1380000000{n}")
        event = ServiceEvent(f"A{n}", "closed", at, item=item, staff=staff, mode="online", applicant=who)
        (answer,) = await flow.receive(tenant, [event], source=Source("demo", trusted=True), now=at)
        assert isinstance(answer, Received) and answer.invitation is not None, answer
        grades = dict.fromkeys(answer.invitation.dimensions, 5)
        told = Submission(token=answer.invitation.token, grades=grades, rater=who)
        await flow.rate(tenant, told, source=Source("web"), now=at + timedelta(minutes=7))


async def write(page: Page, **said: str) -> None:
    """Into the fields of the form, whatever they are."""
    for code, value in said.items():
        for each in value.split():
            box = page.locator(f'[name="a.{code}"]')
            if await box.first.get_attribute("type") in ("radio", "checkbox"):
                await page.locator(f'[name="a.{code}"][value="{each}"]').check(force=True)
            elif await box.evaluate("each => each.tagName") == "SELECT":
                await box.select_option(each)
            else:
                await box.fill(value)


async def send(page: Page) -> str:
    async with page.expect_navigation():
        await page.locator("main form button[data-once]:visible").first.click()
    return await page.inner_text("main")


async def act(desk: Desk, name: str, **said: str) -> str:
    """An act of the record that is before them."""
    await desk.page.goto(f"{desk.page.url.partition('?')[0].partition('#')[0]}?act={name}")
    await write(desk.page, **said)
    return await send(desk.page)


async def file(here: Hall, desk: Desk, kind: str, **said: str) -> None:
    await desk.page.goto(f"/t/{here.tenant.slug}/admin/extras/{EXTRA}/{kind}/new")
    await write(desk.page, **said)
    await send(desk.page)
    assert "/extras/records/" in desk.page.url, await desk.reads()


async def set_up(here: Hall, desk: Desk, topics: str) -> str:
    """A surveyor who serves, a round that says whom and what, and its sample; where it lies."""
    await file(
        here, desk, "surveyor", person="周敏", phone="13700000001", source="student", employer="某某大学", pledge="yes"
    )
    await act(desk, "engage", interviewer="partner", trained=f"{here.now:%Y-%m-%d}")
    day = f"{here.now:%Y-%m-%d}"
    await file(here, desk, "survey", title="本季度评估", since=day, until=day)
    await act(
        desk, "plan", agency="某某大学", topics=topics, ways="phone", about="all", since=day, until=day, strata="region"
    )  # fmt: skip
    return desk.page.url


@pytest.mark.parametrize(("plugin", "topics"), [("taian", TAIAN), ("shenzhen", SHENZHEN)])
async def test_a_quarters_survey_is_drawn_asked_and_closed(
    pool: object, chromium: Browser, address: str, times: Times, noon: datetime, plugin: str, topics: dict[str, str]
) -> None:
    async with hall(chromium, address, times, noon, plugin) as here:
        await raters(here.tenant, noon - timedelta(hours=1))
        await here.desk("partner")
        supervisor = await here.desk("supervisor")
        survey = await set_up(here, supervisor, " ".join(topics))
        await here.passes(1)
        asker, supervisor = await here.desk("partner"), await here.desk("supervisor")
        await supervisor.page.goto(survey)
        refused = await act(supervisor, "draw", size="4", seed="20260401")
        supervisor.tab.wrong.clear()
        await write(supervisor.page, left_out="yes")
        drawn = await send(supervisor.page)

        seen = ""
        for _ in RATERS:
            await asker.page.goto(f"/t/{here.tenant.slug}/admin/extras/{EXTRA}/calls?state=waiting")
            async with asker.page.expect_navigation():
                await asker.page.locator("main tbody a[data-row]").first.click()
            seen += await asker.reads()
            await act(asker, "answer", consent="yes", **dict.fromkeys(topics, "4"))
        await supervisor.page.goto(survey)
        closed = await act(supervisor, "close")
        await supervisor.page.goto(f"/t/{here.tenant.slug}/admin/extras/{EXTRA}/results")
        results = await supervisor.reads()

    assert "没有可以抽取的对象" in refused and "访问中" in drawn and "20260401" in drawn
    assert "办事人" not in seen and "1380000" not in seen and "抽样框" not in seen
    assert "已结束" in closed
    for word in (*topics.values(), "100.0%", "4"):
        assert word in results, word
