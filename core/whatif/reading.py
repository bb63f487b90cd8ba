"""A past period is read once, in one picture of it in which nothing can be written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from typing import Any
from uuid import UUID

from core import db
from core.clock import SHANGHAI
from core.errors import TooMany
from core.intake.model import Kept, Mark
from core.intake.ratings import target_of
from core.policy import keys
from core.tenants.model import Pause
from core.tickets import actions as tickets
from core.tickets.model import Homes
from core.whatif import decide
from core.whatif.hands import Hands, Reading
from core.whatif.model import Cell, Deed, Period, Recorded, Said, Sides, Turn

Q = db.queries(__file__)
A_DAY = 86_400.0
CHUNK = 400
MOST_BAD = 300_000
BODIES = ("institutions", "lines", "regions", "areas")
STORED = {"institutions": "institution", "lines": "line", "regions": "region", "areas": "area"}


def instants(period: Period) -> tuple[datetime, datetime]:
    """From 00:00 of its first day up to 24:00 of its last."""
    start = datetime.combine(period.start, time(), SHANGHAI)
    return start, datetime.combine(period.end + timedelta(days=1), time(), SHANGHAI)


@dataclass(slots=True)
class Moved:
    """Grades that would count otherwise, by kind of subject and its code."""

    by: dict[str, dict[str, dict[Cell, int]]] = field(default_factory=dict[str, dict[str, dict[Cell, int]]])

    def add(self, row: Mapping[str, Any], grade: int, n: int) -> None:
        """One grade so many times, for everybody whom its mark counts for."""
        staff = row["staff"] or ""
        if staff:
            self._put("staff", staff, (row["dimension"], row["origin"], grade, ""), n)
        cell = (row["dimension"], row["origin"], grade, staff)
        for name in BODIES:
            for code in row[name]:
                self._put(STORED[name], code, cell, n)

    def turn(self, row: Mapping[str, Any]) -> None:
        """What counted before, and what counts instead."""
        if row["counted"]:
            self.add(row, row["before"], -row["n"])
        if row["counts"]:
            self.add(row, row["after"], row["n"])

    def of(self, stored: str) -> Mapping[str, Mapping[Cell, int]]:
        return self.by.get(stored, {})

    def _put(self, stored: str, code: str, cell: Cell, n: int) -> None:
        cells = self.by.setdefault(stored, {}).setdefault(code, {})
        cells[cell] = cells.get(cell, 0) + n


def fated(query: str, turns: Sequence[Turn], pauses: Sequence[Pause]) -> str:
    """A query over what becomes of invitations; what was open is longer by each pause it met, one after the other."""
    late = "e.received_at - e.at >= interval '1 day'" if decide.shortest(turns) >= A_DAY else "true"
    met = [each for each in sorted(pauses, key=lambda each: each.since) if _is_met(each, turns)]
    names = ["c", *(f"c{place}" for place in range(len(met)))]
    longer = [_longer(pause, *both) for pause, both in zip(met, pairwise(names), strict=True)]
    fate = Q.fate.replace("{reported}", late).replace("{prolonged}", " ".join(longer))
    return query.replace("{fate}", fate.replace("{closing}", f"{names[-1]}.closing"))


def _is_met(pause: Pause, turns: Sequence[Turn]) -> bool:
    return any(datetime.combine(turn.day, time(), SHANGHAI) < pause.until for turn in turns)


def _longer(pause: Pause, before: str, after: str) -> str:
    since, until = (f"timestamptz '{each.isoformat()}'" for each in (pause.since, pause.until))
    return (
        f"CROSS JOIN LATERAL (SELECT {before}.closing + CASE WHEN {before}.closing > {since} AND i.opens < {until}"
        f" THEN {until} - GREATEST({since}, i.opens) ELSE interval '0' END AS closing) AS {after}"
    )


def turned(turns: Sequence[Turn]) -> tuple[list[Any], ...]:
    """The days and ends as the columns of a statement."""
    return (
        [each.occasion for each in turns], [each.day for each in turns], [each.ends for each in turns],
        [each.lasts for each in turns], [each.grade for each in turns],
    )  # fmt: skip


@dataclass(slots=True)
class Silence:
    """What silence would have said otherwise: each kind of change with its number."""

    classes: list[Mapping[str, Any]] = field(default_factory=list[Mapping[str, Any]])


async def silence(
    both: Hands, turns: Sequence[Turn], period: Period, until: datetime, pauses: Sequence[Pause], moved: Moved
) -> Silence:
    """First what kinds of change there are; the grades are gone through only on days that see any."""
    if not turns:
        return Silence()
    tenant = both.unit.tenant
    parts = {each: [turn for turn in turns if each.start <= turn.day <= each.end] for each in decide.parts(period)}
    asked = {each: (tenant, *turned(own), *instants(period), until, *instants(each)) for each, own in parts.items()}

    def fates(of: Period) -> Reading[list[db.Row]]:
        return lambda unit: unit.fetch(fated(Q.fates, parts[of], pauses), *asked[of])

    def grades(query: str, of: Period) -> Reading[list[db.Row]]:
        return lambda unit: unit.fetch(fated(query, parts[of], pauses), *asked[of], added)

    told = dict(zip(parts, await both.all([fates(each) for each in parts]), strict=True))
    found = Silence(_together(row for rows in told.values() for row in rows))
    added = [row["id"] for row in await both.unit.fetch(Q.added_to, tenant, instants(period)[0])]
    touched = [each for each, rows in told.items() if any(_is_touched(row) for row in rows)]
    additions = touched if added else []
    wanted = [*(grades(Q.moved, each) for each in touched), *(grades(Q.moved_additions, each) for each in additions)]
    for rows in await both.all(wanted):
        for row in rows:
            moved.turn(row)
    if any(row["counted"] or row["counts"] for row in found.classes):
        for rows in await both.all([grades(Q.moved_appended, each) for each in parts if added]):
            await _appended(both.unit, rows, period, moved)
    return found


async def weighed(unit: db.Unit, days: Mapping[date, Sides], period: Period, moved: Moved) -> None:
    """What was rated of a batch counts once, or for each of its transactions, by the rules of its service's own day."""
    for row in await unit.fetch(Q.batches, unit.tenant, *instants(period)):
        # Before the first of these days both sides are alike.
        if sides := days.get(row["day"]):
            both = (each[keys.batch_counts] == "each" for each in (sides.before, sides.after))
            was, would = (row["batch"] if counts_each else 1 for counts_each in both)
            if was != would:
                moved.add(row, row["grade"], (would - row["weight"]) * row["n"])


