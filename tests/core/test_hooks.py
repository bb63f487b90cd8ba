"""Each hook is documented by its own signature, asked somewhere, and proven by a test that bears its name."""

import ast
from pathlib import Path

import pytest

from core import hooks

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "plugins" / "README.md").read_text("utf-8")
NAMES = [line.split("`")[1].partition("(")[0] for line in hooks.described()]


def functions(file: Path) -> set[str]:
    return {
        each.name
        for each in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_the_guide_lists_every_hook_by_its_signature():
    listed = GUIDE.partition("checked by tests/core/test_hooks.py -->\n")[2].partition("\n<!-- end of hooks -->")[0]

    assert listed.splitlines() == hooks.described()


@pytest.mark.parametrize("line", hooks.described())
def test_every_hook_asks_a_question_and_says_what_none_means(line: str):
    assert "?" in line
    assert "None" in line or "not looked at" in line


@pytest.mark.parametrize("name", NAMES)
def test_every_hook_has_a_test_of_its_own(name: str):
    assert f"test_hook_{name}" in functions(ROOT / "tests" / "plugins" / "test_hangzhou.py")


@pytest.mark.parametrize("name", NAMES)
def test_every_hook_is_asked_somewhere_in_core(name: str):
    asked = (f"hook.{name}()", f'ask("{name}"', f'tell("{name}"', f'ask(\n        "{name}"')
    sources = [file.read_text("utf-8") for file in (ROOT / "core").rglob("*.py")]

    assert any(each in source for source in sources for each in asked)


@pytest.mark.parametrize("name", NAMES)
def test_every_hook_is_answered_by_the_city_from_outside(name: str):
    assert name in functions(ROOT / "tests" / "plugins" / "hangzhou" / "hangzhou" / "__init__.py")
