"""Invitations and ratings of a case as a scenario sees them."""

from collections.abc import Iterable, Mapping
from typing import Any

from core import db
from core.db import Row
from core.scenarios.compare import Compare, each, equal, or_unset, same_set
from core.scenarios.facts import Facts
from core.scenarios.stage import Moment

Q = db.queries(__file__)

INVITATION: Mapping[str, Compare] = {"state": equal, "dimensions": same_set, "closes": or_unset}
RATING: Mapping[str, Compare] = {
    "origin": equal,
    "grades": each(equal),
    "effective": each(or_unset),
    "counted": equal,
}


async def invitations(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    async with db.as_tenant(moment.tenant.id) as unit:
        rows = await unit.fetch(Q.invitations, moment.tenant.id, given["case"])
    return [dict(row) for row in on(rows, given)]


async def ratings(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    async with db.as_tenant(moment.tenant.id) as unit:
        rows = await unit.fetch(Q.ratings, moment.tenant.id, given["case"])
        marks = await unit.fetch(Q.marks, moment.tenant.id, given["case"])
    return [_rating(row, [mark for mark in marks if mark["first"] == row["id"]]) for row in on(rows, given)]


def on(rows: Iterable[Row], given: Mapping[str, Any]) -> list[Row]:
    """Those of the event named. An ``issued`` that closes a case is found under ``closed`` and under its own name."""
    if "on" not in given:
        return list(rows)
    found = [row for row in rows if given["on"] in {row["occasion"], row["event"]}]
    return [row for row in found if row["occasion"] == given["on"]] or found


def _rating(row: Row, marks: list[Row]) -> Facts:
    """Grades as first given; what they now count as, where an append's grade comes before the first one's."""
    effective = {mark["dimension"]: mark["effective"] for mark in marks if mark["effective"] is not None}
    return {
        "origin": row["origin"],
        "grades": {mark["dimension"]: mark["grade"] for mark in marks if mark["given"] and not mark["appended"]},
        "effective": effective,
        "counted": bool(effective),
    }
