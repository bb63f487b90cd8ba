"""A proposal is tried from its page: for days that have been, watched, read, and looked into without anybody's name."""

import re
from collections.abc import AsyncGenerator
from datetime import date, datetime, timedelta

import pytest

from core import db
from core.audit.model import SYSTEM
from core.policy.model import Override
from core.proposals import actions as proposals
from core.proposals.model import Change, Proposal
from core.tenants import Tenant
from core.whatif import jobs
from tests.web.api_world import Times
from tests.web.office import NAME, PHONE, WORDS, Seat, rated, seat, town

SILENT = Override("after_window", 5, "第二条")
ROLES = {"operator": 200, "supervisor": 200, "handler": 403, "clerk": 403, "auditor": 403}


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "town", SILENT) as found:
        for nth in range(4):
            await rated(found, now - timedelta(days=20 - nth), 1 if nth % 2 else 4, case=f"A{nth}")
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def drafted(place: Tenant, now: datetime) -> Proposal:
    found = await proposals.begin(place, date(2026, 6, 1), title="整改期限调整", by=SYSTEM, now=now)
    clocks = [{"clock": "close", "from": "dispatched", "within": "3wd"}]
    for key, value in {"clocks": clocks, "scores": [10, 7, 5, 2, 0], "rating_window": "1d"}.items():
        change = Change(key, value, "第三条")
        found = await proposals.put(place, found.id, change, version=found.version, by=SYSTEM, now=now)
    return found


def home(proposal: Proposal) -> str:
    return f"/admin/rules/{proposal.id}/what-if"


async def ordered(operator: Seat, proposal: Proposal, **typed: str) -> str:
    answer = await operator.post(home(proposal), {"which": "days", "from": "", "to": "", **typed})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix(f"/t/{operator.tenant.slug}")


async def test_a_trial_is_watched_and_then_read(operator: Seat, place: Tenant, now: datetime):
    proposal = await drafted(place, now)
    path = await ordered(operator, proposal)
    watched = (await operator.get(path)).text

    await jobs.run(place, path.rpartition("/")[2], now)

    shown = (await operator.get(path)).text
    assert 'hx-trigger="every 3s"' in watched
    assert "取消试算" in watched
    assert 'hx-trigger="every 3s"' not in shown
    assert "SHA-256" in shown
    assert re.search(r"期限不同</th><td class=\"r num\">2<", shown)
    listed = (await operator.get(home(proposal))).text
    assert "2 张有变化" in listed


@pytest.mark.parametrize("section", ["staff", "institution", "line", "region", "ticket", "handler"])
async def test_every_table_can_be_read_and_names_no_rater(operator: Seat, place: Tenant, now: datetime, section: str):
    path = await ordered(operator, await drafted(place, now))
    await jobs.run(place, path.rpartition("/")[2], now)

    answer = await operator.get(f"{path}/tables/{section}")

    assert answer.status_code == 200
    for secret in (NAME, PHONE, WORDS):
        assert secret not in answer.text


async def test_single_services_are_looked_into_by_what_became_of_them(operator: Seat, place: Tenant, now: datetime):
    path = await ordered(operator, await drafted(place, now))
    await jobs.run(place, path.rpartition("/")[2], now)

    every = (await operator.get(f"{path}/invitations")).text
    none = (await operator.get(f"{path}/invitations?was=closed")).text
    odd = await operator.get(f"{path}/invitations?after=tomorrow~x")

    assert "不显示评价人和原话" in every
    assert "没有符合条件的" in none
    assert odd.status_code == 200


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ({"from": "2026-01-01", "to": "2036-01-01"}, "已经过去"),
        ({"from": "2022-01-01", "to": "2026-01-01"}, "最长两年"),
        ({"from": "2026-02-01", "to": "2026-01-01"}, "晚于结束"),
        ({"from": "", "to": ""}, "起止日期"),
        ({"from": "昨天", "to": "2026-01-01"}, "2026-12-03"),
        ({"from": "2024-05-01", "to": "2024-06-01"}, "没有服务和评价数据"),
    ],
)
async def test_days_that_cannot_be_tried_are_refused_at_the_field_and_stay_typed(
    operator: Seat, place: Tenant, now: datetime, typed: dict[str, str], why: str
):
    proposal = await drafted(place, now)

    answer = await operator.post(home(proposal), {"which": "own", **typed})

    assert answer.status_code == 422
    assert why in answer.text
    assert all(f'value="{value}"' in answer.text for value in typed.values() if value)


async def test_who_started_it_by_mistake_takes_it_back(operator: Seat, place: Tenant, now: datetime):
    path = await ordered(operator, await drafted(place, now))

    answer = await operator.post(f"{path}/cancel")

    assert answer.status_code == 303
    assert "这次试算被取消" in (await operator.get(path)).text


@pytest.mark.parametrize(("role", "status"), ROLES.items())
async def test_only_who_writes_or_approves_rules_sees_a_trial(
    address: str, place: Tenant, now: datetime, role: str, status: int
):
    proposal = await drafted(place, now)
    async with seat(address, place, role, now) as someone:
        answer = await someone.get(home(proposal))

    assert answer.status_code == status


async def test_nobody_reaches_another_places_trial(operator: Seat, place: Tenant, address: str, now: datetime):
    path = await ordered(operator, await drafted(place, now))
    async with town(now, "other") as other, seat(address, other, "operator", now) as stranger:
        answers = [await stranger.get(each) for each in (path, f"{path}/tables/staff", f"{path}/invitations")]

    assert [each.status_code for each in answers] == [404, 404, 404]


async def test_what_was_done_stands_in_the_log(operator: Seat, place: Tenant, now: datetime):
    path = await ordered(operator, await drafted(place, now))
    await operator.post(f"{path}/cancel")

    async with db.as_tenant(place.id) as unit:
        acts = await unit.fetch("SELECT act FROM audit WHERE tenant_id = $1 AND object_kind = 'whatif' ORDER BY id",
                                place.id)  # fmt: skip
    assert [row["act"] for row in acts] == ["whatif.order", "whatif.cancel"]
