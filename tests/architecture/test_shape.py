"""The code keeps the shape CONTRIBUTING.md describes."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TypeVar

import pytest

from divisions import names

ROOT = Path(__file__).parents[2]
OURS = ("core", "divisions", "plugins", "web", "tests")
VENDOR = ROOT / "web/static/vendor"
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
HOMELESS = {"utils", "util", "helpers", "helper", "common", "base", "misc"}
EMPTY_WORDS = ("Manager", "Helper", "Util", "Utils", "Base", "Handler", "Service")
# An error of the interface (no-service), not a thing that serves.
MEANT = {"NoService"}
NARRATION = ("Test", "This function", "This class", "This module", "Helper")
CITIES = "beijing|shenzhen|guangxi|jilin|taian|北京|深圳|广西|吉林|泰安"
Function = ast.FunctionDef | ast.AsyncFunctionDef
Named = TypeVar("Named", bound=Function | ast.ClassDef)


def files(*folders: str, suffix: str = ".py") -> list[Path]:
    """What we wrote: a fresh machine has no git to ask."""
    inside = [file for folder in folders or OURS for file in (ROOT / folder).rglob(f"*{suffix}")]
    return [file for file in inside if VENDOR not in file.parents]


@cache
def source(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def places(*kinds: type[Named]) -> Iterator[tuple[Path, Named]]:
    for file in files():
        for node in ast.walk(source(file)):
            if isinstance(node, kinds):
                yield file, node


def told(found: Iterator[tuple[Path, ast.AST]]) -> list[str]:
    return [f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}" for file, node in found]


def test_no_file_is_too_long_to_read_at_once():
    long = {str(file.relative_to(ROOT)): len(file.read_text("utf-8").splitlines()) for file in files()}

    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_no_function_is_longer_than_a_screen():
    assert (
        told(
            (file, node)
            for file, node in places(ast.FunctionDef, ast.AsyncFunctionDef)
            if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION
        )
        == []
    )


def test_no_file_is_a_home_for_what_has_none():
    assert [str(file) for file in files() if file.stem in HOMELESS or file.parent.name in HOMELESS] == []


def test_every_room_can_be_seen_by_those_who_check_directions():
    rooms = {file.parent for file in files("core", "divisions", "plugins", "web")}

    assert [str(room) for room in rooms if not (room / "__init__.py").exists()] == []


def test_no_class_is_named_after_a_pattern():
    assert (
        told(
            (file, node)
            for file, node in places(ast.ClassDef)
            if node.name.endswith(EMPTY_WORDS) and node.name not in MEANT
        )
        == []
    )


def test_every_file_opens_with_what_is_true_because_of_it():
    opening = {file: ast.get_docstring(source(file)) or "" for file in files() if file.read_text("utf-8").strip()}

    assert [str(file) for file, text in opening.items() if not text or re.search(r"\bmodule\b", text, re.I)] == []


def test_every_migration_has_a_number_of_its_own():
    numbers = [file.name.partition("_")[0] for file in (ROOT / "core/migrations/sql").glob("*.sql")]

    assert {each for each in numbers if numbers.count(each) > 1} == set()


def test_docstrings_do_not_narrate():
    documented = places(ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    texts = ((file, node, ast.get_docstring(node) or "") for file, node in documented)

    assert (
        told(
            (file, node)
            for file, node, text in texts
            if text.startswith(NARRATION) or "Args:" in text or "Returns:" in text
        )
        == []
    )


def test_no_function_only_forwards_what_it_was_given():
    assert (
        told((file, node) for file, node in places(ast.FunctionDef, ast.AsyncFunctionDef) if only_forwards(node)) == []
    )


@pytest.mark.parametrize("folder", ["core", "web"])
def test_core_and_web_know_no_city(folder: str):
    kinds = (".py", ".html", ".sql", ".toml", ".js", ".css", ".json", ".csv")
    written = [file for suffix in kinds for file in files(folder, suffix=suffix)]
    known = re.compile("|".join((CITIES, *names())), re.IGNORECASE)

    named = {
        f"{file.relative_to(ROOT)}:{number}"
        for file in written
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if known.search(line)
    }

    assert named == set()


def only_forwards(function: Function) -> bool:
    """Its whole body is one call with its own parameters in their order: a name too many."""
    if function.decorator_list or len(function.body) != 1:
        return False
    (only,) = function.body
    call = getattr(only, "value", None)
    call = call.value if isinstance(call, ast.Await) else call
    if not isinstance(call, ast.Call) or call.keywords or function.args.kwonlyargs or function.args.vararg:
        return False
    given = [argument.id for argument in call.args if isinstance(argument, ast.Name)]
    own = [parameter.arg for parameter in function.args.args]
    return len(own) > 1 and len(given) == len(call.args) and given == own
