"""``haochaping scenario run`` and ``scenario coverage``: a draft policy is tried before anyone lives under it."""

import argparse
import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import TypeAlias

import asyncpg

from core import crypto, db, migrate
from core.embedded import servers
from core.embedded.servers import Servers
from core.migrate import MigrationFailed
from core.scenarios.catalogue import installed
from core.scenarios.coverage import coverage
from core.scenarios.report import Report
from core.scenarios.runner import run_paths
from core.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]
DATABASE = "hcp_scenarios"
UNREADABLE = 2
TESTS = Path(__file__).parents[2] / "tests"


def add_commands(commands: Commands) -> None:
    says = "运行场景文件，查看规则的证明情况"
    words = commands.add_parser("scenario", help=says, description=says).add_subparsers(required=True, metavar="动作")
    run = words.add_parser("run", help="运行场景：全部成立为 0，有不成立的为 1，有读不懂的文件为 2")
    run.add_argument("paths", nargs="+", type=Path, metavar="文件或文件夹")
    run.set_defaults(run=run_scenarios)
    covered = words.add_parser("coverage", help="每条规则由哪些场景证明")
    covered.set_defaults(run=show_coverage)
    for each in (run, covered):
        each.add_argument("--json", action="store_true", help="输出 JSON")


def run_scenarios(arguments: argparse.Namespace, found: Settings) -> int:
    with _database_url(found) as url:
        report = asyncio.run(_report(url, tuple(arguments.paths)))
    _say(report.json if arguments.json else report.chinese)
    return report.exit_code


def show_coverage(arguments: argparse.Namespace, _: Settings) -> int:
    found = coverage(TESTS if TESTS.is_dir() else None)
    _say(found.json if arguments.json else found.chinese)
    return UNREADABLE if found.unreadable else 0


@contextmanager
def _database_url(found: Settings) -> Iterator[str]:
    """The database that is set, or one beside the demo's on this checkout's own server."""
    if found.database_url:
        yield found.database_url
        return
    with servers.running(found.var) as running:
        own = asyncio.run(_own_database(running))
        yield own.database_url


async def _own_database(running: Servers) -> Servers:
    """It holds nothing between two runs, so one of an older structure is simply made anew."""
    own = running.with_database(DATABASE)
    if not await _exists(running):
        servers.create_database(running, DATABASE)
    try:
        await migrate.migrate(own.owner_url)
    except MigrationFailed:
        servers.drop_database(running, DATABASE)
        servers.create_database(running, DATABASE)
        await migrate.migrate(own.owner_url)
    return own


async def _exists(running: Servers) -> bool:
    connection = await asyncpg.connect(running.owner_url)
    try:
        return bool(await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", DATABASE))
    finally:
        await connection.close()


async def _report(url: str, paths: tuple[Path, ...]) -> Report:
    async with _ready(url):
        return await run_paths(paths, installed())


@asynccontextmanager
async def _ready(url: str) -> AsyncIterator[None]:
    """What a throw-away tenant encrypts nobody will ever read again: any key will do."""
    crypto.use_secret(secrets.token_urlsafe(32))
    await db.open_pool(url, 1, 2)
    try:
        yield
    finally:
        await db.close_pool()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
