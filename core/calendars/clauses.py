"""The words of one holiday fall into clauses, each with its days and what it says of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

Kind = Literal["off", "work", "count", "explains", "says-nothing"]
LONGEST_RANGE: Final = 31
DECEMBER: Final = 12
_DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日((?:\([^()]*\))?)"
_TO = r"(?:至|到|-|—|–|―|−|~|～|一)+"
_DAYS = re.compile(rf"{_DAY}(?:{_TO}{_DAY})?")
_WEEKDAY = re.compile(r"(?:星期|周|礼拜)([一二三四五六日天七])")
_WEEKDAYS: Final = {word: at for at, word in enumerate("一二三四五六日")} | {"天": 6, "七": 6}
_COUNT = re.compile(r"(?:共|放假|休息|连休)\D{0,2}(\d{1,2})天")
_ADVICE = re.compile(r"鼓励|建议|提倡")
_EXPLAINS = re.compile(r"法定节假日|照常公休|为公休日|公休日调|调至|调整至|调到")
_WORK = re.compile(r"上班|工作日|补班")
_OFF = re.compile(r"放假|公休|补休|调休|休息|连休|休假")
_SIGNED = re.compile(r"^(?:国务院(?:办公厅)?)?\d{4}年\d{1,2}月\d{1,2}日(?:\([^()]*\))?$")
_SAYS_DAY = re.compile(r"\d+月\d+日")


@dataclass(frozen=True, slots=True)
class Wrong:
    at: int
    says: str


@dataclass(frozen=True, slots=True)
class Clause:
    """``before`` are the days that a count speaks of, where the clause itself names none."""

    kind: Kind
    at: int
    days: tuple[tuple[date, int], ...] = ()
    counts: int | None = None
    before: tuple[tuple[date, int], ...] = ()
    wrong: tuple[Wrong, ...] = ()


@dataclass(slots=True)
class _Dates:
    """Reads the days of a clause; a day without its month has that of the day before it."""

    year: int
    is_new_year: bool
    last: date | None = None
    wrong: list[Wrong] = field(default_factory=list[Wrong])

    def of(self, words: str, start: int) -> tuple[tuple[date, int], ...]:
        found: list[tuple[date, int]] = []
        for match in _DAYS.finditer(words):
            at = start + match.start()
            first = self._day(match.groups()[:4], at)
            if match[7] is None:
                found += [(first, at)] if first else []
                continue
            until = self._day(match.groups()[4:], at) if first else None
            if first and until:
                found += [(day, at) for day in self._range(first, until, at)]
        return tuple(found)

    def _day(self, told: Sequence[str | None], at: int) -> date | None:
        year, month, day, aside = told
        if month is None and self.last is None:
            self.wrong.append(Wrong(at, f"“{day}日”没有写明是几月，请补上月份。"))
            return None
        moon = int(month) if month else self.last.month if self.last else 0
        try:
            found = date(int(year) if year else self._year_of(moon, told_month=month is not None), moon, int(day or 0))
        except ValueError:
            self.wrong.append(Wrong(at, f"没有{moon}月{day}日这一天，请核对。"))
            return None
        self.last = found
        self._check(found, aside or "", at)
        return found

    def _year_of(self, month: int, *, told_month: bool) -> int:
        """New Year's days may begin in the year before."""
        if not told_month and self.last:
            return self.last.year
        if self.is_new_year and month == DECEMBER:
            return self.year - 1
        return self.year

    def _check(self, day: date, aside: str, at: int) -> None:
        said = _WEEKDAY.search(aside)
        if said and _WEEKDAYS[said[1]] != day.weekday():
            real = "一二三四五六日"[day.weekday()]
            told = f"{day.month}月{day.day}日是周{real}，这里写的是周{said[1]}，请核对日期或星期。"
            self.wrong.append(Wrong(at, told))
        in_reach = day.year == self.year or (day.year == self.year - 1 and day.month == DECEMBER)
        if not in_reach:
            told = f"{day.year}年{day.month}月{day.day}日不在 {self.year} 年的安排里，请核对年份。"
            self.wrong.append(Wrong(at, told))

    def _range(self, first: date, until: date, at: int) -> list[date]:
        length = (until - first).days + 1
        if not 1 < length <= LONGEST_RANGE:
            told = f"{first.month}月{first.day}日至{until.month}月{until.day}日"
            self.wrong.append(Wrong(at, f"“{told}”前后颠倒或跨度太长，请写明每一天的月份。"))
            return []
        return [first + timedelta(days=step) for step in range(length)]


def clauses(words: str, year: int, *, is_new_year: bool) -> Iterator[Clause]:
    """In the order of the text. What names a day and is not understood is wrong; what names none says nothing."""
    for sentence, at in _split(words, 0, "。;"):
        if _ADVICE.search(sentence):
            continue
        dates = _Dates(year, is_new_year)
        before: tuple[tuple[date, int], ...] = ()
        for part, place in _split(sentence, at, ","):
            clause = _clause(part, place, dates, before)
            before = clause.days if clause.kind == "off" else before
            yield clause


def _clause(part: str, at: int, dates: _Dates, before: tuple[tuple[date, int], ...]) -> Clause:
    bare = re.sub(r"\([^()]*\)", "", part)
    counted = _COUNT.search(bare)
    counts = int(counted[1]) if counted else None
    if not _SAYS_DAY.search(bare) and not re.search(r"\d+日", bare):
        return Clause("count" if counts else "says-nothing", at, counts=counts, before=before)
    if _SIGNED.match(part):
        return Clause("says-nothing", at)
    kind = _kind(bare)
    days = dates.of(part, at)
    wrong, dates.wrong = tuple(dates.wrong), []
    if kind is None:
        told = f"读不懂“{_short(part)}”，请写明放假还是上班；与安排无关的请删去。"
        return Clause("says-nothing", at, wrong=(Wrong(at, told),))
    return Clause(kind, at, days, counts if kind == "off" else None, before, wrong)


def _kind(bare: str) -> Kind | None:
    if _EXPLAINS.search(bare):
        return "explains"
    if _WORK.search(bare):
        return "work"
    return "off" if _OFF.search(bare) else None


def _split(words: str, start: int, marks: str) -> Iterator[tuple[str, int]]:
    """The parts and where each begins; a mark within brackets divides nothing."""
    depth, begun = 0, 0
    for offset, letter in enumerate(words + marks[0]):
        depth += (letter == "(") - (letter == ")")
        if offset == len(words) or (letter in marks and depth <= 0):
            if words[begun:offset]:
                yield words[begun:offset], start + begun
            begun = offset + 1


def _short(words: str) -> str:
    most = 30
    return words if len(words) <= most else f"{words[:most]}…"
