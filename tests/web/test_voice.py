"""A call that asks to rate goes out through the gateway; the key that is pressed comes back as a rating."""

from datetime import datetime

import httpx
import pytest

from core import clock, db, worker
from core.audit.model import SYSTEM
from core.outbox import tasks
from core.outbox.jobs import Delivery
from core.outbox.sms import NoGateway
from core.outbox.voice import voice_gateway, voice_key
from core.people import issue_key
from core.policy.model import Override
from tests import sms_gateway
from tests.core.town import invited, town
from tests.web.api_world import Times
from tests.web.office import seat

SECRET = "a secret that is only good for tests"  # noqa: S105
ON = (Override("voice_invitation", value=True, clause="第三条"),)
NEW = "/admin/extras/voice_invitation/voice_call/new"


async def delivered(job: Delivery, at: datetime) -> None:
    with clock.at(at):
        claimed = await tasks.claim(at, 50, throwaway=True)
        for task_id in claimed.ids:
            await worker.run_claimed(task_id, claimed.token, {"outbox": job})


@pytest.mark.covers("TA-2.1c")
async def test_a_pressed_key_is_a_rating_on_the_hotline_and_no_second_one(
    pool: object, address: str, now: datetime, times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sms_gateway, "signing_key", voice_key)
    times.now = now
    async with town(now, overrides=ON) as place, sms_gateway.running(SECRET) as gateway:
        await invited(place, "A1", now)
        async with db.as_tenant(place.id) as unit:
            key = await issue_key(unit, "voice", ["ratings:write"], by=SYSTEM, now=now)
        async with seat(address, place, "supervisor", now) as bureau, httpx.AsyncClient(base_url=address) as voice:
            told = {"a.case": "A1", "a.phone": "13800000001", "a.agreed": "yes"}
            record = (await bureau.post(NEW, told)).headers["location"].partition(place.slug)[2]
            called = await bureau.post(f"{record}/acts/call", {"version": "1"})
            await delivered(Delivery(NoGateway(), address, voice=voice_gateway(gateway.url, SECRET)), now)
            (rung,) = gateway.inside.messages.values()
            pressed = {
                "token": rung["params"]["token"], "channel": "hotline",
                "grades": dict.fromkeys(rung["params"]["dimensions"], 4),
            }  # fmt: skip
            ways = {"Authorization": f"Bearer {key}"}
            answers = [
                await voice.post("/api/v1/ratings", json=body, headers=headers)
                for body, headers in (
                    (pressed, {}),
                    ({**pressed, "token": "0-0000000000000000000000"}, ways),
                    (pressed, ways),
                    (pressed, ways),
                )
            ]
            shown = (await bureau.get(record)).text
            again = await bureau.post(f"{record}/acts/call", {"version": "2"})
        async with db.as_tenant(place.id) as unit:
            rows = await unit.fetch("SELECT origin, channel FROM rating WHERE tenant_id = $1", place.id)

    assert called.status_code == 303 and rung["to"] == "13800000001"
    assert [each.status_code for each in answers[:3]] == [401, 404, 201], [each.text for each in answers]
    assert answers[3].status_code in (200, 409)
    assert [(row["origin"], row["channel"]) for row in rows] == [("citizen", "hotline")]
    assert "这个办件的评价" in shown and "13800000001" not in shown
    assert again.status_code in (409, 422)
