"""Where a regulation is silent or ambiguous it asks; a rule may stand on the answer before anyone has given it."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from core.errors import Invalid, Refused
from core.policy.shapes import Plain, Shape
from core.policy.spans import Span

V = TypeVar("V")
Answers = Mapping[str, Any]


class Unanswered(LookupError):
    """这条规则要等开放问题回答之后才能确定。"""


class Asked(ABC):
    """What an answer, or something made of it, will be; it stands inside a rule's value until the answer is known."""

    @property
    @abstractmethod
    def needs(self) -> frozenset[str]: ...

    @abstractmethod
    def read(self, answers: Answers) -> Any: ...

    @property
    def value(self) -> Any:
        """The answer itself, to stand where a value stands."""
        return self

    def __getitem__(self, name: str) -> Any:
        """One field of an answer that has several."""
        return _Field(self, name)

    def pick(self, **options: V) -> V:
        """The option that bears the answer's name: ``Q1.pick(natural=days(7), working=workdays(7))``."""
        return cast(V, _Pick(self, options))

    def then(self, make: Callable[..., V]) -> V:
        """What ``make`` makes of the answer."""
        return cast(V, _Then(self, make))

    def is_(self, *values: object) -> "When":
        return When(self.needs, lambda answers: any(_same(self.read(answers), value) for value in values))


@dataclass(frozen=True, slots=True, eq=False)
class When:
    """A condition on answers; conditions combine with ``&``, ``|`` and ``~``."""

    needs: frozenset[str]
    holds: Callable[[Answers], bool]

    def __and__(self, other: "When") -> "When":
        return When(self.needs | other.needs, lambda answers: self.holds(answers) and other.holds(answers))

    def __or__(self, other: "When") -> "When":
        return When(self.needs | other.needs, lambda answers: self.holds(answers) or other.holds(answers))

    def __invert__(self) -> "When":
        return When(self.needs, lambda answers: not self.holds(answers))


@dataclass(frozen=True, slots=True, eq=False)
class _Field(Asked):
    of: Asked
    name: str

    @property
    def needs(self) -> frozenset[str]:
        return self.of.needs

    def read(self, answers: Answers) -> Any:
        return self.of.read(answers)[self.name]


@dataclass(frozen=True, slots=True, eq=False)
class _Pick(Asked):
    of: Asked
    options: Mapping[str, Any]

    @property
    def needs(self) -> frozenset[str]:
        return self.of.needs

    def read(self, answers: Answers) -> Any:
        answer = self.of.read(answers)
        name = str(answer).lower().replace("-", "_")
        if name not in self.options:
            raise Invalid(f"回答“{answer}”没有对应的规则，可用的回答有：{'、'.join(self.options)}。")
        return self.options[name]


@dataclass(frozen=True, slots=True, eq=False)
class _Then(Asked):
    of: Asked
    make: Callable[..., Any]

    @property
    def needs(self) -> frozenset[str]:
        return self.of.needs

    def read(self, answers: Answers) -> Any:
        answer = self.of.read(answers)
        return self.make(*answer) if isinstance(self.of, _Both) else self.make(answer)


@dataclass(frozen=True, slots=True, eq=False)
class _Both(Asked):
    parts: tuple[Asked, ...]

    @property
    def needs(self) -> frozenset[str]:
        return frozenset[str]().union(*(part.needs for part in self.parts))

    def read(self, answers: Answers) -> Any:
        return tuple(part.read(answers) for part in self.parts)


def both(*parts: Asked) -> Asked:
    """Several answers together: ``both(Q1, Q24).then(lambda unit, length: …)``."""
    return _Both(parts)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One way to answer, and why a city might."""

    value: Any
    reason: str
    label: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Question(Asked):
    """An open question of a text: what it decides, how it may be answered, and what the demo answers."""

    id: str
    keys: tuple[str, ...]
    clause: str
    document: str
    text: str
    values: tuple[Suggestion, ...]
    demo: Any
    free: Shape[Any] | None = None
    rule_ids: tuple[str, ...] = ()

    @property
    def needs(self) -> frozenset[str]:
        return frozenset({self.id})

    def read(self, answers: Answers) -> Any:
        if self.id not in answers:
            raise Unanswered(self.id)
        return self.accept(answers[self.id])

    def accept(self, raw: object) -> Any:
        """The answer as a value, or a refusal that names the answers that would be right."""
        suggested = next((each for each in self.values if _same(raw, each.value)), None)
        if self.free is not None:
            try:
                return self.free.parse(raw, f"问题 {self.id}")
            except Refused:
                if suggested is None:
                    raise
        if suggested is not None:
            return suggested.value
        allowed = "、".join(str(plain(each.value)) for each in self.values)
        raise Invalid(f"问题 {self.id}（{self.text}）不能回答“{raw}”，可用的回答有：{allowed}。", field=self.id)

    def said(self, answer: object) -> str:
        """The answer in Chinese: the suggestion's own word, or the value as its shape says it."""
        for each in self.values:
            if _same(answer, each.value):
                return each.label or _yes_no(each.value)
        return self.free.chinese(answer) if self.free else str(plain(answer))


def _yes_no(value: object) -> str:
    return {True: "是", False: "否"}[value] if isinstance(value, bool) else str(plain(value))


def plain(value: object) -> Plain:
    """A value as TOML or JSON would hold it, for comparing answers."""
    if isinstance(value, Span):
        return str(value)
    if isinstance(value, Mapping):
        held = cast("Mapping[str, object]", value)
        return {name: plain(each) for name, each in held.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in cast("list[object]", value)]
    return value


def _same(one: object, other: object) -> bool:
    left, right = plain(one), plain(other)
    return left == right and isinstance(left, bool) == isinstance(right, bool)


def needs(value: object) -> frozenset[str]:
    """The questions that must be answered before ``value`` is known."""
    if isinstance(value, Asked):
        return value.needs
    return frozenset[str]().union(*(needs(each) for each in _inside(value)))


def _inside(value: object) -> Iterator[object]:
    if is_dataclass(value) and not isinstance(value, type):
        yield from (getattr(value, each.name) for each in fields(value))
    elif isinstance(value, Mapping):
        yield from cast("Mapping[str, object]", value).values()
    elif isinstance(value, list | tuple):
        yield from cast("list[object]", value)


def resolve(value: Any, answers: Answers) -> Any:
    """The value with every answer put in; ``Unanswered`` where one is missing."""
    if isinstance(value, Asked):
        return resolve(value.read(answers), answers)
    if is_dataclass(value) and not isinstance(value, type):
        if not needs(value):
            return value
        return replace(value, **{each.name: resolve(getattr(value, each.name), answers) for each in fields(value)})
    if isinstance(value, Mapping):
        held = cast("Mapping[str, object]", value)
        return {name: resolve(each, answers) for name, each in held.items()}
    if isinstance(value, list | tuple):
        return tuple(resolve(each, answers) for each in cast("list[object]", value))
    return value
