"""A list of records: narrowed by its address, one page at a time, and taken away as a file with the same rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from urllib.parse import quote

from litestar import Response, get
from litestar.params import FromPath

from core import db
from core.audit import actions as audit
from core.clock import SHANGHAI
from core.errors import NotFound, TooLarge
from core.places import actions as places
from core.policy.extras import Extra, Kind
from core.records import listing, offered
from core.records.listing import Asked
from core.records.model import CHANNELS, Reach, Record
from core.sheets import workbook, written
from web import saying
from web.admin.chips import Filter, asked, day_of, id_of, read
from web.admin.extras.sight import reach_of, seen_pages
from web.deps import InMember, InTenant, Now
from web.saying import Names
from web.visit import HttpRequest

SIZE = 50
MOST_INSTITUTIONS = 500
# What a file may hold at once; a longer list is taken away in parts.
MOST_ROWS = 20_000
CHUNK = 500
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OPEN, OVERDUE = "open", "overdue"


@dataclass(frozen=True, slots=True)
class Look:
    """What an address asks of a list."""

    asked: Asked
    filters: tuple[Filter, ...]
    q: str
    since: date | None
    until: date | None

    @property
    def narrowed(self) -> bool:
        return bool(self.q or self.since or self.until) or any(each.value for each in self.filters)


@dataclass(frozen=True, slots=True)
class Row:
    record: Record
    cells: tuple[str, ...]
    institution: str
    person: str


async def look_of(unit: db.Unit, request: HttpRequest, extra: Extra, kind: Kind, reach: Reach) -> Look:
    filters = read(request, await _filters(unit, kind, reach))
    chosen = {each.name: each.value for each in filters}
    q, since, until = asked(request, "q"), day_of(request, "since"), day_of(request, "until")
    state = chosen.get("state", "")
    choice = next(((name[2:], value) for name, value in chosen.items() if name.startswith("w.") and value), ("", ""))
    return Look(
        Asked(
            extra.code, reach, kind.code, (state,) if state else (), q, bool(chosen.get("mine")),
            chosen.get("institution", ""), since=_begins(since), until=_begins(until, 1),
            overdue=chosen.get("how") == OVERDUE, is_open=True if chosen.get("how") == OPEN else None,
            where=choice, after=id_of(request, "after"), size=SIZE,
        ),
        filters, q, since, until,
    )  # fmt: skip


def _begins(day: date | None, more: int = 0) -> datetime | None:
    return datetime.combine(day + timedelta(days=more), time(), SHANGHAI) if day else None


async def _filters(unit: db.Unit, kind: Kind, reach: Reach) -> tuple[Filter, ...]:
    """Its states, what is open or late, what is the member's own, where it lies, and each field with choices."""
    states = {each.code: each.label for each in kind.states}
    found = [
        Filter("state", "状态", states), Filter("how", "进度", {OPEN: "在办", OVERDUE: "超期"}),
        Filter("mine", "归属", {"1": "与我有关"}),
    ]  # fmt: skip
    if kind.goes_to or any(act.sends for act in kind.acts):
        every = await places.listing(unit, "institution", limit=MOST_INSTITUTIONS)
        near = {each.code: each.name for each in every if reach.regions is None or each.code in reach.institutions}
        found += [Filter("institution", "单位", near)] if len(near) > 1 else []
    choices = [each for each in kind.form.fields if each.kind == "choice" and each.code in kind.columns]
    return (*found, *(Filter(f"w.{each.code}", each.label, dict(each.choices)) for each in choices))


def column_codes(kind: Kind) -> tuple[str, ...]:
    """What its list shows beside number, name, state and time; never what is private."""
    known = kind.fields()
    return tuple(
        code for code in kind.columns
        if code in known and not known[code].hidden and known[code].kind != "files" and code != kind.title
    )  # fmt: skip


def row_of(kind: Kind, record: Record, names: Names, columns: Sequence[str]) -> Row:
    known = kind.fields()
    cells = tuple(saying.said(known[code], record.fields.get(code), names) for code in columns)
    person = names.get(("member", record.named)) or names.get(("staff", record.named), record.named)
    institution = names.get(("institution", record.institution), record.institution)
    return Row(record, cells, institution, person)


@get("/t/{slug:str}/admin/extras/{extra:str}/{page_:str}/export/{format_:str}", opt={"perm": "exports.make"})
async def export(
    request: HttpRequest, tenant: InTenant, member: InMember, extra: FromPath[str], page_: FromPath[str],
    format_: FromPath[str], now: Now,
) -> Response[bytes]:  # fmt: skip
    """Exactly what the list shows under the same conditions, all pages of it, and noted in the log."""
    found = next((each for each in offered.known() if each.code == extra), None)
    if found is None or format_ not in TYPES:
        raise NotFound
    async with db.as_tenant(tenant.id, patience=60) as unit:
        reach = await reach_of(unit, member)
        shown = next((each for each in seen_pages(found, reach) if each.code == page_ and each.kind), None)
        if shown is None:
            raise NotFound("没有这一页，或者您不能看。")
        _, kind = offered.kind_of(found.code, shown.kind)
        look = await look_of(unit, request, found, kind, reach)
        rows = await _every(unit, kind, look.asked, now)
        told = {"extra": found.code, "kind": kind.code, "format": format_, "rows": len(rows)}
        await audit.write(unit, member.actor, "extra.export", "export", f"{found.code}.{kind.code}", None, told, now)
    head = _head(kind)
    content = written(head, rows) if format_ == "csv" else workbook(kind.label, head, rows)
    stamp = now.astimezone(SHANGHAI).strftime("%Y%m%d-%H%M")
    name = f"{tenant.short or tenant.name}{kind.label}-{stamp}.{format_}"
    disposition = f"attachment; filename=\"records.{format_}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=TYPES[format_], headers={"Content-Disposition": disposition})


async def _every(unit: db.Unit, kind: Kind, wanted: Asked, now: datetime) -> list[list[str]]:
    rows: list[list[str]] = []
    asked_for = replace(wanted, after=None, size=CHUNK)
    while True:
        found = await listing.page(unit, asked_for, now)
        if found.total > MOST_ROWS:
            raise TooLarge(f"符合条件的有 {found.total} 条，一次最多导出 {MOST_ROWS} 条，请用时间等条件缩小范围。")
        names = await saying.names_of(unit, [(kind, each.fields) for each in found.rows], found.rows)
        rows += [_cells(kind, each, names) for each in found.rows]
        if found.next is None:
            return rows
        asked_for = replace(asked_for, after=found.next)


def _taken(kind: Kind) -> tuple[str, ...]:
    """Every field that may leave: nothing private, and no files."""
    return tuple(code for code, each in kind.fields().items() if not each.hidden and each.kind != "files")


def _head(kind: Kind) -> list[str]:
    known = kind.fields()
    return ["编号", "名称", "状态", "登记时间", "登记方式", "承办单位", "截止时间", "超期", "办结时间",
            *(known[code].label for code in _taken(kind))]  # fmt: skip


def _cells(kind: Kind, record: Record, names: Names) -> list[str]:
    row, state = row_of(kind, record, names, _taken(kind)), kind.state(record.state)
    return [
        record.number, record.title, state.label if state else record.state, _at(record.filed_at),
        CHANNELS.get(record.channel, record.channel), row.institution, _at(record.due_at),
        "是" if record.overdue() else "", _at(record.ended_at), *row.cells,
    ]  # fmt: skip


def _at(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
