"""Tickets exchanged with a partner's own order system, as data: what it is told, and what its answers mean."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

# What happens to a ticket: acts by their own codes, and what no act is. "closed" and "reopened" come beside the act
# that brought them about.
EVENTS: Final[Mapping[str, str]] = {
    "opened": "差评工单产生", "audit": "审核评价内容", "dispatch": "派发", "contact": "联系评价人",
    "notify": "通知被评价人", "statement": "听取被评价人陈述", "return": "退回", "transfer": "转派", "join": "并案",
    "part": "分案", "withdraw": "撤销", "hold": "挂起", "resume": "恢复办理", "verdict": "核实结果", "extend": "延期",
    "explain": "解释说明", "rectify": "整改", "feedback": "向评价人反馈", "rate-feedback": "评价人评价整改",
    "appeal": "申诉", "decide": "复核决定", "callback": "回访", "inspect": "抽查", "urge": "催办", "supervise": "督办",
    "censure": "认定失职", "refer": "移送线索", "append": "评价人追评", "closed": "办结", "reopened": "重新办理",
    "warning": "期限将到", "overdue": "期限已过", "recount": "公布放假安排后重算期限",
}  # fmt: skip
# What an order may show of its ticket and of the partner's answers: the core writes each, in a field of this sort.
FACTS: Final[Mapping[str, str]] = {
    "ticket": "line", "subject": "line", "item": "item", "handler": "institution", "reasons": "line", "words": "text",
    "ticket_state": "line", "due": "time", "theirs": "line", "status": "line", "said_at": "time", "result": "text",
}  # fmt: skip
# As whom a partner's answer is done: the partner itself, the institution that told the partner, or whoever rated and
# told it there.
Voice = Literal["partner", "handler", "rater"]


@dataclass(frozen=True, slots=True)
class Status:
    """One answer of the partner, under its own name for it.

    ``act`` is done to the ticket as ``by``; ``order`` is an act on the order alone, whether or not there is an ``act``.
    """

    code: str
    label: str
    act: str = ""
    by: Voice = "partner"
    order: str = ""


@dataclass(frozen=True, slots=True)
class Exchange:
    """``partner`` is called so on screen and acts on tickets as ``actor``; ``kind`` is the kind of its orders.

    ``pushes`` are the events that it is told of. ``follows`` says which act of the order goes with which event; an act
    that the order's state does not allow is left out.
    """

    partner: str
    actor: str
    kind: str
    pushes: tuple[str, ...]
    statuses: tuple[Status, ...]
    follows: Mapping[str, str] = field(default_factory=dict[str, str])

    def status(self, code: str) -> Status | None:
        return next((each for each in self.statuses if each.code == code), None)
