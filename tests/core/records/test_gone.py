"""A plugin that is removed takes nothing along: its records wait, its rules wait, and everything else goes on."""

from collections.abc import Awaitable, Callable, Generator
from datetime import datetime, timedelta
from typing import Any

import pytest

from core import db, duties, stack, tenants
from core.records import actions, listing
from core.records.model import Filed, PluginGone
from core.tenants.model import Tenant
from tests.core.records.test_records import BUREAU, EVERYWHERE, filed

Remove = Callable[[], None]


@pytest.fixture
def remove(monkeypatch: pytest.MonkeyPatch) -> Generator[Remove]:
    """Uninstalls the extra of the tests."""

    def now() -> None:
        left = {name: each for name, each in stack._found().items() if name != "lost"}  # pyright: ignore[reportPrivateUsage]

        def known() -> dict[str, Any]:
            return left

        known.cache_clear = lambda: None  # type: ignore[attr-defined]
        monkeypatch.setattr(stack, "_found", known)
        stack.forget()

    yield now
    monkeypatch.undo()
    stack.forget()


async def test_the_rules_of_a_place_hold_without_what_was_said_of_the_removed_one(
    place: Tenant, now: datetime, remove: Remove
):
    before = stack.policy(place, now.date())
    remove()
    after = stack.policy(await tenants.by_id(place.id), now.date())

    assert "lost_property" in before.whys and "lost_property" not in after.whys
    assert not after.problems
    assert {name: before.whys[name].value for name in after.whys} == {
        name: each.value for name, each in after.whys.items()
    }


async def test_its_records_are_said_to_wait_and_nothing_else_fails(place: Tenant, now: datetime, remove: Remove):
    record = await filed(place, now, phone="13800000001")
    remove()
    left = await tenants.by_id(place.id)

    tries: list[Callable[[], Awaitable[Any]]] = [
        lambda: actions.follow(left, record.receipt, now),
        lambda: actions.act(left, record.id, "give", {}, who=EVERYWHERE, by=BUREAU, now=now),
        lambda: actions.unmask(left, record.id, "phone", "核对", who=EVERYWHERE, by=BUREAU, now=now),
    ]
    for each in tries:
        with pytest.raises(PluginGone, match="记录仍然保留"):
            await each()
    async with db.as_tenant(place.id) as unit:
        assert await listing.sought(unit, "雨伞", EVERYWHERE, now) == ()
        assert await listing.waiting(unit, EVERYWHERE, now) == ()
    await duties.run_due(left, now + timedelta(days=40))
    assert await duties.notice_loaded(left, now) == 0


async def test_when_it_is_back_its_records_and_rules_are_as_they_were(
    place: Tenant, now: datetime, remove: Remove, monkeypatch: pytest.MonkeyPatch
):
    installed = stack._found  # pyright: ignore[reportPrivateUsage]
    record: Filed = await filed(place, now, phone="13800000001")
    remove()
    stack.policy(await tenants.by_id(place.id), now.date())
    monkeypatch.setattr(stack, "_found", installed)
    stack.forget()
    back = await tenants.by_id(place.id)

    assert stack.policy(back, now.date()).whys["lost_most"].value == 3
    assert (await actions.follow(back, record.receipt, now)).record.title == "雨伞"