def _is_touched(row: db.Row) -> bool:
    """Whether any grade of such invitations counts otherwise."""
    both = row["counted"] and row["counts"]
    return row["late"] or ((row["counted"] or row["counts"]) and not (both and row["before"] == row["after"]))


def _together(rows: Iterable[db.Row]) -> list[Mapping[str, Any]]:
    """Classes of several days are one where all but their number is alike."""
    sums: Counter[tuple[tuple[str, Any], ...]] = Counter()
    for row in rows:
        sums[tuple((name, value) for name, value in row.items() if name != "n")] += row["n"]
    return [{**dict(kind), "n": n} for kind, n in sums.items()]


async def _appended(unit: db.Unit, rows: Iterable[db.Row], period: Period, moved: Moved) -> None:
    """Silence that was added to counts as the addition; without silence there was nothing to add to."""
    start, end = instants(period)
    for row in rows:
        keeps = row["becomes"] == "defaulted"
        for mark in await unit.fetch(Q.family_at, unit.tenant, row["id"]):
            if mark["effective"] is None or not start <= mark["rated_at"] < end:
                continue
            spoken = mark["appended"] or mark["effective"] != mark["grade"]
            if keeps and spoken:
                continue
            moved.add(mark, mark["effective"], -mark["weight"])
            if keeps and row["counts"]:
                moved.add(mark, row["after"], mark["weight"])


