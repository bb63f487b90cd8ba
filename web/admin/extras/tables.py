"""What an extra counts of its records: of a period, within its reader's reach, and with what it was counted from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from core import db, stack
from core.clock import SHANGHAI
from core.errors import Invalid, Refused
from core.places import actions as places
from core.policy.extras import Extra, Page, Scene, Table
from core.records import contained, cut, offered
from core.records import scene as scenes
from core.records.model import Reach
from core.tenants import Tenant
from web.admin.chips import day_of
from web.admin.extras.sight import seen_pages
from web.errors import status_of
from web.forms import NO_DAY
from web.visit import HttpRequest

# Of the records behind a row, so many are named one by one.
NAMED = 20
QUARTERS = "一二三四"


@dataclass(frozen=True, slots=True)
class Span:
    """Inclusive days; without any, everything is counted. ``wrong`` says what was not understood."""

    since: date | None = None
    until: date | None = None
    wrong: str = ""

    @property
    def query(self) -> str:
        days = {"since": self.since, "until": self.until}
        return "&".join(f"{name}={day}" for name, day in days.items() if day)


@dataclass(frozen=True, slots=True)
class Source:
    """A kind of record that went into the figures: how many, and where they are listed."""

    label: str
    total: int
    where: str


@dataclass(frozen=True, slots=True)
class Counted:
    """``only`` names the places that it was cut to; empty, it is of the whole."""

    tables: tuple[Mapping[str, Any], ...]
    span: Span
    spans: tuple[tuple[str, Span], ...]
    sources: tuple[Source, ...]
    only: tuple[str, ...]
    revision: str
    problem: str = ""
    status: int = 200


async def counted(
    unit: db.Unit, request: HttpRequest, tenant: Tenant, extra: Extra, own: Page, reach: Reach, now: datetime
) -> Counted:
    """What fails is said in its place."""
    span, today = span_of(request), now.astimezone(SHANGHAI).date()
    at, policy = cut.known_at(now, span.until), stack.policy(tenant, cut.last_day(now, span.until))
    whole = await scenes.scene(unit, tenant, at, reads=own.reads, policy=policy)
    scene = cut.to_period(await cut.to_reach(unit, whole, reach), span.since, span.until, own.dated)
    tables: Sequence[Table] = ()
    problem, status = "", 200
    if own.tables is not None:
        try:
            tables = await contained.call(extra.code, f"{own.code}.tables", own.tables, scene, Table, tenant=tenant.id)
        except Refused as refusal:
            problem, status = refusal.detail, status_of(refusal)
    return Counted(
        tuple(_worded(each) for each in tables), span, spans(today), _sources(extra, own, scene, reach, span),
        () if cut.is_whole(reach) else await _only(unit, reach), policy.revision, problem, status,
    )  # fmt: skip


def span_of(request: HttpRequest) -> Span:
    try:
        since, until = day_of(request, "since"), day_of(request, "until")
    except Invalid:
        return Span(wrong=f"{NO_DAY}，下面是全部时间的结果。")
    if since and until and since > until:
        return Span(wrong="开始的日期晚于结束的日期，下面是全部时间的结果。")
    return Span(since, until)


def spans(today: date) -> tuple[tuple[str, Span], ...]:
    """The periods most often asked for."""
    this = _quarter(today)
    before = _quarter((this.since or today) - timedelta(days=1))
    years = [Span(date(year, 1, 1), date(year, 12, 31)) for year in (today.year, today.year - 1)]
    found = (("全部", Span()), *((_called(each), each) for each in (this, before)))
    return (*found, *((f"{each.since:%Y} 年", each) for each in years))


def _quarter(day: date) -> Span:
    first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Span(first, (first + timedelta(days=93)).replace(day=1) - timedelta(days=1))


def _called(quarter: Span) -> str:
    first = quarter.since or date.min
    return f"{first.year} 年第{QUARTERS[(first.month - 1) // 3]}季度"


def _sources(extra: Extra, own: Page, scene: Scene, reach: Reach, span: Span) -> tuple[Source, ...]:
    """Each kind that was read, and its list where this member may open it."""
    lists = {each.kind: each.code for each in seen_pages(extra, reach) if each.shows == "list"}
    found: list[Source] = []
    for code in own.reads:
        known = offered.find_kind(code)
        if known is None:
            continue
        _, kind = known
        # What was made of another record counts with that one, whenever it was filed itself.
        narrows = code in (own.dated or own.reads) and kind.parent not in own.reads
        query = f"?{span.query}" if span.query and narrows else ""
        found.append(Source(kind.label, len(scene.of(code)), f"{lists[code]}{query}" if code in lists else ""))
    return tuple(found)


async def _only(unit: db.Unit, reach: Reach) -> tuple[str, ...]:
    regions = await places.names(unit, "region", sorted(reach.regions or ()))
    bodies = await places.names(unit, "institution", sorted(reach.institutions))
    return tuple((regions or bodies).values())


def _worded(table: Table) -> Mapping[str, Any]:
    """Columns in which only numbers and shares stand are set to the right."""
    cells = [[_cell(cell) for cell in row] for row in table.rows]
    told = [(at, cell) for row in table.rows for at, cell in enumerate(row) if cell is not None]
    wordy = {at for at, cell in told if isinstance(cell, str) and not cell.endswith("%")}
    right = {at for at, _ in told} - wordy
    behind = [
        (len(each), [(one.id, one.number) for one in each[:NAMED]]) for each in table.counted[: len(cells)]
    ]  # fmt: skip
    behind += [(0, [])] * (len(cells) - len(behind)) if behind else []
    return {
        "title": table.title, "head": table.head, "rows": cells, "right": right, "note": table.note, "behind": behind,
    }  # fmt: skip


def _cell(value: str | float | None) -> str:
    if value is None:
        return "—"
    if isinstance(value, float) and not value.is_integer():
        return f"{value:,.2f}".rstrip("0").rstrip(".")
    return f"{int(value):,}" if isinstance(value, int | float) else value
