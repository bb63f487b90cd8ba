"""A place's own words for its notices are versions: the newest speaks, and all that ever went out can be read again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from core import db
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import Conflict, Invalid
from core.outbox.words import Notice, Said, wrong

Q = db.Queries(Path(__file__).with_name("texts.sql"))


@dataclass(frozen=True, slots=True)
class Version:
    """``said`` is None where the place went back to the words that are built in."""

    kind: str
    number: int
    said: Said | None
    changed_at: datetime
    changed_by: str


async def own(unit: db.Unit, kind: str) -> Said | None:
    """What this place says in a notice of this kind, if it has words of its own."""
    row = await unit.fetchrow(Q.newest, unit.tenant, kind)
    return _version(row).said if row else None


async def every(unit: db.Unit) -> Mapping[str, Version]:
    """The newest version of every kind that was ever changed."""
    return {row["kind"]: _version(row) for row in await unit.fetch(Q.every, unit.tenant)}


async def history(unit: db.Unit, kind: str) -> tuple[Version, ...]:
    """Newest first."""
    return tuple(_version(row) for row in await unit.fetch(Q.history, unit.tenant, kind))


async def put(
    unit: db.Unit, notice: Notice, written: Said | None, *, seen: int, by: Actor, now: datetime
) -> Version | None:
    """From now on these words; ``seen`` is the version they were written over. Nothing new is no version."""
    if written is not None and (found := wrong(notice, written)):
        field, text = next(iter(found.items()))
        raise Invalid(text, field=field)
    versions = await history(unit, notice.kind)
    newest = versions[0] if versions else None
    if (newest.number if newest else 0) != seen:
        raise Conflict("这条文字刚才已被他人修改，请对照现在的文字再改。", field="body")
    if (newest.said if newest else None) == written:
        return newest
    made = Version(notice.kind, seen + 1, written, now, str(by))
    row = (made.number, written and written.subject, written and written.body, now, made.changed_by)
    if not await unit.execute(Q.add, unit.tenant, notice.kind, *row):
        raise Conflict("这条文字刚才已被他人修改，请对照现在的文字再改。", field="body")
    before = _told(newest.said if newest else None)
    await audit.write(unit, by, "notice.set", "notice", notice.kind, before, _told(written), now)
    return made


def _told(said: Said | None) -> Mapping[str, str] | None:
    return {"subject": said.subject, "body": said.body} if said else None


def _version(row: db.Row) -> Version:
    said = Said(row["body"], row["subject"] or "") if row["body"] is not None else None
    return Version(row["kind"], row["number"], said, row["changed_at"], row["changed_by"])
