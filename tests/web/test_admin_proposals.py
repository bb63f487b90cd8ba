"""A proposal is begun, compared, talked about, submitted and approved by somebody else, each on its page."""

from collections.abc import AsyncGenerator
from datetime import date, datetime

import pytest

from core import db, stack, tenants
from core.audit.model import Actor
from core.policy import keys
from core.proposals import actions
from core.proposals.model import Change
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import Seat, seat, town

SINCE = date(2026, 4, 1)


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


@pytest.fixture
async def supervisor(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


async def begun(operator: Seat) -> str:
    answer = await operator.post("/admin/rules", {"since": SINCE.isoformat(), "title": "期限调整"})
    assert answer.status_code == 303
    return answer.headers["location"].rpartition("/")[2]


async def written(place: Tenant, proposal: str, now: datetime, *changes: Change) -> int:
    """As the editor writes; returns the version."""
    async with db.as_tenant(place.id) as unit:
        known = next(each for each in await actions.listing(unit) if str(each.id) == proposal)
        member = await unit.fetchval("SELECT id FROM member WHERE username = 'operator'")
    for each in changes:
        by = Actor("member", "operator", member)
        known = await actions.put(place, known.id, each, version=known.version, by=by, now=now)
    return known.version


async def test_from_beginning_to_approval(operator: Seat, supervisor: Seat, place: Tenant, now: datetime) -> None:
    proposal = await begun(operator)
    version = await written(
        place, proposal, now, Change("rating_window", "10d", "第二条"), Change("min_sample", 30, "第九条")
    )
    path = f"/admin/rules/{proposal}"

    shown = (await operator.get(f"{path}/diff")).text
    assert "7 个自然日" in shown and "10 个自然日" in shown and "未作规定" in shown and "30 条" in shown
    assert (await operator.post(f"{path}/submit", {"version": str(version)})).status_code == 303
    own = (await operator.get(f"{path}/diff")).text
    assert "请由另一位有批准权限的人批准" in own and f"{path}/approve" not in own
    refused = await operator.post(f"{path}/approve", {"version": str(version), "_password": "A long pass phrase"})
    assert refused.status_code == 403
    answer = await supervisor.post(f"{path}/approve", {"version": str(version), "_password": "A long pass phrase"})
    assert answer.status_code == 303

    fresh = await tenants.by_id(place.id)
    assert stack.policy(fresh, SINCE)[keys.min_sample] == 30
    assert stack.policy(fresh, date(2026, 3, 31))[keys.min_sample] is None
    later = (await supervisor.get(f"{path}/diff")).text
    assert "已批准" in later and "10 个自然日" in later
    assert "期限调整" in (await supervisor.get("/admin/rules")).text


async def approved(place: Tenant, proposal: str, version: int, now: datetime) -> None:
    async with db.as_tenant(place.id) as unit:
        known = next(each for each in await actions.listing(unit) if str(each.id) == proposal)
    await actions.submit(place, known.id, version=version, by=Actor("member", "operator"), now=now)
    await actions.approve(place, known.id, version=version, by=Actor("member", "chief"), now=now)


async def test_the_past_is_listed_compared_and_proposed_again(operator: Seat, place: Tenant, now: datetime) -> None:
    proposal = await begun(operator)
    changes = (Change("rating_window", "10d", "第二条"), Change("min_sample", 30, "第九条"))
    await approved(place, proposal, await written(place, proposal, now, *changes), now)
    tenants.forget(place.id)

    history = (await operator.get("/admin/rules/history")).text
    assert "期限调整" in history and "尚未生效" in history and "2 项" in history
    compared = (await operator.get("/admin/rules/compare?one=2026-03-31&other=2026-04-01")).text
    assert "7 个自然日" in compared and "10 个自然日" in compared and "只列不同的 2 项" in compared
    assert (await operator.get("/admin/rules/compare?one=yesterday&other=2026-04-01")).status_code == 422

    wrong = await operator.post("/admin/rules/restore", {"day": "2026-05-01", "since": "2026-05-01"})
    assert wrong.status_code == 422 and "须早于" in wrong.text
    answer = await operator.post("/admin/rules/restore", {"day": "2026-03-31", "since": "2026-05-01"})
    assert answer.status_code == 303
    shown = (await operator.get(answer.headers["location"].removeprefix(f"/t/{place.slug}"))).text
    assert "恢复继承" in shown and "恢复到 2026-05-01" in shown

    again = answer.headers["location"].split("/")[-2]
    fresh = await tenants.by_id(place.id)
    async with db.as_tenant(place.id) as unit:
        known = next(each for each in await actions.listing(unit) if str(each.id) == again)
    await approved(fresh, again, known.version, now)
    last = await tenants.by_id(place.id)
    months = [stack.policy(last, date(2026, month, 1)) for month in (3, 4, 5)]
    assert [each[keys.min_sample] for each in months] == [None, 30, None]
    assert [str(window.within) for each in months for window in each[keys.rating_window] or ()] == ["7d", "10d", "7d"]
