"""Two policies side by side: 项 · 现行 · 拟改 · 依据, and of a table row by row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final, Literal

from core.policy import keys
from core.policy.keys import Key
from core.policy.policy import Policy, Why
from core.policy.questions import Question, plain
from core.policy.vocab import Words

ANSWERED: Final = "开放问题"
Mark = Literal["same", "new", "gone"]
Kind = Literal["same", "new", "gone", "changed", "credited"]


@dataclass(frozen=True, slots=True)
class RowLine:
    """One row of a table in both versions: kept, added or taken away."""

    mark: Mark
    text: str
    clause: str


@dataclass(frozen=True, slots=True)
class Line:
    """One key or question; ``credited``: the value is the same and stands on another clause or layer."""

    key: str
    group: str
    label: str
    kind: Kind
    before: str
    after: str
    clause: str
    document: str
    layer: str
    author: str = ""
    rows: tuple[RowLine, ...] = ()

    @property
    def changed(self) -> bool:
        return self.kind != "same"


def difference(before: Policy, after: Policy) -> tuple[Line, ...]:
    """Every key and question in the order of the settings form."""
    return (*_keys(before, after), *_questions(before, after))


def changed(lines: Sequence[Line]) -> tuple[Line, ...]:
    return tuple(each for each in lines if each.changed)


def _keys(before: Policy, after: Policy) -> Iterator[Line]:
    for key in keys.ALL.values():
        old, new = before.why(key), after.why(key)
        if old.value is None and new.value is None and old.layer == new.layer:
            continue
        yield Line(
            key.name, key.group, key.label, _kind(key, old, new),
            keys.chinese(key, old.value, before.words), keys.chinese(key, new.value, after.words),
            new.clause, new.document, new.layer, new.author, _rows(key, old, new, before.words, after.words),
        )  # fmt: skip


def _kind(key: Key[Any], old: Why, new: Why) -> Kind:
    if keys.dump(key, old.value) != keys.dump(key, new.value):
        return "new" if old.value is None else "gone" if new.value is None else "changed"
    return "same" if (old.clauses, old.layers) == (new.clauses, new.layers) else "credited"


def _rows(key: Key[Any], old: Why, new: Why, words: Words, newer: Words) -> tuple[RowLine, ...]:
    if not key.table or not (old.value or new.value):
        return ()
    before = [_said(key, each, old, words) for each in old.value or ()]
    after = [_said(key, each, new, newer) for each in new.value or ()]
    lines: list[RowLine] = []
    for word, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if word == "equal":
            lines += [RowLine("same", *each) for each in after[c:d]]
        else:
            lines += [RowLine("gone", *each) for each in before[a:b]] + [RowLine("new", *each) for each in after[c:d]]
    return tuple(lines)


def _said(key: Key[Any], row: Any, why: Why, words: Words) -> tuple[str, str]:
    source = next((each for each in why.rows if each.row is row), None)
    clause = source.clause if source else getattr(row, "clause", "") or why.clause
    return keys.chinese(key, (row,), words), clause


def _questions(before: Policy, after: Policy) -> Iterator[Line]:
    known = {each.id: each for each in (*before.questions, *after.questions)}
    for name, asked in known.items():
        old, new = before.answers.get(name), after.answers.get(name)
        kind: Kind = (
            "same" if plain(old) == plain(new) else "new" if old is None else "gone" if new is None else "changed"
        )
        yield Line(
            f"answer:{name}", ANSWERED, f"{name} {asked.text}", kind, _answered(asked, old), _answered(asked, new),
            asked.clause, asked.document, "answer",
        )  # fmt: skip


def _answered(asked: Question, value: Any) -> str:
    return "尚未回答" if value is None else asked.said(value)
