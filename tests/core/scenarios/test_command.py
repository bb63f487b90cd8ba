"""``haochaping scenario`` works on a machine where nothing was set up, and its exit code says what became of it."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.embedded import servers
from tests.conftest import ROOT

HOLDS = """
says = "办结后可以评价"
policy = []
[[step]]
at = 2026-03-02T10:00:00
do = "closed"
case = "A1"
item = "invoice"
[[step]]
at = 2026-03-02T10:01:00
see = "invitation"
case = "A1"
state = "open"
"""


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A machine's own folder, with nothing in it; the servers stay up between the commands."""
    folder = tmp_path_factory.mktemp("var")
    with servers.running(folder):
        yield folder
    servers.remove(folder)


async def haochaping(var: Path, *words: str) -> tuple[int, str]:
    environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "core.cli", *words,
        cwd=ROOT, env={**environment, "HAOCHAPING_VAR": str(var)}, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    output, _ = await process.communicate()
    return process.returncode or 0, output.decode()


@pytest.mark.parametrize(
    ("text", "code", "passed"),
    [
        (HOLDS, 0, 1),
        (HOLDS.replace('"open"', '"rated"'), 1, 0),
        (HOLDS.replace("invitation", "invitatoin"), 2, 0),
    ],
)
async def test_the_exit_code_says_what_became_of_it(var: Path, tmp_path: Path, text: str, code: int, passed: int):
    (tmp_path / "example.toml").write_text(text, encoding="utf-8")

    ended, output = await haochaping(var, "scenario", "run", str(tmp_path), "--json")

    assert ended == code
    assert (json.loads(output)["passed"], json.loads(output)["failed"]) == (passed, 1 - passed)


async def test_coverage_is_one_object(var: Path):
    _, output = await haochaping(var, "scenario", "coverage", "--json")

    assert {"rules", "unproven", "waiting", "not_for_machines"} <= set(json.loads(output))
