"""A test may prove a rule that the scenario language cannot say: its mark says so, and is found without running it."""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

MARK = "covers"


def covered_by_tests(folder: Path) -> Mapping[str, tuple[str, ...]]:
    """Rule id → tests that carry ``@covers("…")`` or ``@pytest.mark.covers("…")`` with it."""
    found: dict[str, tuple[str, ...]] = {}
    for file in sorted(folder.rglob("test_*.py")):
        for test, rule in _marked(ast.parse(file.read_text(encoding="utf-8"))):
            found[rule] = (*found.get(rule, ()), f"{file.relative_to(folder.parent)}::{test}")
    return found


def _marked(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield from ((node.name, rule) for decorator in node.decorator_list for rule in _rules(decorator))


def _rules(decorator: ast.expr) -> Iterator[str]:
    if not isinstance(decorator, ast.Call):
        return
    name = decorator.func
    if (isinstance(name, ast.Name) and name.id == MARK) or (isinstance(name, ast.Attribute) and name.attr == MARK):
        for each in decorator.args:
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                yield each.value
