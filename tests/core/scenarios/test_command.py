"""``haochaping scenario`` works on a machine where nothing was set up, and its exit code says what became of it."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.embedded import servers
from tests.typed import typist

Type = Callable[..., tuple[int, str]]

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
def haochaping(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Type]:
    """On a machine with nothing in its folder; the servers stay up between the commands."""
    folder = tmp_path_factory.mktemp("var")
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    with servers.running(folder), typist() as begun:

        def run(*words: str) -> tuple[int, str]:
            said = begun.run(*words, environment={**kept, "HAOCHAPING_VAR": str(folder)})
            return said.returncode, said.stdout

        yield run
    servers.remove(folder)


@pytest.mark.parametrize(
    ("text", "code", "passed"),
    [
        (HOLDS, 0, 1),
        (HOLDS.replace('"open"', '"rated"'), 1, 0),
        (HOLDS.replace("invitation", "invitatoin"), 2, 0),
    ],
)
def test_the_exit_code_says_what_became_of_it(haochaping: Type, tmp_path: Path, text: str, code: int, passed: int):
    (tmp_path / "example.toml").write_text(text, encoding="utf-8")

    ended, output = haochaping("scenario", "run", str(tmp_path), "--json")

    assert ended == code
    assert (json.loads(output)["passed"], json.loads(output)["failed"]) == (passed, 1 - passed)


def test_coverage_is_one_object(haochaping: Type):
    _, output = haochaping("scenario", "coverage", "--json")

    assert {"rules", "unproven", "waiting", "not_for_machines"} <= set(json.loads(output))
