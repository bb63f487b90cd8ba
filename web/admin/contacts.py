"""How often, when and by which way the rater was called, and whether there is a number to call; it stays masked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from core import clock, db, people
from core.people import Member
from core.policy import vocab
from core.tickets.model import Ticket
from core.tickets.views import ActView
from web.admin.history import Line
from web.permissions import may

PURPOSES: Mapping[str, str] = {
    "verify": "核实评价反映的情况", "answer": "反馈处理结果", "callback": "回访", "other": "其他办理需要",
}  # fmt: skip
Q = db.Queries(Path(__file__).with_name("contacts.sql"))


@dataclass(frozen=True, slots=True)
class Attempt:
    nth: int
    at: datetime
    way: str
    reached: bool
    who: str
    note: str


@dataclass(frozen=True, slots=True)
class Contactable:
    """``person`` is None where nobody may be called: nobody left a number, or who rated stays anonymous."""

    person: UUID | None = None
    phone: str = ""
    anonymous: bool = False


async def contactable(unit: db.Unit, member: Member, ticket: Ticket) -> Contactable:
    """Masked; nothing at all for those who may never read it."""
    if not may(member.role, "rater.read") or ticket.state == "withdrawn":
        return Contactable()
    if ticket.anonymous:
        return Contactable(anonymous=True)
    row = await unit.fetchrow(Q.person, unit.tenant, ticket.rated_at, ticket.rating_id)
    if row is None or row["person_id"] is None or row["anonymous"]:
        return Contactable(anonymous=bool(row and row["anonymous"]))
    masked = (await people.view(unit, [row["person_id"]])).get(row["person_id"])
    return Contactable(row["person_id"], masked.phone) if masked and masked.phone else Contactable()


def attempts(acts: Sequence[ActView], lines: Sequence[Line]) -> tuple[Attempt, ...]:
    """Each as it was written down, the first one first; what has no way was written before ways were asked for."""
    found = [(act, line) for act, line in zip(acts, lines, strict=True) if act.act == "contact"]
    return tuple(
        Attempt(nth, _when(act), vocab.WAYS.get(str(act.data.get("way")), ""), _reached(act.data), line.who, act.note)
        for nth, (act, line) in enumerate(found, 1)
    )


def _reached(data: Mapping[str, object]) -> bool:
    return data.get("reached") is not False


def _when(act: ActView) -> datetime:
    at = datetime.fromisoformat(str(act.data["when"])) if act.data.get("when") else act.at
    return at if at.tzinfo else at.replace(tzinfo=clock.SHANGHAI)
