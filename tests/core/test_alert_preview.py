"""What a rule would have raised is found by the decisions that raise it, and nothing is stored or told by looking."""

from datetime import datetime, timedelta

import pytest

from core import db, flow, stack
from core.alerts import preview
from core.alerts.actions import Scales
from core.embedded.servers import Servers
from core.errors import TooLarge
from core.intake.model import Submission
from core.policy import keys
from core.policy.model import Override
from core.policy.spans import Span
from core.policy.values import Alert
from core.tenants.model import Tenant
from tests.core.town import CITIZEN, invited, rated, town
from tests.web.registers import strict, verified

COUNTS = "SELECT (SELECT count(*) FROM alert) + (SELECT count(*) FROM notice) + (SELECT count(*) FROM month_rank)"


async def _would(tenant: Tenant, rule: Alert, now: datetime, days: int = 60) -> list[tuple[str, int]]:
    async with db.as_tenant(tenant.id) as unit:
        before = await unit.fetchval(COUNTS)
        scales = Scales(unit, tenant, stack.policy(tenant, now.date()), now)
        found = await preview.would(scales, rule, now - timedelta(days=days), now)
        assert await unit.fetchval(COUNTS) == before
    return [(each.code, len(each.facts) or each.months) for each in found]


async def test_the_preview_raises_what_the_rule_itself_raises(pool: Servers, now: datetime) -> None:
    async with strict(now, "ahead") as place:
        for number in range(3):
            await verified(place, now - timedelta(days=30 - number), f"V{number}")
        async with db.as_tenant(place.id) as unit:
            real = [(row["code"], row["counted"]) for row in await unit.fetch("SELECT code, counted FROM alert")]
        rule, _ = stack.policy(place, now.date())[keys.alerts] or ()
        found = await _would(place, rule, now)

    assert real == found == [("li", 3)]


@pytest.mark.parametrize(("streak", "raised"), [(False, [("li", 4)]), (True, [])])
async def test_low_grades_within_a_week_are_one_alert_and_a_better_one_between_ends_a_row(
    pool: Servers, now: datetime, streak: bool, raised: list[tuple[str, int]]
) -> None:
    async with town(now) as tenant:
        for number, grade in enumerate((1, 1, 5, 2, 1)):
            await rated(tenant, f"A{number}", now - timedelta(days=10 - number), {"overall": grade})
        rule = Alert("staff", "concentration", "low-grade", count=3, within=Span.parse("7d"), streak=streak)
        found = await _would(tenant, rule, now)
        past = await _would(tenant, rule, now, days=1)

    assert found == raised
    assert past == []


async def test_a_share_is_of_all_ratings_in_the_period(pool: Servers, now: datetime) -> None:
    async with town(now) as tenant:
        for number, grade in enumerate((1, 5, 5, 5)):
            await rated(tenant, f"A{number}", now - timedelta(days=5, hours=-number), {"overall": grade})
        rule = Alert("staff", "suspicious-praise", "top-grade", within=Span.parse("30d"), share=0.7, min=4)
        some = await _would(tenant, rule, now)
        most = await _would(tenant, Alert("staff", "x", "top-grade", within=Span.parse("30d"), share=0.8, min=4), now)

    assert (some, most) == ([("li", 3)], [])


async def test_where_a_period_holds_too_much_its_end_is_looked_at(
    pool: Servers, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    rule = Alert("staff", "concentration", "low-grade", count=2, within=Span.parse("2d"))
    async with town(now) as tenant:
        for number, days in enumerate((50, 49, 20, 6, 5)):
            await rated(tenant, f"A{number}", now - timedelta(days=days), {"overall": 1})
        looked: list[tuple[int, list[str]]] = []
        for most in (9, 4, 2, 1):
            monkeypatch.setattr(preview, "MOST_FACTS", most)
            async with db.as_tenant(tenant.id) as unit:
                scales = Scales(unit, tenant, stack.policy(tenant, now.date()), now)
                (since, _), found = await preview.at_once(scales, rule, now - timedelta(days=60), now)
                looked.append(((now - since).days, [each.code for each in found]))

    assert looked == [(60, ["li", "li"]), (31, ["li"]), (7, ["li"]), (1, [])]


async def test_where_even_a_day_holds_too_much_it_is_said(
    pool: Servers, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "MOST_FACTS", 0)
    async with town(now) as tenant:
        await rated(tenant, "A1", now - timedelta(hours=2), {"overall": 1})
        async with db.as_tenant(tenant.id) as unit:
            scales = Scales(unit, tenant, stack.policy(tenant, now.date()), now)
            rule = Alert("staff", "concentration", "low-grade", count=2, within=Span.parse("2d"))
            with pytest.raises(TooLarge, match="写短"):
                await preview.at_once(scales, rule, now - timedelta(days=60), now)


async def test_months_that_join_are_one_alert(pool: Servers, now: datetime) -> None:
    scores = Override("scores", [10, 8, 6, 3, 0], "第一条")
    async with town(now, overrides=(scores,)) as tenant:
        for month in (12, 1, 2):
            at = now.replace(year=2026 if month < 12 else 2025, month=month, day=10)
            await rated(tenant, f"B{month}", at, {"overall": 1})
            west = await invited(tenant, f"W{month}", at, item="refund", staff="sun")
            await flow.rate(tenant, Submission(token=west.token, grades={"overall": 5}), source=CITIZEN, now=at)
        rule = Alert("institution", "bottom-months", rank=0.5, months=2, streak=True)
        found = await _would(tenant, rule, now, days=68)

    assert found == [("tax-east", 3)]
