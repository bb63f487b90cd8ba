"""A unit's and a person's figures leave for appraisal by quarter and by year."""

import csv
import io
from datetime import datetime, timedelta

import httpx
import pytest

from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import rated, seat
from tests.web.registers import strict


def rows(answer: httpx.Response) -> dict[str, dict[str, str]]:
    return {row["编码"]: row for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))}


@pytest.mark.covers("BJ-9a", "SZ-5", "JL-6", "JL-23", "JL-P1", "TA-2.1a", "TA-4a")
@pytest.mark.parametrize(
    ("start", "end", "counted"),
    [("2025-10-01", "2025-12-31", "1"), ("2026-01-01", "2026-03-31", "2"), ("2025-01-01", "2026-12-31", "3")],
    ids=["last quarter", "this quarter", "whole years"],
)
async def test_a_quarter_and_a_year_hold_their_own_ratings(
    address: str, pool: object, times: Times, now: datetime, start: str, end: str, counted: str
) -> None:
    times.now = now
    async with strict(now) as place:
        await three_ratings(place, now)
        async with seat(address, place, "operator", now) as operator:
            period = f"from={start}&to={end}"
            offices = rows(await operator.get(f"/admin/appraisal.csv?subject=institution&{period}"))
            staff = rows(await operator.get(f"/admin/appraisal.csv?subject=staff&{period}"))

    assert (offices["tax-east"]["评价数"], staff["li"]["评价数"]) == (counted, counted)
    assert offices["tax-east"]["差评整改率"] == ("" if counted == "1" else "0.0%")


async def three_ratings(place: Tenant, now: datetime) -> None:
    await rated(place, now - timedelta(days=80), 5, case="A1", text="")
    await rated(place, now - timedelta(days=4), 5, case="A2", text="")
    await rated(place, now - timedelta(days=3), 1, case="A3")
