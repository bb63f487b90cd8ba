"""The example of the authors' guide is a package: installed by pip, it works as if it had always been there."""

import sys
from collections.abc import AsyncGenerator, Generator
from datetime import date, datetime
from importlib import import_module
from pathlib import Path
from subprocess import run

import pytest
from playwright.async_api import Browser

from core import db, stack
from core.audit.model import Actor
from core.policy.extras import Extra
from core.policy.model import Override
from core.records import actions as records
from core.records import offered
from core.records import reach as reaches
from core.scenarios.catalogue import installed
from core.scenarios.runner import run_file
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import seat, town

GUIDE = Path(__file__).parents[2] / "plugins" / "README.md"
SOURCE = Path(__file__).parents[2] / "docs" / "extra-example"
EXAMPLES = sorted((SOURCE / "home_visits" / "scenarios").glob("*.toml"))
ON = (
    Override("home_visits", True, "第五条"), Override("home_visits_within", "3wd", "第六条"),
    Override("home_visits_a_day", 2, "第七条"),
)  # fmt: skip


@pytest.fixture(scope="module")
def home_visits(tmp_path_factory: pytest.TempPathFactory) -> Generator[Extra]:
    target = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    run([*pip, "--target", str(target), str(SOURCE)], check=True)
    sys.path.insert(0, str(target))
    stack.forget()
    yield import_module("home_visits").HOME_VISITS
    sys.path.remove(str(target))
    for name in [each for each in sys.modules if each.partition(".")[0] == "home_visits"]:
        del sys.modules[name]
    stack.forget()


@pytest.fixture
async def place(home_visits: Extra, pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "visits", *ON) as found:
        yield found


@pytest.mark.parametrize("file", EXAMPLES, ids=lambda file: file.stem)
async def test_its_own_scenarios_hold_on_a_city_that_never_heard_of_it(home_visits: Extra, pool: object, file: Path):
    result = await run_file(file, installed())

    assert result.ok, result


async def test_it_is_off_until_a_rule_with_a_clause_and_a_day_switches_it_on(place: Tenant, home_visits: Extra):
    assert home_visits in offered.offered(place, date(2026, 3, 9))
    why = stack.policy(place, date(2026, 3, 9)).why(home_visits.switch)
    assert why.clause == "第五条"


async def test_it_has_its_door_its_pages_its_figure_and_its_form_for_everybody(
    place: Tenant, address: str, now: datetime
):
    asked = {
        "what": "换社保卡",
        "unit": "tax-east",
        "why": "ill",
        "person": "金丝雀",
        "phone": "13977776666",
        "home": "一街",
    }
    filed = await records.file(
        place, "home_visits", "home_visit", asked, who="citizen", by=None, channel="web", now=now
    )
    office = Actor("institution", "tax-east")
    async with db.as_tenant(place.id) as unit:
        reach = await reaches.of_actor(unit, office)
    await records.act(place, filed.id, "agree", {"day": "2026-03-12"}, who=reach, by=office, now=now)
    async with seat(address, place, "supervisor", now) as supervisor:
        home = (await supervisor.get("/admin/today")).text
        pages = [await supervisor.get(f"/admin/extras/home_visits/{page}") for page in ("visits", "days", "reasons")]
        figures = await supervisor.get("/admin/scores/institution/tax-east")
        form = await supervisor.get("/x/home_visits/home_visit")

    assert "上门服务预约" in home
    assert [each.status_code for each in pages] == [200, 200, 200]
    assert "住院或卧床" in pages[2].text
    assert "换社保卡" in pages[0].text and "金丝雀" not in pages[0].text
    assert "上门完成率" in figures.text
    assert form.status_code == 200 and "为什么不方便来" in form.text and "<script" not in form.text


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
async def test_in_a_browser_it_looks_as_if_it_had_always_been_there(
    chromium: Browser, place: Tenant, address: str, now: datetime
):
    faults: list[object] = []
    async with seat(address, place, "supervisor", now) as member, tab(chromium, address) as phone:
        await phone.goto(f"/t/{place.slug}/x/home_visits/home_visit")
        faults += await flaws(phone)
        for code, value in {"what": "换社保卡", "person": "金丝雀", "phone": "13977776666", "home": "一街"}.items():
            await phone.fill(f"[name='a.{code}']", value)
        await phone.check("[name='a.why'][value=ill]")
        await phone.select_option("[name='a.unit']", "tax-east")
        await phone.get_by_role("button", name="提交").last.click()
        await phone.wait_for_url("**/x/**?new=1")
        receipt = await phone.inner_text("main")
        async with tab(chromium, address, width=1440) as office:
            await office.context.add_cookies([{"name": f"hcp-{place.slug}", "value": member.session, "url": address}])
            await office.goto(member.at("/admin/today"))
            await office.get_by_role("link", name="上门服务预约").click()
            await office.wait_for_url("**/home_visits/visits")
            faults += await flaws(office)
            await office.locator("[data-row]").first.click()
            await office.wait_for_url("**/extras/records/*")
            record, sheets = await office.inner_text("main"), await office.locator("link[rel=stylesheet]").count()
            faults += await flaws(office)

    assert "已经提交" in receipt and "换社保卡" in record and "金丝雀" not in record
    assert faults == [] and sheets


def test_the_guide_names_everything_that_an_extra_may_say():
    guide = GUIDE.read_text(encoding="utf-8")
    said = {
        "Extra",
        "Kind",
        "Form",
        "Field",
        "State",
        "Act",
        "Timer",
        "Tell",
        "Page",
        "Metric",
        "Duty",
        "Scene",
        "Story",
    }

    assert {each for each in said if f"`{each}" not in guide} == set()
    assert "docs/extra-example" in guide
