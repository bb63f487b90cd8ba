"""Everything that is wrong with an example is told at once, each at its field, in the words of the language."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.scenarios import shapes, wording
from core.scenarios.catalogue import Catalogue, check_policy_sight, check_rule
from core.scenarios.errors import Unreadable
from core.scenarios.language import scenario
from core.scenarios.names import Names
from core.scenarios.sheet import TABLE, Body, grammar_of, names_of
from core.scenarios.words import Word

FILE = Path("例子")


@dataclass(frozen=True, slots=True)
class Fault:
    """``name`` is the field in the form; ``step`` the step it stands in, if it stands in one."""

    name: str
    text: str
    step: int | None = None

    @property
    def chinese(self) -> str:
        return f"第 {self.step} 步：{self.text}" if self.step else self.text


def faults(body: Body, catalogue: Catalogue, stack: Sequence[str]) -> tuple[Fault, ...]:
    found = [*_head(body), *_tables(body), *_steps(body, stack)]
    if found:
        return tuple(found)
    try:
        scenario(FILE, body, catalogue, stack)
    except Unreadable as error:
        return (Fault(f"step.{error.step}" if error.step else error.key, error.problem, error.step),)
    return ()


def _head(body: Body) -> Iterator[Fault]:
    if not str(body.get("says", "")).strip():
        yield Fault("says", "请用一句话写明这个例子说明的规则。")
    if not body.get("step"):
        yield Fault("step", "还没有步骤，请至少添加一步。")
    for question, value in (body.get("answers") or {}).items():
        if value == "":
            yield Fault(f"answers.{question}", "请选择一个回答。")


def _tables(body: Body) -> Iterator[Fault]:
    names = names_of(body)
    for kind, grammar in TABLE.items():
        for number, row in enumerate(body.get(kind, []), start=1):
            name = f"{kind}.{number}"
            own = list(_row(name, row, grammar, names))
            yield from own
            if kind == "override" and not own:
                yield from _told(f"{name}.value", None, lambda row=row: check_rule(row["key"], row["value"]))


def _steps(body: Body, stack: Sequence[str]) -> Iterator[Fault]:
    names, before = names_of(body), None
    for number, row in enumerate(body.get("step", []), start=1):
        name = f"step.{number}"
        own = list(_row(name, row, grammar_of(row), names, number))
        yield from own
        at = _at(row)
        if at and before and at < before:
            yield Fault(f"{name}.at", f"不能早于上一步（{before:%Y-%m-%d %H:%M:%S}）。", number)
        before = at or before
        if row.get("see") == "policy" and not own:
            yield from _told(f"{name}.key", number, lambda row=row: check_policy_sight(row, stack))


def _at(row: Mapping[str, Any]) -> Any:
    try:
        return shapes.instant(row.get("at"), names_of({}))
    except Unreadable:
        return None


def _row(name: str, row: Mapping[str, Any], grammar: Word, names: Names, step: int | None = None) -> Iterator[Fault]:
    for key, shape in grammar.keys.items():
        if _is_missing(row.get(key), shape, needed=key in grammar.needs, there=key in row):
            yield Fault(f"{name}.{key}", f"请填写“{wording.key(key)}”，不需要的可以去掉。", step)
        elif key in row:
            yield from _told(f"{name}.{key}", step, lambda shape=shape, value=row[key]: shape(value, names))


def _is_missing(value: Any, shape: Any, *, needed: bool, there: bool) -> bool:
    """An empty list is a value; an empty word, number or choice is none."""
    if not there:
        return needed
    return value == "" and shape is not shapes.text


def _told(name: str, step: int | None, check: Any) -> Iterator[Fault]:
    try:
        check()
    except Unreadable as error:
        yield Fault(name, error.problem, step)
