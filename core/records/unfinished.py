"""An extra that was switched off goes on as long as something of it is unfinished."""

from collections.abc import Collection
from pathlib import Path

from core import db

Q = db.Queries(Path(__file__).with_name("unfinished.sql"))


async def still_open(unit: db.Unit, extras: Collection[str]) -> frozenset[str]:
    """Which of these extras have records that are not done with."""
    rows = await unit.fetch(Q.still_open, unit.tenant, list(extras)) if extras else []
    return frozenset(row["code"] for row in rows)
