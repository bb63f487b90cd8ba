"""Records are looked through page by page, what is due first on top; nobody's list holds what they may not see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from core import db
from core.policy.extras import Act, Entry, Extra, Kind, Who
from core.records import decide, offered, stored
from core.records.model import Reach, Record
from core.tenants.model import Tenant

Q = db.Queries(Path(__file__).with_name("listing.sql"))
SOUGHT = 50
# So many stand beside a ticket at the most.
MOST_ABOUT = 20
# So many wait at a desk, found among so many that lie near it.
HELD, LOOKED_AT = 200, 4000


@dataclass(frozen=True, slots=True)
class Asked:
    """Of a kind, or with an empty one of all kinds of the extra, as far as ``reach`` sees.

    ``mine`` narrows to what is theirs to do; ``where`` is a field and the value it must have; ``after`` is the last
    record of the page before; ``days`` bound the day that places a record in the calendar; ``as_filed`` puts them
    in the order of their filing, where ``total`` counts what is left.
    """

    extra: str
    reach: Reach
    kind: str = ""
    states: tuple[str, ...] = ()
    text: str = ""
    mine: bool = False
    institution: str = ""
    region: str = ""
    since: datetime | None = None
    until: datetime | None = None
    overdue: bool = False
    days: tuple[date | None, date | None] = (None, None)
    where: tuple[str, str] = ("", "")
    parent: UUID | None = None
    is_open: bool | None = None
    after: UUID | None = None
    size: int = 50
    as_filed: bool = False


@dataclass(frozen=True, slots=True)
class Listed:
    """``next`` is asked for as ``after``; None, there is no more."""

    rows: tuple[Record, ...]
    total: int
    next: UUID | None


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a board: a state or a choice, with how many stand in it."""

    code: str
    label: str
    total: int
    rows: tuple[Record, ...]
    more: bool = field(default=False)


def sees_all(reach: Reach, kind: Kind) -> bool:
    """Whether everything of this kind is within their reach."""
    doers = _concerned(kind)
    whole = ("bureau" in reach.kinds and reach.regions is None and "bureau" in doers) or (
        "operator" in reach.kinds and "operator" in doers
    )
    return bool(whole)


def within(reach: Reach, kind: Kind, entry: Entry) -> bool:
    """Whether they may see a record that is known as an extra knows it."""
    if sees_all(reach, kind):
        return True
    institutions, regions, _, _ = _narrowed(reach, [kind])[1:]
    is_named = bool(entry.named) and "named" in _concerned(kind) and entry.named == decide.own_name(reach, kind)
    return entry.institution in institutions or entry.region in regions or is_named


def _narrowed(reach: Reach, kinds: Sequence[Kind]) -> tuple[bool, list[str], list[str], list[str], list[str]]:
    """Everything, or these institutions, regions, names and signatures."""
    whole = bool(kinds) and all(sees_all(reach, each) for each in kinds)
    doers = {who for kind in kinds for who in _concerned(kind)}
    institutions = list(reach.institutions) if reach.kinds & doers & {"handler", "clerk"} else []
    regions = list(reach.regions or ()) if "bureau" in reach.kinds and "bureau" in doers else []
    names = [each for each in (reach.staff, reach.member) if each] if "named" in doers else []
    return whole, institutions, regions, names, list(reach.signatures)


def _concerned(kind: Kind) -> frozenset[Who]:
    """Whoever sees a kind, or may once do something with it."""
    return frozenset(kind.sees).union(*(each.doers for each in kind.acts))


