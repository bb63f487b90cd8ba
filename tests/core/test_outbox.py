"""What must leave the system leaves it: at least once, signed, by day where it can wait, in sight when it cannot."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from uuid import UUID

import httpx
import pytest

from core import clock, db, outbox, people, worker
from core.audit import Actor
from core.clock import SHANGHAI
from core.errors import Invalid, NotFound
from core.outbox import tasks
from core.outbox.jobs import ATTEMPTS_ALLOWED, Delivery
from core.outbox.sms import HttpGateway, NoGateway, signing_key
from core.people import Person
from core.tenants import Tenant
from tests.sms_gateway import Running, running

SECRET = "a secret that is only good for tests"  # noqa: S105
ADDRESS = "https://hall.example"
BY = Actor("member", "operator")


@pytest.fixture
async def gateway() -> AsyncGenerator[Running]:
    async with running(SECRET) as found:
        yield found


def delivery(gateway: Running, secret: str = SECRET) -> Delivery:
    return Delivery(HttpGateway(gateway.url, signing_key(secret)), ADDRESS)


async def post(tenant: Tenant, now: datetime, kind: str = "sms.reminder", phone: str = "13800138000") -> UUID:
    async with db.as_tenant(tenant.id) as unit:
        person_id = await people.remember(unit, Person("李四", phone=phone))
        return await outbox.post(unit, kind, {"case": "A-1", "path": "/r/x"}, now, person_id=person_id)


async def only(tenant: Tenant) -> outbox.Sent:
    async with db.as_tenant(tenant.id) as unit:
        (message,) = await outbox.listing(unit)
    return message


async def work(tenant: Tenant, job: Delivery, at: datetime) -> None:
    """One round of the worker at that time."""
    with clock.at(at):
        claimed = await tasks.claim(at, 50, throwaway=True)
        for task_id in claimed.ids:
            await worker.run_claimed(task_id, claimed.token, {"outbox": job})


async def test_a_reminder_reaches_the_phone_with_its_link(tenant: Tenant, now: datetime, gateway: Running) -> None:
    message_id = await post(tenant, now)
    await work(tenant, delivery(gateway), now)

    (received,) = gateway.inside.messages.values()
    assert (received["id"], received["to"]) == (str(message_id), "13800138000")
    assert received["text"] == "【测试好差评】您办理的事项（办件号 A-1）已可评价，请点击：https://hall.example/r/x"
    assert (await only(tenant)).sent_at == now


async def test_a_message_stands_with_the_fact_it_tells_of(tenant: Tenant, now: datetime) -> None:
    with pytest.raises(Invalid):
        async with db.as_tenant(tenant.id) as unit:
            await outbox.post(unit, "sms.reminder", {"case": "A-1"}, now)
            raise Invalid

    async with db.as_tenant(tenant.id) as unit:
        assert await outbox.listing(unit) == ()
        assert await tasks.listing(unit) == []


async def test_a_gateway_that_refuses_is_asked_again(tenant: Tenant, now: datetime, gateway: Running) -> None:
    gateway.inside.refuse_next = 2
    await post(tenant, now)
    job = delivery(gateway)

    await work(tenant, job, now)
    waiting = await only(tenant)
    assert (waiting.state, waiting.attempts, waiting.last_error) == ("waiting", 1, "HTTP 503")
    assert waiting.run_after == now + timedelta(seconds=15)
    await work(tenant, job, waiting.run_after)
    await work(tenant, job, (await only(tenant)).run_after)

    sent = await only(tenant)
    assert (sent.state, sent.attempts, len(gateway.inside.messages)) == ("sent", 3, 1)


async def test_what_nobody_takes_lies_in_sight_and_can_be_sent_again(
    tenant: Tenant, now: datetime, gateway: Running
) -> None:
    message_id = await post(tenant, now)
    for _ in range(ATTEMPTS_ALLOWED):
        await work(tenant, Delivery(NoGateway(), ADDRESS), (await only(tenant)).run_after)
    dead = await only(tenant)
    assert (dead.state, dead.attempts) == ("dead", ATTEMPTS_ALLOWED)
    assert "HAOCHAPING_SMS_URL" in (dead.last_error or "")

    later = dead.run_after + timedelta(days=1)
    async with db.as_tenant(tenant.id) as unit:
        await outbox.resend(unit, message_id, by=BY, now=later)
    await work(tenant, delivery(gateway), later)

    assert (await only(tenant)).state == "sent"


async def test_a_sent_message_is_not_sent_again_by_the_same_task(
    tenant: Tenant, now: datetime, gateway: Running
) -> None:
    message_id = await post(tenant, now)
    job = delivery(gateway)
    await job(tenant, str(message_id), now)
    await job(tenant, str(message_id), now)

    assert gateway.inside.copies == 0


async def test_the_gateway_knows_a_second_copy_by_its_id(tenant: Tenant, now: datetime, gateway: Running) -> None:
    message_id = await post(tenant, now)
    job = delivery(gateway)
    await job(tenant, str(message_id), now)
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute("UPDATE outbox SET state = 'waiting' WHERE tenant_id = $1", tenant.id)
    await job(tenant, str(message_id), now)

    assert (gateway.inside.copies, len(gateway.inside.messages)) == (1, 1)


async def test_a_message_with_another_signature_is_not_taken(tenant: Tenant, now: datetime, gateway: Running) -> None:
    await post(tenant, now)
    await work(tenant, delivery(gateway, "another secret"), now)

    assert ((await only(tenant)).last_error, len(gateway.inside.messages)) == ("HTTP 401", 0)


async def test_without_a_phone_nothing_is_tried_twice(tenant: Tenant, now: datetime, gateway: Running) -> None:
    await post(tenant, now, phone="")
    await work(tenant, delivery(gateway), now)

    message = await only(tenant)
    assert (message.state, message.last_error) == ("dead", "没有可用的手机号")


@pytest.mark.parametrize(
    ("said", "delivered"),
    [("20:59", "09T20:59"), ("21:00", "10T08:00"), ("23:59", "10T08:00"), ("00:00", "09T08:00"), ("07:59", "09T08:00"),
     ("08:00", "09T08:00")],
)  # fmt: skip
async def test_a_reminder_disturbs_nobodys_night(tenant: Tenant, said: str, delivered: str) -> None:
    hour, minute = map(int, said.split(":"))
    await post(tenant, datetime(2026, 3, 9, hour, minute, tzinfo=SHANGHAI))

    message = await only(tenant)
    assert message.run_after.strftime("%dT%H:%M") == delivered
    assert message.created_at.strftime("%H:%M") == said


async def test_a_link_that_was_asked_for_comes_at_night_too(tenant: Tenant) -> None:
    at = datetime(2026, 3, 9, 23, 0, tzinfo=SHANGHAI)
    await post(tenant, at, kind="sms.link")

    assert (await only(tenant)).run_after == at


async def test_a_kind_without_words_is_refused(tenant: Tenant, now: datetime) -> None:
    with pytest.raises(Invalid):
        await post(tenant, now, kind="sms.unknown")


async def test_another_tenants_message_cannot_be_sent_again(tenant: Tenant, stranger: Tenant, now: datetime) -> None:
    message_id = await post(tenant, now)

    with pytest.raises(NotFound):
        async with db.as_tenant(stranger.id) as unit:
            await outbox.resend(unit, message_id, by=BY, now=now)


async def test_the_gateway_shows_what_it_took(tenant: Tenant, now: datetime, gateway: Running) -> None:
    await post(tenant, now)
    await work(tenant, delivery(gateway), now)

    async with httpx.AsyncClient() as client:
        shown = (await client.get(f"{gateway.url}messages")).json()
        refused = await client.post(gateway.url, content=b"{}")
    assert [each["to"] for each in shown] == ["13800138000"]
    assert refused.status_code == 401
