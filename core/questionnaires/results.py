"""What was answered is told as counts by version; words are told only where enough people wrote some."""

from dataclasses import replace
from datetime import datetime

from core import db
from core.errors import NotFound
from core.intake.groups import LEAST
from core.questionnaires import decide
from core.questionnaires.actions import Q, version
from core.questionnaires.model import Sum, Told, Version
from core.redaction import redact

MOST_TEXTS = 200


async def sums(unit: db.Unit, since: datetime, until: datetime) -> tuple[Sum, ...]:
    """Every version that was ever answered with how often it was in this time, the newest first."""
    rows = await unit.fetch(Q.sums, unit.tenant, since, until)
    return tuple(Sum(version(row), row["n"], row["complete"]) for row in rows)


async def of_version(
    unit: db.Unit, version_id: str, since: datetime, until: datetime, labels: tuple[str, ...]
) -> tuple[Version, tuple[Told, ...]]:
    """``labels`` are the grades' words, best first. Texts come without names, dates and numbers."""
    row = await unit.fetchrow(Q.version, unit.tenant, version_id)
    if row is None:
        raise NotFound
    found = version(row)
    written = [question.code for question in found.questions.fields if question.kind == "text"]
    rows = await unit.fetch(Q.counts, unit.tenant, version_id, since, until, written)
    told = decide.told(found.questions, rows, labels)
    return found, tuple([
        await _with_texts(unit, each, version_id, since, until) if each.code in written else each for each in told
    ])  # fmt: skip


async def _with_texts(unit: db.Unit, told: Told, version_id: str, since: datetime, until: datetime) -> Told:
    if told.n < LEAST:
        return replace(told, texts=None)
    rows = await unit.fetch(Q.texts, unit.tenant, version_id, since, until, told.code, MOST_TEXTS)
    return replace(told, texts=tuple(redact(row["text"]) for row in rows))