async def page(unit: db.Unit, asked: Asked, now: datetime) -> Listed:
    extra = offered.extra_of(asked.extra)
    kinds = [each for each in extra.kinds if asked.kind in ("", each.code)]
    seen = [each for each in kinds if _ever_sees(asked.reach, each)]
    if not seen:
        return Listed((), 0, None)
    whole, institutions, regions, names, signed = _narrowed(asked.reach, seen)
    below = await unit.fetch(stored.Q.regions_below, unit.tenant, asked.region) if asked.region else []
    rows = await unit.fetch(
        Q.page, unit.tenant, extra.code, [each.code for each in seen], whole, institutions, regions, names, signed,
        list(asked.states) or None, asked.text.strip(), asked.institution, asked.region, [r["code"] for r in below],
        asked.since, asked.until, asked.overdue, now, *asked.days, asked.mine, *asked.where, asked.parent,
        asked.is_open, asked.after, asked.size + 1, asked.as_filed,
    )  # fmt: skip
    total = rows[0]["total"] if rows else 0
    found = await stored.with_timers(unit, [stored.record_of(row) for row in rows[: asked.size]], now)
    # Where kinds stand in one list, who may see each of them is not the same.
    return Listed(tuple(_readable(found, asked.reach)), total, found[-1].id if len(rows) > asked.size else None)


def _ever_sees(reach: Reach, kind: Kind) -> bool:
    """Whether any record of this kind could be within their reach."""
    doers = _concerned(kind)
    named = "named" in doers and bool(reach.staff or reach.member)
    filed = bool(reach.signatures) and bool("filer" in doers or reach.kinds & set(kind.files))
    return bool(reach.kinds & doers - {"citizen"}) or named or filed


async def board(unit: db.Unit, asked: Asked, now: datetime) -> tuple[Column, ...]:
    """One column for each state, or for each choice of the field that the kind's board groups by."""
    _, kind = offered.kind_of(asked.extra, asked.kind)
    columns: list[Column] = []
    for code, label in _columns(kind):
        own = replace(asked, states=(code,)) if kind.board == "state" else replace(asked, where=(kind.board, code))
        found = await page(unit, own, now)
        columns.append(Column(code, label, found.total, found.rows, found.next is not None))
    return tuple(columns)


def _columns(kind: Kind) -> Sequence[tuple[str, str]]:
    if kind.board == "state":
        return [(each.code, each.label) for each in kind.states]
    field_ = kind.fields().get(kind.board)
    return field_.choices if field_ else []


async def calendar(unit: db.Unit, asked: Asked, now: datetime) -> Mapping[date, tuple[Record, ...]]:
    """Records by the day their kind names, from the first of ``asked.days`` to the last."""
    _, kind = offered.kind_of(asked.extra, asked.kind)
    found: dict[date, list[Record]] = {}
    for each in (await page(unit, asked, now)).rows:
        day = decide.calendar_day(kind, each.fields)
        if day is not None:
            found.setdefault(day, []).append(each)
    return {day: tuple(rows) for day, rows in sorted(found.items())}


async def one(unit: db.Unit, record_id: UUID, reach: Reach, now: datetime) -> tuple[Extra, Kind, Record]:
    """A record that may be seen, refused as not there otherwise."""
    record = await stored.load(unit, record_id, now)
    extra, kind = offered.kind_of(record.extra, record.kind)
    if not decide.may_see(reach, kind, record):
        raise stored.NotFound("没有找到这条记录。")
    return extra, kind, decide.for_reader(reach, kind, record)


def _readable(found: Sequence[Record], reach: Reach) -> list[Record]:
    """Those that may be seen, each with what may be read of it."""
    known = [(offered.kind_of(each.extra, each.kind)[1], each) for each in found]
    return [decide.for_reader(reach, kind, each) for kind, each in known if decide.may_see(reach, kind, each)]


async def related(unit: db.Unit, record: Record, reach: Reach, now: datetime) -> tuple[Record, ...]:
    """What was made of it and what repeats it, as far as may be seen."""
    rows = await unit.fetch(Q.related, unit.tenant, record.id)
    seen = _readable([stored.record_of(row) for row in rows if offered.is_known(row)], reach)
    return await stored.with_timers(unit, seen, now)


