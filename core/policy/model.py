"""A rule is a value with a clause and a date: a regulation is written down as such rules and nothing else."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal, TypeVar, overload

from core.errors import Invalid
from core.policy.keys import Key, Part, Unset
from core.policy.questions import Question, Suggestion, When
from core.policy.shapes import Shape
from core.policy.spans import Span
from core.policy.values import Window

T = TypeVar("T")
R = TypeVar("R")
INHERIT: Final = "inherit"
Mode = Literal["sets", "adds"]
_FULL_WIDTH: Final = str.maketrans({"(": "（", ")": "）", " ": None, "\u3000": None})
LONGEST_HEADING: Final = 40
_HEADING: Final = re.compile(rf"[一-龥〇0-9（）.、]{{1,{LONGEST_HEADING}}}")


def heading(text: str) -> str:
    """A clause's heading as printed, brackets in full width: ``二(四)`` → ``二（四）``."""
    normal = text.translate(_FULL_WIDTH)
    if not _HEADING.fullmatch(normal):
        raise Invalid(f"条款“{text}”写法不对：照原文写，如 第十五条、第十五条第二款、（七）、二（四）。")
    return normal


@dataclass(frozen=True, slots=True)
class Provision:
    """One rule of the catalogue by its id: what it says, whether a machine can do it, and if not, why not."""

    id: str
    clause: str
    document: str
    says: str
    machine: bool = True
    waits: str = ""
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class Gap:
    """The text leaves these keys open: they stay unset, and the policy page says why."""

    keys: tuple[str, ...]
    clause: str
    document: str
    why: str


@dataclass(frozen=True, slots=True)
class Ending:
    """The day on which a document ends by its own words, where ``when`` holds."""

    clause: str
    on: date | None
    when: When | None


@dataclass(frozen=True, slots=True)
class Freedom:
    """What those below may set as they like, stricter or laxer, and by which clause they may."""

    keys: tuple[str, ...]
    clause: str
    document: str


