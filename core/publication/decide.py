"""Whether something is news, which months are spoken of, and what a later word corrects."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from core.clock import SHANGHAI
from core.publication.model import Content, Entry, Period, Publication

MONTHS_FOLLOWED = 3
ONE_DAY = timedelta(days=1)


def canonical(content: Any) -> bytes:
    """The same content is the same bytes in every process, whatever order its fields were written in."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode()


def digest(content: Any) -> str:
    return sha256(canonical(content)).hexdigest()


def digest_of(entry: Entry) -> str:
    """A month that has become final is news, even where no figure moved."""
    return digest([entry.content if entry.same_as is None else entry.same_as, entry.final])


def news(entries: Iterable[Entry], known: Mapping[tuple[str, str], str]) -> tuple[Entry, ...]:
    """``known`` has the digest of what was last published of each subject."""
    return tuple(each for each in entries if known.get((each.kind, each.subject)) != digest_of(each))


def first_of_month(day: date) -> date:
    return day.replace(day=1)


def month_of(subject: str) -> Period:
    since = date.fromisoformat(f"{subject}-01")
    return Period(since, first_of_month(since + timedelta(days=31)) - ONE_DAY)


def month_name(day: date) -> str:
    return day.strftime("%Y-%m")


def begun(first: date | None, live_since: datetime) -> date | None:
    """The first day that is spoken of: none before the place was live."""
    return None if first is None else max(first, live_since.astimezone(SHANGHAI).date())


def months(first: date | None, today: date, published: Iterable[str]) -> tuple[str, ...]:
    """The running month, those before it that may still move, and every one that was never spoken of."""
    if first is None:
        return ()
    known, found, month = set(published), list[str](), first_of_month(today)
    while month >= first_of_month(first):
        if len(found) < MONTHS_FOLLOWED or month_name(month) not in known:
            found.append(month_name(month))
        month = first_of_month(month - ONE_DAY)
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Correction:
    """A figure of a month that was over, before and after; ``at`` is when the city corrected it."""

    subject: str
    at: Any
    changes: tuple[tuple[str, str, str], ...]


def corrections(history: Sequence[Publication]) -> tuple[Correction, ...]:
    """What was said again of months that were over; ``history`` is one city's, oldest edition first."""
    last: dict[str, Publication] = {}
    found: list[Correction] = []
    for each in history:
        before = last.get(each.subject)
        if before is not None and before.final and each.final:
            changes = differences(before.content, each.content)
            if changes:
                found.append(Correction(each.subject, each.at, changes))
        last[each.subject] = each
    return tuple(found)


def differences(before: Content, after: Content) -> tuple[tuple[str, str, str], ...]:
    """Each figure that moved: its name, what it was, what it is."""
    was, now = told(before), told(after)
    names = dict.fromkeys([*was, *now])
    return tuple((name, was.get(name, ""), now.get(name, "")) for name in names if was.get(name) != now.get(name))


def told(content: Content) -> dict[str, str]:
    """Every figure of a period by its name, as it is compared: counts, not what was rounded from them."""
    found = {"评价数": f"{content['n']:,}"}
    if content.get("mean") is not None:
        found["平均分"] = str(content["mean"])
    for grade in content.get("grades") or ():
        found[str(grade["label"])] = f"{grade['n']:,}（主动 {grade['active']:,}）"
    for rate in (content.get("rates") or {}).values():
        found[str(rate["label"])] = f"{rate['count']:,} ÷ {rate['over']:,}"
    return found


def missing(editions: Iterable[int]) -> tuple[int, ...]:
    """Editions that have not arrived though later ones have."""
    known = set(editions)
    return tuple(number for number in range(1, max(known, default=0)) if number not in known)
