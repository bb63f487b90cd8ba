"""Where rules are written, an extra's switch stands before its settings, and says what it brings."""

import re
from collections.abc import AsyncGenerator
from datetime import date, datetime

import pytest

from core.audit.model import SYSTEM
from core.proposals import actions
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.installed import installed
from tests.web.office import Seat, seat, town
from web.admin.rules.sheet import order

OWN = ["open_day", "open_day_answer", "open_day_seats"]


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    with installed("open_day", "tests.web.open_day"):
        async with town(now, "open") as found:
            yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def test_the_settings_of_an_extra_follow_its_switch(operator: Seat) -> None:
    shown = (await operator.get("/admin/policy")).text
    at = order().index("open_day")
    found = [each for each in re.findall(r'id="k-([\w.-]+)"', shown) if each.startswith("open_day")]

    assert order()[at : at + 3] == OWN == found


async def test_a_switch_says_what_it_brings_and_leads_to_each_of_its_settings(
    operator: Seat, place: Tenant, now: datetime
) -> None:
    proposal = await actions.begin(place, date(2026, 4, 1), title="开放日", by=SYSTEM, now=now)
    home = f"/admin/rules/{proposal.id}/keys"
    shown = (await operator.get(f"{home}/open_day")).text
    setting = (await operator.get(f"{home}/open_day_answer")).text

    for word in (
        "这项功能的全部规则", "参观预约", "由群众、窗口人员、政务服务管理部门登记", "安排、改期", "预约、看板、日历",
        f"{home}/open_day_answer", "未作规定", "在办的办完为止",
    ):  # fmt: skip
        assert word in shown, word
    assert f'href="/t/{place.slug}{home}/open_day"' in setting
