"""A plausible quarter of a city, decided from a seed: who was served when, who rated how, and what was done."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from core.clock import SHANGHAI
from core.demo.towns import Office, Town, catalogue, person_name
from core.intake.model import ServiceEvent
from core.people import Person
from core.policy.calendar import Calendar

DAYS = 92
CASES_A_DAY = 9
SPEAKS = 0.42
PRAISES = 0.12
INSTANT = 0.4
BAD = 2
REPEATED = 3
MODES = (("window", 0.62), ("online", 0.3), ("kiosk", 0.08))
GRADES = ((5, 0.905), (4, 0.06), (3, 0.025), (2, 0.006), (1, 0.004))


@dataclass(frozen=True, slots=True)
class Deed:
    """An act on a ticket, so many hours after its rating; a city that does not offer it goes on without it."""

    hours: float
    verb: str
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Chapter:
    """One case: its events, and what its applicant will say, if anything; ``of`` is what alone was bad about it."""

    events: tuple[ServiceEvent, ...]
    speaks_after: timedelta | None
    grade: int
    text: str
    deeds: tuple[Deed, ...] = ()
    of: str = ""


def _note(name: str) -> str:
    return str(catalogue()["notes"][name])


def fates() -> Mapping[str, tuple[Deed, ...]]:
    """What may become of a bad rating; between them every state of a ticket occurs."""
    begun = (Deed(3, "audit", {"accept": True}), Deed(5, "dispatch"), Deed(20, "contact", {"note": _note("contact")}))
    valid = (*begun, Deed(22, "verdict", {"is": "valid", "complexity": "simple", "note": _note("valid")}))
    deep = (*begun, Deed(22, "verdict", {"is": "valid", "complexity": "complex", "note": _note("valid")}))
    fixed = (*valid, Deed(44, "rectify", {"note": _note("rectify")}))
    told = (*fixed, Deed(50, "feedback", {"note": _note("feedback")}))
    return {
        "new": (),
        "begun": begun,
        "verified": valid,
        "rectifying": fixed,
        "answered": told,
        "closed": (*told, Deed(60, "rate-feedback", {"grade": 3})),
        "explained": (*begun, Deed(26, "explain", {"note": _note("explain")})),
        "mistaken": (*begun, Deed(24, "verdict", {"is": "mistaken", "note": _note("appeal")})),
        "malicious": (*begun, Deed(24, "verdict", {"is": "malicious"})),
        "appealed": (
            *begun,
            Deed(21, "notify"),
            Deed(30, "appeal", {"reason": _note("appeal"), "evidence": ["通话记录.pdf"]}),
        ),
        "upheld": (
            *begun,
            Deed(21, "notify"),
            Deed(30, "appeal", {"reason": _note("appeal"), "evidence": ["通话记录.pdf"]}),
            Deed(70, "decide", {"upheld": True, "finding": "mistaken"}),
        ),
        "extended": (*valid, Deed(30, "extend", {"reason": _note("extend"), "days": 40})),
        "complex": (*deep, Deed(30, "extend", {"reason": _note("extend"), "days": 60})),
        "withdrawn": (Deed(6, "withdraw", {"reason": "与另一张工单重复，已合并办理。"}),),
    }


def tell(town: Town, dice: random.Random, calendar: Calendar, today: datetime) -> tuple[Chapter, ...]:
    """The chapters of the quarter that ends ``today``, in the order of their last events."""
    first = today.date() - timedelta(days=DAYS)
    chapters: list[Chapter] = []
    for number in range(DAYS + 1):
        day = first + timedelta(days=number)
        busy = CASES_A_DAY if calendar.is_workday(day) else CASES_A_DAY // 5
        chapters += [
            _ordinary(town, dice, day, f"{day:%y%m%d}{n:03}") for n in range(dice.randint(busy // 2, busy + 3))
        ]
    chapters += _destined(town, dice, calendar, today)
    done = [each for each in chapters if each.events[-1].at < today - timedelta(hours=1)]
    return tuple(sorted(done, key=lambda chapter: chapter.events[-1].at))


def _ordinary(town: Town, dice: random.Random, day: date, case: str) -> Chapter:
    mode = dice.choices([m for m, _ in MODES], [w for _, w in MODES])[0]
    grade = dice.choices([g for g, _ in GRADES], [w for _, w in GRADES])[0]
    hours = 0.05 if mode == "window" else dice.expovariate(1 / 20)
    speaks = timedelta(hours=hours) if dice.random() < SPEAKS else None
    events = _served(town, dice, day, f"{town.root}{case}", mode)
    deeds = dice.choice(list(fates().values())[5:9]) if grade <= BAD else ()
    return Chapter(events, speaks, grade, _words(dice, grade, events[0].staff is not None), deeds)


def _destined(town: Town, dice: random.Random, calendar: Calendar, today: datetime) -> list[Chapter]:
    """One bad rating for each fate, recent enough to be seen at work, and one long overdue."""
    days = [day for day in (today.date() - timedelta(days=n) for n in range(1, 40)) if calendar.is_workday(day)]
    made: list[Chapter] = []
    for number, (name, deeds) in enumerate(fates().items()):
        day = days[0 if name in ("new", "begun") else 4 + number % 3]
        made.append(_bad(town, dice, day, f"{town.root}{day:%y%m%d}9{number:02}", deeds))
    made.append(_bad(town, dice, days[-1], f"{town.root}{days[-1]:%y%m%d}999", ()))
    # Three times within a month the same person: where the rules count, somebody is called.
    for n in range(REPEATED):
        day = days[8 + 6 * n]
        bad = _bad(town, dice, day, f"{town.root}{day:%y%m%d}98{n}", fates()["closed"], staff=town.offices[0].staff[0])
        made.append(replace(bad, of="staff", text=str(dice.choice(catalogue()["complaints"]["staff"]))))
    # The clerk of the demo was told of one, and may still appeal where the rules have it.
    told = (*fates()["begun"], Deed(21, "notify", {"note": _note("notify")}))
    clerk = town.offices[0].staff[0]
    made.append(_bad(town, dice, days[1], f"{town.root}{days[1]:%y%m%d}977", told, staff=clerk))
    return made


def _bad(
    town: Town, dice: random.Random, day: date, case: str, deeds: tuple[Deed, ...], staff: str | None = None
) -> Chapter:
    grade = dice.choice((1, 2))
    events = _served(town, dice, day, case, "window", office=town.offices[0])
    events = tuple(replace(each, staff=staff or each.staff) for each in events)
    return Chapter(events, timedelta(minutes=4), grade, _words(dice, grade, staffed=True), deeds)


def _served(
    town: Town, dice: random.Random, day: date, case: str, mode: str, office: Office | None = None
) -> tuple[ServiceEvent, ...]:
    where = office or dice.choice(town.offices)
    if mode == "kiosk":
        where = next(each for each in town.offices if each.kiosk)
    at = datetime(day.year, day.month, day.day, 9, tzinfo=SHANGHAI) + timedelta(minutes=dice.randint(0, 460))
    at += timedelta(seconds=dice.randint(0, 59))
    given: dict[str, Any] = {
        "case": case,
        "item": dice.choice(where.items),
        "mode": mode,
        "kind": "instant" if mode != "online" and dice.random() < INSTANT else "promised",
        "applicant": Person(person_name(dice), phone=f"1380{dice.randint(0, 9_999_999):07}"),
    }
    if mode == "window":
        given |= {"staff": dice.choice(where.staff), "window": dice.choice(where.windows)}
    if mode == "kiosk":
        given["window"] = where.kiosk
    return _events(given, mode, at, dice)


def _events(given: dict[str, Any], mode: str, at: datetime, dice: random.Random) -> tuple[ServiceEvent, ...]:
    if mode == "online":
        begun = at - timedelta(days=dice.randint(1, 4))
        return (ServiceEvent(event="accepted", at=begun, **given), ServiceEvent(event="closed", at=at, **given))
    if mode == "kiosk":
        return (ServiceEvent(event="closed", at=at, **given),)
    names = ("served", "closed") if given["kind"] == "instant" else ("accepted", "served", "closed")
    return tuple(
        ServiceEvent(event=name, at=at - timedelta(minutes=2 * (len(names) - 1 - place)), **given)
        for place, name in enumerate(names)
    )


def _words(dice: random.Random, grade: int, staffed: bool) -> str:
    complaints = catalogue()["complaints"]
    if grade <= BAD:
        return str(dice.choice(complaints[dice.choice(("item", "staff", "system") if staffed else ("item", "system"))]))
    return str(dice.choice(complaints["praise"])) if dice.random() < PRAISES else ""
