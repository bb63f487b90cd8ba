"""Any place, any draft, any six weeks: drawn so that each draft meets services, ratings and acts that it concerns."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from random import Random
from typing import Any

from core.clock import SHANGHAI
from tests.core.tickets.policies import DIMENSIONS, LAWS
from tests.core.whatif.lived import Event

FIRST = datetime(2026, 2, 20, tzinfo=SHANGHAI)
DAYS = 55
ITEMS = {"invoice": "li", "marriage": "chen", "refund": "sun", "register": "wang"}
SCORES = ([10, 8, 6, 3, 0], [100, 80, 60, 30, 0], [5, 4, 3, 2, 1], "unset")
WINDOWS = ("1d", "3d", "5wd", "10d", "48h", "30h", "1m", "unset")
SILENT = (5, 4, 3, "close")
FORMULAS = (
    [{"subject": each, "dimension": "overall"} for each in ("staff", "institution", "line", "region")],
    [
        {"subject": "staff", "dimension": "staff"},
        {"subject": "institution", "dimension": "overall", "over": "staff-means"},
        {"subject": "line", "dimensions": {"overall": 0.5, "item": 0.5}},
        {"subject": "region", "dimension": "item"},
    ],
    [{"subject": "institution", "dimensions": {"overall": 3, "staff": 1}}],
)
EFFECTS = (
    {"mistaken": "exclude", "malicious": "exclude"}, {"mistaken": "count-as:5", "malicious": "keep"},
    {"mistaken": "keep", "malicious": "exclude", "objective": "exclude"},
    {"mistaken": "append", "mistaken_without_append": "exclude"},
)  # fmt: skip
CLOCKS = (
    [{"clock": "close", "from": "dispatched", "within": "3wd"}, {"clock": "verify", "from": "opened", "within": "1d"}],
    [
        {"clock": "contact", "from": "dispatched", "within": "2wd", "dimension": "staff"},
        {"clock": "contact", "from": "dispatched", "within": "48h"},
        {"clock": "rectify", "from": "verified", "within": "7d"}, {"clock": "audit", "from": "rated", "within": "2d"},
    ],
    [
        {"clock": "rectify", "from": "dispatched", "within": "15wd", "complexity": "simple"},
        {"clock": "complex", "from": "dispatched", "within": "1m", "complexity": "complex"},
        {"clock": "dispatch", "from": "opened", "within": "4h"}, {"clock": "close", "from": "opened", "within": "10d"},
    ],
)  # fmt: skip
ROUTES = (
    [{"to": "item-institution"}], [{"to": "staff-institution"}],
    [{"dimension": "staff", "to": "staff-institution"}, {"to": "bureau"}],
    [{"about": "system", "to": "system-owner"}, {"to": "item-institution"}],
)  # fmt: skip
CHOICES: Mapping[str, tuple[Any, ...]] = {
    "scores": SCORES, "rating_window": WINDOWS, "after_window": SILENT, "defaults_count": (True, False),
    "formulas": FORMULAS, "verdict_effects": EFFECTS, "clocks": CLOCKS, "routing": ROUTES,
    "ticket_for": ({"grades": [1]}, {"grades": [3, 2, 1]}, {"grades": [2, 1], "needs": "content"}),
    "bad_grades": ([1], [3, 2, 1]), "ticket_per": ("one", "split"), "dispatcher": ("direct", "bureau", "hotline"),
    "verified_by": ("handler", "bureau"), "region_includes_below": (True, False), "min_sample": (1, 3, 5),
    "rest_day_moves": (True, False), "objective_grades": ([1], [2, 1]),
    "audit": (
        "unset", {"when": "always", "on_timeout": "accept"}, {"when": "content", "on_timeout": "escalate"},
        {"when": "always", "on_timeout": "escalate", "refused": "withdraw"},
    ),
}  # fmt: skip
TAGS = (0, 0, 101, 201)
ACTS: tuple[tuple[str, Mapping[str, Any]], ...] = (
    ("audit", {"accept": True}), ("audit", {"accept": False}), ("dispatch", {}), ("contact", {"note": "已联系"}),
    ("verdict", {"is": "valid"}), ("verdict", {"is": "valid", "complexity": "complex"}),
    ("verdict", {"is": "mistaken"}),
    ("verdict", {"is": "malicious"}), ("verdict", {"is": "objective"}), ("notify", {}), ("rectify", {"note": "已改"}),
    ("feedback", {"note": "已致歉"}), ("explain", {"note": "已说明"}), ("return", {"reason": "不属本单位"}),
    ("appeal", {"reason": "不实", "evidence": ["录像"]}), ("decide", {"upheld": True, "finding": "mistaken"}),
    ("decide", {"upheld": False}), ("rate-feedback", {"grade": 1}), ("withdraw", {"reason": "重复"}),
    ("callback", {"note": "已回访"}),
)  # fmt: skip


def place(luck: Random) -> dict[str, Any]:
    """Some regulation, with a window, silence and numbers of its own."""
    law = dict(LAWS[luck.choice(sorted(LAWS))])
    law |= {"dimensions": DIMENSIONS}
    for key in ("scores", "rating_window", "after_window", "defaults_count", "formulas"):
        law[key] = luck.choice(CHOICES[key])
    return law


def draft(luck: Random) -> dict[str, Any]:
    """One to four keys, each with a value of its own."""
    wanted = luck.sample(sorted(CHOICES), luck.randint(1, 4))
    return {key: luck.choice(CHOICES[key]) for key in wanted}


def story(luck: Random, cases: int) -> list[Event]:
    """Services over eight weeks, most of them before and within the period, some rated, some of these handled."""
    told: list[Event] = []
    for nth in range(cases):
        told += _case(luck, f"A{nth}")
    return told


def _case(luck: Random, code: str) -> list[Event]:
    item, staff = luck.choice(sorted(ITEMS.items()))
    at = FIRST + timedelta(days=luck.randrange(DAYS), seconds=luck.randrange(30_000, 60_000))
    served = {"case": code, "item": item, "mode": luck.choice(["window", "online"])}
    told = [Event(at, "closed", {**served, **({"staff": staff} if luck.random() < 0.8 else {})})]
    if luck.random() < 0.3:
        return told
    at += timedelta(seconds=luck.choice([600, 90_000, 200_000, 400_000, 900_000]) + luck.randrange(3600))
    told.append(Event(at, "rate", {"case": code, **_said(luck, with_staff="staff" in told[0].given)}))
    for _ in range(luck.choice([0, 1, 3, 5, 7])):
        at += timedelta(seconds=luck.choice([60, 3600, 90_000, 260_000]) + luck.randrange(3600))
        verb, given = luck.choice(ACTS)
        told.append(Event(at, verb, {"case": code, "every": True, **given}))
    if luck.random() < 0.2:
        at += timedelta(seconds=luck.choice([60, 90_000]))
        told.append(
            Event(at, "append", {"case": code, "grades": {"overall": luck.choice([1, 2, 4, 5])}, "text": "补充"})
        )
    return told


def _said(luck: Random, *, with_staff: bool) -> dict[str, Any]:
    offered = ["overall", "item", "channel", *(["staff"] if with_staff else [])]
    codes = luck.sample(offered, luck.randint(1, len(offered)))
    grades = {code: luck.choice([1, 1, 2, 2, 3, 4, 5]) for code in codes}
    return {"grades": grades, "text": luck.choice(["", "等了两个小时"]), "channel": "qr"}
