"""A decision table is tried with facts before anybody approves it, and says itself which of its rows never decide."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from core.errors import Refused
from core.policy import decision
from core.policy.records import Column
from core.policy.shapes import Choice, Condition
from core.policy.vocab import Words
from web.admin.rules.controls import Field, Mark, Option, Sent, Wrong, first
from web.admin.rules.parts import label
from web.admin.rules.tables import Table, ids

FACT: Final = "t"
Domain = Mapping[Any, str]


@dataclass(frozen=True, slots=True)
class Trial:
    """What is said of a table as it stands: of each row by its id, of the whole, and of the facts that were tried."""

    facts: tuple[Field, ...] = ()
    marks: Mapping[str, Mark] | None = None
    said: str = ""
    gaps: tuple[str, ...] = ()
    crossings: tuple[str, ...] = ()


def conditions(table: Table) -> Mapping[str, Domain]:
    """Each condition of a table with the codes that it may take; a plugin's own table says so by its columns."""
    found = decision.CONDITIONS.get(table.shape.row.make)  # pyright: ignore[reportArgumentType]  # a type, where it is one of ours
    if found:
        return found
    return {column.name: _words(column) for column, _ in table.row.columns if column.condition}


def _words(column: Column) -> Domain:
    shape = column.shape.of if isinstance(column.shape, Condition) else column.shape
    return shape.names if isinstance(shape, Choice) else {}


def tried(table: Table, at: str, sent: Sent, words: Words) -> Trial:
    """``words`` are the tenant's own for its dimensions and grades."""
    known = conditions(table)
    if not known:
        return Trial()
    rows = _rows(table, at, sent)
    every = (_fact(table, name, domain, rows, sent, words) for name, domain in known.items())
    facts = tuple(each for each in every if each.options)
    given = _given(facts, known, sent)
    hits = _hits(rows, known, given, table) if given else {}
    marks, gaps, crossings = _told(rows, known, ids(sent, at))
    for each in hits:
        marks[each] = replace(marks.get(each, Mark()), hit=True)
    return Trial(facts, marks, _said(hits) if given else "", gaps, crossings)


def _rows(table: Table, at: str, sent: Sent) -> dict[str, tuple[int, Any]]:
    """The rows that can be read, with their numbers."""
    found: dict[str, tuple[int, Any]] = {}
    for number, each in enumerate(ids(sent, at), 1):
        wrong: Wrong = {}
        raw = table.row.read(sent, f"{at}.{each}", wrong)
        if wrong:
            continue
        try:
            found[each] = (number, table.shape.row.parse(raw, ""))
        except Refused:
            continue
    return found


def _fact(
    table: Table, name: str, domain: Domain, rows: Mapping[str, tuple[int, Any]], sent: Sent, words: Words
) -> Field:
    column = next((column for column, _ in table.row.columns if column.name == name), None)
    codes = {_code(code): words.get(f"grade:{code}", word) for code, word in domain.items()}
    if not domain:
        held = [getattr(row, name) for _, row in rows.values()]
        named = {str(code): words.get(code, column.shape.chinese(code) if column else code)
                 for code in held if code not in decision.ALWAYS}  # fmt: skip
        codes = {**named, **{code: word for code, word in words.items() if name == "dimension" and ":" not in code}}
    chosen = first(sent, f"{FACT}.{name}")
    options = tuple(Option(code, word) for code, word in codes.items())
    said = label(column) if column else name
    return Field("pick", f"{FACT}.{name}", said, (chosen,), options, hint="未选", optional=True)


def _code(code: Any) -> str:
    return str(code).lower() if isinstance(code, bool) else str(code)


def _given(facts: tuple[Field, ...], known: Mapping[str, Domain], sent: Sent) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in facts:
        name, chosen = field.name.removeprefix(f"{FACT}."), first(sent, field.name)
        if any(each.code == chosen for each in field.options):
            found[name] = next((code for code in known[name] if _code(code) == chosen), chosen)
    return found


def _hits(
    rows: Mapping[str, tuple[int, Any]], known: Mapping[str, Domain], given: Mapping[str, Any], table: Table
) -> dict[str, int]:
    """The first row that fits; of several kinds of clock, the first of each."""
    fixed = {column.name for column, _ in table.row.columns if not column.condition} & set(known) - set(given)
    every = issubclass(make, decision.EVERY) if isinstance(make := table.shape.row.make, type) else False
    found: dict[str, int] = {}
    seen: set[tuple[Any, ...]] = set()
    for each, (number, row) in rows.items():
        kind = tuple(getattr(row, name) for name in sorted(fixed))
        if (every or kind not in seen) and all(_fits(getattr(row, name), name, given, fixed) for name in known):
            seen.add(kind)
            found[each] = number
    return found


def _fits(condition: Any, name: str, given: Mapping[str, Any], free: set[str]) -> bool:
    """A fact that was not chosen is none: only rows that do not ask for it fit."""
    if name in free:
        return True
    return (
        decision.fits(condition, given[name])
        if name in given
        else condition in decision.ALWAYS or isinstance(condition, tuple)
    )


def _said(hits: Mapping[str, int]) -> str:
    if not hits:
        return "没有一行适用，这种情形按没有规定办理"
    return f"命中第 {'、'.join(str(number) for number in hits.values())} 行"


def _told(
    rows: Mapping[str, tuple[int, Any]], known: Mapping[str, Domain], order: list[str]
) -> tuple[dict[str, Mark], tuple[str, ...], tuple[str, ...]]:
    marks: dict[str, Mark] = {}
    # Numbers are those of the form: with a row that cannot be read they would be others'.
    if len(rows) < len(order):
        return marks, (), ()
    findings = decision.lint([row for _, row in rows.values()], known)
    for found in findings:
        if found.fault == "unreachable":
            marks[order[found.rows[0] - 1]] = Mark((f"{found.text}上移这一行，或者删除它。",))
    gaps = tuple(each.text for each in findings if each.fault == "gap")
    return marks, gaps, tuple(each.text for each in findings if each.fault == "overlap")
