"""A failure is written down after the work it broke off was taken back, and never makes anything else fail."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from core import db, ids, stack
from core.redaction import redact

Q = db.queries(__file__)
KEPT: Final = timedelta(days=90)
LONGEST: Final = 300

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Met:
    """One kind of failure: when it was met first and last, and how often."""

    plugin: str
    hook: str
    error: str
    first_at: datetime
    at: datetime
    times: int


async def keep() -> None:
    """Writes down what has failed in this process since it was last asked."""
    for each in stack.unkept():
        (outcome,) = await asyncio.gather(_keep(each), return_exceptions=True)
        if isinstance(outcome, BaseException):
            log.warning("incident-not-kept", plugin=each.plugin, hook=each.hook, error=type(outcome).__name__)


async def _keep(each: stack.Incident) -> None:
    """What a failure quotes may name a person."""
    if each.tenant is None:
        return
    async with db.as_tenant(each.tenant) as unit:
        said = redact(each.error)[:LONGEST]
        await unit.execute(Q.keep, unit.tenant, ids.new(), each.plugin, each.hook, said, each.at)


async def latest(unit: db.Unit, most: int) -> Sequence[Met]:
    rows = await unit.fetch(Q.latest, unit.tenant, most)
    return [Met(**row) for row in map(dict, rows)]


async def forget(unit: db.Unit, now: datetime) -> None:
    await unit.execute(Q.drop_old, unit.tenant, now - KEPT)
