"""Facts make an alert exactly when they are as many as the rule says, within the time it says, and each counts once."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import db, duties, flow
from core.alerts import actions as alerts
from core.alerts import decide
from core.alerts.model import Fact, Raised, Standing
from core.api import Alert, days, hours, months
from core.assignments import actions as assignments
from core.audit.model import Actor
from core.embedded.servers import Servers
from core.errors import ReasonMissing, WrongState
from core.intake.model import Submission
from core.policy.calendar import due
from core.policy.model import Override
from core.tenants.model import Tenant
from core.tickets.model import Act
from tests.core.policy.test_calendar import SEEDED, at
from tests.core.town import CITIZEN, invited, rated, town

SPACE = UUID(int=7)
YEAR = Alert("staff", "repeat-year", "valid-bad", count=3, within=months(12))
WEEK = Alert("staff", "repeat-week", "valid-bad", count=3, within=days(7))
BOTTOM = Alert("staff", "bottom-months", rank=0.1, months=3, min=1)
instants = st.datetimes(datetime.fromisoformat("2025-01-01"), datetime.fromisoformat("2026-12-31"))


def fact(moment: datetime, *, counts: bool = True) -> Fact:
    return Fact(uuid5(SPACE, f"{moment.isoformat()}{counts}"), moment, counts)


def facts(*moments: str) -> list[Fact]:
    return [fact(at(each)) for each in moments]


def test_the_third_on_the_last_day_of_the_year_counts_and_the_day_after_does_not():
    first, second = facts("2025-03-02T10:00:00", "2025-06-01T10:00:00")
    last, late = facts("2026-03-02T23:59:59", "2026-03-03T00:00:00")

    assert decide.gathered([first, second, last], YEAR, last, SEEDED) == (first, second, last)
    assert decide.gathered([first, second, late], YEAR, late, SEEDED) == ()


def test_a_verdict_on_an_earlier_rating_completes_the_three_as_well():
    told = facts("2026-03-02T10:00:00", "2026-03-03T10:00:00", "2026-03-04T10:00:00")

    assert decide.gathered(told, WEEK, told[0], SEEDED) == tuple(told)


def test_by_the_calendar_year_december_and_january_do_not_meet():
    rule = Alert("staff", "repeat-year", "valid-bad", count=3, within=months(12), rolling=False)
    told = facts("2025-11-03T10:00:00", "2025-12-01T10:00:00", "2026-01-12T10:00:00")

    assert decide.gathered(told, rule, told[-1], SEEDED) == ()


@given(st.lists(instants, min_size=1, max_size=12, unique=True), st.integers(1, 4), st.integers(1, 30))
def test_the_gathered_facts_agree_with_a_plain_count(moments: list[datetime], count: int, length: int):
    rule = Alert("staff", "repeat-week", "valid-bad", count=count, within=days(length))
    told = [fact(each.replace(tzinfo=SEEDED_ZONE)) for each in sorted(moments)]
    trigger = told[len(told) // 2]

    # By hand: a period of days ends with the last of them, the first day not counted.
    def together(one: Fact) -> list[Fact]:
        end = datetime.combine(one.at.date() + timedelta(days=length + 1), datetime.min.time(), SEEDED_ZONE)
        return [each for each in told if one.at <= each.at < end]

    wanted = any(len(group) >= count and trigger in group for group in map(together, told))
    assert bool(decide.gathered(told, rule, trigger, SEEDED)) == wanted


SEEDED_ZONE = at("2026-01-01T00:00:00").tzinfo


def test_a_better_rating_between_breaks_a_streak_and_only_a_streak():
    one, two, three = facts("2026-03-02T10:00:00", "2026-03-04T10:00:00", "2026-03-06T10:00:00")
    better = fact(at("2026-03-05T09:30:00"), counts=False)
    streak = Alert("staff", "repeat-week", "valid-bad", count=3, within=days(7), streak=True)

    assert decide.gathered([one, two, better, three], streak, three, SEEDED) == ()
    assert decide.gathered([one, two, three], streak, three, SEEDED) == (one, two, three)
    assert decide.gathered([one, two, better, three], WEEK, three, SEEDED) == (one, two, three)


@pytest.mark.parametrize(("low", "every", "raised"), [(3, 10, True), (2, 10, False), (3, 9, False), (4, 40, False)])
def test_a_share_needs_both_enough_ratings_and_enough_low_ones(low: int, every: int, raised: bool):
    rule = Alert("item", "concentration", "low-grade", share=0.3, min=10, within=days(30))
    told = [fact(at("2026-03-02T10:00:00") + timedelta(minutes=n)) for n in range(low)]

    assert bool(decide.concentrated(told, every, rule)) is raised


@given(instants, st.sampled_from([hours(24), days(7), days(30), months(1), months(12)]))
def test_what_opens_a_period_is_the_earliest_instant_from_which_it_still_runs(moment: datetime, within: Any):
    now = moment.replace(tzinfo=SEEDED_ZONE)
    first = decide.opens(now, within, SEEDED)

    assert due(first, within, SEEDED).at > now or within.unit == "h"
    assert due(first - timedelta(seconds=1), within, SEEDED).at <= now


def test_equal_figures_share_a_place_and_nobody_is_last_where_nobody_is_better():
    rule = Alert("staff", "bottom-months", rank=0.5, min=1, months=1)
    same = [Standing(code, Decimal(8), 5, 0, 0, False) for code in "abc"]
    apart = [Standing("a", Decimal(10), 5, 0, 0, False), *same[1:], Standing("d", Decimal(9), 0, 0, 0, False)]

    assert not any(each.low for each in decide.ranked(same, rule))
    assert {each.code: (each.place, each.low) for each in decide.ranked(apart, rule)} == {
        "a": (1, False), "b": (2, True), "c": (2, True),
    }  # fmt: skip


MONTHS = [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]


def test_three_low_months_in_a_row_are_an_alert_and_a_better_one_between_ends_the_row():
    assert decide.in_a_row(MONTHS, MONTHS, MONTHS[-1], BOTTOM) == tuple(reversed(MONTHS))
    assert decide.in_a_row([MONTHS[0], MONTHS[2]], MONTHS, MONTHS[-1], BOTTOM) == ()


def test_a_month_without_a_place_is_passed_over_unless_the_row_must_be_unbroken():
    low = [date(2025, 12, 1), MONTHS[0], MONTHS[2]]
    unbroken = Alert("staff", "bottom-months", rank=0.1, months=3, min=1, streak=True)

    assert len(decide.in_a_row(low, low, MONTHS[-1], BOTTOM)) == 3
    assert decide.in_a_row(low, low, MONTHS[-1], unbroken) == ()


def test_by_the_calendar_year_a_row_does_not_reach_into_december():
    low = [date(2025, 12, 1), MONTHS[0], MONTHS[1]]
    calendar = Alert("staff", "bottom-months", rank=0.1, months=3, min=1, rolling=False)

    assert decide.in_a_row(low, low, MONTHS[1], BOTTOM) and not decide.in_a_row(low, low, MONTHS[1], calendar)


RULES = (
    Override("dimensions", [{"code": "staff", "label": "工作人员", "of": "staff"}], "第一条"),
    Override("occasions", [{"event": "closed", "dimensions": ["staff"]}], "第一条"),
    Override("scores", [10, 8, 6, 3, 0], "第一条"),
    Override("formulas", [{"subject": "staff", "dimension": "staff"}], "第一条"),
    Override("appellants", ["staff"], "第六条"),
    Override("appeal_to", "bureau", "第六条"),
    Override("appeal_needs", {"reason": False, "evidence": False}, "第六条"),
    Override("alerts", [
        {"of": "staff", "kind": "repeat-year", "what": "valid-bad", "count": 3, "within": "12m", "task_within": "5wd"},
    ], "第七条"),
)  # fmt: skip


@pytest.fixture
async def place(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    async with town(now, overrides=RULES) as found:
        yield found


async def complain(place: Tenant, case: str, moment: datetime) -> UUID:
    told = await rated(place, case, moment, {"staff": 1})
    assert told.ticket is not None
    return told.ticket


async def found_valid(place: Tenant, ticket: UUID, now: datetime) -> None:
    await flow.act(place, ticket, Act("verdict", {"is": "valid"}), by=None, now=now)


async def raised(place: Tenant) -> tuple[Raised, ...]:
    async with db.as_tenant(place.id) as unit:
        return await alerts.listing(unit)


async def test_two_verdicts_at_one_moment_raise_the_alert_that_the_third_makes(place: Tenant, now: datetime):
    tickets = [await complain(place, f"A{n}", now + timedelta(days=n)) for n in range(3)]
    later = now + timedelta(days=4)
    await found_valid(place, tickets[0], later)

    await asyncio.gather(*(found_valid(place, each, later) for each in tickets[1:]))

    (alert,) = await raised(place)
    assert (alert.of, alert.counted, alert.clause) == ("staff:li", 3, "第七条")
    assert {each["case"] for each in alert.facts} == {"A0", "A1", "A2"}


async def test_a_fourth_joins_the_open_alert_and_opens_a_new_one_once_that_is_handled(place: Tenant, now: datetime):
    for n in range(4):
        await found_valid(
            place, await complain(place, f"A{n}", now + timedelta(days=n)), now + timedelta(days=n, hours=2)
        )
    (alert,) = await raised(place)
    await flow.handle_alert(place, alert.id, "已约谈", by=Actor("bureau"), now=now + timedelta(days=5))

    await found_valid(place, await complain(place, "A5", now + timedelta(days=6)), now + timedelta(days=6, hours=2))

    fresh, old = await raised(place)
    assert (alert.counted, old.state, old.note) == (4, "handled", "已约谈")
    assert (fresh.state, fresh.counted) == ("open", 5)


async def test_an_alert_opens_a_task_for_the_supervisor_with_the_days_its_rule_gives(place: Tenant, now: datetime):
    for n in range(3):
        await found_valid(place, await complain(place, f"A{n}", now), now + timedelta(hours=2 + n))

    async with db.as_tenant(place.id) as unit:
        (task,) = await assignments.listing(unit)
        told = await unit.fetch(
            "SELECT addressee, hides FROM notice WHERE tenant_id = $1 AND about = 'alert'", place.id
        )

    assert (task.kind, task.addressee, task.about, task.clause) == (
        "review",
        "institution:bureau",
        "staff:li",
        "第七条",
    )
    assert task.due_at is not None and len(task.days) > 5
    assert [(row["addressee"], list(row["hides"])) for row in told] == [("institution:bureau", ["rater"])]


async def test_a_finding_overturned_on_appeal_takes_the_alert_and_its_task_back(place: Tenant, now: datetime):
    tickets = [await complain(place, f"A{n}", now) for n in range(3)]
    for each in tickets:
        await found_valid(place, each, now + timedelta(hours=2))
    await flow.act(place, tickets[1], Act("appeal"), by=Actor("staff", "li"), now=now + timedelta(hours=3))

    await flow.act(
        place, tickets[1], Act("decide", {"upheld": True, "finding": "mistaken"}), by=None, now=now + timedelta(hours=4)
    )

    (alert,) = await raised(place)
    async with db.as_tenant(place.id) as unit:
        (task,) = await assignments.listing(unit)
    assert (alert.state, alert.counted, task.state) == ("revoked", 2, "cancelled")


async def test_handling_an_alert_wants_words_and_happens_once(place: Tenant, now: datetime):
    for n in range(3):
        await found_valid(place, await complain(place, f"A{n}", now), now + timedelta(hours=2))
    (alert,) = await raised(place)

    with pytest.raises(ReasonMissing):
        await flow.handle_alert(place, alert.id, " ", by=Actor("bureau"), now=now)
    await flow.handle_alert(place, alert.id, "已核查", by=Actor("bureau"), now=now)
    with pytest.raises(WrongState):
        await flow.handle_alert(place, alert.id, "再来", by=Actor("bureau"), now=now)


async def test_months_are_ranked_once_each_when_they_are_over(pool: Servers, now: datetime):
    rules = (*RULES[:4], Override("alerts", [
        {"of": "staff", "kind": "bottom-months", "rank": 0.5, "months": 2, "min": 1},
    ], "第九条"))  # fmt: skip
    async with town(now, overrides=rules) as place:
        for month in (1, 2):
            begun = at(f"2026-0{month}-05T10:00:00")
            await rated(place, f"li-{month}", begun, {"staff": 3})
            told = await rated_for(place, f"zhao-{month}", begun, "zhao")
            assert told
        await duties.months(place, "", at("2026-02-28T23:59:59"))
        early = await raised(place)

        for _ in range(2):
            await duties.months(place, "", at("2026-03-01T00:00:00"))

        (alert,) = await raised(place)
    assert early == ()
    assert (alert.of, alert.kind, [each["month"] for each in alert.facts]) == (
        "staff:li", "bottom-months", ["2026-01", "2026-02"],
    )  # fmt: skip
    assert alert.facts[0]["place"] == 2 and alert.facts[0]["among"] == 2 and alert.facts[0]["figure"].startswith("6")


async def rated_for(place: Tenant, case: str, moment: datetime, staff: str) -> bool:
    invitation = await invited(place, case, moment, staff=staff)
    await flow.rate(place, Submission(token=invitation.token, grades={"staff": 5}), source=CITIZEN, now=moment)
    return True


@pytest.mark.parametrize("first", ["alert", "task"])
async def test_what_came_of_an_alert_is_written_once_at_the_alert_or_at_its_task(
    place: Tenant, now: datetime, first: str
):
    for n in range(3):
        await found_valid(place, await complain(place, f"A{n}", now), now + timedelta(hours=2))
    (alert,) = await raised(place)
    async with db.as_tenant(place.id) as unit:
        (task,) = await assignments.listing(unit)

    if first == "alert":
        await flow.handle_alert(place, alert.id, "已约谈", by=Actor("bureau"), now=now)
    else:
        names = ("institution:bureau",)
        await flow.finish_task(place, task.id, "已约谈", by=Actor("bureau"), names=names, now=now)

    (alert,) = await raised(place)
    async with db.as_tenant(place.id) as unit:
        (task,) = await assignments.listing(unit)
    assert (alert.state, alert.note, task.state, task.note) == ("handled", "已约谈", "done", "已约谈")
