"""What somebody is told of, and in which hours they may be told elsewhere than at their desk."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

WAYS: Mapping[str, str] = {"mail": "邮件", "sms": "短信"}

# Each with the words that may leave the house: no matter, no number, no name.
KINDS: Mapping[str, str] = {
    "ticket": "收到工单", "warning": "期限将到", "overdue": "期限已过", "urge": "催办", "supervise": "督办",
    "appeal": "收到申诉", "decision": "申诉有了复核决定", "outcome": "派出的工单有了结果",
    "rated": "有一条与您有关的差评", "task": "收到任务", "alert": "预警", "recount": "期限有变动",
    "export": "导出的文件可以下载", "refused": "批量办理有未办成的", "check": "抽查到的工单待检查",
    "roster": "导入的文件已写入", "counting": "统计方式将要调整", "report": "报送", "baseline": "省级基线有新版本",
    "delegation": "有人请您代为办理", "looked": "有人以您的身份查看过", "extra": "特色功能记录有进展",
}  # fmt: skip
# What reaches a role at all: nobody is asked how they want to hear of what never comes to them.
REACHES: Mapping[str, frozenset[str]] = {
    "clerk": frozenset({"rated", "decision", "task", "overdue", "looked", "counting", "extra"}),
    "handler": frozenset(KINDS) - {"rated", "alert", "recount", "check", "report", "baseline"},
    "supervisor": frozenset(KINDS) - {"rated", "report", "baseline"},
    "operator": frozenset({"export", "delegation", "roster", "report", "baseline", "extra"}),
    "provincial": frozenset({"export", "delegation", "report"}),
}


@dataclass(frozen=True, slots=True)
class Hours:
    """Left alone from ``quiet_from`` to ``quiet_to``, which may lie on the next day; equal times leave no quiet."""

    quiet_from: time = time(21)
    quiet_to: time = time(8)
    digest: bool = False


@dataclass(frozen=True, slots=True)
class Sending:
    """``at_once`` is why somebody is told at a quiet hour: the law's clock does not wait for the morning."""

    at: datetime
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Notification:
    id: UUID
    kind: str
    title: str
    about: str
    link: str
    shown_from: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Choice:
    """How one member wants to be told: hours, and for each kind the ways beside the back office."""

    hours: Hours
    ways: Mapping[str, frozenset[str]]
