"""What an acknowledged rating may rely on."""

import asyncio
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core import db, duties, errors, flow
from core.citizen import actions as citizen
from core.embedded.servers import Servers
from core.intake.model import Rated, Submission
from core.policy.model import Override
from core.tenants.model import Tenant
from tests.core.town import CITIZEN, invited, rated, served, town

RULES = (
    Override("rating_window", "7d", "第一条"),
    Override("after_window", 5, "第二条"),
    Override("scores", [10, 8, 6, 3, 0], "第三条"),
    Override("defaults_count", True, "第四条"),
)


@pytest.fixture
async def city(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    async with town(now, overrides=RULES) as tenant:
        yield tenant


async def rows(tenant: Tenant, sql: str, *args: object) -> list[db.Row]:
    async with db.as_tenant(tenant.id) as unit:
        return await unit.fetch(sql, tenant.id, *args)


async def test_fifty_copies_of_one_submission_at_once_are_one_rating_with_one_receipt(
    city: Tenant, now: datetime
) -> None:
    invitation = await invited(city, "A1", now)
    submission = Submission(token=invitation.token, grades={"overall": 2}, text="等了两小时", key="k-1")

    answers = await asyncio.gather(
        *(flow.rate(city, submission, source=CITIZEN, now=now + timedelta(hours=1)) for _ in range(50))
    )

    assert len({answer.receipt for answer in answers}) == 1
    assert len(await rows(city, "SELECT id FROM rating WHERE tenant_id = $1")) == 1
    assert len(await rows(city, "SELECT id FROM ticket WHERE tenant_id = $1")) == 1


async def test_the_same_key_with_other_words_is_a_conflict_and_changes_nothing(city: Tenant, now: datetime) -> None:
    invitation = await invited(city, "A1", now)
    first = Submission(token=invitation.token, grades={"overall": 5}, key="k-1")
    await flow.rate(city, first, source=CITIZEN, now=now)

    with pytest.raises(errors.Conflict):
        other = Submission(token=invitation.token, grades={"overall": 1}, text="慢", key="k-1")
        await flow.rate(city, other, source=CITIZEN, now=now)

    assert [r["grade"] for r in await rows(city, "SELECT grade FROM mark WHERE tenant_id = $1")] == [5]


async def test_two_different_ratings_for_one_invitation_leave_exactly_one(city: Tenant, now: datetime) -> None:
    invitation = await invited(city, "A1", now)

    async def attempt(number: int) -> Rated | errors.Refused:
        submission = Submission(token=invitation.token, grades={"overall": 4}, key=f"k-{number}")
        try:
            return await flow.rate(city, submission, source=CITIZEN, now=now)
        except errors.AlreadyRated as refusal:
            return refusal

    answers = await asyncio.gather(*(attempt(number) for number in range(8)))

    assert sum(isinstance(answer, Rated) for answer in answers) == 1
    assert len(await rows(city, "SELECT id FROM rating WHERE tenant_id = $1")) == 1


async def test_silence_never_overwrites_a_rating_of_the_same_second(city: Tenant, now: datetime) -> None:
    invitations = [await invited(city, f"A{n}", now) for n in range(20)]
    last = invitations[0].closes
    assert last is not None

    async def speak(token: str) -> bool:
        submission = Submission(token=token, grades={"overall": 1}, text="没人理", key=token)
        try:
            await flow.rate(city, submission, source=CITIZEN, now=last - timedelta(microseconds=1))
        except errors.WindowClosed:
            return False
        return True

    spoken = asyncio.gather(*(speak(each.token) for each in invitations))
    silences = asyncio.gather(*(duties.silence(city, "", last) for _ in range(3)))
    heard, _ = await asyncio.gather(spoken, silences)
    await duties.silence(city, "", last)

    states = await rows(city, "SELECT state FROM invitation WHERE tenant_id = $1")
    grades = await rows(city, "SELECT grade, origin FROM mark WHERE tenant_id = $1")
    assert [s["state"] for s in states].count("rated") == sum(heard)
    assert [s["state"] for s in states].count("defaulted") == 20 - sum(heard)
    assert sorted((g["grade"], g["origin"]) for g in grades) == sorted(
        [(1, "citizen")] * sum(heard) + [(5, "default")] * (20 - sum(heard))
    )


async def test_a_default_counts_from_the_instant_its_window_ended(city: Tenant, now: datetime) -> None:
    invitation = await invited(city, "A1", now)

    await duties.run_due(city, now + timedelta(days=30))

    (default,) = await rows(city, "SELECT rated_at, origin, id FROM rating WHERE tenant_id = $1")
    assert (default["rated_at"], default["origin"], default["id"]) == (invitation.closes, "default", invitation.id)


async def test_silence_done_twice_is_silence_done_once(city: Tenant, now: datetime) -> None:
    for number in range(5):
        await invited(city, f"A{number}", now)

    await duties.silence(city, "", now + timedelta(days=9))
    await duties.silence(city, "", now + timedelta(days=9))

    assert len(await rows(city, "SELECT id FROM rating WHERE tenant_id = $1")) == 5
    (counted,) = await rows(city, "SELECT sum(n) AS n FROM tally_delta WHERE tenant_id = $1 AND dimension = 'overall'")
    assert counted["n"] == 5


async def test_a_refused_event_in_a_list_leaves_the_others_standing(city: Tenant, now: datetime) -> None:
    from_elsewhere = [
        served("A1", now),
        served("A2", now, item="unheard-of"),
        served("A3", now),
    ]

    answers = await flow.receive(city, from_elsewhere, source=CITIZEN, now=now)

    assert [isinstance(answer, errors.UnknownCode) for answer in answers] == [False, True, False]
    assert len(await rows(city, "SELECT code FROM service_case WHERE tenant_id = $1")) == 2


async def test_the_words_of_a_rating_cannot_be_changed_by_the_program(city: Tenant, now: datetime) -> None:
    await rated(city, "A1", now, {"overall": 1})

    with pytest.raises(Exception, match="permission denied"):
        await rows(city, "UPDATE rating SET text = '很好' WHERE tenant_id = $1 RETURNING id")
    with pytest.raises(Exception, match="permission denied"):
        await rows(city, "UPDATE mark SET grade = 5 WHERE tenant_id = $1 RETURNING grade")


async def test_a_draft_with_nothing_missing_becomes_the_rating_it_was_when_tapped(city: Tenant, now: datetime) -> None:
    invitation = await invited(city, "A1", now)
    await citizen.keep_draft(city, invitation.token, {"overall": 4}, now=now + timedelta(minutes=2))

    await duties.run_due(city, now + timedelta(minutes=31))
    assert await rows(city, "SELECT id FROM rating WHERE tenant_id = $1") == []
    await duties.run_due(city, now + timedelta(minutes=32))

    (rating,) = await rows(city, "SELECT rated_at, origin FROM rating WHERE tenant_id = $1")
    assert (rating["rated_at"], rating["origin"]) == (now + timedelta(minutes=2), "citizen")


async def test_a_bad_draft_without_its_reason_never_becomes_a_good_rating(city: Tenant, now: datetime) -> None:
    invitation = await invited(city, "A1", now)
    await citizen.keep_draft(city, invitation.token, {"overall": 1}, now=now + timedelta(minutes=2))

    await duties.run_due(city, now + timedelta(days=9))

    assert await rows(city, "SELECT id FROM rating WHERE tenant_id = $1") == []
    (state,) = await rows(city, "SELECT state FROM invitation WHERE tenant_id = $1")
    assert state["state"] == "closed"


async def test_a_tap_in_the_last_minutes_is_a_rating_though_silence_is_done_first(city: Tenant, now: datetime) -> None:
    invitation = await invited(city, "A1", now)
    assert invitation.closes
    await citizen.keep_draft(city, invitation.token, {"overall": 4}, now=invitation.closes - timedelta(minutes=10))

    await duties.silence(city, "", invitation.closes)

    (rating,) = await rows(city, "SELECT rated_at, origin FROM rating WHERE tenant_id = $1")
    assert (rating["rated_at"], rating["origin"]) == (invitation.closes - timedelta(minutes=10), "citizen")


async def test_a_month_may_have_a_hundred_thousand_tickets(city: Tenant, now: datetime) -> None:
    await rated(city, "A1", now, {"overall": 1})
    await rows(city, "UPDATE ticket_number SET last = 99998 WHERE tenant_id = $1 RETURNING last")

    for case in ("A2", "A3", "A4"):
        await rated(city, case, now, {"overall": 1})

    found = await rows(city, "SELECT number FROM ticket WHERE tenant_id = $1 ORDER BY id")
    assert [row["number"] for row in found] == ["2603-00001", "2603-99999", "2603-100000", "2603-100001"]
