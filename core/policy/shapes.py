"""A value written in TOML or JSON is either understood exactly or refused with the words that would be right."""

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Final, Generic, TypeVar, cast

from core.errors import Invalid, UnknownCode
from core.policy.spans import Span
from core.policy.values import ANY
from core.policy.vocab import EFFECTS, GRADES, Words

T = TypeVar("T")
Plain = Any
NO_WORDS: Final[Words] = {}
TEXT_LIMIT: Final = 300
_CODE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


def nearest(name: str, known: Iterable[str], said: Mapping[str, str] | None = None) -> str:
    """The hint that ends an error about an unknown name: the closest one, else all of them, as they are ``said``."""
    names = [str(each) for each in known]
    close = get_close_matches(name, names, n=1, cutoff=0.5)
    every = "、".join((said or {}).get(each, each) for each in names)
    return f"是否想写“{close[0]}”？" if close else f"可用的有：{every or '无'}。"


class Shape(ABC, Generic[T]):
    """How one kind of value is read, written and shown; ``parse`` also takes values that are already of the kind."""

    @property
    @abstractmethod
    def hint(self) -> str: ...

    @abstractmethod
    def parse(self, raw: object, at: str) -> T: ...

    def dump(self, value: T) -> Plain:
        return value

    def chinese(self, value: T, _words: Words = NO_WORDS, /) -> str:
        return str(value)

    def wrong(self, raw: object, at: str) -> Invalid:
        shown = "一张表" if isinstance(raw, Mapping) else f"“{raw}”"
        return Invalid(f"{at}：{shown}写法不对，应写{self.hint}。", field=at)


@dataclass(frozen=True)
class Flag(Shape[bool]):
    @property
    def hint(self) -> str:
        return " true（是）或 false（否）"

    def parse(self, raw: object, at: str) -> bool:
        if not isinstance(raw, bool):
            raise self.wrong(raw, at)
        return raw

    def chinese(self, value: bool, _words: Words = NO_WORDS, /) -> str:
        return "是" if value else "否"


@dataclass(frozen=True)
class Choice(Shape[T]):
    """One of a few codes."""

    names: Words

    @property
    def hint(self) -> str:
        return "以下之一：" + "、".join(f"{code}（{word}）" for code, word in self.names.items())

    def parse(self, raw: object, at: str) -> T:
        if not isinstance(raw, str) or raw not in self.names:
            raise self.wrong(raw, at)
        return cast(T, raw)

    def chinese(self, value: T, _words: Words = NO_WORDS, /) -> str:
        return self.names.get(str(value), str(value))


@dataclass(frozen=True)
class Code(Shape[str]):
    """A code of a city's own; ``names`` are words for the well known, ``own`` says where, ``of`` which key sets it."""

    names: Words = field(default_factory=dict[str, str])
    own: bool = False
    of: str = ""
    written: re.Pattern[str] = _CODE

    @property
    def hint(self) -> str:
        return "小写字母、数字和连字符组成的编码，如 overall"

    def parse(self, raw: object, at: str) -> str:
        if not isinstance(raw, str) or not self.written.fullmatch(raw) or len(raw) > TEXT_LIMIT:
            raise self.wrong(raw, at)
        return raw

    def chinese(self, value: str, words: Words = NO_WORDS, /) -> str:
        return value if self.own else words.get(value) or self.names.get(value, value)


@dataclass(frozen=True)
class Text(Shape[str]):
    @property
    def hint(self) -> str:
        return f"不超过 {TEXT_LIMIT} 字的文字"

    def parse(self, raw: object, at: str) -> str:
        if not isinstance(raw, str) or len(raw) > TEXT_LIMIT or "\x00" in raw:
            raise self.wrong(raw, at)
        if not raw.strip():
            raise Invalid(f"{at}：没有写内容，应写{self.hint}。", field=at)
        return raw


@dataclass(frozen=True)
class Condition(Shape[str]):
    """A column of a decision table: one code, or ``*`` for any."""

    of: Shape[str]

    @property
    def hint(self) -> str:
        return f"“*”（不限）或{self.of.hint}"

    def parse(self, raw: object, at: str) -> str:
        return ANY if raw == ANY else self.of.parse(raw, at)

    def chinese(self, value: str, words: Words = NO_WORDS, /) -> str:
        return "不限" if value == ANY else self.of.chinese(value, words)


