"""A deadline ends when the law says: on every day of the published years, in every zone, and when a year is told."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from itertools import product
from multiprocessing import get_context
from typing import Any

import pytest

from core import db, duties, tenants
from core.clock import SHANGHAI
from core.embedded.servers import Servers
from core.policy.model import Override
from core.policy.spans import Span
from core.scenarios.catalogue import scenario_folders
from core.scenarios.report import files
from core.tenants import Tenant
from tests.almanac import FIRST, LAST, Almanac, days_from
from tests.core.town import rated, town
from tests.deadlines import NATION, SPANS, Place, Tally, compare, compare_year
from tests.faults.conftest import Say
from tests.faults.zones import ZONES, differences, told_in

pytestmark = pytest.mark.faults

AT_ONCE = 2
# 2025 年国庆、中秋调休：10 月 11 日（星期六）上班。
MADE_UP = date(2025, 10, 11)
# A notice of 2027 as it may come: New Year's days off, and a Sunday worked for them.
OFF, WORK = (date(2027, 1, 1), date(2027, 1, 2), date(2027, 1, 3), date(2027, 1, 4)), (date(2027, 1, 10),)
CLOCKS = (
    {"clock": "contact", "from": "opened", "within": "24h"},
    {"clock": "verify", "from": "dispatched", "within": "3wd"},
    {"clock": "reply", "from": "dispatched", "within": "7d"},
    {"clock": "close", "from": "dispatched", "within": "10wd"},
)
RULES = (Override("rest_day_moves", True, "第一条"), Override("clocks", CLOCKS, "第二条"))


def test_every_deadline_of_23_years_ends_where_the_almanac_says(say: Say):
    tally = Tally()
    with ProcessPoolExecutor(AT_ONCE, mp_context=get_context("spawn")) as processes:
        for each in processes.map(compare_year, range(FIRST.year, LAST.year + 1)):
            tally.add(each)

    say(f"F18 cases={tally.cases} mismatch={len(tally.wrong)}")
    assert tally.wrong == []
    assert tally.cases > 10_000_000


def test_an_almanac_without_one_make_up_saturday_does_not_agree(say: Say):
    forgetful = Place(NATION.calendar, Almanac(off={MADE_UP}))
    tally = compare(forgetful, days_from(date(2025, 9, 1), MADE_UP), SPANS)

    say(f"F18 control: without {MADE_UP} cases={tally.cases} mismatch={len(tally.wrong)}")
    assert tally.wrong != []


async def test_a_years_notice_recounts_what_waited_for_it_once_and_says_so(pool: Servers, say: Say):
    published = datetime(2026, 12, 31, 18, tzinfo=SHANGHAI)
    async with town(published, overrides=RULES) as tenant:
        for day in days_from(date(2026, 12, 7), date(2026, 12, 31)):
            await rated(tenant, f"A{day}", datetime.combine(day, time(10), SHANGHAI), {"overall": 1})
        before = await _clocks(tenant)
        await tenants.load_notice(tenant.id, 2027, OFF, WORK, now=published)
        await duties.notice_loaded(tenant, published)
        after, recounts = await _clocks(tenant), await _recounts(tenant)
        await duties.notice_loaded(tenant, published + timedelta(hours=1))
        again = len(await _recounts(tenant)) - len(recounts)
        settled = await _clocks(tenant)

    changed = {key for key, clock in after.items() if clock["calendar"] != before[key]["calendar"]}
    say(f"F18 recomputed={len(changed)} audited={len(recounts)} again={again}")
    assert changed == {key for key, clock in before.items() if clock["provisional"]}
    assert sorted(recounts) == sorted((*key, before[key]["due_at"], after[key]["due_at"]) for key in changed)
    assert 0 < sum(before[key]["due_at"] != after[key]["due_at"] for key in changed) < len(before)
    assert (again, settled) == (0, after)
    _agree(before, Almanac(moves=True), settled=False)
    _agree(after, Almanac(OFF, WORK, moves=True), settled=True)


async def test_deadlines_are_the_same_bytes_in_every_zone_of_process_and_session(pool: Servers, say: Say):
    stories = [file for file in files(scenario_folders()) if "ticket" in file.read_text("utf-8")]
    pairs = list(product(ZONES, ZONES))

    def told(pair: tuple[str, str]) -> list[str]:
        return told_in(*pair, pool.database_url, stories)

    with ThreadPoolExecutor(AT_ONCE) as threads:
        running = [asyncio.wrap_future(threads.submit(told, pair)) for pair in pairs]
        first, *rest = await asyncio.gather(*running)
    mismatch = sum(differences(first, other) for other in rest)

    cases = len(pairs) * sum(line.startswith("[") for line in first)
    say(f"F19 zones={len(ZONES)} cases={cases} mismatch={mismatch} pairs={len(pairs)}")
    assert mismatch == 0
    assert len(first) > len(stories) > 0


async def _clocks(tenant: Tenant) -> dict[tuple[str, str], dict[str, Any]]:
    """By the ticket's number and the clock's name."""
    async with db.as_tenant(tenant.id) as unit:
        rows = await unit.fetch(
            "SELECT t.number, k.name, k.started_at, k.span, k.due_at, k.provisional, k.calendar, k.days FROM clock k"
            " JOIN ticket t ON t.tenant_id = k.tenant_id AND t.id = k.ticket_id WHERE k.tenant_id = $1",
            tenant.id,
        )
    return {(row["number"], row["name"]): dict(row) for row in rows}


async def _recounts(tenant: Tenant) -> list[tuple[str, str, datetime, datetime]]:
    """What the tickets' histories say of it: which clock, from when, to when."""
    async with db.as_tenant(tenant.id) as unit:
        rows = await unit.fetch(
            "SELECT t.number, a.data FROM ticket_act a JOIN ticket t ON t.tenant_id = a.tenant_id"
            " AND t.id = a.ticket_id WHERE a.tenant_id = $1 AND a.act = 'recount'",
            tenant.id,
        )
    return [(row["number"], row["data"]["clock"], *_both(row["data"]["due"])) for row in rows]


def _both(told: Sequence[str]) -> tuple[datetime, datetime]:
    earlier, later = told
    return datetime.fromisoformat(earlier), datetime.fromisoformat(later)


def _agree(clocks: dict[tuple[str, str], dict[str, Any]], almanac: Almanac, *, settled: bool) -> None:
    for key, clock in clocks.items():
        span, start = Span.parse(clock["span"]), clock["started_at"]
        assert clock["due_at"] == almanac.end(start, span.amount, span.unit), key
        waits = not settled and almanac.is_provisional(start.date(), span.amount, span.unit)
        assert clock["provisional"] == waits, key
