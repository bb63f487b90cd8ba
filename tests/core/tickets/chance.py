"""What people may say when they act, and how likely each of it is; a number drawn from outside decides."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from core.clock import SHANGHAI
from tests.core.tickets.opening import TAGS
from tests.core.tickets.paper import EMPLOYER, OUTSIDE
from tests.core.tickets.rules import ACTORS, PLACES, TABLE

SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
ENTITLED, ANYBODY = "entitled", "default"
# A plain week, the eves of the long holidays with their make-up days, a month's end, and the last year with a notice.
BEGINNINGS = tuple(
    datetime.fromisoformat(each).replace(tzinfo=SHANGHAI)
    for each in (
        "2026-03-09T09:30:00", "2026-02-10T16:00:00", "2025-09-26T17:59:59", "2026-04-30T23:59:59",
        "2026-01-31T00:00:00", "2026-12-18T08:00:00",
    )
)  # fmt: skip
PAUSES = (SECOND, SECOND, timedelta(minutes=50), 5 * HOUR, 21 * HOUR, DAY, 4 * DAY)
LONG = (9 * HOUR, 2 * DAY, 6 * DAY, 21 * DAY, 63 * DAY)
OFFSETS = (-SECOND, timedelta(), SECOND)
DOERS = (*[ENTITLED] * 10, *[ANYBODY] * 3, *ACTORS)
DIMENSIONS = ("overall", "item", "staff", "channel")
ITEMS, STAFF = ("invoice", "invoice", "register", "marriage", OUTSIDE), (None, "li", "li", "sun", "wang")

Options = Mapping[str, Sequence[Any]]
NOTE: Options = {"note": (*["已电话联系"] * 6, None, " ")}
REASON: Options = {"reason": (*["不属本单位"] * 4, None, "")}
FINDINGS = (*["valid"] * 6, "mistaken", "malicious", "objective")
# What each act may carry, None where it says nothing; an extension tells how far beyond its clock's end it reaches.
CARRIES: Mapping[str, Options] = {
    "audit": {"accept": (True, True, False)},
    "dispatch": {"to": (None, None, *PLACES)},
    "notify": {"to": (*[None] * 6, *(f"staff:{each}" for each in EMPLOYER))},
    "transfer": {"to": (None, *PLACES), "reason": ("不属本单位", "不属本单位", None, " ")},
    **dict.fromkeys(("return", "withdraw", "hold", "resume", "refer"), REASON),
    "verdict": {"is": FINDINGS, "complexity": (None, "simple", "complex")},
    "extend": {
        "until": (-DAY, timedelta(), SECOND, HOUR, *[3 * DAY] * 4, 40 * DAY),
        "clock": (*[None] * 6, "close", "rectify", "reply", "verify", "complex", "decide"),
        **REASON,
    },
    "rate-feedback": {"grade": (1, 1, 2, 3, 5)},
    "appeal": {"reason": ("与事实不符", "与事实不符", "", None), "evidence": (["监控录像"], ["监控录像"], [], None)},
    "decide": {"upheld": (True, True, False), "finding": (None, *FINDINGS)},
    "part": {},
    "censure": {"is": ("unsolved", "false-report"), **REASON},
    **dict.fromkeys(
        ("contact", "explain", "rectify", "feedback", "callback", "inspect", "urge", "supervise", "statement"), NOTE
    ),
}  # fmt: skip
assert CARRIES.keys() == TABLE.keys()
# What leads on is done more often than what leaves a ticket where it is.
WEIGHTS: Mapping[str, float] = {
    "audit": 9, "dispatch": 12, "notify": 5, "return": 4, "verdict": 9, "extend": 9, "explain": 3, "rectify": 5,
    "feedback": 5, "rate-feedback": 9, "appeal": 6, "decide": 6, "transfer": 2, "contact": 3, "hold": 2, "resume": 2,
    "callback": 0.5, "censure": 0.3, "withdraw": 0.2, "refer": 0.3, "inspect": 0.3,
}  # fmt: skip
VERBS = sorted(TABLE)


def said_by(verb: str, luck: Random) -> dict[str, Any]:
    chosen = {name: luck.choice(options) for name, options in CARRIES[verb].items()}
    return {name: value for name, value in chosen.items() if value is not None}


def one_of(verbs: Sequence[str], luck: Random) -> str:
    return luck.choices(verbs, [WEIGHTS.get(verb, 1) for verb in verbs])[0]


def rating(luck: Random, dimensions: Sequence[str], *, bad: bool) -> dict[str, Any]:
    """``bad``: at least one grade is, and a reason is given as it must be; else it may be missing."""
    grades = {code: luck.choice((1, 2, 3, 5)) for code in luck.sample(dimensions, luck.randint(1, len(dimensions)))}
    if bad and min(grades.values()) > 2:
        grades[luck.choice(sorted(grades))] = luck.choice((1, 2))
    # A reason to complain goes with a bad grade.
    tags = [luck.choice(sorted(TAGS))] if min(grades.values()) <= 2 and luck.random() < 0.5 else []
    text = luck.choice(("太慢", "")) or ("说明" if bad and not tags else "")
    return {"grades": grades, "tags": tags, "text": text}
