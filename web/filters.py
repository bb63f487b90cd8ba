"""Times, numbers and grades read the same on every screen."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from markupsafe import Markup

from core import clock
from core.clock import SHANGHAI
from core.errors import quoted
from core.policy import vocab
from core.policy.spans import Span
from core.tickets.machine import RULES
from core.tickets.model import Clock
from web import deadlines
from web.days import short, spelled

HOUR = 3600
DAY = 24 * HOUR
LONG_LABEL = 4
KILOBYTE, MEGABYTE = 2**10, 2**20
MODES: Mapping[str, str] = {"window": "窗口", "online": "网上", "kiosk": "自助终端", "hotline": "热线"}
CHANNELS, ORIGINS = vocab.CAME_THROUGH, vocab.ORIGINS
EVENTS: Mapping[str, str] = {
    "accepted": "受理",
    "served": "现场办理",
    "approved": "审批",
    "issued": "出件",
    "closed": "办结",
    "call-ended": "通话结束",
}
TICKET_STATES: Mapping[str, str] = {
    "auditing": "内容核实中",
    "open": "待核实",
    "verified": "已核实",
    "rectifying": "整改中",
    "answered": "已答复",
    "closed": "已办结",
    "rejected": "不予支持",
    "withdrawn": "已撤销",
}
VERDICTS: Mapping[str, str] = {
    "valid": "情况属实",
    "mistaken": "误评",
    "malicious": "恶意评价",
    "objective": "系统或客观原因",
}
CLOCKS: Mapping[str, str] = {
    "audit": "内容核实",
    "dispatch": "派单",
    "contact": "联系评价人",
    "notify": "告知被评价人",
    "verify": "核实",
    "reply": "答复",
    "rectify": "整改",
    "close": "办结",
    "complex": "复杂事项整改",
    "appeal": "申诉",
    "decide": "复核",
    "callback": "回访",
}
SUBJECTS: Mapping[str, str] = {
    "staff": "工作人员",
    "institution": "机构",
    "line": "条线",
    "region": "地区",
    "item": "事项",
    "channel": "渠道",
}
WORDS: Mapping[str, Mapping[str, str]] = {
    "mode": MODES,
    "channel": CHANNELS,
    "event": EVENTS,
    "origin": ORIGINS,
    "ticket": TICKET_STATES,
    "verdict": VERDICTS,
    "clock": CLOCKS,
    "subject": SUBJECTS,
    "since": vocab.SINCE,
    "task": vocab.TASKS,
}
BODIES: Mapping[str, str] = {"bureau": "政务服务管理部门", "hotline": "热线"}


def word(code: str, kind: str) -> str:
    """The Chinese of a code; a code of a plugin that has none is shown as it is."""
    return WORDS[kind].get(code, code)


def moment(at: datetime, now: datetime | None = None) -> Markup:
    """今天 14:05 · 11-20 16:40 · 2025-12-03 09:00, always China's time."""
    here, today = at.astimezone(SHANGHAI), (now or clock.now()).astimezone(SHANGHAI).date()
    return _time(here, _day_text(here.date(), today) + here.strftime(" %H:%M"))


def when(text: str, now: datetime | None = None) -> Markup:
    """A moment that is kept as text."""
    return moment(datetime.fromisoformat(text), now)


def deadline(at: datetime, now: datetime | None = None) -> Markup:
    """00:00 of a day is said as 24:00 of the day before, as the law counts."""
    here, today = at.astimezone(SHANGHAI), (now or clock.now()).astimezone(SHANGHAI).date()
    if here.hour or here.minute:
        return _time(here, _day_text(here.date(), today) + here.strftime(" %H:%M"))
    return _time(here, _day_text(here.date() - timedelta(days=1), today) + " 24:00")


def deadline_day(at: datetime) -> str:
    """2026年3月10日 24:00: with its year, as a paper says it."""
    here = at.astimezone(SHANGHAI)
    if here.hour or here.minute:
        return f"{here.year}年{here.month}月{here.day}日 {here:%H:%M}"
    on = here.date() - timedelta(days=1)
    return f"{on.year}年{on.month}月{on.day}日 24:00"


def hour(at: datetime) -> str:
    """14:05, China's time."""
    return at.astimezone(SHANGHAI).strftime("%H:%M")


