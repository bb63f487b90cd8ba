"""Figures can be made again from the ratings they came from."""

import csv
import random
from collections.abc import AsyncGenerator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import db, duties, errors, flow, stack
from core.embedded.servers import Servers
from core.intake.model import Submission
from core.policy.model import Override
from core.policy.values import Formula
from core.scoring import actions as scoring
from core.scoring.decide import GRADES, Count, distribution, mean
from core.tenants.model import Tenant
from core.tickets.model import Act
from tests.core.town import COUNTER, invited, rated, town

PUBLISHED = Path(__file__).parent.parent / "data" / "published_months.csv"
SCORES = (10, 8, 6, 3, 0)
RULES = (
    Override("rating_window", "7d", "第一条"),
    Override("after_window", 5, "第二条"),
    Override("scores", list(SCORES), "第三条"),
    Override("defaults_count", True, "第四条"),
    Override("append", {"max": 1, "within": "60d", "from": "rated", "dimensions": ["overall"]}, "第五条"),
    Override("verdict_effects", {"mistaken": "count-as:5", "malicious": "exclude", "objective": "exclude"}, "第六条"),
    Override("region_includes_below", True, "第七条"),
)


@pytest.fixture
async def city(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    async with town(now, overrides=RULES) as tenant:
        yield tenant


def counts(grades: Mapping[int, int], member: str = "", origin: str = "citizen") -> list[Count]:
    return [Count("overall", origin, grade, member, n) for grade, n in grades.items() if n]


GRADED = st.dictionaries(st.sampled_from(GRADES), st.integers(1, 10_000), min_size=1)


@given(GRADED)
def test_a_mean_lies_between_the_worst_and_the_best_grade_given(grades: dict[int, int]) -> None:
    found = mean(counts(grades), Formula("institution", "overall"), SCORES)

    worst, best = SCORES[5 - min(grades)], SCORES[5 - max(grades)]
    assert found is not None
    assert worst <= found <= best


@given(GRADED, st.integers(2, 9))
def test_counting_everything_so_many_times_moves_no_mean(grades: dict[int, int], times: int) -> None:
    more = {grade: n * times for grade, n in grades.items()}

    formula = Formula("institution", "overall")
    assert mean(counts(more), formula, SCORES) == mean(counts(grades), formula, SCORES)


@given(st.dictionaries(st.text("abc", min_size=1, max_size=2), GRADED, min_size=1, max_size=5))
def test_over_staff_means_every_member_of_staff_weighs_the_same(by_staff: dict[str, dict[int, int]]) -> None:
    every = [count for name, grades in by_staff.items() for count in counts(grades, name)]
    own = [
        Decimal(sum(SCORES[5 - g] * n for g, n in grades.items())) / sum(grades.values())
        for grades in by_staff.values()
    ]

    found = mean(every, Formula("institution", "overall", "staff-means"), SCORES)

    assert found is not None
    assert abs(found - sum(own, Decimal(0)) / len(own)) <= Decimal("0.005")


def test_a_half_cent_is_rounded_up() -> None:
    # 8 × 10 + … = 9.995 exactly: 1 in 400 graded 8.
    assert mean(counts({5: 399, 4: 1}), Formula("institution", "overall"), SCORES) == Decimal("10.00")


def test_without_scores_there_is_no_mean_but_still_a_distribution() -> None:
    graded = counts({5: 3, 1: 1})

    assert mean(graded, Formula("institution", "overall"), None) is None
    assert distribution(graded) == {5: 3, 1: 1}


async def recount(tenant: Tenant) -> dict[tuple[Any, ...], int]:
    """Counts made from the marks themselves, without tallies."""
    async with db.as_tenant(tenant.id) as unit:
        rows = await unit.fetch(
            """
            SELECT s.subject, s.code, m.dimension, m.origin, m.effective AS grade, sum(m.weight) AS n
            FROM mark m, LATERAL (
              SELECT 'item' AS subject, m.item AS code WHERE m.item <> ''
              UNION ALL SELECT 'staff', m.staff WHERE m.staff IS NOT NULL
              UNION ALL SELECT 'institution', unnest(m.institutions) UNION ALL SELECT 'line', unnest(m.lines)
              UNION ALL SELECT 'area', unnest(m.areas) UNION ALL SELECT 'channel', m.channel) AS s
            WHERE m.tenant_id = $1 AND m.effective IS NOT NULL GROUP BY 1, 2, 3, 4, 5
            """,
            tenant.id,
        )
    return {(r["subject"], r["code"], r["dimension"], r["origin"], r["grade"]): r["n"] for r in rows}


async def tallied(tenant: Tenant) -> dict[tuple[Any, ...], int]:
    found: dict[tuple[Any, ...], int] = {}
    async with db.as_tenant(tenant.id) as unit:
        for subject in ("item", "staff", "institution", "line", "area", "channel"):
            rows = await unit.fetch(scoring.Q.counts, tenant.id, subject, None, ["overall"], None, None, True)
            for r in rows:
                key = (subject, r["code"], r["dimension"], r["origin"], r["grade"])
                found[key] = found.get(key, 0) + r["n"]
    return found


@pytest.mark.parametrize("seed", range(4))
async def test_tallies_equal_a_recount_of_all_marks_after_any_story(city: Tenant, now: datetime, seed: int) -> None:
    dice = random.Random(seed)  # noqa: S311 - a story, not a secret
    at = now
    for number in range(25):
        at += timedelta(hours=dice.randint(1, 30))
        grade = dice.choice(GRADES)
        case = f"A{number}"
        if dice.random() < 0.3:
            await invited(city, case, at)
            continue
        answer = await rated(city, case, at, {"overall": grade}, key=case)
        if answer.ticket is not None and dice.random() < 0.7:
            finding = dice.choice(["valid", "mistaken", "malicious", "objective"])
            await flow.act(city, answer.ticket, Act("verdict", {"is": finding}), by=None, now=at + timedelta(hours=2))
        if dice.random() < 0.4:
            extra = Submission(case=case, grades={"overall": dice.choice((3, 4, 5))}, key=f"{case}+")
            await flow.append(city, extra, source=COUNTER, now=at + timedelta(hours=3))
        if dice.random() < 0.3:
            await duties.run_due(city, at)
        if dice.random() < 0.3:
            await duties.fold(city, "", at)

    assert await tallied(city) == await recount(city)
    await duties.fold(city, "", at)
    assert await tallied(city) == await recount(city)


async def test_a_broken_tally_is_noticed_by_the_recount(city: Tenant, now: datetime) -> None:
    await rated(city, "A1", now, {"overall": 5})
    await duties.fold(city, "", now)
    async with db.as_tenant(city.id) as unit:
        await unit.execute("UPDATE tally SET n = n + 1 WHERE tenant_id = $1 AND subject = 'staff'", city.id)

    assert await tallied(city) != await recount(city)


async def test_a_city_counts_its_districts_once(city: Tenant, now: datetime) -> None:
    await rated(city, "A1", now, {"overall": 5})

    async with db.as_tenant(city.id) as unit:
        policy = stack.policy(city, now.date())
        whole = await scoring.score(unit, city, policy, "region", "city")
        east = await scoring.score(unit, city, policy, "region", "east")
    assert (whole.n, east.n) == (1, 1)


async def test_an_unknown_subject_is_refused_by_name(city: Tenant, now: datetime) -> None:
    async with db.as_tenant(city.id) as unit:
        with pytest.raises(errors.Invalid):
            await scoring.score(unit, city, stack.policy(city, now.date()), "planet", "earth")


MONTHS = list(csv.DictReader(PUBLISHED.read_text("utf-8").splitlines()))


@pytest.mark.parametrize("scale", [1000, pytest.param(100, marks=pytest.mark.slow)])
@pytest.mark.parametrize("month", MONTHS, ids=lambda m: m["month"])
async def test_a_published_month_comes_out_of_its_single_ratings_as_recomputed(
    city: Tenant, now: datetime, month: dict[str, str], scale: int
) -> None:
    """At 1 : ``scale``; the published mean stands beside the one that its own counts give."""
    scaled = {grade: round(int(month[f"grade{grade}"]) / scale) for grade in GRADES}
    at = datetime.fromisoformat(f"{month['month']}-15T10:00:00+08:00")
    await _history(city, at, scaled)
    await duties.fold(city, "", at)

    async with db.as_tenant(city.id, patience=60) as unit:
        found = await scoring.score(unit, city, stack.policy(city, at.date()), "region", "city")

    exact = sum(SCORES[5 - g] * n for g, n in scaled.items()) / sum(scaled.values())
    print(f"{month['month']}: 公布 {month['published_mean']}，按公布的份数重算 {found.mean}，份数 {found.n}")  # noqa: T201
    assert found.distribution == {grade: n for grade, n in scaled.items() if n}
    assert found.mean == Decimal(str(exact)).quantize(Decimal("0.01"))
    assert abs(float(found.mean or 0) - float(month["mean_10_8_6_3_0"])) < 0.01


async def _history(city: Tenant, at: datetime, grades: Mapping[int, int]) -> None:
    """So many invitations whose silence means that grade, ended by the job that ends them every midnight."""
    invitation = await invited(city, "A1", at - timedelta(days=8))
    async with db.as_tenant(city.id, patience=120) as unit:
        await unit.execute(
            """
            INSERT INTO invitation (tenant_id, id, case_id, event_id, occasion, dimensions, opens, closes, silent_grade,
              token_hash, policy)
            SELECT $1, gen_random_uuid(), i.case_id, i.event_id, 'closed', i.dimensions, i.opens, $3, g,
              sha256((g || '/' || k)::bytea), i.policy
            FROM invitation i, unnest($4::int[], $5::int[]) AS t(g, n), generate_series(1, n) AS k
            WHERE i.tenant_id = $1 AND i.id = $2
            """,
            city.id, invitation.id, at, list(grades), list(grades.values()),
        )  # fmt: skip
        # Foreign keys keep plans of their own, made while these tables were small.
        await unit.execute("DISCARD PLANS")
        await unit.execute(
            """
            INSERT INTO target (tenant_id, invitation_id, dimension, item, institutions, regions, areas, channel)
            SELECT $1, id, 'overall', 'invoice', '{tax-east}', '{east}', '{city,east}', 'window'
            FROM invitation WHERE tenant_id = $1 AND id <> $2
            """,
            city.id, invitation.id,
        )  # fmt: skip
        await unit.execute("DELETE FROM target WHERE tenant_id = $1 AND invitation_id = $2", city.id, invitation.id)
        await unit.execute("DELETE FROM invitation WHERE tenant_id = $1 AND id = $2", city.id, invitation.id)
    await duties.silence(city, "", at)


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/New_York"])
async def test_a_window_that_closed_at_midnight_is_asked_on_its_own_day_whatever_zone_the_session_has(
    pool: Servers, now: datetime, zone: str
):
    async with town(now, overrides=(Override("rating_window", "7d", "第一条"),)) as place:
        given_at = now.replace(day=2, hour=10)
        await invited(place, "A1", given_at)
        ended = given_at.replace(day=10, hour=0, minute=0)
        await duties.run_due(place, ended)
        async with db.as_tenant(place.id) as unit:
            await unit.execute(f"SET LOCAL timezone = '{zone}'")
            policy = stack.policy(place, ended.date())
            found = await scoring.metric(
                unit, policy, "active", "item", "invoice", ended, start=ended.date(), end=ended.date()
            )

    assert (found.count, found.over) == (0, 1)