@dataclass(frozen=True)
class YesNoAny(Shape[bool | None]):
    """A condition that is true, false, or does not matter."""

    yes: str
    no: str

    @property
    def hint(self) -> str:
        return " true、false 或“*”（不限）"

    def parse(self, raw: object, at: str) -> bool | None:
        if raw == ANY or raw is None:
            return None
        if not isinstance(raw, bool):
            raise self.wrong(raw, at)
        return raw

    def chinese(self, value: bool | None, _words: Words = NO_WORDS, /) -> str:
        return "不限" if value is None else self.yes if value else self.no


@dataclass(frozen=True)
class Whole(Shape[int]):
    least: int = 0
    most: int = 1_000_000

    @property
    def hint(self) -> str:
        return f" {self.least} 到 {self.most} 的整数"

    def parse(self, raw: object, at: str) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or not self.least <= raw <= self.most:
            raise self.wrong(raw, at)
        return raw


@dataclass(frozen=True)
class Number(Shape[float]):
    least: float = 0
    most: float = 1000
    percent: bool = False

    @property
    def hint(self) -> str:
        return f" {self.least:g} 到 {self.most:g} 的数"

    def parse(self, raw: object, at: str) -> float:
        if not isinstance(raw, int | float) or isinstance(raw, bool) or not self.least <= raw <= self.most:
            raise self.wrong(raw, at)
        return raw

    def chinese(self, value: float, _words: Words = NO_WORDS, /) -> str:
        return f"{value * 100:g}%" if self.percent else f"{value:g}"


@dataclass(frozen=True)
class Grade(Shape[int]):
    @property
    def hint(self) -> str:
        return "等级 5（非常满意）到 1（非常不满意）"

    def parse(self, raw: object, at: str) -> int:
        if not isinstance(raw, int) or isinstance(raw, bool) or raw not in GRADES:
            raise self.wrong(raw, at)
        return raw

    def chinese(self, value: int, words: Words = NO_WORDS, /) -> str:
        return words.get(f"grade:{value}") or GRADES[value]


@dataclass(frozen=True)
class Period(Shape[Span]):
    @property
    def hint(self) -> str:
        return " 24h（小时）、7d（自然日）、5wd（工作日）或 6m（月）"

    def parse(self, raw: object, at: str) -> Span:
        if not isinstance(raw, str | Span):
            raise self.wrong(raw, at)
        try:
            return Span.parse(str(raw))
        except Invalid as error:
            raise Invalid(f"{at}：{error.detail}", field=at) from error

    def dump(self, value: Span) -> Plain:
        return str(value)

    def chinese(self, value: Span, _words: Words = NO_WORDS, /) -> str:
        return value.chinese


@dataclass(frozen=True)
class Effect(Shape[str]):
    """What a finding does to a grade."""

    @property
    def hint(self) -> str:
        return " count-as:5（按该等级计）、append（以追评为准）、exclude（不计入）或 keep（照原评价）"

    def parse(self, raw: object, at: str) -> str:
        if not isinstance(raw, str) or not (raw in EFFECTS or re.fullmatch(r"count-as:[1-5]", raw)):
            raise self.wrong(raw, at)
        return raw

    def chinese(self, value: str, _words: Words = NO_WORDS, /) -> str:
        return EFFECTS.get(value) or f"按“{GRADES[int(value[-1])]}”计入"


@dataclass(frozen=True)
class GradeOrWord(Shape[T]):
    """A grade, or a word that stands for no grade at all."""

    word: str
    label: str

    @property
    def hint(self) -> str:
        return f" {self.word}（{self.label}）或{Grade().hint}"

    def parse(self, raw: object, at: str) -> T:
        if raw != self.word and (not isinstance(raw, int) or isinstance(raw, bool) or raw not in GRADES):
            raise self.wrong(raw, at)
        return cast(T, raw)

    def chinese(self, value: T, words: Words = NO_WORDS, /) -> str:
        return self.label if value == self.word else f"按“{Grade().chinese(cast(int, value), words)}”计入"


@dataclass(frozen=True)
class Many(Shape[tuple[T, ...]]):
    """A list; one value alone is a list of one. ``least`` and ``most`` bound its length."""

    of: Shape[T]
    least: int = 0
    most: int = 400
    between: str = "、"
    distinct: bool = True

    @property
    def hint(self) -> str:
        size = f"{self.least} 个" if self.least == self.most else "若干"
        return f"一个列表，其中{size}值，每个为{self.of.hint.strip()}"

    def parse(self, raw: object, at: str) -> tuple[T, ...]:
        found: Sequence[object] = cast("Sequence[object]", raw) if isinstance(raw, list | tuple) else (raw,)
        values = tuple(self.of.parse(each, at) for each in found)
        if not self.least <= len(values) <= self.most:
            raise Invalid(f"{at}：写了 {len(values)} 个，应写{self.hint}。", field=at)
        if self.distinct and any(each in values[:place] for place, each in enumerate(values)):
            raise Invalid(f"{at}：有重复的值，每个值只写一次。", field=at)
        return values

    def dump(self, value: tuple[T, ...]) -> Plain:
        return [self.of.dump(each) for each in value]

    def chinese(self, value: tuple[T, ...], words: Words = NO_WORDS, /) -> str:
        return self.between.join(self.of.chinese(each, words) for each in value) or "无"


