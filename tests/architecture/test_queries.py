"""Every named query is asked by somebody, so that what stands in a .sql file is what the program does."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = [
    file for folder in ("core", "web") for file in (ROOT / folder).rglob("*.sql") if "migrations" not in file.parts
]


def asked(room: Path) -> set[str]:
    """What the room's own code, and code that imports from it, names after ``Q.`` or in a list of steps."""
    home = ".".join(room.relative_to(ROOT).parts)
    names: set[str] = set()
    for file in (each for folder in ("core", "web") for each in (ROOT / folder).rglob("*.py")):
        text = file.read_text("utf-8")
        if file.parent == room or f"from {home}." in text or f"from {room.parent.name} import" in text:
            names |= set(re.findall(r"\bQ\.(\w+)", text))
            names |= {each.value for each in ast.walk(ast.parse(text)) if is_name(each)}
    return names


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

    assert [name for name in written if name not in asked(file.parent)] == []
