"""What can be done to the steps and rows of an example: one edit of its body gives another body."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from core.errors import Invalid, TooMany
from core.scenarios import shapes
from core.scenarios.sheet import MOST_ROWS, TABLE, Body, blank, grammar_of
from core.scenarios.words import Word

Rows = list[dict[str, Any]]
FIRST: Final = "2026-03-02T10:00:00"
LATER: Final = timedelta(minutes=5)
STEP: Final = "step"
NUMBERS: Final = frozenset(str(number) for number in range(MOST_ROWS + 1))


@dataclass(frozen=True, slots=True)
class Edit:
    """``op`` of row ``number`` (from 1) of ``table``; ``key`` where it is about one key of the row."""

    op: str
    table: str = STEP
    number: int = 0
    key: str = ""

    @classmethod
    def parse(cls, text: str) -> "Edit":
        """``up:step:3`` · ``more:step:3:grades`` · ``add:override``."""
        op, table, number, key = [*text.split(":", 3), "", "", ""][:4]
        if op not in EDITS or (table not in TABLE and table not in (STEP, "answers")):
            raise Invalid("没有这个操作，请重新打开页面。")
        return cls(op, table, int(number) if number in NUMBERS else 0, key)


@dataclass(frozen=True, slots=True)
class Edited:
    """``at``: the row that the hand is on now."""

    body: Body
    at: int


def edited(body: Body, edit: Edit) -> Edited:
    if edit.table == "answers":
        return Edited(_answers(body, edit), 0)
    rows: Rows = [dict(each) for each in body.get(edit.table, [])]
    if edit.op != "add" and not 1 <= edit.number <= len(rows):
        raise Invalid("这一步已经不在了，请重新打开页面。")
    at = EDITS[edit.op](rows, edit)
    if len(rows) > MOST_ROWS:
        raise TooMany(f"最多 {MOST_ROWS} 步，请分成几个例子。")
    return Edited(_with(body, edit.table, rows), at)


def _with(body: Body, table: str, rows: Rows) -> Body:
    kept = {key: value for key, value in body.items() if key != table}
    return {**kept, table: rows} if rows or table == STEP else kept


def _answers(body: Body, edit: Edit) -> Body:
    given: dict[str, Any] = dict(body.get("answers") or {})
    if edit.op == "more" and edit.key:
        given.setdefault(edit.key, "")
    elif edit.op == "less":
        given.pop(edit.key, None)
    kept = {key: value for key, value in body.items() if key != "answers"}
    return {**kept, "answers": given} if given else kept


def _add(rows: Rows, edit: Edit) -> int:
    """Behind the row named, else at the end; a new step follows the one before it."""
    at = edit.number or len(rows)
    fresh = _fresh_step(rows[at - 1] if rows else None, edit.key) if edit.table == STEP else _fresh(TABLE[edit.table])
    rows.insert(at, fresh)
    return at + 1


def _fresh(grammar: Word) -> dict[str, Any]:
    return {key: blank(shape) for key, shape in grammar.needs.items()}


def _fresh_step(before: Mapping[str, Any] | None, kind: str) -> dict[str, Any]:
    """Five minutes after the one before, of the same case; nobody rates without a grade."""
    case = next((before[key] for key in ("case",) if before and key in before), "A1")
    if kind == "see":
        return {"at": _after(before), "see": "invitation", "case": case}
    if before:
        return {"at": _after(before), "do": "rate", "case": case, "grades": {}}
    return {"at": FIRST, "do": "closed", "case": case}


def _after(before: Mapping[str, Any] | None) -> str:
    if before is None:
        return FIRST
    try:
        return (datetime.fromisoformat(str(before["at"])) + LATER).isoformat()
    except ValueError:
        return str(before["at"])


def _move(by: int) -> Callable[[Rows, Edit], int]:
    def move(rows: Rows, edit: Edit) -> int:
        to = edit.number + by
        if not 1 <= to <= len(rows):
            return edit.number
        rows.insert(to - 1, rows.pop(edit.number - 1))
        return to

    return move


def _copy(rows: Rows, edit: Edit) -> int:
    rows.insert(edit.number, dict(rows[edit.number - 1]))
    return edit.number + 1


def _drop(rows: Rows, edit: Edit) -> int:
    del rows[edit.number - 1]
    return min(edit.number, len(rows))


def _more(rows: Rows, edit: Edit) -> int:
    row = rows[edit.number - 1]
    grammar = grammar_of(row) if edit.table == STEP else TABLE[edit.table]
    if edit.key in grammar.may and edit.key not in row:
        row[edit.key] = blank(grammar.may[edit.key])
        if grammar.may[edit.key] is shapes.instant:
            row[edit.key] = row.get("at", "")
    return edit.number


def _less(rows: Rows, edit: Edit) -> int:
    row = rows[edit.number - 1]
    grammar = grammar_of(row) if edit.table == STEP else TABLE[edit.table]
    if edit.key in grammar.may:
        row.pop(edit.key, None)
    return edit.number


EDITS: Final[Mapping[str, Callable[[Rows, Edit], int]]] = {
    "add": _add, "up": _move(-1), "down": _move(1), "copy": _copy, "drop": _drop, "more": _more, "less": _less,
}  # fmt: skip
