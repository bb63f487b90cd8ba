"""Pieces stand in a form in their order; every change of it is a button, and what was taken away can be taken back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from web.forms import LARGEST_NUMBER, Posted, whole_number

Values = Mapping[str, Sequence[str]]
MOST = 100
# The form of a builder holds more than a line in its boxes.
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Row:
    """``values`` as the form has them; ``gone`` stays in the form, so that it can come back to its place."""

    key: str
    values: Values = field(default_factory=dict[str, Sequence[str]])
    gone: bool = False

    def one(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "").replace("\r\n", "\n").strip()[:LONGEST]

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(self.values.get(name, ()))

    def name(self, field_name: str) -> str:
        return f"{self.key}.{field_name}"

    def lines(self, name: str) -> tuple[str, ...]:
        return tuple(each.strip() for each in self.one(name).split("\n") if each.strip())


@dataclass(frozen=True, slots=True)
class Pieces:
    """``focus`` is the button that was pressed last: it keeps the keyboard where it was."""

    rows: tuple[Row, ...]
    focus: str = ""

    @property
    def there(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if not row.gone)

    @property
    def gone(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.gone)


def numbered(values: Iterable[Values]) -> Pieces:
    return Pieces(tuple(Row(f"r{place}", each) for place, each in enumerate(values, 1)))


def sent(form: Posted) -> Pieces:
    """The rows that a form holds, in their order."""
    names = dict.fromkeys(each for each in form.all("k") if each.isalnum())
    return Pieces(tuple(_row(form, name) for name in list(names)[:MOST]))


def _row(form: Posted, key: str) -> Row:
    own = {name.removeprefix(f"{key}."): said for name, said in form.fields.items() if name.startswith(f"{key}.")}
    return Row(key, own, gone=bool(own.pop("gone", None)))


def operated(pieces: Pieces, op: str, blank: Values | None = None) -> Pieces:
    """``add``, ``copy:r2``, ``up:r2``, ``down:r2``, ``del:r2``, ``back:r2``; anything else changes nothing."""
    verb, _, key = op.partition(":")
    if verb == "add":
        return _added(pieces, len(pieces.rows), blank or {})
    at = next((place for place, row in enumerate(pieces.rows) if row.key == key), None)
    if at is None:
        return pieces
    if verb == "copy":
        return _added(pieces, at + 1, {name: said for name, said in pieces.rows[at].values.items() if name != "code"})
    if verb in ("del", "back"):
        return _marked(pieces, at, gone=verb == "del")
    return _moved(pieces, at, verb)


def _added(pieces: Pieces, at: int, values: Values) -> Pieces:
    used = [whole_number(row.key[1:], LARGEST_NUMBER) or 0 for row in pieces.rows]
    made = Row(f"r{max(used, default=0) + 1}", values)
    return Pieces((*pieces.rows[:at], made, *pieces.rows[at:])[:MOST], f"new:{made.key}")


def _marked(pieces: Pieces, at: int, *, gone: bool) -> Pieces:
    row = replace(pieces.rows[at], gone=gone)
    rows = (*pieces.rows[:at], row, *pieces.rows[at + 1 :])
    return Pieces(rows, f"back:{row.key}" if gone else f"new:{row.key}")


def _moved(pieces: Pieces, at: int, verb: str) -> Pieces:
    """Over what stands there: a piece that is gone is no step."""
    step = {"up": -1, "down": 1}.get(verb, 0)
    other = at + step
    while step and 0 <= other < len(pieces.rows) and pieces.rows[other].gone:
        other += step
    if not step or not 0 <= other < len(pieces.rows):
        return pieces
    rows = list(pieces.rows)
    rows.insert(other, rows.pop(at))
    return Pieces(tuple(rows), f"{verb}:{pieces.rows[at].key}")
