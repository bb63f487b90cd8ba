"""What counted before any finding stands beside what counts now, and both leave for appraisal with their counts."""

import csv
import io
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import httpx
import pytest

from core import db, people
from core.audit.model import SYSTEM, Actor
from core.policy.model import Override
from core.tenants import Tenant
from tests.ports import loopback
from tests.web.api_world import Times
from tests.web.office import rated, seat
from tests.web.registers import TAX, act, strict, verified

SENTENCE = "没有核实和复核认定时的结果"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with strict(now) as found:
        yield found


async def moved(place: Tenant, now: datetime) -> None:
    """One of three ratings of 李四 was a mistake: it counts as the best."""
    await verified(place, now - timedelta(days=5), "A1")
    await rated(place, now - timedelta(days=4), 5, case="A2", text="")
    number = await rated(place, now - timedelta(days=3), case="A3")
    await act(place, number, "verdict", now - timedelta(days=2), TAX, **{"is": "mistaken", "note": "点错了"})


def table(answer: httpx.Response) -> dict[str, dict[str, str]]:
    return {row["编码"]: row for row in csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))}


async def test_both_figures_are_shown_only_where_a_finding_has_changed_one(
    address: str, place: Tenant, now: datetime
) -> None:
    async with seat(address, place, "supervisor", now) as supervisor:
        await verified(place, now - timedelta(days=6), "A0")
        plain = [(await supervisor.get(path)).text for path in ("/admin/scores", "/admin/scores/institution/tax-east")]
        await moved(place, now)
        listed = await supervisor.get("/admin/scores")
        shown = await supervisor.get("/admin/scores/institution/tax-east")

    assert [SENTENCE in text or "认定前" in text for text in plain] == [False, False]
    assert "认定前 2.50" in listed.text and SENTENCE in listed.text
    assert "认定前后" in shown.text and ">2.50</td>" in shown.text and ">5.00</td>" in shown.text


async def test_the_appraisal_file_holds_the_figures_of_the_pages(address: str, place: Tenant, now: datetime) -> None:
    await moved(place, now)
    async with db.as_tenant(place.id) as unit:
        await unit.execute("UPDATE staff SET name = '=1+1' WHERE tenant_id = $1 AND code = 'li'", place.id)
    async with seat(address, place, "operator", now) as operator:
        page = await operator.get("/admin/scores?subject=staff")
        staff = await operator.get("/admin/appraisal.csv?subject=staff")
        offices = table(await operator.get("/admin/appraisal.csv?subject=institution"))
        lines = await operator.get("/admin/appraisal.csv?subject=line")

    li = table(staff)["li"]
    assert staff.content.startswith(b"\xef\xbb\xbf") and staff.headers["content-type"].startswith("text/csv")
    assert "appraisal.csv?subject=staff" in page.text
    assert (li["名称"], li["平均分"], li["认定前平均分"], li["评价数"], li["认定前评价数"]) == (
        "'=1+1", "6.67", "3.33", "3", "3"
    )  # fmt: skip
    assert (li["好评率"], li["好评数"], li["计入的等级数"], li["成立的工单"]) == ("66.7%", "2", "3", "1")
    assert offices["tax-east"]["平均分"] == "6.67" and offices["tax-east"]["统计期间"].endswith("2026-03-09")
    assert lines.status_code == 404


@pytest.mark.parametrize("username", ["clerk", "handler", "auditor"])
async def test_appraisal_figures_leave_only_with_who_supervises(
    address: str, place: Tenant, now: datetime, username: str
) -> None:
    async with seat(address, place, username, now) as member:
        answer = await member.get("/admin/appraisal.csv?subject=staff")

    assert answer.status_code == 403


async def test_machines_get_the_figure_before_findings_too(address: str, place: Tenant, now: datetime) -> None:
    async with db.as_tenant(place.id) as unit:
        key = await people.issue_key(unit, "figures", ["scores:read"], by=SYSTEM, now=now)
    headers = {"Authorization": f"Bearer {key}"}
    await rated(place, now - timedelta(days=8), 4, case="A9", staff="zhao")
    await moved(place, now)
    async with loopback(f"{address}/api/v1", headers=headers) as api:
        rows = {row["code"]: row for row in (await api.get("/scores?subject=staff")).json()["rows"]}

    assert (rows["li"]["before_n"], rows["li"]["before_mean"], rows["li"]["mean"]) == (3, 3.33, 6.67)
    assert (rows["zhao"]["before_n"], rows["zhao"]["before_mean"]) == (None, None)


@pytest.mark.covers("SZ-30a")
async def test_regions_are_appraised_too_with_the_share_of_closed_tickets_that_were_called_back(
    address: str, now: datetime, times: Times, pool: object
) -> None:
    times.now = now
    async with strict(now, "regions", Override("callback", [{"share": 1.0}], "第九条")) as place:
        for days in (4, 3):
            number = await verified(place, now - timedelta(days=days), f"A{days}")
            await act(place, number, "feedback", now - timedelta(days=1), TAX, note="已整改")
            await act(place, number, "rate-feedback", now - timedelta(days=1), Actor("rater"), grade=3)
        await act(place, number, "callback", now, Actor("bureau"))
        async with seat(address, place, "supervisor", now) as supervisor:
            regions = table(await supervisor.get("/admin/appraisal.csv?subject=region"))

    assert (regions["east"]["差评回访率"], regions["east"]["已回访"], regions["east"]["应回访"]) == ("50.0%", "1", "2")
