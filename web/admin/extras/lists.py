"""A list of records: narrowed by its address like every list of the office, and what of it is taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, time, timedelta

import msgspec

from core import db
from core.clock import SHANGHAI
from core.desk import of_records
from core.desk.cells import Asked as Taken
from core.desk.lists import Kind as List
from core.errors import NotFound
from core.people import Member
from core.places import actions as places
from core.policy.extras import Extra, Kind
from core.records import listing, offered, words
from core.records.listing import Asked
from core.records.model import Reach, Record
from core.records.words import Names
from web.admin.chips import Address, Filter, asked, day_of, id_of, read
from web.admin.extras.sight import reach_of, seen_pages

SIZE = 50
MOST_INSTITUTIONS = 500
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
        return bool(self.q) or any(each.value for each in self.filters)


@dataclass(frozen=True, slots=True)
class Row:
    """``cells`` are by the code of their field."""

    record: Record
    cells: Mapping[str, str]
    institution: str
    person: str


async def look_of(unit: db.Unit, request: Address, extra: Extra, kind: Kind, reach: Reach) -> Look:
    filters = read(request, await _filters(unit, kind, reach))
    chosen = {each.name: each.value for each in filters}
    q, since, until = asked(request, "q"), day_of(request, "since"), day_of(request, "until")
    state = chosen.get("state", "")
    by = of_records.BY_FIELD
    choice = next(
        ((name[len(by) :], value) for name, value in chosen.items() if name.startswith(by) and value), ("", "")
    )
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
    """Its states, what is open or late, what is the member's own, where it lies, when, and each field with choices."""
    states = {each.code: each.label for each in kind.states}
    found = [
        Filter("state", "状态", states), Filter("how", "进度", {OPEN: "在办", OVERDUE: "超期"}),
        Filter("mine", "归属", {"1": "与我有关"}),
    ]  # fmt: skip
    if kind.goes_to or any(act.sends for act in kind.acts):
        every = await places.listing(unit, "institution", limit=MOST_INSTITUTIONS)
        near = {each.code: each.name for each in every if reach.regions is None or each.code in reach.institutions}
        found += [Filter("institution", "单位", near)] if len(near) > 1 else []
    choices = [Filter(f"{of_records.BY_FIELD}{each.code}", each.label, dict(each.choices))
               for each in of_records.narrowing(kind)]  # fmt: skip
    return (*found, *choices, Filter("since", "登记自", is_day=True), Filter("until", "登记至", is_day=True))


def row_of(kind: Kind, record: Record, names: Names, columns: Sequence[str]) -> Row:
    known = kind.fields()
    cells = {code: words.said(known[code], record.fields.get(code), names) for code in columns}
    person = names.get(("member", record.named)) or names.get(("staff", record.named), record.named)
    institution = names.get(("institution", record.institution), record.institution)
    return Row(record, cells, institution, person)


async def asked_for(
    unit: db.Unit, request: Address, member: Member, list_: List, now: datetime
) -> tuple[tuple[Filter, ...], str, Taken, int]:
    """What the address asks for of a list, its search, how a file of it is read, and how many there are."""
    extra = next(each for each in offered.known() if each.code == of_records.door_of(list_.code))
    reach = await reach_of(unit, member)
    shown = [each for each in seen_pages(extra, reach) if of_records.code_of(extra, each.code) == list_.code]
    if not shown:
        raise NotFound("没有这一页，或者您不能看。")
    _, kind = offered.kind_of(extra.code, shown[0].kind)
    look = await look_of(unit, request, extra, kind, reach)
    wanted = replace(look.asked, after=None)
    total = (await listing.page(unit, replace(wanted, size=1), now)).total
    return look.filters, look.q, Taken({}, msgspec.to_builtins(asdict(wanted))), total
