"""What a partner reports of an order, as a step says it: by the same door as over the machine interface."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from core import db
from core.errors import NotFound
from core.exchange import answers, listing
from core.exchange.model import Report
from core.intake.model import Source
from core.policy.extras import Kind
from core.records.model import Record
from core.scenarios.acts import ticket_of
from core.scenarios.extra_acts import those
from core.scenarios.model import Step
from core.scenarios.stage import Moment
from core.tickets import actions as tickets

FRAME: Final = frozenset({"case", "ticket", "record", "where", "status", "event", "said_at", "by"})
SOURCE: Final = Source("scenario", admin=True, trusted=True)


async def perform(moment: Moment, step: Step, kind: Kind) -> None:
    """Raises ``Refused`` as the core does. Without an ``event`` each step is one of its own."""
    given = step.given
    found = await orders(moment, kind, given)
    if not found:
        raise NotFound(f"没有这张“{kind.label}”。")
    data = {key: value for key, value in given.items() if key not in FRAME}
    told = Report(
        given.get("event", f"step-{step.number}"), given["status"], given.get("said_at", moment.now),
        given.get("by", ""), data, may_grade=True,
    )  # fmt: skip
    await answers.report(moment.tenant, found[-1].number, told, source=SOURCE, now=moment.now)


async def orders(moment: Moment, kind: Kind, given: Mapping[str, Any]) -> Sequence[Record]:
    """Those that a step names: of a case's ticket, by name, or by what they say; oldest first."""
    found = await those(moment, kind, given)
    if "case" not in given:
        return found
    ticket_id = await ticket_of(moment, given)
    async with db.as_tenant(moment.tenant.id) as unit:
        number = (await tickets.read(unit, ticket_id)).number
    return [each for each in found if each.fields.get("ticket") == number]


async def pushed(moment: Moment, order: Record) -> list[str]:
    """What the partner is told of an order, in the order in which it is told."""
    async with db.as_tenant(moment.tenant.id) as unit:
        return [each.event for each in await listing.pushed(unit, order.id)]
