"""The records of extras that a ticket's reader may see beside it: of the same case, and its orders at a partner."""

from dataclasses import dataclass
from datetime import datetime

from core import db, stack
from core.exchange import orders
from core.people import Member
from core.policy.extras import Kind
from core.records import listing, offered
from core.records.model import Record
from core.tickets.model import Ticket
from web.admin.extras.sight import reach_of


@dataclass(frozen=True, slots=True)
class Beside:
    kind: Kind
    record: Record


async def beside(unit: db.Unit, member: Member, ticket: Ticket, case: str, now: datetime) -> tuple[Beside, ...]:
    exchanged = [kind for each in stack.extras() if each.exchange and (kind := each.kind(each.exchange.kind))]
    onces = [orders.key_of(kind, ticket.id) for kind in exchanged]
    found = await listing.about(unit, case, onces, await reach_of(unit, member), now)
    return tuple(Beside(offered.kind_of(each.extra, each.kind)[1], each) for each in found)