class Ratings:
    """Bad ratings of a period, each with its case, its tickets and everything that was done to them."""

    def __init__(self, unit: db.Unit, period: Period) -> None:
        self._unit = unit
        self._period = period
        self._homes: dict[tuple[Any, ...], Homes] = {}

    async def found(self, grades: Iterable[int]) -> list[db.Row]:
        """Which ratings could open a ticket on either side."""
        start, end = instants(self._period)
        rows = await self._unit.fetch(Q.bad, self._unit.tenant, start, end, sorted(set(grades)), MOST_BAD + 1)
        if len(rows) > MOST_BAD:
            raise TooMany(f"这段时间有 {MOST_BAD:,} 条以上的评价会生成工单，请把期间缩短后再试算。")
        return rows

    async def said(self, chunk: Sequence[db.Row]) -> list[tuple[Said, db.Row]]:
        unit = self._unit
        ids = [row["rating_id"] for row in chunk]
        rows = await unit.fetch(Q.said, unit.tenant, [row["rated_at"] for row in chunk], ids)
        recorded = await self._recorded(ids)
        actors = {deed.actor for each in recorded.values() for one in each for deed in one.deeds}
        codes = [actor.removeprefix("staff:") for actor in actors if actor.startswith("staff:")]
        found = await unit.fetch(Q.capacities, unit.tenant, codes) if codes else []
        capacities = {row["code"]: row["institution"] for row in found}
        return [(await self._said(row, recorded.get(row["id"], ()), capacities), row) for row in rows]

    async def _said(self, row: db.Row, recorded: Sequence[Recorded], capacities: Mapping[str, str]) -> Said:
        kept = kept_of(row)
        item = tickets.opening.complained_of(kept) or row["item"]
        lead = row["item"] or (row["items"][0] if row["items"] else None)
        named = {row["staff"], *(_named(deed) for each in recorded for deed in each.deeds)}
        acting = {staff: await self._home(item, staff, item, ()) for staff in named}
        homes = await self._home(item, row["staff"], lead, tuple(row["items"]))
        in_centre = recorded[0].ticket.in_centre if recorded else await self._is_in_centre(item)
        return Said(
            kept, row["event_at"], row["item"], row["staff"], row["composite"], in_centre, homes, acting,
            tuple(recorded), capacities,
        )  # fmt: skip

    async def _home(self, *key: Any) -> Homes:
        if key not in self._homes:
            item, staff, lead, linked = key
            self._homes[key] = await tickets.homes_of(self._unit, item, staff, lead, linked)
        return self._homes[key]

    async def _is_in_centre(self, item: str | None) -> bool:
        return not item or not await self._unit.fetch(Q.centres, self._unit.tenant, [item])

    async def _recorded(self, ids: Sequence[UUID]) -> dict[UUID, list[Recorded]]:
        unit = self._unit
        rows = await unit.fetch(Q.tickets, unit.tenant, ids)
        own = [row["id"] for row in rows]
        clocks: dict[UUID, list[db.Row]] = defaultdict(list)
        deeds: dict[UUID, list[Deed]] = defaultdict(list)
        if own:
            for row in await unit.fetch(Q.clocks, unit.tenant, own):
                clocks[row["ticket_id"]].append(row)
            for row in await unit.fetch(Q.acts, unit.tenant, own):
                deeds[row["ticket_id"]].append(Deed(row["act"], row["at"], row["actor"], row["data"]))
        found: dict[UUID, list[Recorded]] = defaultdict(list)
        for row in rows:
            ticket = tickets.ticket_of(row, clocks[row["id"]])
            found[row["rating_id"]].append(Recorded(ticket, tuple(deeds[row["id"]])))
        return found


def _named(deed: Deed) -> str | None:
    to = str(deed.data.get("to") or "") if deed.verb == "notify" else ""
    return to.removeprefix("staff:") or None


def kept_of(row: db.Row) -> Kept:
    marks = tuple(
        Mark(each["dimension"], each["grade"], each["effective"], target_of(each), given=each["given"])
        for each in row["marks"] or ()
    )
    return Kept(
        id=row["id"], rated_at=row["rated_at"], case_id=row["case_id"], case=row["case"], occasion=row["occasion"],
        origin=row["origin"], person_id=None, tags=tuple(row["tags"]), text=row["text"], marks=marks,
        invitation_id=row["invitation_id"], receipt="", policy_day=row["event_at"], append_of=row["append_of"],
        declared=row["declared"],
    )  # fmt: skip
