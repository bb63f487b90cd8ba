"""Every named query is asked by somebody, so that what stands in a .sql file is what the program does."""

import ast
import re
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    file for folder in ("core", "web") for file in (ROOT / folder).rglob("*.sql") if "migrations" not in file.parts
]


def asked(room: Path) -> set[str]:
    """What the room's own code, and code that imports from it, names after ``Q.`` or in a list of steps."""
    home = ".".join(room.relative_to(ROOT).parts)
    near = (f"from {home}.", f"from {room.parent.name} import")
    return {
        name
        for folder, text, names in written_code()
        if folder == room or any(each in text for each in near)
        for name in names
    }


@lru_cache
def written_code() -> tuple[tuple[Path, str, frozenset[str]], ...]:
    """Each file's folder, its text, and every name in it that could be a query's."""
    return tuple(_read(file) for folder in ("core", "web") for file in (ROOT / folder).rglob("*.py"))


def _read(file: Path) -> tuple[Path, str, frozenset[str]]:
    text = file.read_text("utf-8")
    named = {str(each.value) for each in ast.walk(ast.parse(text)) if isinstance(each, ast.Constant) and is_name(each)}
    return file.parent, text, frozenset(named | set(re.findall(r"\bQ\.(\w+)", text)))


def is_name(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.isidentifier()
        and "_" in node.value
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_query_stands_unasked(file: Path):
    written = re.findall(r"^-- name: *(\w+)", file.read_text("utf-8"), re.MULTILINE)

    known = asked(file.parent)
    assert [name for name in written if name not in known] == []
