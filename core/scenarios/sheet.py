"""An example as a form: its head, its own tables and its steps; each field is made and read by the grammar."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from core.policy.questions import Question
from core.policy.questions import plain as plain_answer
from core.scenarios import shapes, wording
from core.scenarios.errors import Unreadable
from core.scenarios.fields import Control, Sent, quoted, widget, word
from core.scenarios.grammar import sights, verbs
from core.scenarios.language import DAY, OVERRIDE, REFUSED
from core.scenarios.names import Names
from core.scenarios.places import TABLES, WORLD, read_places
from core.scenarios.shapes import Shape
from core.scenarios.words import Word

Body = Mapping[str, Any]
Errors = Mapping[str, str]
TABLE: Final[Mapping[str, Word]] = {"override": OVERRIDE, **TABLES, "day": DAY}
MOST_ROWS: Final = 300
COVERS: Final = shapes.Many(shapes.word)


@dataclass(frozen=True, slots=True)
class Field:
    """``name`` is what the form sends it as; ``needed`` keys cannot be taken away."""

    key: str
    name: str
    label: str
    control: Control
    shown: Any
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One step, or one row of a table of the example's own; ``more`` are the keys that may be added."""

    number: int
    name: str
    fields: tuple[Field, ...]
    more: Mapping[str, str]
    kind: str = ""
    word: str = ""

    @property
    def at(self) -> Field:
        return self.fields[0]

    @property
    def label(self) -> str:
        return wording.verb(self.kind, self.word)


@dataclass(frozen=True, slots=True)
class Sheet:
    says: str
    clause: str
    covers: str
    answers: tuple[Field, ...]
    questions: Mapping[str, str]
    tables: Mapping[str, tuple[Row, ...]]
    steps: tuple[Row, ...]
    names: Names = field(repr=False)


def sheet(body: Body, questions: Sequence[Question]) -> Sheet:
    names = names_of(body)
    answers = cast("Mapping[str, Any]", body.get("answers") or {})
    return Sheet(
        says=str(body.get("says", "")),
        clause=str(body.get("clause", "")),
        covers=widget(COVERS).shown(body.get("covers", [])),
        answers=tuple(_answer(each, answers[each.id]) for each in questions if each.id in answers),
        questions={each.id: f"{each.id} {each.text}" for each in questions if each.id not in answers},
        tables={kind: _rows(kind, grammar, body, names) for kind, grammar in TABLE.items()},
        steps=tuple(_step(number, each, names) for number, each in enumerate(body.get("step", []), start=1)),
        names=names,
    )


def names_of(body: Body) -> Names:
    """The codes that steps may use, as far as the example's own tables can be read."""
    try:
        return read_places({kind: body.get(kind, []) for kind in TABLES})[1]
    except Unreadable:
        return WORLD


def grammar_of(step: Body) -> Word:
    kind = "do" if "do" in step else "see"
    found = (verbs() if kind == "do" else sights())[step[kind]]
    refused: dict[str, Shape] = {"refused": REFUSED} if kind == "do" else {}
    return Word(needs={"at": shapes.instant, **found.needs}, may={**found.may, **refused}, labels=found.labels)


def _step(number: int, raw: Body, names: Names) -> Row:
    kind = "do" if "do" in raw else "see"
    grammar = grammar_of(raw)
    fields, more = _fields(f"step.{number}", raw, grammar, names, skip=("do", "see"))
    return Row(number, f"step.{number}", fields, more, kind, raw[kind])


def _rows(kind: str, grammar: Word, body: Body, names: Names) -> tuple[Row, ...]:
    found: list[Row] = []
    for number, raw in enumerate(body.get(kind, []), start=1):
        fields, more = _fields(f"{kind}.{number}", raw, grammar, names)
        found.append(Row(number, f"{kind}.{number}", fields, more, kind))
    return tuple(found)


def _fields(
    name: str, raw: Body, grammar: Word, names: Names, skip: Sequence[str] = ()
) -> tuple[tuple[Field, ...], Mapping[str, str]]:
    """In the order of the grammar, the keys it needs first, then those that are there."""
    there = [key for key in raw if key not in skip]
    order = [*(key for key in grammar.needs if key not in there), *there]
    ordered = sorted(order, key=lambda key: (key != "at", key not in grammar.needs))
    fields = tuple(_field(name, key, raw.get(key, ""), grammar, names) for key in ordered)
    return fields, {key: called(grammar, key) for key in grammar.may if key not in raw}


def called(grammar: Word, key: str) -> str:
    return grammar.labels.get(key) or wording.key(key)


def _field(name: str, key: str, raw: Any, grammar: Word, names: Names) -> Field:
    found = widget(grammar.keys[key])
    control = found.control(names)
    if key == "key":
        control = Control("line", wording.policy_keys(), hint="规则项，可写到其中一个字段，如 formulas.over")
    return Field(key, f"{name}.{key}", called(grammar, key), control, found.shown(raw), key in grammar.needs)


def _answer(question: Question, raw: Any) -> Field:
    options = {quoted(plain_answer(each.value)): each.label for each in question.values}
    options.setdefault(quoted(raw), quoted(raw))
    return Field(question.id, f"answers.{question.id}", question.id, Control("choice", options), quoted(raw))


def read(sent: Sent, base: Body) -> dict[str, Any]:
    """The body that a form says; what a form does not show, as the plugins a file names, stays as it was."""
    body: dict[str, Any] = {"says": _line(sent, "says")}
    if clause := _line(sent, "clause"):
        body["clause"] = clause
    if covers := widget(COVERS).read("covers", sent):
        body["covers"] = covers
    if "policy" in base:
        body["policy"] = base["policy"]
    if answers := {each: word(_line(sent, f"answers.{each}")) for each in sent.get("answers:keys", ())}:
        body["answers"] = answers
    for kind, grammar in TABLE.items():
        if rows := [_read_row(f"{kind}.{each}", sent, grammar) for each in _numbers(sent, kind)]:
            body[kind] = rows
    body["step"] = [each for number in _numbers(sent, "step") if (each := _read_step(f"step.{number}", sent))]
    return body


def _numbers(sent: Sent, kind: str) -> Iterable[str]:
    return list(sent.get(f"rows:{kind}", ()))[:MOST_ROWS]


def _read_step(name: str, sent: Sent) -> dict[str, Any] | None:
    """Where another word was chosen, what both can say is kept, and what the new one needs is asked for."""
    kind, _, chosen = _line(sent, f"{name}.word").partition(":")
    if chosen not in (verbs() if kind == "do" else sights() if kind == "see" else {}):
        return None
    grammar = grammar_of({kind: chosen})
    row = _read_row(name, sent, grammar)
    at = row.pop("at", "")
    missing = {key: blank(shape) for key, shape in grammar.needs.items() if key not in row and key != "at"}
    return {"at": at, kind: chosen, **row, **missing}


def _read_row(name: str, sent: Sent, grammar: Word) -> dict[str, Any]:
    keys = [key for key in sent.get(f"{name}:keys", ()) if key in grammar.keys]
    return {key: widget(grammar.keys[key]).read(f"{name}.{key}", sent) for key in keys}


def blank(shape: Shape) -> Any:
    """What a key begins with: nothing, to be filled in."""
    if shape is shapes.flag:
        return True
    if isinstance(shape, shapes.Table):
        return {}
    return [] if isinstance(shape, shapes.Many) else ""


def _line(sent: Sent, name: str) -> str:
    return (sent.get(name) or [""])[0].strip()
