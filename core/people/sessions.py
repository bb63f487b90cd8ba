"""A session is a random word, kept as a hash; it ends by idleness, by age, and whenever its member changes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from core import db, ids, tokens
from core.audit import actions as audit
from core.errors import NotFound, Unauthorized
from core.people.members import Member, read_member

Q = db.queries(__file__)

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)
# How long a session that ran out is known, so that its member does not lose what they were writing.
KEPT = timedelta(days=1)
# A grave act asks for a proof no older than this.
PROVED_FOR = timedelta(minutes=10)
Owes = Literal["", "password", "code"]


@dataclass(frozen=True, slots=True)
class Browser:
    """From where somebody comes: an address, and a browser in short words."""

    address: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """``family`` binds forms to a member in a browser, across sessions; ``owes`` is to be done before all else.

    ``may_stand``: it stands in another's place, or somebody gave its member theirs at some time.
    """

    id: UUID
    member: Member
    family: str
    ends_at: datetime
    proved_at: datetime
    owes: Owes
    may_stand: bool

    def is_proven(self, now: datetime) -> bool:
        return now - self.proved_at < PROVED_FOR


@dataclass(frozen=True, slots=True)
class Listed:
    id: UUID
    since: datetime
    seen_at: datetime
    browser: Browser


@dataclass(frozen=True, slots=True)
class Former:
    """What is known of a session that ran out; ``place`` names in whose place it stood."""

    id: UUID
    member_id: UUID
    family: str
    acting_for: UUID | None = None
    place: str = ""


NOWHERE = Browser()


def family_of(token: str) -> str:
    """Of a session that inherited none."""
    return tokens.digest(token).hex()


async def open_session(
    unit: db.Unit,
    member_id: UUID,
    now: datetime,
    browser: Browser = NOWHERE,
    owes: Owes = "",
    former: str = "",
) -> str:
    """The new session's token; the session that the browser had before, ``former``, ends with it."""
    token = tokens.new_secret()
    family = await _inherited(unit, member_id, former) or tokens.digest(token)
    await unit.execute(Q.close_old_sessions, unit.tenant, now - KEPT)
    await unit.execute(
        Q.open_session, unit.tenant, tokens.digest(token), ids.new(), member_id, family, now, now + LONGEST,
        browser.address, browser.agent, owes,
    )  # fmt: skip
    return token


async def session_of(unit: db.Unit, token: str, now: datetime) -> Session:
    """The session of this token, if it is still one."""
    row = await unit.fetchrow(Q.session, unit.tenant, tokens.digest(db.clean_text(token)))
    if row is None or row["disabled"] or now >= row["expires_at"] or now - row["seen_at"] >= IDLE:
        raise Unauthorized
    seen_at: datetime = row["seen_at"]
    if now - seen_at >= SEEN_EVERY:
        await unit.execute(Q.saw, unit.tenant, tokens.digest(token), now)
        seen_at = now
    ends_at = min(seen_at + IDLE, row["expires_at"])
    member = read_member(unit.tenant, row)
    return Session(
        row["session_id"], member, row["family"].hex(), ends_at, row["proved_at"], row["owes"], row["may_stand"]
    )


async def former(unit: db.Unit, token: str) -> Former | None:
    """The session that this was; none if its member or somebody else ended it."""
    row = await unit.fetchrow(Q.former_session, unit.tenant, tokens.digest(db.clean_text(token)))
    if row is None:
        return None
    return Former(row["id"], row["member_id"], row["family"].hex(), row["acting_for"], row["place"] or "")


async def sign_out(unit: db.Unit, token: str) -> None:
    await unit.execute(Q.leave_session, unit.tenant, tokens.digest(db.clean_text(token)))


async def sessions(unit: db.Unit, member_id: UUID, now: datetime) -> tuple[Listed, ...]:
    rows = await unit.fetch(Q.sessions_of, unit.tenant, member_id, now, now - IDLE)
    return tuple(
        Listed(row["id"], row["created_at"], row["seen_at"], Browser(row["address"], row["agent"])) for row in rows
    )


async def end_session(unit: db.Unit, member: Member, session_id: UUID, now: datetime) -> None:
    if not await unit.execute(Q.end_session, unit.tenant, member.id, session_id):
        raise NotFound("这个登录已经结束。")
    await audit.write(unit, member.actor, "session.end", "member", member.username, None, 1, now)


async def end_other_sessions(unit: db.Unit, member: Member, kept: UUID, now: datetime) -> None:
    ended = await unit.execute(Q.end_other_sessions, unit.tenant, member.id, kept)
    await audit.write(unit, member.actor, "session.end", "member", member.username, None, ended, now)


async def settle(unit: db.Unit, session_id: UUID, owes: Owes) -> None:
    """What the session's member still has to do before anything else."""
    await unit.execute(Q.owes, unit.tenant, session_id, owes)


async def _inherited(unit: db.Unit, member_id: UUID, token: str) -> bytes | None:
    if not token:
        return None
    row = await unit.fetchrow(Q.leave_session, unit.tenant, tokens.digest(db.clean_text(token)))
    return row["family"] if row and row["member_id"] == member_id else None
