"""What a partner reports of an order, and an order as both sides compare it, as frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

# What has waited so long is not on its way: something keeps it.
STUCK: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Report:
    """One event of the partner's. ``by`` is the institution that told the partner, where it speaks for one.

    ``may_grade``: whoever reports may also say what raters said.
    """

    id: str
    status: str
    at: datetime
    by: str = ""
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    may_grade: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """What the partner reported; ``code`` and ``detail`` say why it was refused."""

    event_id: str
    status: str
    label: str
    at: datetime
    received_at: datetime
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Pushed:
    """One message of an order's line."""

    id: UUID
    event: str
    label: str
    state: str
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    last_error: str


@dataclass(frozen=True, slots=True)
class Order:
    """An order beside its ticket, with how far both sides have heard of each other.

    ``pushed`` and ``acknowledged`` count the messages of its line; ``failed`` those that were given up.
    """

    id: UUID
    number: str
    extra: str
    state: str
    label: str
    ticket: str
    ticket_state: str
    handler: str
    theirs: str
    opened_at: datetime
    ended_at: datetime | None
    pushed: int
    acknowledged: int
    failed: int
    waiting_since: datetime | None
    status: str
    said_at: datetime | None
    refused: str
    status_refused: str
    ticket_ended: bool

    def disagrees(self, now: datetime) -> str:
        """Why both sides do not know the same; empty where they do."""
        if self.failed:
            return f"{self.failed} 条没有送达"
        if self.waiting_since is not None and self.waiting_since < now - STUCK:
            return "推送等待超过 1 小时"
        if self.refused:
            return f"对方上报的“{self.status_refused}”未被接受：{self.refused}"
        if self.ticket_ended != (self.ended_at is not None):
            return "差评工单已办结，这里还没有" if self.ticket_ended else "差评工单重新办理，这里已经结束"
        return ""
