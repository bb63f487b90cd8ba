"""An extra that raises, hangs or answers nonsense is stopped: nothing is half written, and it is reported."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

import pytest

from core import db, duties, people, stack
from core.audit.model import SYSTEM
from core.notify import actions as notify
from core.policy.extras import Fault
from core.records import actions, contained
from core.records.model import ExtraFailed
from core.tenants.model import Tenant
from tests.core.records import lost
from tests.core.records.test_records import filed


def raises(_: object) -> NoReturn:
    raise ZeroDivisionError("of its own")


def hangs(_: object) -> NoReturn:
    while True:
        time.sleep(0.01)


def chatters(_: object) -> str:
    return "好的"


@pytest.mark.parametrize(("check", "says"), [(raises, "of its own"), (hangs, "已停止"), (chatters, "返回的内容不对")])
async def test_what_an_extra_breaks_is_contained(
    place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch, check: Callable[[Any], Any], says: str
):
    monkeypatch.setattr(contained, "SECONDS", 0.2)
    monkeypatch.setattr(contained, "REST", 0)
    object.__setattr__(lost.THING, "check", check)
    try:
        with pytest.raises(ExtraFailed, match="没有改动任何记录"):
            await actions.file(
                place, "lost", "lost_thing", {"what": "雨伞", "where": "tax-east"}, who="citizen", by=None,
                channel="qr", now=now,
            )  # fmt: skip
    finally:
        object.__setattr__(lost.THING, "check", lost.room)

    incident = stack.incidents()[-1]
    assert (incident.plugin, incident.hook, says in incident.error) == ("lost", "lost_thing.check", True)
    async with db.as_tenant(place.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM extra_record WHERE tenant_id = $1", place.id) == 0


async def test_a_duty_that_fails_is_asked_again_and_holds_up_nothing(place: Tenant, now: datetime):
    (duty,) = lost.LOST.duties
    object.__setattr__(duty, "makes", raises)
    try:
        await duties.run_due(place, now)
    finally:
        object.__setattr__(duty, "makes", lost.stocktaking)
    await duties.run_due(place, now)

    async with db.as_tenant(place.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM extra_record WHERE tenant_id = $1", place.id) == 4


async def test_what_has_hung_makes_nobody_wait_a_second_time(place: Tenant, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(contained, "SECONDS", 0.2)
    monkeypatch.setattr(contained, "_resting", {})
    scene: Any = None
    began: list[float] = []

    def slow(_: object) -> tuple[Fault, ...]:
        began.append(time.monotonic())
        hangs(_)

    for _ in range(3):
        with pytest.raises(ExtraFailed):
            await contained.call("lost", "room", slow, scene, Fault)

    assert len(began) == 1


async def test_whoever_runs_the_place_is_told_once_a_day(place: Tenant, now: datetime):
    new = people.NewMember("ops", "运营", "operator", "Kd8#fj2!sk0Q", must_change=False)
    member = await people.add_member(place.id, new, by=SYSTEM, now=now)
    object.__setattr__(lost.THING, "check", raises)
    try:
        for _ in range(2):
            with pytest.raises(ExtraFailed):
                await filed(place, now)
    finally:
        object.__setattr__(lost.THING, "check", lost.room)

    async with db.as_tenant(place.id) as unit:
        told, _ = await notify.listing(unit, member, now)
    assert [(each.title, each.link) for each in told] == [("特色功能出错，已停下", "/jobs")]
    assert "“失物招领”" in told[0].about
