"""Rows of a table are added, moved, copied and taken away in the form itself, by buttons that any browser sends."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pypinyin import Style, lazy_pinyin

from core.policy.records import CLAUSE, Rows
from core.policy.shapes import Code, Plain
from web.admin.rules.controls import BAD, MISSING, Control, Field, Fields, Mark, Row, Sent, Wrong, first, refused
from web.admin.rules.parts import Either, Group, label
from web.forms import LARGEST_NUMBER, whole_number

ROOM: Final = 9.0
CODE_LENGTH: Final = 12
OPS: Final[Mapping[str, str]] = {"add": "加了一行", "copy": "复制了第 {} 行", "up": "上移了第 {} 行",
                                 "down": "下移了第 {} 行", "del": "删除了第 {} 行"}  # fmt: skip


@dataclass(frozen=True)
class Table(Control):
    """Rows, each under an id of its own, in the order in which the form names them."""

    row: Group
    shape: Rows[Any]
    weight: float = 9.0

    @property
    def wide(self) -> bool:
        """Whether a row has more than fits beside each other: then it stands as a card."""
        return sum(control.weight for _, control in self.row.columns) > ROOM

    def spell(self, raw: Plain, at: str) -> Fields:
        rows = [] if raw is MISSING else raw if isinstance(raw, list) else [self._long(raw)]
        ids = [str(place) for place in range(1, len(rows) + 1)]
        found: Fields = {f"{at}.k": ids}
        for each, row in zip(ids, rows, strict=True):
            found |= self.row.spell(row, f"{at}.{each}")
        return found

    def _long(self, raw: Plain) -> Plain:
        return raw if isinstance(raw, dict) or not self.shape.short else {self.shape.short: raw}

    def read(self, sent: Sent, at: str, wrong: Wrong) -> Any:
        found = [self.row.read(sent, f"{at}.{each}", wrong) for each in ids(sent, at)]
        self._refuse_twice(sent, at, wrong)
        return BAD if any(name.startswith(f"{at}.") for name in wrong) else found

    def _refuse_twice(self, sent: Sent, at: str, wrong: Wrong) -> None:
        seen: dict[str, int] = {}
        for place, each in enumerate(ids(sent, at) if self.shape.unique else (), 1):
            name = f"{at}.{each}.{self.shape.unique}"
            if (text := first(sent, name)) and seen.setdefault(text, place) != place:
                refused(wrong, name, f"第 {seen[text]} 行已经用了“{text}”，不能重复")

    def draw(self, sent: Sent, at: str, wrong: Wrong, label: str, *, optional: bool = False) -> Field:
        rows = tuple(Row(each, self.row.draw(sent, f"{at}.{each}", wrong, "").parts) for each in ids(sent, at))
        return Field("rows", at, label, parts=self._heads(at), rows=rows, error=wrong.get(at, ""), optional=optional,
                     wide=self.wide)  # fmt: skip

    def _heads(self, at: str) -> tuple[Field, ...]:
        """The columns in order, for the head of the table."""
        return tuple(
            Field("head", f"{at}.{column.key}", label(column), condition=column.condition)
            for column, _ in self.row.columns
        )

    def completed(self, sent: Sent, at: str) -> Fields:
        """Codes that were left empty are made of the names beside them."""
        made: Fields = {name: list(each) for name, each in sent.items()}
        for each in ids(sent, at):
            for column, control in self.row.columns:
                name = f"{at}.{each}.{column.key}"
                if isinstance(control, Table):
                    made = control.completed(made, name)
                elif self._owns(column.shape) and not first(made, name) and first(made, f"{at}.{each}.label"):
                    taken = {first(made, f"{at}.{other}.{column.key}") for other in ids(sent, at)}
                    made[name] = [code_of(first(made, f"{at}.{each}.label"), taken)]
        return made

    @staticmethod
    def _owns(shape: Any) -> bool:
        return isinstance(shape, Code) and not shape.of and not shape.names


def code_of(name: str, taken: set[str]) -> str:
    """A code made of a Chinese name: the first letters of its syllables."""
    letters = "".join(part for part in lazy_pinyin(name, style=Style.FIRST_LETTER) if part.isascii())
    kept = "".join(each for each in letters.lower() if each.isalnum())[:CODE_LENGTH]
    stem = kept if kept[:1].isalpha() else f"x{kept}"
    return next(
        code for code in (stem, *(f"{stem}-{number}" for number in range(2, len(taken) + 3))) if code not in taken
    )


def ids(sent: Sent, at: str) -> list[str]:
    """The rows of a form, in their order; what is no id of ours is nobody's."""
    return [each for each in dict.fromkeys(sent.get(f"{at}.k", ())) if each.isascii() and each.isalnum()]


