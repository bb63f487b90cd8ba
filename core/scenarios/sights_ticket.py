"""Tickets of a case with their clocks, appeals and notices as a scenario sees them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from core import db
from core.people import actions as people
from core.scenarios.compare import Compare, among, clause, each, equal, same_set
from core.scenarios.facts import Facts
from core.scenarios.places import DUTIES
from core.scenarios.sights_rating import on
from core.scenarios.stage import Moment
from core.tickets.actions import load
from core.tickets.model import Ticket

Q = db.queries(__file__)


class Rater(NamedTuple):
    id: UUID
    name: str


TICKET: Mapping[str, Compare] = {
    "state": equal,
    "handler": equal,
    "co_handlers": same_set,
    "due": each(equal),
    "clause": each(clause),
    "overdue": same_set,
    "provisional": equal,
}
APPEAL: Mapping[str, Compare] = {"to": among(equal), "state": equal}
NOTICE: Mapping[str, Compare] = {"about": equal, "hides": same_set}
ALERT: Mapping[str, Compare] = {"of": among(equal), "kind": equal, "clause": clause}
TASK: Mapping[str, Compare] = {"kind": equal, "to": among(equal), "due": equal, "done": equal}


async def tickets(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    async with db.as_tenant(moment.tenant.id) as unit:
        rows = on(await unit.fetch(Q.tickets, moment.tenant.id, given["case"]), given)
        if "ticket" in given:
            rows = rows[given["ticket"] - 1 : given["ticket"]]
        return [_ticket(await load(unit, row["id"]), moment.now) for row in rows]


async def appeals(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    async with db.as_tenant(moment.tenant.id) as unit:
        rows = await unit.fetch(Q.appeals, moment.tenant.id, given["case"])
    return [{"to": _ways_to_name(row["addressee"]), "state": row["state"]} for row in rows]


async def notices(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    async with db.as_tenant(moment.tenant.id) as unit:
        rows = await unit.fetch(Q.notices, moment.tenant.id, list(_ways_to_name(given["to"])))
    return [dict(row) for row in rows]


async def alerts(moment: Moment, _: Mapping[str, Any]) -> list[Facts]:
    async with db.as_tenant(moment.tenant.id) as unit:
        rows = await unit.fetch(Q.alerts, moment.tenant.id)
        names = {each.id: each.name for each in await _raters(unit, rows)}
    return [
        {"of": _ways_to_warn(row, names), "kind": row["kind"], "clause": row["clause"]} for row in rows
    ]  # fmt: skip


async def _raters(unit: db.Unit, rows: Sequence[db.Row]) -> list[Rater]:
    """A scenario may name the person; nothing else that reads alerts may."""
    ids = [UUID(row["code"]) for row in rows if row["subject"] == "rater"]
    return [Rater(each, (await people.known(unit, [each]))[0]) for each in ids]


def _ways_to_warn(row: db.Row, names: Mapping[UUID, str]) -> tuple[str, ...]:
    """The hotline, a platform or a rater may be named by their kind alone."""
    kind, code = row["subject"], row["code"]
    if kind == "rater":
        return (kind, f"{kind}:{names[UUID(code)]}")
    return (f"{kind}:{code}", *((kind,) if kind == "platform" else ()))


async def tasks(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    async with db.as_tenant(moment.tenant.id) as unit:
        rows = await unit.fetch(Q.tasks, moment.tenant.id, given["case"])
    return [
        {
            "kind": row["kind"], "to": _ways_to_name(row["addressee"]), "due": row["due_at"],
            "done": row["state"] == "done",
        }
        for row in rows
    ]  # fmt: skip


def _ways_to_name(addressee: str) -> tuple[str, ...]:
    """The bureau is an institution too, and may be named as either."""
    kind, _, code = addressee.rpartition(":")
    if kind in {"", "institution"} and DUTIES.get(code) == code:
        return (code, f"institution:{code}")
    return (addressee,)


def _ticket(ticket: Ticket, now: datetime) -> Facts:
    """Of several clocks of one name, the one started last speaks."""
    clocks = {clock.name: clock for clock in ticket.clocks}
    return {
        "state": ticket.state,
        "handler": ticket.handler,
        "co_handlers": ticket.co_handlers,
        "due": {name: clock.due_at for name, clock in clocks.items()},
        "clause": {name: clock.clause for name, clock in clocks.items()},
        "overdue": [name for name, clock in clocks.items() if clock.is_overdue(now)],
        "provisional": any(clock.provisional for clock in clocks.values()),
    }
