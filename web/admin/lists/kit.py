"""What a list shows stands in its address: conditions, order, columns, page; what it leaves open, the member chose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import UUID

from core import db
from core.desk import views
from core.desk.lists import ORDINARY, SIZES, Column, Kind
from core.desk.views import Choice, View
from core.people import Member
from web.admin.chips import Address, Filter, asked, read
from web.permissions import may
from web.visit import HttpRequest

# Where earlier pages began, nearest last; a page before the first of these is reached through the first page.
MOST_BEFORE = 25
LONGEST_PLACE = 40
FIRST = "-"
APART = "~"


@dataclass(frozen=True, slots=True)
class Listed:
    """``after`` is where this page begins, ``before`` where earlier ones did; ``query`` is the list as it is kept."""

    kind: Kind
    tab: str
    filters: tuple[Filter, ...]
    q: str
    sort: str
    size: int
    columns: tuple[Column, ...]
    after: str
    before: tuple[str, ...]
    views: tuple[View, ...]
    query: str
    may_keep: bool = False
    may_export: bool = False
    tabs: Mapping[str, str] = field(default_factory=dict[str, str])
    menu: str = ""

    @property
    def chosen(self) -> Mapping[str, str]:
        return {each.name: each.value for each in self.filters}

    @property
    def narrowed(self) -> bool:
        return bool(self.q) or any(each.value for each in self.filters)

    @property
    def view(self) -> View | None:
        """The kept view that this is."""
        return next((each for each in self.views if each.query == self.query), None)

    @property
    def sorted_by(self) -> str:
        return self.kind.sorts.get(self.sort, "")

    @property
    def last_id(self) -> UUID | None:
        """The place of lists whose rows are known by an id."""
        try:
            return UUID(self.after)
        except ValueError:
            return None

    def shows(self, code: str) -> bool:
        return any(each.code == code for each in self.columns)

    def direction(self, column: Column) -> str:
        """How a head that sorts says it does: "" where the list is in another order."""
        if self.sort not in column.sorts:
            return ""
        return "descending" if self.sort == "newest" else "ascending"

    def turned(self, column: Column) -> str:
        """The order that a press on a head asks for: the next of those it offers."""
        offered = column.sorts
        return offered[(offered.index(self.sort) + 1) % len(offered)] if self.sort in offered else offered[0]

    def onward(self, last: str) -> Mapping[str, str]:
        """The query of the next page, which knows the way back."""
        return {"after": last, "prev": APART.join([*self.before, self.after or FIRST][-MOST_BEFORE:])}

    @property
    def back(self) -> Mapping[str, str]:
        place = self.before[-1] if self.before else FIRST
        return {"after": "" if place == FIRST else place, "prev": APART.join(self.before[:-1])}

    @property
    def start(self) -> int | None:
        """The number of the first row, as long as the way from the first page is known."""
        if not self.after:
            return 1
        return len(self.before) * self.size + 1 if self.before and self.before[0] == FIRST else None


async def listed(
    unit: db.Unit, request: HttpRequest, member: Member, kind: Kind, filters: Sequence[Filter], *, tab: str = "",
    tabs: Mapping[str, str] | None = None, without: frozenset[str] = frozenset(),
) -> Listed:  # fmt: skip
    """The list as its address asks for it; ``without`` are columns that this member never sees."""
    choice = await views.choice_of(unit, member, kind.code)
    known = read(request, filters)
    sort = asked(request, "sort")
    before = tuple(each for each in _long(request, "prev").split(APART) if each and len(each) <= LONGEST_PLACE)
    keeps = may(member.role, "views.keep")
    return Listed(
        kind=kind, tab=tab, filters=known, q=asked(request, "q"),
        sort=sort if sort in kind.sorts else next(iter(kind.sorts), ""), size=_size(request, choice),
        columns=tuple(each for each in _columns(request, kind, choice) if each.code not in without),
        after=asked(request, "after"), before=before[-MOST_BEFORE:],
        views=await views.seen_by(unit, member, kind.code) if keeps else (),
        query=_query(request, kind, tab if tabs else ""),
        may_keep=keeps, may_export=bool(kind.taken) and may(member.role, "exports.make"), tabs=tabs or {},
        menu=asked(request, "menu"),
    )  # fmt: skip


def opens_menu(request: Address, name: str) -> bool:
    """Whether all there is to choose from is needed, or only the word of what is chosen."""
    return asked(request, "menu") == name


async def opens_with(unit: db.Unit, request: HttpRequest, member: Member, kind: Kind) -> str:
    """The address of the view that this member opens the list with, where they asked for nothing else; else ""."""
    if request.query_params or not may(member.role, "views.keep"):
        return ""
    preferred = (await views.choice_of(unit, member, kind.code)).view
    if preferred is None:
        return ""
    found = [each for each in await views.seen_by(unit, member, kind.code) if each.id == preferred]
    return f"{request.scope['path']}?{found[0].query}" if found and found[0].query else ""


def _size(request: HttpRequest, choice: Choice) -> int:
    wanted = asked(request, "rows")
    return int(wanted) if wanted in {str(size) for size in SIZES} else choice.size


def _columns(request: HttpRequest, kind: Kind, choice: Choice) -> tuple[Column, ...]:
    wanted = asked(request, "cols")
    return kind.chosen(wanted.split(",") if wanted else choice.shown)


def _long(request: HttpRequest, name: str) -> str:
    return request.query_params.get(name, "")[: MOST_BEFORE * LONGEST_PLACE]


def _query(request: HttpRequest, kind: Kind, tab: str) -> str:
    """What is kept of this address when it is kept as a view: what the list knows, in one order."""
    said = {name: asked(request, name) for name in (*ORDINARY, *kind.filters)} | {"tab": tab}
    return urlencode([(name, value) for name, value in said.items() if value])
