"""An extra that raises, hangs or answers nonsense is stopped: nothing is half written, and it is reported."""

import time
from collections import deque
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NoReturn

import pytest

from core import clock, db, duties, people, stack
from core.audit.model import SYSTEM
from core.demo import extras as demo
from core.incidents import actions as incidents
from core.notify import actions as notify
from core.policy.extras import Draft, Fault, Ratio
from core.records import actions, contained, figures, stored
from core.records import scene as scenes
from core.records.model import ExtraFailed
from core.tenants.model import Tenant
from tests.core.records import lost
from tests.core.records.changed import changed
from tests.core.records.test_records import TAX, did, filed


def raises(_: object) -> NoReturn:
    raise ZeroDivisionError("of its own")


def hangs(_: object) -> NoReturn:
    while True:
        time.sleep(0.01)


def chatters(_: object) -> str:
    return "好的"


def odd(_: object) -> tuple[Fault, ...]:
    return (Fault(None, None),)  # pyright: ignore[reportArgumentType]


@pytest.mark.parametrize(
    ("check", "says"), [(raises, "of its own"), (hangs, "已停止"), (chatters, "返回的内容不对"), (odd, "第 1 个 Fault")]
)
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


MANY = tuple(Draft("lost_letter", {"text": "x"}) for _ in range(5001))


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"a": Draft("lost_letter", {"text": "x"})}, "应为若干 Draft"),
        ((Draft("lost_letter", None),), "第 1 个 Draft"),  # pyright: ignore[reportArgumentType]
        ((Draft("lost_letter", {"text": "x"}, once=3),), "第 1 个 Draft"),  # pyright: ignore[reportArgumentType]
        (MANY, "一次最多 5000 个"),
        ((Draft("lost_letter", {"text": "x"}, institution="nowhere"),), "没有编码为“nowhere”的机构"),
        ((Draft("lost_letter", {"text": "x"}, region="nowhere"),), "没有编码为“nowhere”的区域"),
    ],
)
async def test_what_an_act_makes_fits_or_nothing_is_made(place: Tenant, now: datetime, answer: Any, says: str):
    (call,) = [each for each in lost.THING.acts if each.code == "call"]
    record = await filed(place, now)
    with changed(call, makes=lambda _: answer), pytest.raises(ExtraFailed):
        await did(place, record, "call", {"said": "联系过"}, TAX, now)

    assert says in stack.incidents()[-1].error
    async with db.as_tenant(place.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM extra_deed WHERE tenant_id = $1", place.id) == 1


@pytest.mark.parametrize(
    "answer",
    [[Ratio(1, 2)], {"tax-east": Ratio("x", 2)}, {"tax-east": Ratio(float("nan"), 2)}, {3: Ratio(1, 2)}],  # pyright: ignore[reportArgumentType]
)
async def test_a_figure_that_is_none_takes_no_other_along(place: Tenant, now: datetime, answer: Any):
    (metric,) = lost.LOST.metrics
    async with db.as_tenant(place.id) as unit:
        with changed(metric, count=lambda _: answer):
            assert await figures.every(unit, place, "institution", now) == {}


async def test_more_than_can_be_counted_has_no_figure_and_takes_no_other_along(
    place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    await filed(place, now)
    monkeypatch.setattr(scenes, "MOST", 0)
    async with db.as_tenant(place.id) as unit:
        assert await figures.every(unit, place, "institution", now) == {}


async def test_what_hangs_over_one_places_records_stops_no_other_place(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(contained, "SECONDS", 0.2)
    monkeypatch.setattr(contained, "_resting", {})
    scene: Any = None
    with pytest.raises(ExtraFailed):
        await contained.call("lost", "room", hangs, scene, Fault, tenant=1)

    assert await contained.call("lost", "room", lambda _: (), scene, Fault, tenant=2) == ()


def scribbles(scene: Any) -> tuple[Fault, ...]:
    scene.record.fields["what"] = "别的"
    return ()


def scribbles_on_others(scene: Any) -> tuple[Fault, ...]:
    scene.others[0].fields.clear()
    return ()


def scribbles_on_what_was_told(scene: Any) -> tuple[Fault, ...]:
    scene.given["what"] = "别的"
    return ()


@pytest.mark.parametrize("check", [scribbles, scribbles_on_others, scribbles_on_what_was_told])
async def test_what_an_extra_is_shown_it_cannot_write_into(place: Tenant, now: datetime, check: Callable[[Any], Any]):
    record = await filed(place, now)
    with changed(lost.THING, check=check), pytest.raises(ExtraFailed):
        await filed(place, now, what="手套")

    assert stack.incidents()[-1].error.startswith(("TypeError", "AttributeError"))
    async with db.as_tenant(place.id) as unit:
        assert (await stored.load(unit, record.id, now)).fields["what"] == "雨伞"


ODD: Mapping[str, Callable[[Any], Any]] = {"raises": raises, "hangs": hangs, "chatters": chatters}


@pytest.mark.parametrize("what", ["check", "makes", "writes"])
@pytest.mark.parametrize("how", ODD)
async def test_whatever_of_an_act_fails_nothing_of_it_is_done(
    place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch, what: str, how: str
):
    monkeypatch.setattr(contained, "SECONDS", 0.2)
    monkeypatch.setattr(contained, "_resting", {})
    (call,) = [each for each in lost.THING.acts if each.code == "call"]
    record = await filed(place, now)
    with changed(call, **{what: ODD[how]}), pytest.raises(ExtraFailed):
        await did(place, record, "call", {"said": "联系过"}, TAX, now)

    async with db.as_tenant(place.id) as unit:
        kept = await stored.load(unit, record.id, now)
    assert (kept.version, dict(kept.fields), stack.incidents()[-1].hook) == (
        1, {"what": "雨伞", "where": "tax-east"}, f"call.{what}"
    )  # fmt: skip


@pytest.mark.parametrize("how", ODD)
async def test_a_figure_or_a_demo_that_fails_takes_no_other_along(
    place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch, how: str
):
    monkeypatch.setattr(contained, "SECONDS", 0.2)
    monkeypatch.setattr(contained, "_resting", {})
    (metric,) = lost.LOST.metrics
    planned: list[datetime] = []
    with changed(metric, count=ODD[how]), changed(lost.LOST, demo=ODD[how]):
        async with db.as_tenant(place.id) as unit:
            assert await figures.every(unit, place, "institution", now) == {}
        await demo.plan(place, now, lambda moment, _: planned.append(moment))
    assert planned == []


def leaks(scene: Any) -> NoReturn:
    raise KeyError(f"{scene.given['what']} 13800000001")


async def test_what_people_wrote_does_not_get_into_an_incident(place: Tenant, now: datetime):
    with changed(lost.THING, check=leaks), pytest.raises(ExtraFailed):
        await filed(place, now, what="x" * 200)

    error = stack.incidents()[-1].error
    assert error.startswith("KeyError") and "13800000001" not in error


async def test_a_duty_that_has_too_much_to_look_through_holds_up_nothing(
    place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    (duty,) = lost.LOST.duties
    await filed(place, now)
    monkeypatch.setattr(scenes, "MOST", 0)
    with changed(duty, reads=("lost_thing",)):
        await duties.run_due(place, now + timedelta(days=40))

    async with db.as_tenant(place.id) as unit:
        late = await unit.fetchval(
            "SELECT count(*) FROM extra_timer WHERE tenant_id = $1 AND overdue_at > $2", place.id, now
        )
    assert late == 2
    assert "条" in stack.incidents()[-1].error


async def test_what_failed_in_any_process_is_kept_for_its_own_place(
    place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    stack.unkept()
    object.__setattr__(lost.THING, "check", raises)
    try:
        for _ in range(2):
            with pytest.raises(ExtraFailed):
                await filed(place, now)
    finally:
        object.__setattr__(lost.THING, "check", lost.room)
    stack.note("lost", "letter", "13912345678 打不通", place.id)
    stack.note("of nobody", "load", "no place at all")
    await incidents.keep()
    # Another process has met nothing, and reads what was met here.
    monkeypatch.setattr(stack, "_incidents", deque())
    await incidents.keep()

    async with db.as_tenant(place.id) as unit:
        met = {each.hook: each for each in await incidents.latest(unit, 10)}
        await incidents.forget(unit, clock.now() + timedelta(days=91))
        left = await incidents.latest(unit, 10)
    assert {hook: each.times for hook, each in met.items()} == {"lost_thing.check": 2, "letter": 1}
    assert "of its own" in met["lost_thing.check"].error and "13912345678" not in met["letter"].error
    assert left == []
