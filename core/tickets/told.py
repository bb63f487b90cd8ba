"""What a notice says to whoever has it on their desk: by an allow-list, so that nothing else can be told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from core.clock import SHANGHAI
from core.policy import vocab
from core.tickets.machine import CLOCK_LABELS
from core.tickets.model import Notice, Ticket


@dataclass(frozen=True, slots=True)
class News:
    """``link`` is below /admin; ``shown_from`` keeps a rating's own day from whoever was rated."""

    kind: str
    title: str
    about: str
    link: str
    shown_from: datetime


def news(notice: Notice, ticket: Ticket | None) -> News | None:
    """None where nobody here is told: raters have their receipt."""
    if notice.addressee == "rater":
        return None
    if notice.addressee.startswith("staff:"):
        return _for_the_rated(notice, ticket)
    kind, title = _said(notice)
    link = f"/tickets/{ticket.number}" if ticket else _WAYS.get(notice.about, "/notices").format_map(notice.body)
    return News(kind, title, ticket.number if ticket else "", link, notice.at)


def _for_the_rated(notice: Notice, ticket: Ticket | None) -> News:
    """The matter and the day, from the day after the rating on; no number, no hour, no words."""
    kind, title = ("rated", "有一条与您有关的差评") if notice.about == "ticket" else _said(notice)
    shown = notice.at
    if ticket is not None:
        next_day = ticket.rated_at.astimezone(SHANGHAI).date() + timedelta(days=1)
        shown = max(shown, datetime.combine(next_day, time(), SHANGHAI))
    on = str(notice.body.get("day", ""))
    about = f"{date.fromisoformat(on).month}月{date.fromisoformat(on).day}日的评价" if on else ""
    return News(kind, title, about, "/notices", shown)


_WAYS: Mapping[str, str] = {"alert": "/alerts/{alert}", "task": "/tasks", "recount": "/moved", "overdue": "/tasks"}


def _said(notice: Notice) -> tuple[str, str]:
    """The kind it is chosen by, and the words of this one."""
    say = _SAID.get(notice.about)
    return say(notice.body) if say else ("outcome", "工单有新的进展")


def _clock(body: Mapping[str, Any]) -> str:
    return CLOCK_LABELS.get(str(body.get("clock", "")), str(body.get("clock", "")))


def _late(body: Mapping[str, Any]) -> tuple[str, str]:
    if "clock" in body:
        return "overdue", f"期限已过：{_clock(body)}"
    return "overdue", f"任务已超期：{vocab.TASKS.get(str(body.get('kind')), '')}"


def _decided(body: Mapping[str, Any]) -> tuple[str, str]:
    if "finding" in body:
        return "outcome", "派出的工单已核实"
    return "decision", f"复核决定：申诉{'成立' if body.get('upheld') else '不成立'}"


_SAID: Mapping[str, Any] = {
    "ticket": lambda body: ("ticket", "工单重新交回办理" if body.get("reopened") else "收到工单"),
    "warning": lambda body: ("warning", f"期限将到：{_clock(body)}"),
    "overdue": _late,
    "task": lambda body: ("task", f"收到任务：{vocab.TASKS.get(str(body.get('kind')), '')}"),
    "alert": lambda body: ("alert", f"预警：{vocab.ALERTS.get(str(body.get('kind')), '')}"),
    "appeal": lambda _: ("appeal", "收到申诉，等待复核决定"),
    "decision": _decided,
    "feedback": lambda _: ("outcome", "派出的工单已答复"),
    "recount": lambda body: ("recount", f"公布放假安排后，{len(body.get('moved') or ())} 项期限有变动"),
    "urge": lambda _: ("urge", "催办：请尽快办理"),
    "supervise": lambda _: ("supervise", "督办：请限期办理"),
}
