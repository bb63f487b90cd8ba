"""What a finding brings about goes to whom the text names and falls with it; what no text names is not given."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from core import assignments, db, duties, flow
from core.audit.model import Actor
from core.embedded.servers import Servers
from core.intake.model import Received, Submission
from core.policy.model import Override
from core.tenants.model import Tenant
from core.tickets.model import Act
from tests.core.town import CITIZEN, COUNTER, served, town

LI = Actor("staff", "li")
EVERYONE = {"share": 1.0}
NOBODY = {"share": 0.0}


@pytest.fixture
async def shenzhen(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    async with town(now, "shenzhen") as place:
        yield place


async def complaint(place: Tenant, case: str, at: datetime, grades: dict[str, int], *, anonymous: bool = False) -> UUID:
    (answer,) = await flow.receive(place, [served(case, at, event="served")], source=COUNTER, now=at)
    assert isinstance(answer, Received) and answer.invitation is not None
    said = Submission(token=answer.invitation.token, grades=grades, text="态度生硬", anonymous=anonymous, key=case)
    rated = await flow.rate(place, said, source=CITIZEN, now=at + timedelta(hours=1))
    assert rated.ticket is not None
    return rated.ticket


async def act(place: Tenant, ticket: UUID, verb: str, at: datetime, by: Actor | None = None, **data: Any) -> None:
    told = {"is" if name == "is_" else name: value for name, value in data.items()}
    await flow.act(place, ticket, Act(verb, told), by=by, now=at)


async def tasks(place: Tenant, ticket: UUID, state: str = "open") -> list[tuple[str, str]]:
    async with db.as_tenant(place.id) as unit:
        found = await assignments.actions.listing(unit, ticket_id=ticket, state=state)
    return sorted((each.kind, each.addressee) for each in found)


@pytest.mark.covers("SZ-26a")
async def test_only_a_finding_about_a_person_makes_that_person_write(shenzhen: Tenant, now: datetime):
    about_channel = await complaint(shenzhen, "A1", now, {"channel": 1})
    await act(shenzhen, about_channel, "dispatch", now + timedelta(hours=2))
    await act(shenzhen, about_channel, "verdict", now + timedelta(hours=3), is_="valid")

    assert await tasks(shenzhen, about_channel) == []


@pytest.mark.covers("SZ-26a")
@pytest.mark.parametrize("finding", ["mistaken", "malicious"])
async def test_what_was_not_valid_asks_nobody_for_self_criticism(shenzhen: Tenant, now: datetime, finding: str):
    ticket = await complaint(shenzhen, "A1", now, {"staff": 1})
    await act(shenzhen, ticket, "dispatch", now + timedelta(hours=2))
    await act(shenzhen, ticket, "verdict", now + timedelta(hours=3), is_=finding)

    assert await tasks(shenzhen, ticket) == []


@pytest.mark.covers("SZ-26a", "SZ-25c")
@pytest.mark.parametrize("upheld", [True, False])
async def test_measures_fall_where_an_appeal_overturns_the_finding_and_stand_where_it_does_not(
    shenzhen: Tenant, now: datetime, upheld: bool
):
    ticket = await complaint(shenzhen, "A1", now, {"staff": 1})
    await act(shenzhen, ticket, "dispatch", now + timedelta(hours=2))
    await act(shenzhen, ticket, "verdict", now + timedelta(hours=3), is_="valid")
    given = [("correct", "staff:li"), ("self-criticism", "staff:li")]
    assert await tasks(shenzhen, ticket) == given

    await act(shenzhen, ticket, "notify", now + timedelta(hours=4), to="staff:li")
    await act(shenzhen, ticket, "appeal", now + timedelta(hours=5), LI, reason="当日不在岗", evidence="考勤记录")
    finding = {"finding": "mistaken"} if upheld else {}
    await act(shenzhen, ticket, "decide", now + timedelta(hours=6), upheld=upheld, **finding)

    assert await tasks(shenzhen, ticket) == ([] if upheld else given)
    assert await tasks(shenzhen, ticket, "cancelled") == (given if upheld else [])


@pytest.mark.covers("JL-19e")
@pytest.mark.parametrize(("anonymous", "called"), [(False, True), (True, False)])
async def test_every_rater_with_a_name_is_called_back_and_others_only_where_a_share_is_set(
    pool: Servers, now: datetime, anonymous: bool, called: bool
):
    async with town(now, "jilin") as place:
        ticket = await complaint(place, "A1", now, {"service": 1}, anonymous=anonymous)
        await act(place, ticket, "dispatch", now + timedelta(hours=2))
        await act(place, ticket, "verdict", now + timedelta(hours=3), is_="valid")
        await act(place, ticket, "feedback", now + timedelta(hours=4), note="已整改")

        assert await tasks(place, ticket) == ([("callback", "institution:bureau")] if called else [])


@pytest.mark.covers("SZ-29b")
@pytest.mark.parametrize(("rows", "called"), [(None, False), ([NOBODY], False), ([EVERYONE], True)])
async def test_closed_tickets_are_drawn_by_the_share_that_was_set_and_by_none_where_none_was(
    pool: Servers, now: datetime, rows: list[object] | None, called: bool
):
    rules = (Override("callback", rows, "抽查规程第二条"),) if rows else ()
    async with town(now, "shenzhen", overrides=rules) as place:
        ticket = await complaint(place, "A1", now, {"channel": 1})
        await act(place, ticket, "dispatch", now + timedelta(hours=2))
        await act(place, ticket, "verdict", now + timedelta(hours=3), is_="valid")
        await act(place, ticket, "feedback", now + timedelta(hours=4), note="已整改")
        await act(place, ticket, "rate-feedback", now + timedelta(hours=5), grade=5)

        assert await tasks(place, ticket) == ([("callback", "institution:bureau")] if called else [])


@pytest.mark.covers("BJ-7e")
async def test_a_neglect_that_was_found_is_written_down_and_brings_only_what_the_place_has_set(
    pool: Servers, now: datetime
):
    async with town(now, "beijing") as place:
        ticket = await complaint(place, "A1", now, {"item": 1})
        await act(place, ticket, "censure", now + timedelta(days=8), is_="unsolved", reason="七日届满仍未整改")
        async with db.as_tenant(place.id) as unit:
            told = await unit.fetchval(
                "SELECT data ->> 'is' FROM ticket_act WHERE tenant_id = $1 AND act = 'censure'", place.id
            )

        assert told == "unsolved"
        assert await tasks(place, ticket) == []


@pytest.mark.covers("BJ-3b")
@pytest.mark.parametrize(("in_scope", "reason"), [(True, ""), (False, "涉及公共安全")])
async def test_an_item_out_of_scope_is_served_and_nobody_is_asked_to_rate_it(
    pool: Servers, now: datetime, in_scope: bool, reason: str
):
    async with town(now, "beijing") as place:
        async with db.as_tenant(place.id) as unit:
            change = "UPDATE item SET in_scope = $2, exempt_reason = $3 WHERE tenant_id = $1 AND code = 'invoice'"
            await unit.execute(change, place.id, in_scope, reason)

        (answer,) = await flow.receive(place, [served("A1", now, event="served")], source=COUNTER, now=now)

        assert isinstance(answer, Received)
        assert (answer.invitation is not None) == in_scope


@pytest.mark.covers("SZ-15a")
@pytest.mark.parametrize(("after", "reminded"), [(timedelta(hours=23), 0), (timedelta(hours=25), 1)])
async def test_only_who_was_silent_for_a_day_is_reminded_and_only_once(
    shenzhen: Tenant, now: datetime, after: timedelta, reminded: int
):
    (answer,) = await flow.receive(shenzhen, [served("A1", now, mode="online")], source=COUNTER, now=now)
    assert isinstance(answer, Received) and answer.invitation is not None
    said = Submission(token=answer.invitation.token, grades={"item": 5}, key="A1")

    await duties.run_due(shenzhen, min(now + after, now + timedelta(hours=24)))
    await flow.rate(shenzhen, said, source=CITIZEN, now=now + after)
    await duties.run_due(shenzhen, now + timedelta(hours=24))
    await duties.run_due(shenzhen, now + timedelta(days=3))

    async with db.as_tenant(shenzhen.id) as unit:
        told = "SELECT count(*) FROM notice WHERE tenant_id = $1 AND about = 'reminder'"
        assert await unit.fetchval(told, shenzhen.id) == reminded
