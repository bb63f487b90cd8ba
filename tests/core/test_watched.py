"""Long work is watched from beside it."""

import asyncio

import pytest

from core.errors import Refused, Unavailable, WrongState
from core.outbox import watched


async def wanted() -> bool:
    return True


async def unwanted() -> bool:
    return False


async def test_what_nobody_wants_any_more_is_stopped_in_the_middle(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watched, "EVERY", 0.01)
    never = asyncio.Event()

    assert await asyncio.wait_for(watched.watched(_until(never), unwanted), 5) is None


async def test_how_far_it_is_is_told_for_as_long_as_it_runs(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watched, "EVERY", 0.01)
    told: list[int] = []
    enough = asyncio.Event()

    async def got_on() -> bool:
        told.append(len(told))
        if len(told) == 3:
            enough.set()
        return True

    await watched.watched(_until(enough), got_on)

    assert told[:3] == [0, 1, 2]


async def test_a_refusal_is_handed_back_to_be_told():
    refusal = WrongState("不行。")

    assert await watched.watched(_raise(refusal), wanted) is refusal


@pytest.mark.parametrize("error", [Unavailable("稍后。"), ValueError("broken")])
async def test_what_another_time_may_do_is_raised(error: Exception):
    with pytest.raises(type(error)):
        await watched.watched(_raise(error), wanted)


async def test_work_does_not_outlive_its_watcher(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(watched, "EVERY", 0.01)
    stopped = asyncio.Event()

    async def lost() -> bool:
        raise Unavailable("数据库不可用。")

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    with pytest.raises(Unavailable):
        await watched.watched(work(), lost)

    await asyncio.wait_for(stopped.wait(), 5)


async def _until(event: asyncio.Event) -> None:
    await event.wait()


async def _raise(error: Refused | Exception) -> None:
    raise error
