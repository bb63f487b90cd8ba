"""A tenant's own papers are cited like a plugin's, and what they leave open is asked and answered the same way."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.policy import keys
from core.policy.keys import UNSET, Key, Part, record_of
from core.policy.model import Layer, Regulation, Rule, heading
from core.policy.questions import Question, Suggestion
from core.policy.shapes import Shape

OWN: Final = "own"
SILENT: Final = Suggestion(UNSET, "文件没有规定的，就不作规定，有关功能不启用。", "不作规定")


@dataclass(frozen=True, slots=True)
class Paper:
    """A document of the tenant's own; ``issued`` is None while it is a draft."""

    id: str
    title: str
    number: str = ""
    issued: date | None = None

    @property
    def cited(self) -> str:
        """What a rule writes down to name it."""
        return self.number or self.title

    @property
    def regulation(self) -> Regulation:
        return Regulation(self.id, self.title, self.number, self.issued)


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """Where a paper is silent or ambiguous about a key: what is asked, and how it might be answered."""

    id: str
    key: str
    clause: str
    text: str
    suggestions: tuple[Suggestion, ...]
    document: str = ""


def layer(papers: Sequence[Paper], asked: Sequence[OwnQuestion]) -> Layer:
    """Its rules stand on the answers, and say nothing before they are given."""
    documents = {each.cited: each.regulation for each in papers}
    found = [(each, documents.get(each.document) or Regulation(OWN, each.document, "", None)) for each in asked]
    questions = {each.id: _question(each) for each in asked}
    rules = tuple(_rule(each, regulation, questions[each.id]) for each, regulation in found)
    return Layer(OWN, "本级", rules, tuple(questions.values()), tuple(documents.values()))


def _question(asked: OwnQuestion) -> Question:
    found = keys.find(asked.key)
    values = (*asked.suggestions, SILENT)
    return Question(
        asked.id, (asked.key,), asked.clause, asked.document, asked.text, values, UNSET, _shape(found)
    )  # fmt: skip


def _shape(found: Key[Any] | Part) -> Shape[Any]:
    if isinstance(found, Key):
        return found.shape
    return record_of(found.key).column(found.written, found.key.name).shape


def _rule(asked: OwnQuestion, regulation: Regulation, question: Question) -> Rule:
    found = keys.find(asked.key)
    part = found if isinstance(found, Part) else None
    return Rule(heading(asked.clause), regulation, keys.whole(asked.key), question, "sets", part)