def day(at: datetime | date) -> Markup:
    on = at.astimezone(SHANGHAI).date() if isinstance(at, datetime) else at
    return Markup('<time datetime="{0}">{1}年{2}月{3}日</time>').format(on.isoformat(), on.year, on.month, on.day)


def brief(on: date) -> str:
    """1月4日（周日）: a day of a year that is named already."""
    return f"{on.month}月{on.day}日（周{'一二三四五六日'[on.weekday()]}）"


def _day_text(on: date, today: date) -> str:
    if on == today:
        return "今天"
    return on.strftime("%m-%d") if on.year == today.year else on.isoformat()


def _time(at: datetime, text: str) -> Markup:
    return Markup('<time datetime="{0}">{1}</time>').format(at.isoformat(timespec="minutes"), text)


def remaining(due: datetime, now: datetime) -> str:
    """剩 5 小时 · 已超期 3 天: whole units, never a promise that is already broken."""
    seconds = int((due - now).total_seconds())
    text = _length(abs(seconds))
    return f"剩 {text}" if seconds >= 0 else f"已超期 {text}"


def left_words(due: datetime, now: datetime) -> str:
    """还剩 5 小时 · 已超期 3 天: after a word that says what."""
    text = remaining(due, now)
    return f"还{text}" if text.startswith("剩") else text


def counting(due: datetime, now: datetime) -> Markup:
    """The same words, which go on by themselves while the page is open."""
    return Markup('<time datetime="{0}" data-due="{0}">{1}</time>').format(due.isoformat(), remaining(due, now))


def _length(seconds: int) -> str:
    if seconds >= 2 * DAY:
        return f"{seconds // DAY} 天"
    return f"{seconds // HOUR} 小时" if seconds >= HOUR else f"{max(seconds // 60, 1)} 分钟"


def urgency(due: datetime, now: datetime) -> str:
    """The class of a countdown: colour never speaks alone, the text says the same."""
    seconds = (due - now).total_seconds()
    if seconds < 0:
        return "over"
    if seconds < 8 * HOUR:
        return "hot"
    return "warn" if seconds < 3 * DAY else "ok"


def used_up(each: Clock, now: datetime) -> Markup:
    return deadlines.bar(each, "pause" if each.state == "paused" else urgency(each.due_at, now), now)


def act_label(verb: str) -> str:
    return RULES[verb].label if verb in RULES else verb


def number(value: int | Decimal | float) -> str:
    return f"{value:,}"


def halved(label: str) -> Markup:
    """A label of four characters or more breaks in its middle if it must: 非常 / 不满意."""
    middle = len(label) // 2 if len(label) >= LONG_LABEL else 0
    return Markup("{}<wbr>{}").format(label[:middle], label[middle:])


def period(text: str) -> str:
    """10wd → 10 个工作日."""
    return Span.parse(text).chinese


def mean(value: Decimal | None) -> str:
    """Two decimals, half up; a policy without scores has no mean."""
    return "未设分值" if value is None else str(value.quantize(Decimal("0.01"), ROUND_HALF_UP))


def percent(part: Decimal | float | None) -> str:
    if part is None:
        return "—"
    return f"{(Decimal(str(part)) * 100).quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def filesize(size: int) -> str:
    """1.2 MB · 340 KB."""
    if size >= MEGABYTE:
        return f"{size / MEGABYTE:.1f} MB"
    return f"{max(size // KILOBYTE, 1)} KB"


def whom(body: str, names: Mapping[str, str]) -> str:
    """institution:tax-east → 东区税务局; a code that nobody named is shown as it is."""
    return names.get(body) or BODIES.get(body) or body.partition(":")[2] or body


FILTERS: Mapping[str, Callable[..., Any]] = {
    "act_label": act_label,
    "brief": brief,
    "day": day,
    "deadline": deadline,
    "deadline_day": deadline_day,
    "filesize": filesize,
    "halved": halved,
    "hour": hour,
    "left_words": left_words,
    "mean": mean,
    "moment": moment,
    "number": number,
    "percent": percent,
    "period": period,
    "quoted": quoted,
    "remaining": counting,
    "short": short,
    "spelled": spelled,
    "urgency": urgency,
    "used_up": used_up,
    "when": when,
    "whom": whom,
    "word": word,
}
