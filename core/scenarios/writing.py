"""A scenario is written down as a file is: dates bare, short tables in one line, each step a table of its own."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final, cast

from core.clock import SHANGHAI
from core.scenarios import shapes
from core.scenarios.errors import Unreadable
from core.scenarios.grammar import sights, verbs
from core.scenarios.language import DAY, OVERRIDE
from core.scenarios.places import TABLES, WORLD
from core.scenarios.shapes import Shape

Plain = dict[str, Any]
HEAD: Final = ("says", "clause", "covers", "policy")
ROWS: Final[Mapping[str, Mapping[str, Shape]]] = {
    "override": OVERRIDE.keys, **{kind: word.keys for kind, word in TABLES.items()}, "day": DAY.keys
}  # fmt: skip
# What is a moment in a file stands bare; as text it would be read the same.
MOMENTS: Final = (shapes.instant, shapes.day, shapes.end_of_day_or_instant)
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def plain(raw: Mapping[str, Any]) -> Plain:
    """As JSON can hold it: a date is its text, in Chinese time where it names an instant."""
    return {key: _plain(value) for key, value in raw.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return plain(cast("Mapping[str, Any]", value))
    if isinstance(value, list | tuple):
        return [_plain(each) for each in cast("list[Any]", value)]
    if isinstance(value, datetime):
        local = value if value.tzinfo is None else value.astimezone(SHANGHAI).replace(tzinfo=None)
        return local.isoformat()
    return value.isoformat() if isinstance(value, date) else value


def toml(body: Mapping[str, Any]) -> str:
    """The file that says what the body says."""
    lines = [f"{key} = {_value(body[key])}" for key in HEAD if key in body]
    answers = body.get("answers") or {}
    if answers:
        lines += ["", "[answers]", *(f"{_key(name)} = {_value(value)}" for name, value in answers.items())]
    for kind, grammar in ROWS.items():
        for row in body.get(kind, []):
            lines += ["", f"[[{kind}]]", *_row(row, grammar)]
    for step in body.get("step", []):
        lines += ["", "[[step]]", *_row(step, _grammar(step))]
    return "\n".join(lines) + "\n"


def _grammar(step: Mapping[str, Any]) -> Mapping[str, Shape]:
    words = verbs().get(step["do"]) if "do" in step else sights().get(step.get("see", ""))
    return {"at": shapes.instant, **(words.keys if words else {})}


def _row(row: Mapping[str, Any], grammar: Mapping[str, Shape]) -> list[str]:
    return [f"{_key(name)} = {_value(value, grammar.get(name))}" for name, value in row.items()]


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _text(name)


def _value(value: Any, shape: Shape | None = None) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _moment(value, shape) or _text(value)
    if isinstance(value, Mapping):
        inner = shape.value if isinstance(shape, shapes.Table) else None
        rows = cast("Mapping[str, Any]", value).items()
        return "{ " + ", ".join(f"{_key(name)} = {_value(each, inner)}" for name, each in rows) + " }" if rows else "{}"
    if isinstance(value, list):
        inner = shape.shape if isinstance(shape, shapes.Many) else None
        return "[" + ", ".join(_value(each, inner) for each in cast("list[Any]", value)) + "]"
    return repr(value)


def literal(value: Any) -> str:
    """One value as a file holds it."""
    return _value(_plain(value))


def _moment(text: str, shape: Shape | None) -> str:
    """A date stays a date where the shape takes both: it means its 24:00."""
    bare = shape.shape if isinstance(shape, shapes.UnsetOr) else shape
    if not any(bare is each for each in MOMENTS):
        return ""
    read: Callable[..., Any] = shapes.day if len(text) == shapes.LENGTH_OF_DATE else shapes.instant
    try:
        return str(_plain(read(text, WORLD)))
    except Unreadable:
        return ""


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
