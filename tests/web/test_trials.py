"""A trial goes through the addresses that people use, says what did not arrive, and leaves nothing behind."""

from collections.abc import AsyncGenerator
from datetime import datetime

import pytest

from core import db
from core.policy.model import Override
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import Seat, seat, town

BASES = ("device", "kiosk", "qr", "web", "app", "sms", "paper")
CHANNELS = Override("channels", [{"code": base, "label": f"渠道{base}", "base": base} for base in BASES], "第九条")
KIOSK = (
    "INSERT INTO service_window (tenant_id, code, name, institution, kiosk) VALUES ($1, 'k1', '终端', 'tax-east', true)"
)
LEFT = "SELECT count(*) FROM tenant WHERE slug LIKE 'trial-' || $1 || '%'"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "tried", CHANNELS, Override("bad_needs", "tag-or-text", "第十条")) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def outcome(place: Tenant) -> dict[str, dict[int, bool]]:
    async with db.as_tenant(place.id) as unit:
        told = await unit.fetchval("SELECT outcome FROM trial WHERE tenant_id = $1 ORDER BY at DESC LIMIT 1", place.id)
    assert told is not None
    return {row["base"]: {cell["grade"]: cell["ok"] for cell in row["cells"]} for row in told["rows"]}


async def test_every_grade_arrives_through_every_channel_and_nothing_is_left(operator: Seat, place: Tenant) -> None:
    async with db.as_tenant(place.id) as unit:
        await unit.execute(KIOSK, place.id)

    done = await operator.post("/admin/onboarding/trial")
    shown = await operator.get("/admin/onboarding/trial")

    assert done.status_code == 303, done.text
    every = dict.fromkeys((5, 4, 3, 2, 1), True)
    assert await outcome(place) == dict.fromkeys(BASES, every), shown.text
    assert "全部收到" in shown.text and "有工单" in shown.text
    async with db.as_tenant(place.id) as unit:
        kept = [await unit.fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id = $1", place.id)
                for table in ("service_case", "rating", "ticket", "outbox", "api_key")]  # fmt: skip
        assert await unit.fetchval(LEFT, place.slug) == 0
    assert kept == [0] * 5


async def test_a_channel_that_takes_nothing_in_is_named_with_the_reason(operator: Seat, place: Tenant) -> None:
    done = await operator.post("/admin/onboarding/trial")
    shown = await operator.get("/admin/onboarding/trial")

    found = await outcome(place)
    assert done.status_code == 303 and not any(found["kiosk"].values()) and all(found["web"].values())
    assert "没有可以试评的自助终端" in shown.text
    assert "试评没有全部通过" in (await operator.get("/admin/onboarding")).text