@dataclass(frozen=True, slots=True)
class Pressed:
    """What a button made of a form: ``focus`` is where one goes on, ``said`` what was done."""

    sent: Fields
    focus: str = ""
    said: str = ""


def table_at(control: Control, at: str, path: str) -> Table | None:
    """The table of this name inside a value: of a row's field, or of one way to say it."""
    if path == at:
        return control if isinstance(control, Table) else None
    if isinstance(control, Either):
        return table_at(control.of, at, path)
    group, head = (control.row, f"{at}.{path[len(at) + 1 :].partition('.')[0]}") if isinstance(control, Table) else (
        control, at)  # fmt: skip
    if not isinstance(group, Group) or not path.startswith(f"{head}."):
        return None
    for column, inner in group.columns:
        name = f"{head}.{column.key}"
        if path == name or path.startswith(f"{name}."):
            return table_at(inner, name, path)
    return None


def press(control: Control, at: str, sent: Sent, op: str) -> Pressed:
    """``up:v:3`` moves row 3 of the table ``v``; a button that nothing is known of changes nothing."""
    verb, _, rest = op.partition(":")
    path, _, row = rest.partition(":")
    table, kept = table_at(control, at, path), {name: list(each) for name, each in sent.items()}
    if table is None or verb not in OPS or (verb != "add" and row not in ids(sent, path)):
        return Pressed(kept)
    order = ids(sent, path)
    place = order.index(row) if verb != "add" else len(order)
    done = {"add": _add, "copy": _copy, "up": _move, "down": _move, "del": _drop}[verb]
    focus = done(table, kept, path, order, place, verb)
    return Pressed(kept, focus.replace(".", "-"), OPS[verb].format(place + 1))


def _add(table: Table, sent: Fields, path: str, order: list[str], place: int, verb: str) -> str:
    del verb
    new = str(max((whole_number(each, LARGEST_NUMBER) or 0 for each in order), default=0) + 1)
    sent |= table.row.blank(f"{path}.{new}")
    sent[f"{path}.k"] = [*order[:place], new, *order[place:]]
    return _first_of(table, sent, f"{path}.{new}")


def _copy(table: Table, sent: Fields, path: str, order: list[str], place: int, verb: str) -> str:
    _add(table, sent, path, order, place + 1, verb)
    old, new = f"{path}.{order[place]}", f"{path}.{sent[f'{path}.k'][place + 1]}"
    for name in [name for name in sent if name.startswith(f"{new}.")]:
        del sent[name]
    for name, held in [(name, held) for name, held in sent.items() if name.startswith(f"{old}.")]:
        sent[new + name[len(old) :]] = list(held)
    if table.shape.unique:
        sent[f"{new}.{table.shape.unique}"] = [""]
    return _first_of(table, sent, new)


def _move(table: Table, sent: Fields, path: str, order: list[str], place: int, verb: str) -> str:
    del table
    to = min(max(place + (-1 if verb == "up" else 1), 0), len(order) - 1)
    order.insert(to, moved := order.pop(place))
    sent[f"{path}.k"] = order
    return f"op-{verb}-{path}-{moved}"


def _drop(table: Table, sent: Fields, path: str, order: list[str], place: int, verb: str) -> str:
    del table
    gone = order.pop(place)
    sent[f"{path}.k"] = order
    for name in [name for name in sent if name.startswith(f"{path}.{gone}.")]:
        del sent[name]
    return f"op-{verb}-{path}-{order[min(place, len(order) - 1)]}" if order else f"op-add-{path}"


def _first_of(table: Table, sent: Sent, at: str) -> str:
    """Where the words of a new row begin; a row's clause comes last."""
    drawn = table.row.draw(sent, at, {}, "")
    return next(inputs(drawn)).id if drawn.parts else ""


def inputs(drawn: Field) -> Iterator[Field]:
    """Every field that has an input of its own."""
    if drawn.kind in ("group", "slots", "shares") and drawn.parts:
        for each in drawn.parts:
            yield from inputs(each)
    else:
        yield drawn


def marked(drawn: Field, marks: Mapping[str, Mark]) -> Field:
    """The table with what is to be said of its rows."""
    return replace(drawn, rows=tuple(replace(each, mark=marks.get(each.id, Mark())) for each in drawn.rows))


def has_clause(table: Table) -> bool:
    return any(column is CLAUSE for column, _ in table.row.columns)