@dataclass(slots=True, eq=False)
class Regulation:
    """One document; ``issued`` is None for a draft, which holds always and is shown as a draft."""

    code: str
    title: str
    document: str
    issued: date | None
    until: date | None = None
    note: str = ""
    rules: list["Rule"] = field(default_factory=list["Rule"], repr=False)
    questions: list[Question] = field(default_factory=list[Question], repr=False)
    provisions: list[Provision] = field(default_factory=list[Provision], repr=False)
    gaps: list[Gap] = field(default_factory=list[Gap], repr=False)
    freedoms: list["Freedom"] = field(default_factory=list["Freedom"], repr=False)
    endings: list[Ending] = field(default_factory=list[Ending], repr=False)

    def __getitem__(self, text: str) -> "Clause":
        return Clause(self, heading(text))

    @property
    def draft(self) -> bool:
        return self.issued is None

    @property
    def name(self) -> str:
        """The document as it is cited."""
        number = f"（{self.document}）" if self.document else ""
        return f"《{self.title}》{number}"


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """What one clause says of one key; ``until`` is the last day it holds."""

    clause: str
    regulation: Regulation
    key: Key[Any]
    value: Any
    mode: Mode = "sets"
    part: Part | None = None
    since: date | None = None
    until: date | None = None
    when: When | None = None
    rule_ids: tuple[str, ...] = ()

    @property
    def document(self) -> str:
        return self.regulation.document or self.regulation.title


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of a regulation, on which rules, questions and rule ids are hung in a chain."""

    regulation: Regulation
    heading: str
    rule_ids: tuple[str, ...] = ()
    spent: bool = False

    def rule(self, rule_id: str, says: str, *, machine: bool = True, waits: str = "", why_not: str = "") -> "Clause":
        """Names a rule of the catalogue; what follows in the chain is what it sets."""
        known = [each.id for each in self.regulation.provisions]
        if rule_id in known:
            raise Invalid(f"规则编号 {rule_id} 在《{self.regulation.title}》里写了两次。")
        if machine == bool(why_not):
            raise Invalid(f"规则 {rule_id}：机器不能执行的（machine=False）须写明 why_not，能执行的不写。")
        self.regulation.provisions.append(
            Provision(rule_id, self.heading, self.regulation.document, says, machine, waits, why_not)
        )
        before = () if self.spent else self.rule_ids
        return Clause(self.regulation, self.heading, (*before, rule_id))

    @overload
    def sets(
        self,
        key: Key[tuple[Window, ...]],
        value: Span | tuple[Window, ...] | Unset,
        *,
        since: date | None = None,
        until: date | None = None,
        when: When | None = None,
    ) -> "Clause": ...
    @overload
    def sets(
        self,
        key: Key[tuple[R, ...]],
        value: R | tuple[R, ...] | Unset,
        *,
        since: date | None = None,
        until: date | None = None,
        when: When | None = None,
    ) -> "Clause": ...
    @overload
    def sets(
        self,
        key: Key[T],
        value: T | Unset,
        *,
        since: date | None = None,
        until: date | None = None,
        when: When | None = None,
    ) -> "Clause": ...
    @overload
    def sets(
        self,
        key: Part,
        value: Any,
        *,
        since: date | None = None,
        until: date | None = None,
        when: When | None = None,
    ) -> "Clause": ...
    def sets(
        self,
        key: Key[Any] | Part,
        value: Any,
        *,
        since: date | None = None,
        until: date | None = None,
        when: When | None = None,
    ) -> "Clause":
        """The clause gives this value: what weaker layers and earlier clauses say of the key is replaced."""
        part = key if isinstance(key, Part) else None
        whole = key.key if isinstance(key, Part) else key
        return self._say(
            Rule(self.heading, self.regulation, whole, value, "sets", part, since, until, when, self.rule_ids)
        )

    def adds(
        self,
        key: Key[tuple[R, ...]],
        *rows: R,
        since: date | None = None,
        until: date | None = None,
        when: When | None = None,
    ) -> "Clause":
        """The clause adds rows to a table; the rows of one layer stand in the order of its articles."""
        return self._say(
            Rule(self.heading, self.regulation, key, rows, "adds", None, since, until, when, self.rule_ids)
        )

    def asks(
        self,
        question_id: str,
        decides: Key[Any] | Part | tuple[Key[Any] | Part, ...],
        text: str,
        *,
        values: tuple[Suggestion, ...],
        demo: Any,
        free: Shape[Any] | None = None,
    ) -> Question:
        """The clause leaves something open; ``free`` reads answers beyond the suggested values."""
        found = decides if isinstance(decides, tuple) else (decides,)
        question = Question(
            question_id,
            tuple(each.name for each in found),
            self.heading,
            self.regulation.document or self.regulation.title,
            text,
            values,
            demo,
            free,
            self.rule_ids,
        )
        question.accept(demo)
        self.regulation.questions.append(question)
        return question

    def leaves(self, *left: Key[Any] | Part, why: str) -> "Clause":
        """The text does not say: the keys stay unset and the policy page gives the reason."""
        names = tuple(each.name for each in left)
        self.regulation.gaps.append(Gap(names, self.heading, self.regulation.document, why))
        return self

    def lets(self, *free: Key[Any]) -> "Clause":
        """Those who stand on this document may set these keys in either direction."""
        names = tuple(each.name for each in free)
        self.regulation.freedoms.append(Freedom(names, self.heading, self.regulation.document or self.regulation.title))
        return self

    def ends(self, on: date | None, *, when: When | None = None) -> "Clause":
        """The document itself ends after this day."""
        self.regulation.endings.append(Ending(self.heading, on, when))
        return self

    def _say(self, rule: Rule) -> "Clause":
        self.regulation.rules.append(rule)
        return Clause(self.regulation, self.heading, self.rule_ids, spent=True)


@dataclass(frozen=True, slots=True)
class Override:
    """A tenant's own rule, above every layer; ``key`` may be dotted, ``value`` has the shape of TOML or JSON.

    ``INHERIT`` for a value lets the layer below speak again; ``document`` is the paper that the clause is of.
    """

    key: str
    value: Any
    clause: str
    since: date | None = None
    until: date | None = None
    author: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class DatedAnswer:
    """An answer to an open question that holds from a day on; before it the one before holds."""

    question: str
    value: Any
    since: date
    basis: str = ""
    document: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """What one plugin says: its documents' rules, questions, rule ids and gaps, in their order."""

    name: str
    title: str
    rules: tuple[Rule, ...] = ()
    questions: tuple[Question, ...] = ()
    regulations: tuple[Regulation, ...] = ()

    @property
    def provisions(self) -> tuple[Provision, ...]:
        return tuple(each for regulation in self.regulations for each in regulation.provisions)

    @property
    def gaps(self) -> tuple[Gap, ...]:
        return tuple(each for regulation in self.regulations for each in regulation.gaps)

    @property
    def freedoms(self) -> tuple[Freedom, ...]:
        return tuple(each for regulation in self.regulations for each in regulation.freedoms)
