"""A publication says one thing of one city, and is never changed: what changes is published again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

Kind = Literal["rules", "standing", "health", "figures"]
KINDS: Mapping[str, str] = {"rules": "评价规则", "standing": "上线准备", "health": "运行情况", "figures": "数据"}
Content = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be made known; ``same_as`` tells two contents apart where the whole would change every minute."""

    kind: Kind
    subject: str
    content: Content
    final: bool = False
    same_as: Content | None = None


@dataclass(frozen=True, slots=True)
class Publication:
    """One thing that one city made known; ``edition`` counts what that city has published."""

    city: int
    kind: Kind
    subject: str
    edition: int
    content: Content
    digest: str
    final: bool
    at: datetime
    received_at: datetime | None


@dataclass(frozen=True, slots=True)
class Period:
    """Inclusive days; a month's name is ``2026-10``."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class Rate:
    """What is counted of what, and how that is said."""

    code: str
    label: str
    said: str
    high_is_good: bool | None = None


RATES: Mapping[str, Rate] = {
    each.code: each
    for each in (
        Rate("active", "主动评价率", "本人、代办人和纸质评价的条数 ÷ 全部评价条数（含到期默认的）", high_is_good=True),
        Rate("default", "默认评价占比", "到期未评、依规定按默认计的条数 ÷ 全部评价条数", high_is_good=False),
        Rate("good", "好评率", "好评等级的条数 ÷ 计入得分的条数", high_is_good=True),
        Rate("rectified", "差评整改率", "已答复或办结的差评工单 ÷ 期间内有效的差评工单", high_is_good=True),
        Rate("overdue", "超期率", "有期限超期的差评工单 ÷ 期间内有期限的差评工单", high_is_good=False),
    )
}
