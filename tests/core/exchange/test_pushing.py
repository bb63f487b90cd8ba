"""What happens to a ticket reaches the partner: all of it, once, in its order, and naming nobody."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from core import clock, db, duties, errors, flow, people, worker
from core.audit.model import SYSTEM, Actor
from core.exchange import carrying, listing, partners
from core.exchange.model import Order
from core.intake.model import Submission
from core.outbox import tasks
from core.outbox.actions import resend_lines
from core.outbox.jobs import LINE_ATTEMPTS, Delivery
from core.outbox.sms import NoGateway
from core.people import NewMember
from core.tenants.model import Tenant
from core.tickets.model import Act
from tests.core.exchange.conftest import BY, exchange
from tests.core.town import CITIZEN, invited, rated
from tests.order_system import KEY, Running, running

BAD = {"overall": 1}


async def delivered(tenant: Tenant, at: datetime) -> None:
    """Rounds of the worker at that time, until there is nothing more to be given."""
    job = Delivery(NoGateway(), "https://hall.example", couriers=duties.COURIERS)
    with clock.at(at):
        while True:
            claimed = await tasks.claim(at, 50, throwaway=True)
            if not claimed.ids:
                return
            for task_id in claimed.ids:
                await worker.run_claimed(task_id, claimed.token, {**duties.JOBS, "outbox": job})


async def orders(tenant: Tenant) -> tuple[Order, ...]:
    async with db.as_tenant(tenant.id) as unit:
        return await listing.page(unit, listing.Sought())


async def did(tenant: Tenant, ticket: Any, verb: str, at: datetime, **data: Any) -> None:
    await flow.act(tenant, ticket, Act(verb, data), by=None, now=at)


async def test_a_bad_rating_is_an_order_there_and_its_life_is_told_in_order(
    place: Tenant, hotline: Running, now: datetime
):
    found = await rated(place, "A-1", now, BAD)
    at = now + timedelta(hours=2)
    await did(place, found.ticket, "dispatch", at, to="tax-east")
    await did(place, found.ticket, "verdict", at, **{"is": "valid"})
    await did(place, found.ticket, "rectify", at, note="已加开窗口")
    await did(place, found.ticket, "feedback", at, note="已答复")
    await did(place, found.ticket, "rate-feedback", at, grade=3)
    await delivered(place, at)

    (order,) = await orders(place)
    told = hotline.inside.orders[order.number]
    assert [each["event"] for each in told] == [
        "opened", "dispatch", "verdict", "rectify", "feedback", "rate-feedback", "closed",
    ]  # fmt: skip
    assert (order.state, order.pushed, order.acknowledged, order.theirs) == ("done", 7, 7, f"12345-{order.number}")
    assert hotline.inside.copies == 0


async def test_nothing_that_is_sent_names_or_hints_at_who_rated(place: Tenant, hotline: Running, now: datetime):
    invitation = await invited(place, "CASE-0815", now)
    told = "我是张三，电话13800000001，办件CASE-0815，昨天上午九点半在东区税务局3号窗口等了两小时"
    found = await flow.rate(
        place, Submission(token=invitation.token, grades=BAD, text=told), source=CITIZEN, now=now + timedelta(minutes=7)
    )
    at = now + timedelta(hours=2)
    await did(place, found.ticket, "dispatch", at, to="tax-east")
    await did(place, found.ticket, "contact", at, note="已电话联系张三（13800000001）")
    await did(place, found.ticket, "verdict", at, **{"is": "valid"})
    await did(place, found.ticket, "feedback", at, note="已答复张三，办件CASE-0815 已重办")
    await delivered(place, at)

    async with db.as_tenant(place.id) as unit:
        record = await unit.fetchval("SELECT fields::text FROM extra_record WHERE tenant_id = $1", place.id)
    sent = msgspec.json.encode([*hotline.inside.events.values()]).decode()
    receipt = found.receipt
    for secret in ("张三", "13800000001", "CASE-0815", receipt, receipt.replace("-", ""), "09:37", "九点半"):
        assert secret not in sent and secret not in record, secret
    opened = next(iter(hotline.inside.events.values()))
    assert (opened["at"], "窗口等了两小时" in opened["text"]) == ("2026-03-09", True)


async def test_a_partner_that_is_down_gets_everything_in_order_once_it_is_up(
    place: Tenant, hotline: Running, now: datetime
):
    hotline.inside.refuse_next = 3
    found = await rated(place, "A-1", now, BAD)
    at = now + timedelta(hours=2)
    await did(place, found.ticket, "dispatch", at, to="tax-east")
    await delivered(place, at)
    (order,) = await orders(place)
    assert (order.pushed, order.acknowledged, hotline.inside.orders) == (2, 0, {})
    assert order.disagrees(at) == "" and order.disagrees(at + timedelta(hours=1)) == "推送等待超过 1 小时"

    for minutes in (1, 5, 30):
        await delivered(place, at + timedelta(minutes=minutes))

    (order,) = await orders(place)
    assert [each["event"] for each in hotline.inside.orders[order.number]] == ["opened", "dispatch"]
    assert (order.pushed, order.acknowledged, hotline.inside.copies) == (2, 2, 0)


async def test_an_answer_that_was_lost_makes_a_copy_that_the_partner_knows_by_its_id(
    place: Tenant, hotline: Running, now: datetime
):
    hotline.inside.lose_next = 1
    await rated(place, "A-1", now, BAD)
    await delivered(place, now + timedelta(hours=2))
    await delivered(place, now + timedelta(hours=3))

    (order,) = await orders(place)
    assert (len(hotline.inside.events), hotline.inside.copies, order.acknowledged) == (1, 1, 1)


async def test_a_partner_that_answers_too_late_has_not_taken_it(
    place: Tenant, hotline: Running, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(partners, "TIMEOUT_SECONDS", 0.2)
    hotline.inside.slow = 0.5
    await rated(place, "A-1", now, BAD)
    await delivered(place, now + timedelta(hours=2))
    (order,) = await orders(place)
    async with db.as_tenant(place.id) as unit:
        (message,) = await listing.pushed(unit, order.id)
    assert (message.state, message.attempts, message.last_error) == ("waiting", 1, "ReadTimeout")

    hotline.inside.slow = 0
    await delivered(place, now + timedelta(hours=3))
    assert (await orders(place))[0].acknowledged == 1


async def test_a_partner_with_another_key_takes_nothing(place: Tenant, now: datetime):
    async with running("quite another key that is long") as other:
        async with db.as_tenant(place.id) as unit:
            await partners.settle(unit, exchange(), other.url, KEY, by=BY, now=now, local=True)
        await rated(place, "A-1", now, BAD)
        await delivered(place, now + timedelta(hours=2))
        said = await partners.test(place.id, exchange(), found_exchange(), by=BY, now=now)

        assert (other.inside.forged, other.inside.orders, said) == (2, {}, "HTTP 401")


def found_exchange() -> Any:
    return exchange().exchange


async def test_what_is_given_up_is_told_lies_in_sight_and_goes_again_in_order(
    place: Tenant, hotline: Running, now: datetime
):
    operator = NewMember("op", "运营某", "operator", "A long pass phrase", institution="bureau", must_change=False)
    await people.add_member(place.id, operator, by=SYSTEM, now=now)
    hotline.inside.refuse_next = LINE_ATTEMPTS
    found = await rated(place, "A-1", now, BAD)
    at = now + timedelta(hours=2)
    await did(place, found.ticket, "dispatch", at, to="tax-east")
    for hours in range(LINE_ATTEMPTS + 2):
        await delivered(place, at + timedelta(hours=hours))
    later = at + timedelta(days=5)
    (order,) = await orders(place)
    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch("SELECT title, link FROM notification WHERE tenant_id = $1 AND title <> ''", place.id)
        pushed = await listing.pushed(unit, order.id)
        unequal = await listing.disagreeing(unit, "", now, later, later)
    assert [each.state for each in pushed] == ["dead", "waiting"]
    assert [row["link"] for row in rows if row["title"] == carrying.TITLE] == [f"/extras/records/{order.id}"]
    assert [each.disagrees(later) for each in unequal] == ["1 条没有送达"]

    async with db.as_tenant(place.id) as unit:
        await resend_lines(unit, await listing.lines(unit, exchange().code), later)
    await delivered(place, later)
    assert [each["event"] for each in hotline.inside.orders[order.number]] == ["opened", "dispatch"]


async def test_of_several_at_once_each_message_has_its_place_and_the_ticket_one_order(
    place: Tenant, hotline: Running, now: datetime
):
    found = await rated(place, "A-1", now, BAD)
    at = now + timedelta(hours=2)
    await did(place, found.ticket, "dispatch", at, to="tax-east")
    await asyncio.gather(*(
        flow.act(place, UUID(str(found.ticket)), Act("urge", {"note": f"第{number}次"}), by=Actor("hotline"), now=at)
        for number in range(5)
    ))  # fmt: skip
    await delivered(place, at)

    (order,) = await orders(place)
    told = [each["data"].get("note") for each in hotline.inside.orders[order.number]][2:]
    assert sorted(told) == [f"第{number}次" for number in range(5)]
    assert (order.pushed, order.acknowledged) == (7, 7)


async def test_what_is_rolled_back_is_neither_an_order_nor_a_message(place: Tenant, hotline: Running, now: datetime):
    found = await rated(place, "A-1", now, BAD)
    with pytest.raises(errors.NotEntitled):
        await flow.act(
            place, UUID(str(found.ticket)), Act("dispatch", {"to": "tax-east"}), by=Actor("institution", "tax-east"),
            now=now + timedelta(hours=2),
        )  # fmt: skip
    await delivered(place, now + timedelta(hours=2))

    (order,) = await orders(place)
    assert (order.pushed, order.state) == (1, "pushed")


async def test_warnings_and_what_is_late_are_told_when_they_fall_due(place: Tenant, hotline: Running, now: datetime):
    found = await rated(place, "A-1", now, BAD)
    await did(place, found.ticket, "dispatch", now + timedelta(hours=2), to="tax-east")
    for day in (14, 15, 16):
        await duties.run_due(place, now + timedelta(days=day))
    await delivered(place, now + timedelta(days=16))

    (order,) = await orders(place)
    told = [(each["event"], each["data"].get("clock")) for each in hotline.inside.orders[order.number]][2:]
    assert told == [("warning", "close"), ("overdue", "close")]


async def test_a_key_goes_in_and_never_comes_out_and_goes_to_no_other_address(place: Tenant, now: datetime):
    async with db.as_tenant(place.id) as unit:
        row = await unit.fetchrow(
            "SELECT exchange_partner::text AS said FROM exchange_partner WHERE tenant_id = $1", place.id
        )
        log = await unit.fetch("SELECT audit::text AS said FROM audit WHERE tenant_id = $1", place.id)
        with pytest.raises(errors.Invalid, match="同时重新填写密钥"):
            await partners.settle(unit, exchange(), "http://127.0.0.1:9/", "", by=BY, now=now, local=True)
    assert row is not None and KEY not in row["said"]
    assert not [each for each in log if KEY in each["said"]]


@pytest.mark.parametrize(
    "url", ["", "ftp://a.example/", "http://a.example/", "https://127.0.0.1/", "https://localhost/x",
            "https://169.254.169.254/latest", "https://[::1]/", "https://name:word@a.example/", "https:///x",
            "https://a.example/ b", "https://a.example:99999/"],
)  # fmt: skip
async def test_an_address_that_leads_nowhere_or_home_is_refused_at_its_field(place: Tenant, now: datetime, url: str):
    async with db.as_tenant(place.id) as unit:
        with pytest.raises(errors.Invalid) as refused:
            await partners.settle(unit, exchange(), url, KEY, by=BY, now=now)
    assert refused.value.field == "url"
