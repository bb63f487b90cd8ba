"""No door of the back office leads to a refusal, whoever looks at it."""

import re
from collections import Counter
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import MEMBERS, rated, seat
from tests.web.registers import LI, TAX, act, strict, verified

ADMIN = re.compile(r'href="(/t/[^"]*)"')
# A list's filters multiply: enough of its addresses to meet each of its kinds of link.
MOST_OF_ONE = 10


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with strict(now) as found:
        for days in (9, 4):
            number = await verified(found, now - timedelta(days=days), f"A{days}", complexity="complex")
            await act(found, number, "notify", now - timedelta(days=3), TAX, to="staff:li")
            await act(found, number, "appeal", now - timedelta(days=days % 3), LI, reason="不属实")
        await rated(found, now - timedelta(days=2), case="A2")
        yield found


@pytest.mark.slow
@pytest.mark.parametrize("username", MEMBERS)
async def test_every_link_of_every_screen_a_role_can_reach_opens(
    address: str, place: Tenant, now: datetime, username: str
) -> None:
    async with seat(address, place, username, now) as member:
        first = await member.browser.get(f"/t/{place.slug}/admin")
        waiting, seen, often = [first.headers["location"]], dict[str, int](), Counter[str]()
        while waiting:
            path = waiting.pop().replace("&amp;", "&").partition("#")[0]
            # One of each kind of page is enough: numbers, codes and days differ, the doors do not.
            kind = re.sub(r"\d[\d-]*", "9", path)
            screen = kind.partition("?")[0]
            if kind in seen or often[screen] >= MOST_OF_ONE:
                continue
            often[screen] += 1
            answer = await member.browser.get(path)
            seen[kind] = answer.status_code
            if answer.status_code == 200 and "text/html" in answer.headers["content-type"]:
                waiting += [each for each in ADMIN.findall(answer.text) if "size=" not in each and "theme=" not in each]

    assert first.status_code == 303 and len(seen) > 3
    assert {path: status for path, status in seen.items() if status not in (200, 303)} == {}
