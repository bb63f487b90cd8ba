"""What the law asks next is the act that serves the deadline that ends first, whoever looks at it."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from core.tickets.decide import next_act
from core.tickets.model import Clock, State

OPEN = ("verdict", "contact", "explain", "notify", "extend", "transfer")
VERIFIED = ("rectify", "feedback", "contact", "explain", "notify")
RECTIFYING = ("feedback", "contact", "notify")
CLERK = ("appeal", "statement")
NOW = datetime.fromisoformat("2026-03-09T10:00:00+08:00")


def clock(name: str, hours: int, state: str = "running") -> Clock:
    return Clock(
        id=UUID(int=hours % 97), name=name, since="dispatched", started_at=NOW - timedelta(days=1), span="2wd",
        due_at=NOW + timedelta(hours=hours), clause="第三条", document="规定", policy="p", calendar="c",
        provisional=False, extended=False, state=state, stopped_at=None, days=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("offered", "clocks", "state", "asked"),
    [
        (OPEN, [clock("verify", 5), clock("close", 200)], "open", ("verdict", "verify")),
        (OPEN, [clock("verify", 50), clock("contact", 5)], "open", ("contact", "contact")),
        (OPEN, [clock("contact", 50), clock("notify", 5)], "open", ("notify", "notify")),
        # What is overdue comes first of all.
        (OPEN, [clock("contact", 2), clock("verify", -3)], "open", ("verdict", "verify")),
        # Nothing but a finding leads to the answer that is owed.
        (OPEN, [clock("close", 5)], "open", ("verdict", "close")),
        (OPEN, [clock("reply", 5)], "open", ("verdict", "reply")),
        # Where only the bureau finds, an explanation is what the handler can still give.
        (("contact", "explain"), [clock("close", 5)], "open", ("explain", "close")),
        (VERIFIED, [clock("rectify", 5), clock("close", 9)], "verified", ("rectify", "rectify")),
        (VERIFIED, [clock("close", 5), clock("rectify", 9)], "verified", ("feedback", "close")),
        (RECTIFYING, [clock("close", 5)], "rectifying", ("feedback", "close")),
        # Nobody waits for a clock that stands still or is over, nor for one that others must serve.
        (OPEN, [clock("verify", 5, "paused"), clock("contact", 50)], "open", ("contact", "contact")),
        (OPEN, [clock("verify", 5, "stopped")], "open", None),
        (("callback", "inspect"), [clock("decide", 5), clock("callback", 9)], "closed", ("callback", "callback")),
        (("contact",), [clock("verify", 5)], "open", None),
        # To appeal is a right: it is named where no duty is.
        (("verdict", "appeal"), [clock("appeal", 2), clock("verify", 9)], "open", ("verdict", "verify")),
        (CLERK, [clock("appeal", 2)], "open", ("appeal", "appeal")),
        ((), [clock("verify", 5)], "open", None),
        (OPEN, [], "open", None),
        (("audit", "withdraw"), [clock("audit", 5)], "auditing", ("audit", "audit")),
        (("dispatch", "urge"), [clock("dispatch", 5)], "open", ("dispatch", "dispatch")),
        (("decide", "urge"), [clock("decide", 5), clock("close", 1)], "open", ("decide", "decide")),
    ],
)  # fmt: skip
def test_the_first_deadline_names_the_act(
    offered: tuple[str, ...], clocks: list[Clock], state: State, asked: tuple[str, str] | None
) -> None:
    found = next_act(offered, clocks, state)

    assert (found and (found.verb, found.clock.name)) == asked
