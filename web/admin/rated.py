"""What somebody who was rated badly may do about it, by when, and what comes after, in plain words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.clock import SHANGHAI
from core.policy import keys
from core.policy.calendar import Calendar
from core.policy.policy import Policy
from core.tickets.model import Clock
from web.admin.case import Case
from web.filters import deadline

DECIDES: Mapping[str, str] = {
    "own-institution": "您所在单位里没有办理过这张工单的人", "bureau": "政务服务管理部门",
    "by-place": "政务服务管理部门或业务主管部门",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Way:
    """``left`` is how long there is to appeal; ``why_not`` says why nobody can any more, where nobody can."""

    clock: Clock | None
    left: str
    why_not: str
    steps: tuple[str, ...]


def way(case: Case, now: datetime) -> Way:
    clock = next((each for each in case.clocks if each.name == "appeal"), None)
    running = clock is not None and clock.state == "running"
    left = left_of(clock.due_at, case.facts.calendar, now) if clock and running and case.facts else ""
    why = "" if case.offer("appeal") else _why_not(case, clock, now)
    return Way(clock, left, why, steps(case.policy))


def left_of(due: datetime, calendar: Calendar, now: datetime) -> str:
    """今天截止 · 还剩 2 个工作日，明天也算: days somebody is at work, which is when an appeal is written."""
    last = (due.astimezone(SHANGHAI) - timedelta(microseconds=1)).date()
    today = now.astimezone(SHANGHAI).date()
    if now >= due:
        return "已经过期"
    if last == today:
        return "今天截止"
    days = _workdays(today, last, calendar)
    return f"还剩 {days} 个工作日" if days else f"还剩 {(last - today).days} 天，都是休息日"


def _workdays(today: date, last: date, calendar: Calendar) -> int:
    """From tomorrow on: what is left of today is not counted as a day."""
    ahead = (today + timedelta(days=n) for n in range(1, (last - today).days + 1))
    return sum(calendar.is_workday(day) for day in ahead)


def _why_not(case: Case, clock: Clock | None, now: datetime) -> str:
    if case.appeals:
        return "您已经提出申诉，进展见下方。"
    if "staff" not in (case.policy[keys.appellants] or ()):
        return "现行规定没有设工作人员的申诉。您可以写陈述，说明当时的情况。"
    if clock is not None and (clock.state == "lapsed" or now >= clock.due_at):
        return f"申诉期限已过（{deadline(clock.due_at, now).striptags()} 截止），不能再申诉。"
    return "这张工单现在不能申诉。"


def steps(policy: Policy) -> tuple[str, ...]:
    """What happens to an appeal once it is filed, by this policy."""
    who = DECIDES.get(str(policy[keys.appeal_to]), "规定的受理单位")
    rule = next((row for row in policy[keys.clocks] or () if row.clock == "decide"), None)
    by_when = f"规定 {rule.within.chinese}内决定（{rule.clause}）" if rule else "规定没有写多少天内决定"
    return (
        "您提交后马上有一个申诉编号，理由和材料只给办理和复核的人看，评价人看不到。",
        f"由{who}复核，{by_when}。办理过这张工单的人不能作这个决定。",
        "结果通知您并写明理由。成立的，这条评价按认定结果改变计入方式；不成立的，维持原结果。原评价都不删改。",
    )