async def about(unit: db.Unit, case: str, onces: Sequence[str], reach: Reach, now: datetime) -> tuple[Record, ...]:
    """What tells of a case, and what was made once under these keys, as far as may be seen; the oldest first."""
    rows = await unit.fetch(Q.about, unit.tenant, case, list(onces), MOST_ABOUT)
    seen = _readable([stored.record_of(row) for row in rows if offered.is_known(row)], reach)
    return await stored.with_timers(unit, seen, now)


def _near(reach: Reach) -> tuple[bool, list[str], list[str], list[str], list[str]]:
    """What could be within their reach, of whatever kind; each record is then looked at by its kind."""
    whole = "operator" in reach.kinds or ("bureau" in reach.kinds and reach.regions is None)
    names = [each for each in (reach.staff, reach.member) if each]
    return whole, [*reach.institutions], [*(reach.regions or ())], names, list(reach.signatures)


async def waiting(unit: db.Unit, reach: Reach, now: datetime) -> tuple[tuple[Record, tuple[Act, ...]], ...]:
    """Open records that whoever asks can move on, each with what they can do, what is due first on top.

    What they could only pass on or write something beside waits for somebody else, and hides nothing that waits here.
    """
    found: list[tuple[Record, tuple[Act, ...]]] = []
    for start in range(0, LOOKED_AT, HELD):
        rows = await unit.fetch(Q.held, unit.tenant, *_near(reach), HELD, start)
        known = [stored.record_of(row) for row in rows if offered.is_known(row)]
        acts = {each.id: decide.open_acts(reach, offered.kind_of(each.extra, each.kind)[1], each) for each in known}
        moved = [each for each in known if any(act.leads for act in acts[each.id])]
        found += [(each, acts[each.id]) for each in await stored.with_timers(unit, moved, now)]
        if len(found) >= HELD or len(rows) < HELD:
            break
    return tuple(found[:HELD])


async def sought(unit: db.Unit, text: str, reach: Reach, now: datetime) -> tuple[Record, ...]:
    """Records found by number, title or case by whoever may see them."""
    if not text.strip():
        return ()
    rows = await unit.fetch(Q.sought, unit.tenant, *_near(reach), SOUGHT, text.strip())
    found = [stored.record_of(row) for row in rows if offered.is_known(row)]
    seen = _readable(found, reach)
    return await stored.with_timers(unit, seen, now)


async def counts(unit: db.Unit) -> Mapping[tuple[str, str, str], int]:
    """How many records there are, by extra, kind and state."""
    return {(row["extra"], row["kind"], row["state"]): row["count"] for row in await unit.fetch(Q.counts, unit.tenant)}


@dataclass(frozen=True, slots=True)
class Public:
    """A record as everybody may read it; ``alone``: on its day too few were filed for the day to be told."""

    record: Record
    alone: bool


async def public(
    unit: db.Unit, tenant: Tenant, extra: str, kind: str, *, start: int = 0, size: int = 20, text: str = "",
    least: int = 0,
) -> tuple[tuple[Public, ...], int]:  # fmt: skip
    """What may stand on the public list: open fields of records in states that are shown, and nothing else of them."""
    _, what = offered.kind_of(extra, kind)
    states = [each.code for each in what.states if each.shown]
    if not what.public or not states or tenant.id != unit.tenant:
        return (), 0
    open_ = {code for code, each in what.fields().items() if each.open and not each.hidden}
    rows = await unit.fetch(Q.open_public, unit.tenant, extra, kind, states, size, start, text.strip(), sorted(open_))
    shown = tuple(
        Public(
            replace(found, fields={code: value for code, value in found.fields.items() if code in open_},
                    title="", filed_by="", named="", receipt="", filer_id=None, person_id=None, case=""),
            that_day < least,
        )
        for found, that_day in ((stored.record_of(row), row["that_day"]) for row in rows)
    )  # fmt: skip
    return shown, rows[0]["total"] if rows else 0
