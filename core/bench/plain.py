"""The yardstick: PostgreSQL alone writes the same rows, through the same role, in the same run."""

import re
import time
from pathlib import Path

from core import db
from core.bench.lots import Lot, Q
from core.bench.stage import Stage
from core.bench.wire import BenchFailed
from core.embedded import postgres, wheels
from core.embedded.account import run_as
from core.embedded.state import secret

FOLDER = Path(__file__).parent
# The server takes sixty connections, and the programs hold some of them.
MOST_CLIENTS = 32
WHOLE = ("plain_ratings", "plain_marks", "plain_receipts", "plain_keys", "plain_deltas", "plain_taken")
SILENT = ("plain_ratings", "plain_marks", "plain_deltas", "plain_taken")


async def insert(stage: Stage, lot: Lot, steps: tuple[str, ...]) -> float:
    """Rows a second of one INSERT … SELECT a table, all in one transaction."""
    begun = time.perf_counter()
    async with db.as_tenant(stage.tenant.id, patience=300) as unit:
        for step in steps:
            await unit.execute(getattr(Q, step), stage.tenant.id, *lot.ids)
    return (lot.last - lot.first) / (time.perf_counter() - begun)


def clients(connections: int) -> int:
    return min(connections, MOST_CLIENTS)


def pgbench(stage: Stage, script: str, connections: int, each: int, **variables: int) -> tuple[float, float]:
    """Transactions a second and milliseconds of one, of ``each`` transactions of every client."""
    state = stage.servers.state
    text = (FOLDER / f"{script}.pgbench").read_text("utf-8").replace(":tenant", str(stage.tenant.id))
    told = [f"--define={name}={value}" for name, value in {"n": 0, "each": each, **variables}.items()]
    counts = (f"--client={clients(connections)}", "--jobs=1", f"--transactions={each}")
    answer = run_as(
        state.account, wheels.postgres_bin(state) / "pgbench", "--no-vacuum", "--protocol=prepared", *counts, *told,
        "--file=-",
        cwd=state.postgres,
        environment={
            "PGHOST": str(state.sockets), "PGUSER": postgres.WEB, "PGPASSWORD": secret(state, postgres.WEB),
            "PGDATABASE": postgres.DATABASE,
        },
        says=text,
    )  # fmt: skip
    rate = re.search(r"^tps = ([0-9.]+)", answer.stdout, re.MULTILINE)
    latency = re.search(r"^latency average = ([0-9.]+)", answer.stdout, re.MULTILINE)
    if answer.returncode or rate is None or latency is None:
        raise BenchFailed(f"pgbench 没有完成：{answer.stderr[-500:]}")
    return float(rate[1]), float(latency[1])
