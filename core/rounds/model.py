"""A round asks for figures of a period; a report is one city's answer, in the version it was handed in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from core.publication.model import RATES, Content, Period

ReportState = Literal["submitted", "returned", "accepted"]
# What may be asked for, in the order of the form.
FIGURES: Mapping[str, str] = {
    "grades": "各等级评价数（全部和主动）", "mean": "平均分", **{each.code: each.label for each in RATES.values()},
}  # fmt: skip
# What a city has done about a round, as the province reads it.
STANDINGS: Mapping[str, str] = {
    "accepted": "已采用", "submitted": "已报送，待处理", "returned": "已退回", "missing": "未报送",
    "late": "逾期未报送",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A city that was asked, by the name it had then."""

    id: int
    slug: str
    name: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A round as the form has it; ``remind`` is how many days before the last day the cities are reminded."""

    title: str
    note: str
    since: date
    until: date
    due: date
    remind: int
    figures: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Round:
    id: UUID
    province: int
    title: str
    note: str
    since: date
    until: date
    due: date
    remind: int
    figures: Sequence[str]
    cities: Sequence[Mapping[str, Any]]
    opened_by: str
    opened_at: datetime
    state: Literal["open", "closed"]
    closed_by: str | None
    closed_at: datetime | None
    frozen: Sequence[Mapping[str, Any]] | None
    digest: str | None

    @property
    def period(self) -> Period:
        return Period(self.since, self.until)

    @property
    def asked(self) -> tuple[Asked, ...]:
        return tuple(Asked(**each) for each in self.cities)

    @property
    def is_open(self) -> bool:
        return self.state == "open"


@dataclass(frozen=True, slots=True)
class Report:
    """``correction`` says that the round was closed already: it stands beside what was frozen, and changes nothing."""

    round_id: UUID
    city: int
    version: int
    content: Content
    digest: str
    note: str
    correction: bool
    submitted_by: str
    submitted_at: datetime
    received_at: datetime | None
    state: ReportState
    comment: str
    decided_by: str | None
    decided_at: datetime | None
