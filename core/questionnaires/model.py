"""A questionnaire in one of its versions, what was answered, and the figures of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core.policy.values import Questionnaire

Answer = str | int | list[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """``answers`` is what can be kept; ``faults`` says of every other question, by its code, what to do."""

    answers: Mapping[str, Answer]
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """``number`` counts from 1 among the questionnaires for the same mode, matter and line."""

    id: str
    number: int
    questions: Questionnaire
    clause: str
    document: str
    first_at: datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """What one rating's rater answered; ``complete`` where every required question was."""

    rating_id: UUID
    version: Version
    answers: Mapping[str, Answer]
    complete: bool


@dataclass(frozen=True, slots=True)
class Sum:
    """How often a version was answered."""

    version: Version
    n: int
    complete: int


@dataclass(frozen=True, slots=True)
class Told:
    """The figures of one question: ``n`` who answered it, each answer with its count, in the order of the question.

    ``mean`` is a scale's or a grade's. ``texts`` is None while too few wrote one for nobody to be recognised.
    """

    code: str
    n: int
    counts: Mapping[str, int]
    mean: float | None = None
    texts: tuple[str, ...] | None = ()
