"""An extra that raises, hangs or answers nonsense is stopped: nothing is half written, and it is reported."""

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, NoReturn

import pytest

from core import db, duties, stack
from core.records import actions, contained
from core.records.model import ExtraFailed
from core.tenants.model import Tenant
from tests.core.records import lost


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
