"""``haochaping bench`` prints each figure beside PostgreSQL's own and writes them all to var/bench.json."""

import argparse
import asyncio
import os
import platform
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import msgspec

from core import clock
from core.bench import measures, office, trials
from core.bench.figures import Figure, table
from core.bench.lots import Lots
from core.bench.measures import FULL, QUICK, Bench, Size
from core.bench.stage import answers, programs, stage
from core.bench.wire import BenchFailed
from core.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]
Step = Callable[[Bench], Awaitable[Sequence[Figure]]]
FILE = "bench.json"
CONNECTIONS = (1, 8, 64)
BATCHES = (1, 100)


@dataclass(frozen=True, slots=True)
class Written:
    """What stands in the file."""

    at: datetime
    mode: str
    seconds: int
    machine: dict[str, Any]
    figures: list[dict[str, Any]]


def add_commands(commands: Commands) -> None:
    says = "测速：每个数字旁边是数据库单独写同样数据的速度"
    own = commands.add_parser("bench", help=says, description=says)
    own.add_argument("--quick", action="store_true", help="一分钟以内的小规模测速")
    own.add_argument("--only", choices=sorted(STEPS), action="append", help="只测这一项，可重复")
    own.set_defaults(run=run)


def run(arguments: argparse.Namespace, found: Settings) -> int:
    begun = time.monotonic()
    told: list[Figure] = []
    wanted = arguments.only or [name for name in STEPS if name not in NAMED_ONLY]
    try:
        asyncio.run(measure(found, QUICK if arguments.quick else FULL, wanted, told))
    except BenchFailed as failure:
        sys.stderr.write(f"{table(told)}{failure}\n")
        return 1
    file = found.var / FILE
    mode, seconds = "quick" if arguments.quick else "full", round(time.monotonic() - begun)
    whole = Written(clock.now(), mode, seconds, _machine(), [each.told() for each in told])
    file.write_bytes(msgspec.json.format(msgspec.json.encode(whole), indent=2))
    sys.stdout.write(f"{table(told)}{seconds} 秒，已写入 {file}\n")
    return 0


async def measure(found: Settings, size: Size, wanted: Sequence[str], told: list[Figure]) -> None:
    """``told`` grows figure by figure, so that one that cannot be taken does not cost those before it."""
    async with stage(found) as own:
        lots = Lots(own, clock.now())
        await lots.prepare()
        await lots.rated(size.stock)
        with programs(own.settings):
            await answers(own.settings)
            bench = Bench(own, lots, size, clock.now())
            for name in wanted:
                told += await STEPS[name](bench)
                sys.stderr.write(f"  {told[-1].label}：{told[-1].value:.0f} {told[-1].unit}\n")


async def _ratings(bench: Bench) -> Sequence[Figure]:
    return [await measures.ratings(bench, connections) for connections in CONNECTIONS]


async def _events(bench: Bench) -> Sequence[Figure]:
    return [await measures.events(bench, batch) for batch in BATCHES]


async def _bulk(bench: Bench) -> Sequence[Figure]:
    return [await measures.bulk(bench)]


async def _defaults(bench: Bench) -> Sequence[Figure]:
    return [await measures.defaults(bench)]


async def _office(bench: Bench) -> Sequence[Figure]:
    """Once as people work, once as fast as answers come."""
    stage, size = bench.stage, bench.size
    await office.lay(stage, bench.lots, size.tickets)
    at = await office.desks(stage, bench.now)
    weight, files = await office.first_load(stage, at[0].cookie)
    figures = [Figure("office_first_load", "首次打开列表页，全部传输", "字节", weight, note=files)]
    how = f"{len(at)} 人同时，{size.tickets:,} 张工单"
    for name, said, pause in (("calm", f"每页之间平均停 {size.pause:g} 秒", size.pause), ("rush", "不停顿", 0.0)):
        took = await office.morning(stage, at, size.morning, pause)
        figures += office.figures(stage, took, f"{how}，{said}", name, size.plain_each // 40)
    return figures


async def _trials(bench: Bench) -> Sequence[Figure]:
    return await trials.trials(bench, bench.size.tried, bench.size.crowd)


async def _province(bench: Bench) -> Sequence[Figure]:
    return await trials.trials(bench, PROVINCE, bench.size.crowd)


# A month of the largest province needs some fifty gigabytes: measured only where it is named.
PROVINCE = 14_000_000
NAMED_ONLY = frozenset({"province"})
STEPS: dict[str, Step] = {
    "ratings": _ratings, "events": _events, "bulk": _bulk, "defaults": _defaults, "pages": measures.pages,
    "office": _office, "whatif": _trials, "province": _province,
    "memory": measures.footprint,
}  # fmt: skip


def _machine() -> dict[str, Any]:
    return {"cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version()}
