"""A function of an extra that raises, hangs or answers nonsense breaks nobody's page: it is stopped and reported."""

import asyncio
import ctypes
import threading
import time
from collections.abc import Callable
from typing import Any, TypeVar

from core import db, stack
from core.policy.extras import Scene
from core.records import answers
from core.records.model import ExtraFailed
from core.redaction import redact

T = TypeVar("T")
SECONDS = 2.0
REST = 30.0
# What an extra says of its failure is for whoever mends it: so much of it, and nobody's number.
LONGEST = 300
_resting: dict[tuple[int, str, str], float] = {}


class Stopped(BaseException):
    """It ran longer than anything of an extra may."""


async def call(extra: str, what: str, function: Callable[[Scene], T], scene: Scene, of: type, *, tenant: int = 0) -> T:
    """Its answer, each part of which is one of these, or ``ExtraFailed`` and an incident.

    What has hung over this tenant's records is not asked again for a while, so that nobody else has to wait.
    """
    key = (tenant, extra, what)
    if _resting.get(key, 0) > time.monotonic():
        raise _failed(extra, what, "刚才运行超时，暂不再运行")
    loop = asyncio.get_running_loop()
    told: asyncio.Future[T] = loop.create_future()
    thread = threading.Thread(target=_run, args=(function, scene, loop, told), name=f"extra-{extra}", daemon=True)
    thread.start()
    try:
        answer = await asyncio.wait_for(told, SECONDS)
    except TimeoutError:
        _stop(thread)
        _resting[key] = time.monotonic() + REST
        raise _failed(extra, what, f"运行超过 {SECONDS:g} 秒，已停止") from None
    except ExtraBroke as broke:
        raise _failed(extra, what, _said(broke.cause)) from broke.cause
    if fault := answers.wrong(answer, of):
        raise _failed(extra, what, f"返回的内容不对：{fault}")
    return answer


def _run(
    function: Callable[[Scene], Any], scene: Scene, loop: asyncio.AbstractEventLoop, told: "asyncio.Future[Any]"
) -> None:
    try:
        answer, failure = function(scene), None
    except BaseException as raised:  # noqa: BLE001 - an extra may fail in any way
        answer, failure = None, ExtraBroke(raised)
    if not loop.is_closed():
        loop.call_soon_threadsafe(_settle, told, answer, failure)


def _settle(told: "asyncio.Future[Any]", answer: object, failure: Exception | None) -> None:
    """What comes too late is heard by nobody."""
    if told.done():
        return
    if failure is None:
        told.set_result(answer)
    else:
        told.set_exception(failure)


class ExtraBroke(Exception):
    """What an extra's function raised, carried from its thread."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(type(cause).__name__)
        self.cause = cause


def _said(cause: BaseException) -> str:
    """Its kind and its words, where it has any that can be read."""
    try:
        words = str(cause)
    except Exception:  # noqa: BLE001 - what an extra raises may be broken itself
        words = ""
    return f"{type(cause).__name__} {redact(words[:LONGEST])}".strip()


def _stop(thread: threading.Thread) -> None:
    """Python code ends at its next step. What hangs outside of Python is left behind; only what lets nothing else of
    the process run meanwhile, as an endless regular expression, holds it up until it ends."""
    if thread.ident is not None and thread.is_alive():
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(Stopped))


def _failed(extra: str, what: str, error: str) -> ExtraFailed:
    stack.note(extra, what, error, db.tenant_at_work())
    label = next((each.label for each in stack.extras() if each.code == extra), extra)
    return ExtraFailed(label)
