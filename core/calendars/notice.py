"""A holiday notice is read as it was published; what it says against the calendar or itself is told with its line."""

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from core.calendars.clauses import Clause, clauses
from core.errors import Invalid

LONGEST: Final = 20_000
SATURDAY: Final = 5
NAMES: Final = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
_NAME = (
    r"(?:元旦|春节|清明节?|[“\"]?五?一?[”\"]?(?:国际)?劳动节|端午节?|中秋节?|国庆节?"
    r"|[\u4e00-\u9fff0-9]{2,24}纪念日)"
)
_NUMBER = r"(?:[一二三四五六七八九十]+[、.]|\d{1,2}[、.)]|\([一二三四五六七八九十\d]+\))?"
_HEAD = re.compile(rf"{_NUMBER}({_NAME}(?:[、和与及]{_NAME})*)(?:假期|放假)?[:。]")
_TITLE = re.compile(r"国务院(?:办公厅)?关于[^。:;]{2,60}?通知")
_CODE = re.compile(r"国办发(?:明电)?[〔\[(]\d{4}[〕\])]\d+号")
_YEAR = re.compile(r"(\d{4})年")
_SUBJECT = re.compile(r"现将(\d{4})年")
# These change what an earlier notice said, and need not tell of the whole year.
_AMENDS = re.compile(r"调整|延长|纪念日")


@dataclass(frozen=True, slots=True)
class Fault:
    """``line`` counts from 1, as the text was pasted."""

    line: int
    says: str


class Unreadable(Invalid):
    """放假安排没有载入，请按提示改正原文。"""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(f"第 {faults[0].line} 行：{faults[0].says}", field="text")
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class Holiday:
    name: str
    off: tuple[date, ...]
    work: tuple[date, ...]


@dataclass(frozen=True, slots=True)
class Notice:
    """``whole``: it tells of every holiday of its year, and does not change an earlier notice."""

    year: int
    title: str
    whole: bool
    holidays: tuple[Holiday, ...]

    @property
    def off(self) -> Mapping[date, str]:
        return {day: each.name for each in self.holidays for day in each.off}

    @property
    def work(self) -> frozenset[date]:
        return frozenset(day for each in self.holidays for day in each.work)


@dataclass(frozen=True, slots=True)
class _Text:
    """Letters in one form without blanks and line ends, each with the line it stood on: words may break anywhere."""

    letters: str
    lines: tuple[int, ...]

    def line(self, at: int) -> int:
        return self.lines[min(at, len(self.lines) - 1)] if self.lines else 1

    def part(self, start: int, end: int) -> "_Text":
        return _Text(self.letters[start:end], self.lines[start:end])

    def begins(self, at: int) -> bool:
        """Whether a line or a sentence begins here."""
        return at == 0 or self.lines[at] != self.lines[at - 1] or self.letters[at - 1] in "。;"


@dataclass(frozen=True, slots=True)
class _Section:
    """One holiday and what is said of it; ``line`` is that of its heading."""

    name: str
    line: int
    text: _Text


@dataclass(slots=True)
class _Reading:
    year: int
    whole: bool
    faults: list[Fault] = field(default_factory=list[Fault])
    seen: dict[date, str] = field(default_factory=dict[date, str])

    def wrong(self, line: int, says: str) -> None:
        self.faults.append(Fault(line, says))


def read(text: str) -> Notice:
    """Refuses with every fault there is, in the order of the lines."""
    if len(text) > LONGEST:
        raise Unreadable([Fault(1, f"放假安排的通知不会超过 {LONGEST} 个字，请只粘贴通知的正文。")])
    plain = _plain(text)
    title = _title(plain)
    reading = _Reading(_year(plain, title), whole=not _AMENDS.search(title))
    sections = list(_sections(plain, title, whole=reading.whole))
    holidays = tuple(_holiday(reading, each) for each in sections)
    _complete(reading, sections, plain.line(len(plain.letters)))
    if reading.faults:
        raise Unreadable(sorted(reading.faults, key=lambda each: each.line))
    return Notice(reading.year, _document(plain, title), reading.whole, holidays)


def _plain(text: str) -> _Text:
    letters: list[str] = []
    lines: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        for letter in unicodedata.normalize("NFKC", line):
            if not letter.isspace() and unicodedata.category(letter) != "Cf":
                letters.append(letter)
                lines.append(number)
    return _Text("".join(letters), tuple(lines))


def _title(plain: _Text) -> str:
    found = _TITLE.search(plain.letters)
    if found is None:
        raise Unreadable([Fault(1, "没有读到标题。请连同“国务院办公厅关于……年部分节假日安排的通知”一起粘贴。")])
    return found[0]


def _document(plain: _Text, title: str) -> str:
    code = _CODE.search(plain.letters)
    return f"{title}（{code[0]}）" if code else title


