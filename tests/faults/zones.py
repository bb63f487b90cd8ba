"""The deadlines of one fixed story are the same bytes, whatever zone the process and its session live in."""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from importlib import import_module
from pathlib import Path
from typing import Any

from core import crypto, db, flow, settings
from core.clock import SHANGHAI
from core.intake.model import Submission
from core.policy.model import Override
from core.scenarios.catalogue import installed
from core.scenarios.runner import run_file
from tests.core.town import CITIZEN, invited, town

# How each zone calls the first moment of 1970: none of them lies where another does.
ZONES = {"UTC": "+0000", "Asia/Shanghai": "+0800", "America/New_York": "-0500", "Asia/Kolkata": "+0530"}
STORY = ("-m", "tests.faults.zones")
EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
MICROSECOND = timedelta(microseconds=1)
# What is stored of moments and days; ids and what hangs on them are another's in each run.
STORED = (
    "SELECT t.number, t.rated_at, t.opened_at, t.dispatched_at, t.answered_at, t.closed_at, t.policy_day, t.state,"
    " k.name, k.since, k.started_at, k.span, k.due_at, k.calendar, k.provisional, k.extended, k.pauses, k.days,"
    " k.state AS clock, k.stopped_at, k.warned_at, k.overdue_at FROM ticket t"
    " JOIN clock k ON k.tenant_id = t.tenant_id AND k.ticket_id = t.id WHERE t.tenant_id = $1"
    " ORDER BY t.number, k.name, k.started_at, k.span, k.state, k.due_at",
    "SELECT c.code, i.occasion, i.opens, i.closes, i.provisional, i.rated_at FROM invitation i"
    " JOIN service_case c ON c.tenant_id = i.tenant_id AND c.id = i.case_id WHERE i.tenant_id = $1"
    " ORDER BY c.code, i.opens, i.occasion, i.closes",
    "SELECT t.number, n.at, n.about, n.addressee FROM notice n"
    " JOIN ticket t ON t.tenant_id = n.tenant_id AND t.id = n.ticket_id WHERE n.tenant_id = $1 ORDER BY 1, 2, 3, 4",
    "SELECT day, dimension, grade, sum(n)::int AS n FROM tally_delta WHERE tenant_id = $1"
    " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
)
CLOCKS = (
    {"clock": "contact", "from": "opened", "within": "24h"},
    {"clock": "verify", "from": "dispatched", "within": "3wd"},
    {"clock": "reply", "from": "dispatched", "within": "7d"},
    {"clock": "close", "from": "dispatched", "within": "10wd"},
    {"clock": "rectify", "from": "dispatched", "within": "1m"},
)
RULES = (
    Override("rating_window", "7d", "第一条"),
    Override("rest_day_moves", True, "第二条"),
    Override("clocks", CLOCKS, "第三条"),
)
# 春节、“五一”、国庆前后，月末和年末，和美国夏令时变更的两天。
EDGES = (
    date(2026, 2, 13), date(2026, 2, 14), date(2026, 2, 28), date(2026, 3, 8), date(2026, 4, 30), date(2026, 5, 9),
    date(2026, 9, 20), date(2026, 9, 30), date(2026, 10, 10), date(2026, 11, 1), date(2026, 12, 30), date(2026, 12, 31),
)  # fmt: skip
INSTANTS = (time_of_day(0), time_of_day(8), time_of_day(17, 59), time_of_day(23, 59, 59, 999999))
# The package shows a function of that name.
throwaway: Any = import_module("core.tenants.throwaway")
_sweep = throwaway.sweep


def told_in(
    process: str, session: str, url: str, files: Iterable[Path] = (), program: Sequence[str] = STORY
) -> list[str]:
    """What the story says in a process of its own, after that has shown that it lives where it should."""
    argv = [sys.executable, *program, *(str(file) for file in files)]
    environment = {**os.environ, "TZ": process, "DATABASE_URL": f"{url}&timezone={session}"}
    said = subprocess.run(argv, env=environment, capture_output=True, check=True).stdout.decode().splitlines()
    assert said[0] == f"{ZONES[process]} {session}", said[0]
    return said[1:]


def differences(one: Sequence[str], other: Sequence[str]) -> int:
    return abs(len(one) - len(other)) + sum(a != b for a, b in zip(one, other, strict=False))


async def _tell_and_sweep(tenant_id: int) -> None:
    async with db.as_tenant(tenant_id) as unit:
        for query in STORED:
            for row in await unit.fetch(query, tenant_id):
                sys.stdout.write(json.dumps(list(row.values()), default=_plain, ensure_ascii=False) + "\n")
    await _sweep(tenant_id)


def _plain(value: date) -> int | str:
    """Moments as microseconds of the epoch, days as they are written."""
    return (value - EPOCH) // MICROSECOND if isinstance(value, datetime) else value.isoformat()


async def _midnights() -> None:
    async with town(datetime(2026, 1, 5, 9, tzinfo=SHANGHAI), overrides=RULES) as tenant:
        for number, (day, instant) in enumerate((day, instant) for day in EDGES for instant in INSTANTS):
            at = datetime.combine(day, instant, SHANGHAI)
            invitation = await invited(tenant, f"A{number:02}", at)
            bad = Submission(token=invitation.token, grades={"overall": 1}, text="太慢")
            await flow.rate(tenant, bad, source=CITIZEN, now=at)


async def _scenarios(files: Iterable[Path]) -> None:
    catalogue = installed()
    for file in files:
        sys.stdout.write(f"{file.parents[1].name}/{file.name}\n")
        result = await run_file(file, catalogue)
        if not result.ok:
            sys.stdout.write(f"{result.chinese}\n")


async def tell(files: Sequence[Path]) -> None:
    """First where it lives, then all it was to say."""
    found = settings.read()
    crypto.use_secret("a secret that is only good for this")
    await db.open_pool(found.database_url, 1, 2)
    throwaway.sweep = _tell_and_sweep
    async with db.as_system() as unit:
        session: Any = await unit.fetchval("SHOW timezone")
    sys.stdout.write(f"{time.strftime('%z', time.localtime(0))} {session}\n")
    await _midnights()
    await _scenarios(files)
    await db.close_pool()


if __name__ == "__main__":
    asyncio.run(tell([Path(name) for name in sys.argv[1:]]))
