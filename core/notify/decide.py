"""Nobody is reminded at night or on a rest day, unless the law's clock ends before they are back."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from core.clock import SHANGHAI
from core.notify.model import Hours, Sending
from core.policy.calendar import Calendar

DIGEST_AT = time(8, 30)
# No run of rest days is longer than this.
LONGEST_REST = 30
MIDNIGHT = time()


def goes_out(at: datetime, hours: Hours, calendar: Calendar, ends: datetime | None) -> Sending:
    """When what happened at ``at`` is told elsewhere; ``ends`` is when the clock it is about runs out, if one runs."""
    awake = next_awake(at, hours, calendar)
    if awake > at and ends is not None and at < ends <= awake:
        return Sending(at, at_once=True)
    return Sending(awake)


def next_awake(at: datetime, hours: Hours, calendar: Calendar) -> datetime:
    """``at`` itself on a working day outside the quiet hours, else the first moment after it that is."""
    for day in _workdays(at, calendar):
        for begins, ends in _waking(day, hours):
            if at < ends:
                return max(at, begins)
    return at


def next_digest(after: datetime, calendar: Calendar) -> datetime:
    """Half past eight of the first working day whose half past eight is still to come."""
    found = (datetime.combine(day, DIGEST_AT, SHANGHAI) for day in _workdays(after, calendar))
    return next(moment for moment in found if moment > after)


def _workdays(since: datetime, calendar: Calendar) -> Iterator[date]:
    today = since.astimezone(SHANGHAI).date()
    days = (today + timedelta(days=ahead) for ahead in range(LONGEST_REST))
    return (day for day in days if calendar.is_workday(day))


def _waking(day: date, hours: Hours) -> list[tuple[datetime, datetime]]:
    """The parts of this day that are not quiet."""
    begins, ends = datetime.combine(day, MIDNIGHT, SHANGHAI), datetime.combine(day, MIDNIGHT, SHANGHAI) + timedelta(1)
    silent, loud = (datetime.combine(day, each, SHANGHAI) for each in (hours.quiet_from, hours.quiet_to))
    if silent == loud:
        return [(begins, ends)]
    if silent < loud:
        return [(begins, silent), (loud, ends)]
    return [(loud, silent)]
