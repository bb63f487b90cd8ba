"""What a record of an extra holds is said in words: names for codes, labels for choices, days as everywhere."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.policy.extras import Kind
from core.records.model import Record
from core.records.words import Names, said

LONG = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that a record says; ``masked`` is the code of a private field that is filled."""

    label: str
    text: str
    masked: str = ""

    @property
    def long(self) -> bool:
        return len(self.text) > LONG or "\n" in self.text


def lines(kind: Kind, record: Record, names: Names, codes: Iterable[str] | None = None) -> tuple[Line, ...]:
    """What the record says, in the order in which it was asked; what is private is only said to be there."""
    known = kind.fields()
    wanted = [each for each in _order(kind) if each not in _passed_on(kind)] if codes is None else codes
    wanted = [code for code in wanted if code in known]
    found: list[Line] = []
    for code in wanted:
        field = known[code]
        if field.hidden:
            found += [Line(field.label, "", code)] if code in record.hidden else []
        elif record.fields.get(code) is not None:
            found.append(Line(field.label, said(field, record.fields[code], names)))
    return tuple(found)


def _passed_on(kind: Kind) -> set[str]:
    """What an act tells of another record that it makes, again and again: it is said there, and in the history here."""
    adding = [act for act in kind.acts if act.makes is not None and not act.leads]
    others = [code for act in kind.acts if act not in adding for code in act.form.codes]
    return {code for act in adding for code in act.form.codes} - {*kind.form.codes, *kind.columns, *others}


def _order(kind: Kind) -> list[str]:
    asked = (
        *kind.form.codes,
        *(code for act in kind.acts for code in act.form.codes),
        *(each.code for each in kind.kept),
    )
    return list(dict.fromkeys(asked))


def given(kind: Kind, told: Mapping[str, Any], names: Names) -> tuple[Line, ...]:
    """What was told with one act, in the order in which it was asked."""
    known = kind.fields()
    return tuple(
        Line(known[code].label, said(known[code], told[code], names))
        for code in _order(kind) if told.get(code) is not None and not known[code].hidden
    )  # fmt: skip