def _year(plain: _Text, title: str) -> int:
    found = _YEAR.search(title) or _YEAR.search(plain.letters)
    if found is None:
        raise Unreadable([Fault(1, "没有读到是哪一年的安排，请核对标题里的年份。")])
    year = int(found[1])
    if not 2000 <= year <= 2100:  # noqa: PLR2004 - no notice is older, none of us will read a later one
        raise Unreadable([Fault(1, f"年份 {year} 不对，请核对标题。")])
    told = _SUBJECT.search(plain.letters)
    if told and int(told[1]) != year:
        raise Unreadable([Fault(plain.line(told.start()), f"标题是 {year} 年，这里写的是 {told[1]} 年，请核对。")])
    return year


def _sections(plain: _Text, title: str, *, whole: bool) -> Iterator[_Section]:
    """Each holiday with its words; a change of one holiday may have no headings."""
    heads = [each for each in _HEAD.finditer(plain.letters) if plain.begins(each.start())]
    ends = [*(each.start() for each in heads[1:]), len(plain.letters)]
    for head, end in zip(heads, ends, strict=False):
        yield _Section(_named(head[1]), plain.line(head.start(1)), plain.part(head.end(), end))
    if not heads and not whole:
        start = plain.letters.find("通知") + len("通知")
        known = [name for name in NAMES if name.removesuffix("节") in title]
        yield _Section("、".join(known) or "纪念日", plain.line(start), plain.part(start, len(plain.letters)))


def _named(words: str) -> str:
    """端午 and “五一”国际劳动节 under the names they have in law."""
    parts = re.split(r"[、和与及]", words)
    known = [next((name for name in NAMES if name.removesuffix("节") in part), part) for part in parts]
    return "、".join(known)


def _holiday(reading: _Reading, section: _Section) -> Holiday:
    off: dict[date, None] = {}
    work: dict[date, None] = {}
    later: list[Clause] = []
    for clause in clauses(section.text.letters, reading.year, is_new_year="元旦" in section.name):
        for wrong in clause.wrong:
            reading.wrong(section.text.line(wrong.at), wrong.says)
        if clause.kind == "off":
            _take(reading, section, clause, off)
        elif clause.kind == "work":
            _take(reading, section, clause, work)
        elif clause.kind == "explains":
            later.append(clause)
        _count(reading, section, clause, off)
    for clause in later:
        _explained(reading, section, clause, off.keys() | work.keys())
    if not off:
        reading.wrong(section.line, f"没有读到{section.name}哪几天放假。")
    return Holiday(section.name, tuple(sorted(off)), tuple(sorted(work)))


def _take(reading: _Reading, section: _Section, clause: Clause, into: dict[date, None]) -> None:
    what = f"{section.name}{'放假' if clause.kind == 'off' else '调休上班'}"
    for day, at in clause.days:
        line, earlier = section.text.line(at), reading.seen.setdefault(day, what)
        if day in into and reading.whole:
            reading.wrong(line, f"{_said(day)}写了两次，请只保留一处。")
        elif earlier != what:
            reading.wrong(line, f"{_said(day)}前面写的是{earlier}，这里又写{what}，请只保留一处。")
        elif clause.kind == "work" and day.weekday() < SATURDAY:
            reading.wrong(line, f"{_said(day)}是{_weekday(day)}，本来就上班，请核对日期。")
        into[day] = None


def _count(reading: _Reading, section: _Section, clause: Clause, off: Mapping[date, None]) -> None:
    """共 N 天 tells of the days just named, or of the whole holiday."""
    if clause.counts is not None and clause.counts not in (len(clause.days), len(clause.before), len(off)):
        counted = len(clause.days) or len(clause.before) or len(off)
        line = section.text.line(clause.at)
        reading.wrong(line, f"写的是共 {clause.counts} 天，按日期数是 {counted} 天，请核对。")


def _explained(reading: _Reading, section: _Section, clause: Clause, known: Collection[date]) -> None:
    """其中……: it adds nothing, and must agree with what was said."""
    for day, at in clause.days:
        if day not in known:
            line = section.text.line(at)
            reading.wrong(line, f"这里说到{_said(day)}，别处却没有写这一天放假或上班，请核对。")


def _complete(reading: _Reading, sections: Sequence[_Section], last: int) -> None:
    if not sections:
        reading.wrong(1, "没有读到任何节日。每个节日应写成“一、元旦：1月1日放假……”的样子。")
        return
    lines: dict[str, int] = {}
    for section in sections:
        for name in section.name.split("、"):
            if name in lines:
                reading.wrong(section.line, f"{name}在第 {lines[name]} 行已经写过，请只保留一处。")
            lines.setdefault(name, section.line)
    missing = [name for name in NAMES if name not in lines] if reading.whole else []
    if missing:
        reading.wrong(last, f"没有读到{'、'.join(missing)}的安排，请粘贴通知的全文。")


def _said(day: date) -> str:
    return f"{day.month}月{day.day}日"


def _weekday(day: date) -> str:
    return f"周{'一二三四五六日'[day.weekday()]}"
