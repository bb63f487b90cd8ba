"""A session is a random word, kept as a hash; it ends by idleness, by age, and whenever its member changes."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from pyotp.totp import TOTP

from core import db, tokens
from core.audit import actions as audit
from core.audit.model import Actor
from core.crypto import Place, provider
from core.errors import Unauthorized
from core.people.members import Member, hashed, matches, read_member

Q = db.queries(__file__)

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=8)
SEEN_EVERY = timedelta(minutes=1)
FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
TOTP_SECONDS = 30
# One sentence for every failure: who may not come in learns nothing about who may.
REFUSAL = "用户名、密码或动态码不正确。连续错误 5 次，账号将锁定 15 分钟。"

_nobody: list[str] = []


@dataclass(frozen=True, slots=True)
class _Attempt:
    password_is_right: bool
    code: str


async def sign_in(tenant_id: int, username: str, password: str, code: str, now: datetime) -> str:
    """The new session's token. It owns its transactions: a failure must be counted though it is refused."""
    async with db.as_tenant(tenant_id) as unit:
        known = await unit.fetchrow(Q.member_hash, tenant_id, db.clean_text(username, "username"))
    # A stranger's password is checked too, so that both take the same time.
    right = await matches(db.clean_text(password, "password"), known["password_hash"] if known else await _stranger())
    async with db.as_tenant(tenant_id) as unit:
        token = await _decide(unit, username, _Attempt(right and known is not None, code), now)
    if token is None:
        raise Unauthorized(REFUSAL)
    return token


async def open_session(unit: db.Unit, member_id: UUID, now: datetime) -> str:
    token = tokens.new_secret()
    await unit.execute(Q.open_session, unit.tenant, tokens.digest(token), member_id, now, now + LONGEST)
    return token


async def member_of(unit: db.Unit, token: str, now: datetime) -> Member:
    """Whose session this is, if it is still one."""
    row = await unit.fetchrow(Q.session, unit.tenant, tokens.digest(db.clean_text(token)))
    if row is None or row["disabled"] or now >= row["expires_at"] or now - row["seen_at"] >= IDLE:
        raise Unauthorized
    if now - row["seen_at"] >= SEEN_EVERY:
        await unit.execute(Q.saw, unit.tenant, tokens.digest(token), now)
    return read_member(unit.tenant, row)


async def sign_out(unit: db.Unit, token: str) -> None:
    await unit.execute(Q.close_session, unit.tenant, tokens.digest(db.clean_text(token)))


async def _decide(unit: db.Unit, username: str, attempt: _Attempt, now: datetime) -> str | None:
    row = await unit.fetchrow(Q.member_by_username, unit.tenant, username)
    if row is None or row["disabled"] or (row["locked_until"] and now < row["locked_until"]):
        return None
    actor = Actor("member", username, row["id"])
    step = _totp_step(unit, row, attempt.code, now)
    if not attempt.password_is_right or step is None:
        await _count_failure(unit, row, now)
        await audit.write(unit, actor, "member.refused", "member", username, None, None, now)
        return None
    await unit.execute(Q.signed_in, unit.tenant, row["id"], step)
    await unit.execute(Q.close_old_sessions, unit.tenant, now, now - IDLE)
    await audit.write(unit, actor, "member.sign-in", "member", username, None, None, now)
    return await open_session(unit, row["id"], now)


async def _count_failure(unit: db.Unit, row: db.Row, now: datetime) -> None:
    # A lock that is over begins the count anew.
    failures = 1 if row["locked_until"] else row["failures"] + 1
    until = now + LOCKED_FOR if failures >= FAILURES_ALLOWED else None
    await unit.execute(Q.count_failure, unit.tenant, row["id"], failures, until)


def _totp_step(unit: db.Unit, row: db.Row, code: str, now: datetime) -> int | None:
    """The step the code belongs to; each is good for one sign-in. Accounts without a secret need no code."""
    last: int = row["totp_last"]
    if row["totp_secret"] is None:
        return last
    secret = provider().decrypt(row["totp_secret"], Place(unit.tenant, "member", "totp", row["id"]))
    totp: Any = TOTP(secret)
    current = int(now.timestamp()) // TOTP_SECONDS
    for step in (current - 1, current, current + 1):
        if step > last and hmac.compare_digest(totp.at(step * TOTP_SECONDS).encode(), code.encode()):
            return step
    return None


async def _stranger() -> str:
    if not _nobody:
        _nobody.append(await hashed(tokens.new_secret()))
    return _nobody[0]
