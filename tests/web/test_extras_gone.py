"""The plugin of an extra is uninstalled while its records and its rules are there: every page of the office opens."""

from collections.abc import AsyncGenerator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.audit.model import SYSTEM
from core.evidence import files
from core.proposals import actions as proposals
from core.proposals.model import Change
from core.tenants import Tenant
from tests.e2e.pages import OFFICE
from tests.web.api_world import Times
from tests.web.house import browser
from tests.web.installed import installed
from tests.web.office import seat, town
from tests.web.open_day import ON
from tests.web.test_extras_office import PHONE, filed, form

# Pages that need something more in their address.
ASKS = frozenset({"/admin/appraisal.csv", "/admin/examples/files", "/admin/today/rows"})


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[tuple[Tenant, ExitStack]]:
    times.now = now
    files.use_folder(tmp_path)
    with ExitStack() as plugin:
        plugin.enter_context(installed("open_day", "tests.web.open_day"))
        async with town(now, "open", *ON) as found:
            yield found, plugin
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


def pages(role: str) -> list[str]:
    """Every page of the office that opens to them and whose address asks for nothing more."""
    plain = [each.template for each in OFFICE if each.template.count("{") == 1 and each.opens_to(role)]
    return [each.removeprefix("/t/{slug}") for each in plain]


async def test_every_page_opens_and_says_what_became_of_its_records(
    address: str, place: tuple[Tenant, ExitStack], now: datetime
) -> None:
    tenant, plugin = place
    async with (
        seat(address, tenant, "supervisor", now) as supervisor, seat(address, tenant, "operator", now) as operator,
        browser(address) as visitor,
    ):  # fmt: skip
        record = await filed(supervisor, phone=PHONE)
        sent = await visitor.post(f"/t/{tenant.slug}/x/open_day/open_visit", data={**form(), "once": "2"})
        receipt = sent.headers["location"].partition("?")[0]
        begun = await proposals.begin(tenant, now.date() + timedelta(days=30), by=SYSTEM, now=now)
        change = Change("open_day_seats", 40, "第三条")
        await proposals.put(tenant, begun.id, change, version=begun.version, by=SYSTEM, now=now)
        plugin.close()

        plain = {path: await supervisor.get(path) for path in pages("supervisor")}
        plain |= {path: await operator.get(path) for path in pages("operator") if path not in plain}
        plain |= {path: await operator.get(path) for path in (
            f"/admin/rules/{begun.id}", "/admin/palette?q=开放",
            "/admin/palette?q=KF-2026",
        )}  # fmt: skip
        own = ("", "/visits", "/open_visit/new", "/visits/export/csv")
        gone = [await supervisor.get(f"/admin/extras/open_day{path}") for path in own]
        kept = [await supervisor.get(f"/admin/extras/records/{record}"),
                await supervisor.get(f"/admin/history/extra/{record}"), await visitor.get(receipt)]  # fmt: skip
        sought = await visitor.get("/k", params={"code": receipt.rpartition("/")[2]})
        blank = await visitor.get(f"/t/{tenant.slug}/x/open_day/open_visit")

    # What is asked for more, or has nothing to tell yet, is not found; nothing is broken or refused.
    assert not {path: each.status_code for path, each in plain.items() if each.status_code not in (200, 303, 404)}
    assert {path for path, each in plain.items() if each.status_code == 404} <= ASKS
    assert {each.status_code for each in gone} == {404} and "插件已被移除" in gone[0].text
    assert {(each.status_code, "记录仍然保留" in each.text) for each in kept} == {(404, True)}
    assert sought.headers["location"] == receipt and blank.status_code == 404