@dataclass(frozen=True)
class Scores(Shape[tuple[float, ...]]):
    """Five numbers, best grade first, never rising."""

    @property
    def hint(self) -> str:
        return "五个不递增的分数，从“非常满意”起，如 [10, 8, 6, 3, 0]"

    def parse(self, raw: object, at: str) -> tuple[float, ...]:
        if not isinstance(raw, list | tuple):
            raise self.wrong(raw, at)
        given = list(cast("Sequence[object]", raw))
        values = tuple(Number().parse(each, at) for each in given)
        if len(values) != len(GRADES) or list(values) != sorted(values, reverse=True):
            raise self.wrong(given, at)
        return values

    def dump(self, value: tuple[float, ...]) -> Plain:
        return list(value)

    def chinese(self, value: tuple[float, ...], words: Words = NO_WORDS, /) -> str:
        grade = Grade()
        return " · ".join(
            f"{grade.chinese(each, words)} {score:g} 分" for each, score in zip(GRADES, value, strict=True)
        )


@dataclass(frozen=True)
class Weights(Shape[Mapping[str, float]]):
    """Dimension → weight; ``of`` is the key whose rows define the dimensions."""

    of: str = "dimensions"

    @property
    def hint(self) -> str:
        return "一张表：维度编码 = 权重，如 { staff = 0.6, item = 0.4 }"

    def parse(self, raw: object, at: str) -> Mapping[str, float]:
        if not isinstance(raw, Mapping):
            raise self.wrong(raw, at)
        rows = cast("Mapping[object, object]", raw)
        return {Code().parse(code, at): Number().parse(weight, f"{at}.{code}") for code, weight in rows.items()}

    def dump(self, value: Mapping[str, float]) -> Plain:
        return dict(value)

    def chinese(self, value: Mapping[str, float], words: Words = NO_WORDS, /) -> str:
        return "、".join(f"{words.get(code, code)} {weight:g}" for code, weight in value.items())


@dataclass(frozen=True)
class OrWord(Shape[T]):
    """A table, or one word that says there is none."""

    of: Shape[Any]
    word: str
    label: str

    @property
    def hint(self) -> str:
        return f"“{self.word}”（{self.label}）或{self.of.hint.strip()}"

    def parse(self, raw: object, at: str) -> T:
        return cast(T, self.word if raw == self.word else self.of.parse(raw, at))

    def dump(self, value: T) -> Plain:
        return self.word if value == self.word else self.of.dump(value)

    def chinese(self, value: T, words: Words = NO_WORDS, /) -> str:
        return self.label if value == self.word else self.of.chinese(value, words)


@dataclass(frozen=True)
class Fields(Shape[Mapping[str, Any]]):
    """An answer of several named parts, each with its own shape; all of them are given."""

    of: Mapping[str, Shape[Any]]

    @property
    def hint(self) -> str:
        return "一张表：" + "；".join(f"{name} 为{shape.hint.strip()}" for name, shape in self.of.items())

    def parse(self, raw: object, at: str) -> Mapping[str, Any]:
        if not isinstance(raw, Mapping):
            raise self.wrong(raw, at)
        given = cast("Mapping[str, object]", raw)
        for name in given:
            if name not in self.of:
                raise unknown(name, self.of, at, "字段")
        if missing := [name for name in self.of if name not in given]:
            raise Invalid(f"{at}：缺少 {'、'.join(missing)}，应写{self.hint}。", field=at)
        return {name: shape.parse(given[name], f"{at}.{name}") for name, shape in self.of.items()}


def answer(**parts: Shape[Any]) -> Fields:
    """The shape of an answer with several parts: ``answer(year=Choice({…}), streak=Flag())``."""
    return Fields(parts)


def unknown(name: str, known: Iterable[str], at: str, what: str) -> UnknownCode:
    return UnknownCode(f"{at}：没有“{name}”这个{what}。{nearest(name, known)}", field=at)
