"""The form of a value is made from its shape: a key that somebody else brings has a form like any other."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

from core.policy import keys, shapes
from core.policy.policy import Policy
from core.policy.records import Column, Record, Rows
from core.policy.shapes import Code, Plain, Shape
from core.policy.values import ANY
from core.policy.vocab import EFFECTS, GRADES, Words
from web.admin.rules.controls import Amount, Box, Control, Duration, Pick, Switch
from web.admin.rules.many import Checks, Ladder, Lines, Shares, Slots
from web.admin.rules.parts import Either, Group, Raw
from web.admin.rules.tables import Table

FEW: Final = 8


@dataclass(frozen=True, slots=True)
class Lexicon:
    """A tenant's own words: its grades, and what the rows of a key define."""

    policy: Policy

    @property
    def grades(self) -> Mapping[str, str]:
        return {str(grade): self.policy.words.get(f"grade:{grade}", word) for grade, word in GRADES.items()}

    def rows_of(self, name: str) -> Words:
        key = keys.ALL.get(name)
        rows: Any = (self.policy[key] or ()) if key is not None and key.table else ()
        return {str(row.code): str(getattr(row, "label", row.code)) for row in rows if hasattr(row, "code")}


def control(shape: Shape[Any], words: Lexicon) -> Control:
    """The control of this kind of value; a kind made from one of ours is drawn like it."""
    for kind in type(shape).__mro__:
        if kind in _MAKERS:
            return _MAKERS[kind](shape, words)
    return Raw(shape)


def of_key(key: keys.Key[Any], policy: Policy) -> Control:
    return control(key.shape, Lexicon(policy))


def _choice(shape: shapes.Choice[Any], _words: Lexicon) -> Control:
    return Pick({code: code for code in shape.names}, shape.names, shape)


def _code(shape: Code, words: Lexicon) -> Control:
    if shape.of:
        known = words.rows_of(shape.of)
        return Pick({code: code for code in known}, known, shape, open=True)
    if shape.names:
        return Pick({code: code for code in shape.names}, shape.names, shape, open=True, other=True)
    return Box(shape)


def _grade(shape: shapes.Grade, words: Lexicon) -> Control:
    return Pick({code: int(code) for code in words.grades}, words.grades, shape)


def _effect(shape: shapes.Effect, words: Lexicon) -> Control:
    counted = {f"count-as:{code}": f"按“{word}”计入" for code, word in words.grades.items()}
    known = {**EFFECTS, **counted}
    return Pick({code: code for code in known}, known, shape)


def _grade_or_word(shape: shapes.GradeOrWord[Any], words: Lexicon) -> Control:
    counted = {code: f"按“{word}”计入" for code, word in words.grades.items()}
    raws: dict[str, Plain] = {shape.word: shape.word, **{code: int(code) for code in counted}}
    return Pick(raws, {shape.word: shape.label, **counted}, shape)


def _yes_no_any(shape: shapes.YesNoAny, _words: Lexicon) -> Control:
    return Pick({ANY: ANY, "true": True, "false": False}, {ANY: "不限", "true": shape.yes, "false": shape.no}, shape)


def _flag(_shape: shapes.Flag, _words: Lexicon) -> Control:
    return Switch()


def _condition(shape: shapes.Condition, words: Lexicon) -> Control:
    inner = control(shape.of, words)
    if isinstance(inner, Pick):
        return replace(inner, raws={ANY: ANY, **inner.raws}, words={ANY: "不限", **inner.words})
    return Box(shape.of, ANY) if isinstance(inner, Box) else Raw(shape)


def _many(shape: shapes.Many[Any], words: Lexicon) -> Control:
    inner, fixed = control(shape.of, words), shape.least == shape.most
    if isinstance(inner, Pick):
        return Checks(inner, shape.least)
    if isinstance(inner, Duration) or (isinstance(inner, Box) and shape.most <= FEW):
        return Slots(inner, shape.least, min(shape.most, FEW), fixed, shape.distinct)
    if isinstance(inner, Box | Amount):
        return Lines(inner, shape.least, shape.most, shape.distinct)
    return Raw(shape)


def _group(shape: Record[Any], words: Lexicon) -> Group:
    return Group(tuple((column, control(column.shape, words)) for column in shape.columns))


def _fields(shape: shapes.Fields, words: Lexicon) -> Control:
    columns = [Column(name, "", each) for name, each in shape.of.items()]
    return Group(tuple((column, control(column.shape, words)) for column in columns))


def _rows(shape: Rows[Any], words: Lexicon) -> Control:
    return Table(_group(shape.row, words), shape)


def _or_word(shape: shapes.OrWord[Any], words: Lexicon) -> Control:
    return Either(control(shape.of, words), shape.word, shape.label)


_MAKERS: Final[Mapping[type, Callable[[Any, Lexicon], Control]]] = {
    shapes.Flag: _flag,
    shapes.Choice: _choice,
    shapes.Code: _code,
    shapes.Text: lambda shape, _words: Box(shape),
    shapes.Condition: _condition,
    shapes.YesNoAny: _yes_no_any,
    shapes.Whole: lambda shape, _words: Amount(shape),
    shapes.Number: lambda shape, _words: Amount(shape),
    shapes.Grade: _grade,
    shapes.Period: lambda _shape, _words: Duration(),
    shapes.Effect: _effect,
    shapes.GradeOrWord: _grade_or_word,
    shapes.Many: _many,
    shapes.Scores: lambda _shape, words: Ladder(words.grades),
    shapes.Weights: lambda shape, words: Shares(words.rows_of(shape.of)),
    shapes.OrWord: _or_word,
    shapes.Fields: _fields,
    Record: _group,
    Rows: _rows,
}


def written(shape: Shape[Any], value: Any) -> Plain:
    """The value as TOML has it, a table always as its rows."""
    raw = shape.dump(value)
    if isinstance(shape, Rows) and not isinstance(raw, list):
        return [{cast("Rows[Any]", shape).short: raw}]
    return raw
