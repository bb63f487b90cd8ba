"""A page of a list is one range of an index, or a few of them merged; its conditions and its order decide which."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args
from uuid import UUID

from core import db
from core.clock import SHANGHAI
from core.tickets.model import State
from core.tickets.seats import EVERYTHING, Seats

Q = db.Queries(Path(__file__).with_name("ranges.sql"))
Sort = Literal["due", "newest", "oldest", "grade", "handler", "day"]
SORTS: tuple[Sort, ...] = get_args(Sort)
ORDERS: Mapping[Sort, tuple[str, ...]] = {
    "due": ("urgent", "newest", "ticket_id"), "newest": ("newest", "ticket_id"), "oldest": ("newest", "ticket_id"),
    "grade": ("grade", "urgent", "newest", "ticket_id"), "handler": ("handler", "urgent", "newest", "ticket_id"),
    # No finer than the day: what tells the rated nothing of the hour.
    "day": ("day", "number"),
}  # fmt: skip
DOWN: frozenset[Sort] = frozenset({"oldest", "day"})
STATES: frozenset[str] = frozenset(get_args(State))
# Few tickets are in these at any time, however many there have ever been.
UNFINISHED = frozenset({"auditing", "open", "verified", "rectifying"})
PLACE = "s.ticket_id, s.urgent, s.newest, s.grade, s.handler, s.rated_at"
ALWAYS = datetime(9999, 1, 1, tzinfo=SHANGHAI)


@dataclass(slots=True)
class Range:
    """The tickets under these seats that meet all conditions.

    ``ordered`` are the orders in which an index has them; for any other the few there can be are found, then sorted.
    """

    seats: Seats
    among: tuple[str, ...]
    values: list[Any]
    conditions: list[str] = field(default_factory=list[str])
    ordered: frozenset[str] = frozenset(SORTS) - {"day"}

    def value(self, value: Any) -> str:
        """Its place among the statement's values, of which the tenant is the first."""
        self.values.append(value)
        return f"${len(self.values)}"

    def where(self, condition: str, value: Any) -> None:
        """``condition`` has a question mark where the value stands."""
        self.conditions.append(condition.replace("?", self.value(value)))

    def in_state(self, state: str) -> None:
        # Written out: how many there are differs so much from state to state that it decides the plan.
        self.conditions.append(f"s.state = '{state}'" if state in STATES else "false")
        if state in UNFINISHED:
            self.ordered &= {"due", "newest", "oldest"}

    def due(self, after: datetime | None, until: datetime) -> None:
        if after is not None:
            self.where("s.urgent > ?", after)
        self.where("s.urgent <= ?", until)
        self.ordered &= {"due"}

    def within(self, tickets: Sequence[UUID]) -> None:
        self.where("s.ticket_id = ANY(?::uuid[])", list(tickets))
        self.ordered &= frozenset()

    def seen_under(self) -> str:
        """That a row is one of these, where a statement begins elsewhere."""
        if len(self.among) == 1:
            return _all([*self._seat(), *self.conditions])
        delayed, until = self.value(list(self.seats.delayed(self.among))), self.value(self.seats.until)
        late = f"(s.rated_at < {until} OR s.seat <> ALL({delayed}::text[]))"
        return _all([f"s.seat = ANY({self.value(list(self.among))}::text[])", late, *self.conditions])

    def page(self, sort: Sort, after: db.Row | None, limit: int) -> str:
        """The statement of one page, ``after`` the place of the last ticket of the page before."""
        order, down = ORDERS[sort], sort in DOWN
        begun = [self._beyond(order, after, down=down)] if after else []
        way = " DESC" if down else ""
        end = f"ORDER BY {', '.join(f's.{name}{way}' for name in order)} LIMIT {self.value(limit)}"
        if sort in self.ordered:
            return self._range(begun, end)
        found = Q.found_by_day if sort == "day" else Q.found_first
        return filled(found, range=self._range(), conditions=_all(begun), end=end)

    def count(self, most: int) -> str:
        """What counts up to ``most`` of them, as a part of a statement."""
        return filled(Q.counted, range=self._range((), f"LIMIT {self.value(most)}", "s.ticket_id"))

    def few(self) -> str:
        """All of them, as a part of a statement, each with its place in time."""
        return self._range((), "", "s.newest, s.ticket_id")

    def _range(self, more: Sequence[str] = (), end: str = "", columns: str = PLACE) -> str:
        if len(self.among) == 1:
            return filled(
                Q.one_seat, columns=columns, conditions=_all([*self._seat(), *self.conditions, *more]), end=end
            )
        late = self.seats.delayed(self.among)
        until = [self.seats.until if each in late else ALWAYS for each in self.among]
        return filled(
            Q.some_seats, columns=columns, conditions=_all([*self.conditions, *more]), end=end, each_end=end,
            seats=self.value(list(self.among)), until=self.value(until),
        )  # fmt: skip

    def _seat(self) -> Sequence[str]:
        (seat,) = self.among
        # Written out, since no other seat has so many rows.
        conditions = ["s.seat = 'all'" if seat == EVERYTHING else f"s.seat = {self.value(seat)}"]
        if self.seats.delayed(self.among):
            conditions.append(f"s.rated_at < {self.value(self.seats.until)}")
        return conditions

    def _beyond(self, order: Sequence[str], after: db.Row, *, down: bool) -> str:
        places = ", ".join(self.value(after[name]) for name in order)
        return f"({', '.join(f's.{name}' for name in order)}) {'<' if down else '>'} ({places})"


def _all(conditions: Sequence[str]) -> str:
    return " AND ".join(conditions) or "true"


def filled(query: str, **parts: str) -> str:
    for name, part in parts.items():
        query = query.replace(f"{{{name}}}", part)
    return query
