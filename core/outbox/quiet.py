"""A reminder disturbs nobody's night: it exists at its legal instant, and only its delivery waits for the morning."""

from datetime import datetime, time, timedelta

from core.clock import SHANGHAI

EVENING = time(21)
MORNING = time(8)
GENTLE = frozenset({"sms.reminder", "sms.feedback", "sms.extension", "sms.extra", "voice.invite"})


def awake(kind: str, at: datetime) -> datetime:
    """When a message of this kind may go out, at ``at`` or later."""
    local = at.astimezone(SHANGHAI)
    if kind not in GENTLE or MORNING <= local.time() < EVENING:
        return at
    day = local.date() + timedelta(days=1) if local.time() >= EVENING else local.date()
    return datetime.combine(day, MORNING, SHANGHAI)
