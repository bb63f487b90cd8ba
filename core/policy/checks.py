"""A policy that contradicts itself is found before it is in force: each fault is a sentence a lawyer can act on."""

from collections.abc import Iterator, Mapping
from typing import Any

from core.policy import columns, decision, forms, keys, vocab
from core.policy.keys import Key
from core.policy.policy import Policy
from core.policy.shapes import nearest
from core.policy.values import Formula

# Six equal parts of one, written with four decimals, come to 1.0002.
ROUNDED = 0.001


def faults(policy: Policy) -> tuple[str, ...]:
    """Problems of compiling, names that do not exist, and rows that never decide anything."""
    return (*policy.problems, *(text for _, text in of_keys(policy)), *_tables(policy))


def of_keys(policy: Policy) -> Iterator[tuple[Key[Any], str]]:
    """What is wrong with the value of a key beyond its rows."""
    yield from _names(policy)
    yield from ((keys.questionnaire, text) for text in _forms(policy))
    yield from ((keys.index, text) for text in _weights(policy))


def _tables(policy: Policy) -> Iterator[str]:
    for key in keys.ALL.values():
        value: Any = policy[key]
        if key.table and value:
            yield from (f"{key.label}：{found.text}" for found in decision.lint(value) if found.fault != "overlap")


def _forms(policy: Policy) -> Iterator[str]:
    """Questions that nobody could answer."""
    for row, form in enumerate(policy[keys.questionnaire] or (), 1):
        for place, said in forms.faults(form).items():
            yield f"{keys.questionnaire.label}：第 {row} 份{_at(place)}：{said}"


def _weights(policy: Policy) -> Iterator[str]:
    """A composite whose weights are no whole would rank by nobody knows what."""
    rows = policy[keys.index] or ()
    for group in dict.fromkeys(row.group for row in rows):
        total = sum(row.weight for row in rows if row.group == group)
        if abs(total - 1) > ROUNDED:
            word = columns.INDEX.column("group", "").shape.chinese(group)
            yield f"{keys.index.label}：{word}的权重合计 {total * 100:g}%，应为 100%。"


def _at(place: str) -> str:
    number = place.partition(".")[0]
    return f"第 {number} 题" if number.isdecimal() else ""


def _names(policy: Policy) -> Iterator[tuple[Key[Any], str]]:
    """Dimensions that a table names and nobody has defined, each with its key."""
    known = {each.code for each in policy[keys.dimensions] or ()}
    used: list[tuple[Key[Any], str]] = []
    for occasion in policy[keys.occasions] or ():
        used += [(keys.occasions, code) for code in (*occasion.dimensions, *occasion.required)]
        if loose := set(occasion.required) - set(occasion.dimensions):
            yield keys.occasions, f"{keys.occasions.label}：必评的{'、'.join(sorted(loose))}不在可评的内容之中。"
    words = _words(policy)
    handed_down = {id(row) for row in _inherited_formulas(policy)}
    own = [row for row in policy[keys.formulas] or () if id(row) not in handed_down]
    used += [(keys.formulas, code) for row in own for code in row.weights]
    used += [(keys.clocks, row.dimension) for row in policy[keys.clocks] or () if row.dimension != "*"]
    if append := policy[keys.append]:
        used += [(keys.append, code) for code in append.dimensions]
    for key, code in dict.fromkeys(used):
        if code not in known:
            yield key, f"{key.label}：评价内容里没有“{words.get(code, code)}”。{nearest(code, known, words)}"


def silent(policy: Policy) -> Iterator[tuple[Key[Any], str]]:
    """What is no fault and yet decides nothing here: formulas from below, over dimensions that are not asked here."""
    known = {each.code for each in policy[keys.dimensions] or ()}
    unasked: dict[str, list[str]] = {}
    for row in _inherited_formulas(policy):
        for code in row.weights:
            if code not in known:
                unasked.setdefault(code, []).append(vocab.SUBJECTS[row.subject])
    words = _words(policy)
    for code, subjects in unasked.items():
        said = f"{'、'.join(subjects)}沿用的公式按“{words.get(code, code)}”计算，本级不评，所以没有规定的得分，不排名。"
        yield keys.formulas, f"{said}要排名的，在本级规定得分公式。"


def _inherited_formulas(policy: Policy) -> list[Formula]:
    """Rows of layers whose dimensions a stronger layer has replaced by its own."""
    replaced = {each.layer for each in policy.why(keys.dimensions).below}
    return [each.row for each in policy.why(keys.formulas).rows if each.layer in replaced]


def _words(policy: Policy) -> Mapping[str, str]:
    """Dimensions by their name, with their code behind it."""
    return {code: f"{word}（{code}）" for code, word in policy.words.items()}
