"""With a hundred thousand records of one kind every page of an extra still answers at once."""

import time
from collections.abc import Awaitable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from core import db
from core.records import figures, listing
from core.records.listing import Asked
from core.tenants.model import Tenant
from tests.core.records.test_records import EVERYWHERE

MANY = 100_000
LAY = """
WITH laid AS (
  INSERT INTO extra_record (tenant_id, id, extra, kind, number, state, title, fields, institution, region,
    filed_at, filed_by, channel, ended_at, policy, policy_day)
  SELECT $1, gen_random_uuid(), 'lost', 'lost_thing', 'SW-2026-' || lpad(n::text, 6, '0'),
    CASE WHEN n % 20 = 0 THEN 'kept' ELSE 'returned' END, '物品' || n,
    jsonb_build_object('what', '物品' || n, 'where', 'tax-east'),
    CASE WHEN n % 2 = 0 THEN 'tax-east' ELSE 'tax-west' END, CASE WHEN n % 2 = 0 THEN 'east' ELSE 'west' END,
    $2::timestamptz - n * interval '5 minutes', 'rater', 'qr',
    CASE WHEN n % 20 = 0 THEN NULL ELSE $2::timestamptz END, 'p', '2026-03-09'
  FROM generate_series(1, $3) AS n RETURNING id, filed_at, ended_at
)
INSERT INTO extra_timer (tenant_id, id, record_id, code, started_at, span, due_at, clause, document, policy, calendar,
  state, stopped_at)
SELECT $1, gen_random_uuid(), id, 'keep', filed_at, '5wd', filed_at + interval '400 days', '', '', 'p', 'c',
  CASE WHEN ended_at IS NULL THEN 'running' ELSE 'stopped' END, ended_at FROM laid
"""


@pytest.mark.slow
async def test_pages_of_very_many_records_answer_at_once(place: Tenant, now: datetime):
    async with db.as_tenant(place.id, patience=120) as unit:
        await unit.execute(LAY, place.id, now, MANY)
    asked = Asked("lost", EVERYWHERE, kind="lost_thing")
    async with db.as_tenant(place.id, patience=120) as unit:
        first = await listing.page(unit, asked, now)
        works: dict[str, tuple[float, Awaitable[Any]]] = {
            "first page": (1, listing.page(unit, asked, now)),
            "next page": (1, listing.page(unit, replace(asked, after=first.next), now)),
            "by state": (1, listing.page(unit, replace(asked, states=("kept",)), now)),
            "searched": (1, listing.page(unit, replace(asked, text="物品77777"), now)),
            "late": (1, listing.page(unit, replace(asked, overdue=True), now)),
            "board": (2, listing.board(unit, asked, now)),
            "to do": (1, listing.waiting(unit, EVERYWHERE, now)),
            "found": (1, listing.sought(unit, "物品77777", EVERYWHERE, now)),
        }
        took = {name: await seconds(work) for name, (_, work) in works.items()}
        counted = await figures.every(unit, place, "institution", now)
    assert first.total == MANY and counted["tax-east"]["lost:returned"].whole == MANY / 2
    assert {name: told for name, told in took.items() if told > works[name][0]} == {}


async def seconds(work: Awaitable[Any]) -> float:
    begun = time.perf_counter()
    await work
    return time.perf_counter() - begun
