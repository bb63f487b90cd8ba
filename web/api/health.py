"""Ready means that the next rating can be stored and acted on; whatever cannot be found out counts as not ready."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import asyncpg
from litestar import Response, get

from core import clock, db, migrate
from core.errors import Refused
from core.outbox import tasks
from core.settings import Settings
from web.api.answers import answered
from web.api.calls import LIVE, READY
from web.api.shapes import Check, LiveOut, ReadyOut
from web.deps import InSettings

PATIENCE = 3
OLDEST_TASK = timedelta(minutes=10)
LEAST_FREE = 200 * 1024 * 1024
FAILURES = (Refused, asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)

NEWEST = "SELECT max(number) FROM migration"


@get("/health/live", opt=LIVE.opt, sync_to_thread=False)
def live() -> Response[Any]:
    return answered(LiveOut("live"))


@get("/health/ready", opt=READY.opt)
async def ready(settings: InSettings) -> Response[Any]:
    checks = [await _checked(name, check, settings) for name, check in CHECKS.items()]
    is_ready = all(check.ok for check in checks)
    answer = ReadyOut("ready" if is_ready else "not-ready", checks)
    return answered(answer, HTTPStatus.OK if is_ready else HTTPStatus.SERVICE_UNAVAILABLE)


async def _checked(name: str, check: Callable[[Settings], Awaitable[str]], settings: Settings) -> Check:
    """``check`` answers what is wrong, or nothing."""
    try:
        async with asyncio.timeout(PATIENCE):
            wrong = await check(settings)
    except FAILURES:
        wrong = "检查没有完成"
    return Check(name, not wrong, wrong or "正常")


async def _schema(_: Settings) -> str:
    async with db.as_system(patience=PATIENCE) as unit:
        found = await unit.fetchval(NEWEST)
    newest = migrate.migrations()[-1].number
    return "" if found == newest else f"数据库结构是第 {found} 号，程序需要第 {newest} 号，请运行 haochaping migrate"


async def _tasks(_: Settings) -> str:
    age = await oldest_due_age()
    return "" if age <= OLDEST_TASK else f"有任务已等待 {int(age.total_seconds() // 60)} 分钟，请检查后台进程"


async def oldest_due_age() -> timedelta:
    """How long the task that should have run first has been waiting."""
    now = clock.now()
    oldest = await tasks.oldest_due(now)
    return now - oldest if oldest is not None else timedelta()


async def _disk(settings: Settings) -> str:
    free = shutil.disk_usage(_existing(settings.var)).free
    return "" if free >= LEAST_FREE else f"磁盘只剩 {free // 1024 // 1024} MB"


def _existing(folder: Path) -> Path:
    return next(each for each in (folder, *folder.parents) if each.is_dir())


CHECKS: Mapping[str, Callable[[Settings], Awaitable[str]]] = {"database": _schema, "tasks": _tasks, "disk": _disk}
