"""A proposal is what shall hold from one day on: changes of keys and answers, by whom, and how far it has come."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal
from uuid import UUID

from core.errors import Conflict
from core.policy.model import INHERIT, DatedAnswer, Override

State = Literal["open", "submitted", "returned", "approved", "withdrawn"]
STATES: Final[dict[str, str]] = {
    "open": "起草中", "submitted": "待批准", "returned": "已退回", "approved": "已批准", "withdrawn": "已撤销",
}  # fmt: skip
UNDECIDED: Final = ("open", "submitted", "returned")
ANSWER: Final = "answer:"


@dataclass(frozen=True, slots=True)
class Change:
    """One key's new value, or 恢复继承, or with the key ``answer:Q1`` an answer and its ``basis``.

    ``version`` is that of the proposal when it was written; ``author`` is the name of whoever wrote it; ``taken`` is
    whose rule it was, for as long as no paper of the place's own is named for it.
    """

    key: str
    value: Any
    clause: str = ""
    document: str = ""
    basis: str = ""
    until: date | None = None
    author: str = ""
    at: datetime | None = None
    version: int = 0
    taken: str = ""

    @property
    def inherits(self) -> bool:
        return self.value == INHERIT

    @property
    def question(self) -> str:
        """The id of the question it answers; empty where it sets a key."""
        return self.key.removeprefix(ANSWER) if self.key.startswith(ANSWER) else ""

    def override(self, since: date) -> Override:
        return Override(self.key, self.value, self.clause, since, self.until, self.author, self.document)

    def answer(self, since: date) -> DatedAnswer:
        return DatedAnswer(self.question, self.value, since, self.basis, self.document, self.author)


@dataclass(frozen=True, slots=True)
class Proposal:
    """``hands``: whoever has written in it or submitted it, and in whose place; none of them approves it.

    ``restores`` is the earlier day whose rules it brings back; ``baseline`` the rules of the version that it adopts.
    """

    id: UUID
    title: str
    since: date
    state: State
    version: int
    changes: tuple[Change, ...] = ()
    baseline_version: int | None = None
    baseline: tuple[Override, ...] = ()
    baseline_lets: frozenset[str] = frozenset()
    restores: date | None = None
    opened_by: str = ""
    opened_at: datetime | None = None
    submitted_by: str = ""
    submitted_at: datetime | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    hands: frozenset[UUID] = field(default=frozenset(), repr=False)

    @property
    def is_open(self) -> bool:
        """Whether it may be written in."""
        return self.state in ("open", "returned")

    @property
    def undecided(self) -> bool:
        return self.state in UNDECIDED

    @property
    def name(self) -> str:
        return self.title or f"{self.since.isoformat()} 起的规则"

    def change(self, key: str) -> Change | None:
        return next((each for each in self.changes if each.key == key), None)


@dataclass(frozen=True, slots=True)
class Comment:
    """``kind`` says whether it is a remark or the word with which something was done."""

    id: UUID
    kind: Literal["note", "submit", "return", "withdraw", "approve"]
    version: int
    key: str
    text: str
    author: str
    at: datetime


class Stale(Conflict):
    """这一项在您打开之后已被他人修改，请对照两个版本后再保存。"""

    def __init__(self, mine: Change | None, theirs: Change | None) -> None:
        self.mine, self.theirs = mine, theirs
        super().__init__(field="value")
