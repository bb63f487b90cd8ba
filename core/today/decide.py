"""Which stretch of time each figure of the day is about, and whose duty a deadline is: from values alone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from core.clock import SHANGHAI
from core.policy import keys
from core.policy.calendar import ONE_DAY, Calendar, midnight_after
from core.policy.policy import Policy
from core.tickets.machine import CLOCK_LABELS

# Far enough back for every deadline there is: what ran out years ago and still runs is overdue now.
EVER = datetime(2000, 1, 1, tzinfo=SHANGHAI)
NO_END = datetime(9000, 1, 1, tzinfo=SHANGHAI)
# A month of deadlines: long enough for a share, short enough to be about how a unit works now.
MEASURED = timedelta(days=30)
WEEK = timedelta(days=7)
# To appeal is a right that lapses, not a duty that somebody can be late with.
DUTIES = tuple(name for name in CLOCK_LABELS if name != "appeal")

Waiting = Literal["audit", "dispatch", "dispatch-verified", "verify", "callback"]


@dataclass(frozen=True, slots=True)
class Span:
    """After ``since`` and up to and with ``until``: a deadline of 24:00 is the last of its day."""

    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Day:
    """The morning this is read on, and the next day somebody will be at work again."""

    now: datetime
    begins: datetime
    ends: datetime
    next_day: date
    returns: datetime
    next_ends: datetime

    @property
    def over(self) -> Span:
        return Span(EVER, self.now)

    @property
    def today(self) -> Span:
        return Span(self.now, self.ends)

    @property
    def away(self) -> Span:
        """What ends while nobody is at work: it has to be done before they leave."""
        return Span(self.ends, self.returns)

    @property
    def next(self) -> Span:
        return Span(self.returns, self.next_ends)

    @property
    def measured(self) -> Span:
        return Span(self.now - MEASURED, self.now)

    @property
    def this_week(self) -> Span:
        monday = self.begins - timedelta(days=self.begins.weekday())
        return Span(monday, self.now)

    @property
    def last_week(self) -> Span:
        """As much of last week as has passed of this one, so that like is held against like."""
        week = self.this_week
        return Span(week.since - WEEK, week.until - WEEK)


def day_of(now: datetime, calendar: Calendar) -> Day:
    today = now.astimezone(SHANGHAI).date()
    coming = today + ONE_DAY
    while not calendar.is_workday(coming):
        coming += ONE_DAY
    return Day(
        now, _midnight(today), midnight_after(today), coming, _midnight(coming), midnight_after(coming)
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def units_duties(policy: Policy) -> tuple[str, ...]:
    """The deadlines that bind the unit that handles a ticket; all others bind whoever supervises it."""
    verifies = {"verify"} if policy[keys.verified_by] == "bureau" else set[str]()
    decides = set[str]() if policy[keys.appeal_to] == "own-institution" else {"decide"}
    theirs = {"audit", "dispatch", "callback"} | verifies | decides
    return tuple(name for name in DUTIES if name not in theirs)


def waits_for_the_bureau(policy: Policy) -> tuple[Waiting, ...]:
    """What may stand still until whoever supervises moves it, by this policy."""
    verifies = policy[keys.verified_by] == "bureau"
    by_hand: Waiting = "dispatch-verified" if verifies else "dispatch"
    sends: tuple[Waiting, ...] = (by_hand,) if policy[keys.dispatcher] == "bureau" else ()
    return ("audit", *sends, *(("verify",) if verifies else ()), "callback")
