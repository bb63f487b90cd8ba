"""Good rows of a file are stored, broken ones are listed with the reason, and the same file again changes nothing."""

from collections.abc import AsyncIterator, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import db
from core.audit.model import Actor
from core.errors import Conflict, Invalid, Refused, UnknownCode
from core.places import actions, sheet
from core.places.model import KINDS, Kind, KindName, Place
from core.places.sheet import Broken, Row

Q = db.queries(__file__)

PAGE = 5000
_PARENTS: Mapping[str, str] = {"region": Q.region_parents, "institution": Q.institution_parents}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What became of a file's rows; ``head`` is its own, for the file of rows to mend."""

    changed: int
    unchanged: int
    broken: tuple[Broken, ...]
    head: Sequence[str]

    def to_mend(self) -> bytes:
        return sheet.write_broken(self.head, self.broken)


async def load(unit: db.Unit, kind_name: KindName, data: bytes, *, by: Actor, now: datetime) -> Loaded:
    """Stores what the file says, in the caller's transaction."""
    kind = KINDS[kind_name]
    read = sheet.read(kind, data)
    broken = list(read.broken)
    rows = await judged(unit, kind, read.rows, broken, {})
    changed = await actions.save(unit, [row.place for row in rows], by=by, now=now, source="csv")
    return Loaded(changed, len(rows) - changed, tuple(sorted(broken, key=lambda each: each.line)), read.head)


async def judged(
    unit: db.Unit, kind: Kind, rows: Iterable[Row], broken: list[Broken], coming: Mapping[KindName, Collection[str]]
) -> list[Row]:
    """The rows that can be stored, parents first; the others join ``broken``. ``coming`` are codes stored with them."""
    good = await _with_references(unit, kind, _take(_once(rows), broken), broken, coming)
    return _take(await _below_parents(unit, kind, good), broken)


async def export(unit: db.Unit, kind_name: KindName) -> bytes:
    return sheet.write(KINDS[kind_name], [place async for place in _all(unit, kind_name)])


async def _all(unit: db.Unit, kind_name: KindName) -> AsyncIterator[Place]:
    after = ""
    while page := await actions.listing(unit, kind_name, after=after, limit=PAGE):
        for place in page:
            yield place
        after = page[-1].code


Judged = Iterable[tuple[Row, Refused | None]]


def _take(judged: Judged, broken: list[Broken]) -> list[Row]:
    good: list[Row] = []
    for row, refusal in judged:
        if refusal is None:
            good.append(row)
        else:
            broken.append(Broken(row.line, refusal.code, refusal.detail, row.cells))
    return good


def _once(rows: Iterable[Row]) -> Judged:
    first: dict[str, int] = {}
    for row in rows:
        seen = first.setdefault(row.place.code, row.line)
        yield row, None if seen == row.line else Conflict(f"编码“{row.place.code}”与第 {seen} 行重复。", field="code")


async def _with_references(
    unit: db.Unit, kind: Kind, rows: list[Row], broken: list[Broken], coming: Mapping[KindName, Collection[str]]
) -> list[Row]:
    """What refers to a refused row is refused with it."""
    while True:
        good = _take(await _referring(unit, kind, rows, coming), broken)
        if len(good) == len(rows):
            return good
        rows = good


async def _referring(
    unit: db.Unit, kind: Kind, rows: Sequence[Row], coming: Mapping[KindName, Collection[str]]
) -> Judged:
    """A code that a row refers to exists already or comes with it."""
    own = {row.place.code for row in rows}
    refusals: dict[int, Refused] = {}
    for column in kind.columns:
        if column.refers is None:
            continue
        wanted = {getattr(row.place, column.name) for row in rows} - {None}
        known = set(await actions.among(unit, column.refers, wanted)) | set(coming.get(column.refers, ()))
        known |= own if column.refers == kind.name else set()
        for row in rows:
            code = getattr(row.place, column.name)
            if code is not None and code not in known:
                detail = f"“{column.label}”{code} 不存在，请先导入{KINDS[column.refers].label}。"
                refusals.setdefault(row.line, UnknownCode(detail, field=column.name))
    return [(row, refusals.get(row.line)) for row in rows]


async def _below_parents(unit: db.Unit, kind: Kind, rows: Sequence[Row]) -> Judged:
    """Parents come before their children, and nothing stands above itself."""
    if kind.name not in _PARENTS:
        return [(row, None) for row in rows]
    stored = await unit.fetch(_PARENTS[kind.name], unit.tenant)
    above: dict[str, str | None] = {row["code"]: row["parent"] for row in stored}
    above.update({row.place.code: getattr(row.place, "parent", None) for row in rows})
    return _sorted_by_depth(rows, above)


def _sorted_by_depth(rows: Sequence[Row], above: Mapping[str, str | None]) -> Judged:
    depths = {row.line: _depth(row.place.code, above) for row in rows}
    circular = Invalid("上级编码形成循环，请检查上下级关系。", field="parent")
    judged = [(row, circular if depths[row.line] is None else None) for row in rows]
    return sorted(judged, key=lambda each: depths[each[0].line] or 0)


def _depth(code: str, above: Mapping[str, str | None]) -> int | None:
    seen: set[str] = set()
    at: str | None = code
    while at is not None:
        if at in seen:
            return None
        seen.add(at)
        at = above.get(at)
    return len(seen)
