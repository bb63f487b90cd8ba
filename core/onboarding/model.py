"""The steps of bringing a place on board: what each is called, where its work is done, and how far it has come."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from core.readiness import Missing

Code = Literal[
    "base", "rules", "questions", "calendar", "places", "channels", "people", "examples", "trial", "sign", "live"
]
State = Literal["open", "begun", "done", "waiting"]
STATES: Mapping[State, str] = {"open": "未开始", "begun": "进行中", "done": "已完成", "waiting": "待对方"}


@dataclass(frozen=True, slots=True)
class Kind:
    """``href`` is where the work of this step is done, after /t/<slug>/admin."""

    label: str
    says: str
    href: str


KINDS: Mapping[Code, Kind] = {
    "base": Kind("规则的基础", "本级建立在哪些规则之上", "/policy"),
    "rules": Kind("本级规则", "录入本级文件的条款，另一人审核后生效", "/rules"),
    "questions": Kind("开放问题", "原文没有写明的，逐项决定并写明依据", "/questions"),
    "calendar": Kind("日历", "今年的放假和调休安排，期限按它计算", "/calendar"),
    "places": Kind("机构与人员名录", "区域、机构、窗口、事项和工作人员，从表格导入", "/places"),
    "channels": Kind("评价渠道", "规则写明的每个渠道都有入口", "/channels"),
    "people": Kind("后台账号", "三员、运营、监督和承办人员", "/members"),
    "examples": Kind("例子", "用本级规定写出的例子，在现行规则下全部通过", "/examples"),
    "trial": Kind("试评", "从每个渠道把五个等级各评一次，核对是否收到", "/onboarding/trial"),
    "sign": Kind("两人确认", "两位不同的人看过全部内容并签字", "/onboarding#sign"),
    "live": Kind("上线", "从这一刻起，评价计入统计", "/onboarding#live"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody said of a step; ``waiting_for`` names whom it waits for, and is empty when it waits no more."""

    step: Code
    waiting_for: str
    text: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """What was found out about one step; ``done_by`` says who did it last and when, where that is known.

    ``untouched``: nothing is missing, and nothing was done either.
    """

    missing: tuple[Missing, ...] = ()
    begun: bool = False
    untouched: bool = False
    said: str = ""
    done_by: str = ""
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    code: Code
    state: State
    facts: Facts
    note: Note | None

    @property
    def kind(self) -> Kind:
        return KINDS[self.code]

    @property
    def state_name(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Signature:
    member_id: UUID
    name: str
    stamp: str
    note: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Tried:
    """One run of trial ratings: channel by grade, in the words of what was found."""

    id: UUID
    stamp: str
    passed: bool
    outcome: Mapping[str, Any]
    name: str
    at: datetime
