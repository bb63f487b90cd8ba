"""Who comes in has proven it; whoever fails five times waits, and nobody learns whether the account exists."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from core import db, ids, tokens
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import NotEntitled, Unauthorized
from core.people import factors, passwords
from core.people.sessions import NOWHERE, Browser, Owes, Session, open_session

Q = db.queries(__file__)

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=15)
HISTORY_KEPT = timedelta(days=180)
SHOWN = 20
# One sentence for every failure: who may not come in learns nothing about who may.
REFUSAL = "用户名、密码或动态码不正确。连续错误 5 次，账号将锁定 15 分钟。"
Way = Literal["password", "openid", "proof"]
_nobody: list[str] = []


class WrongProof(NotEntitled):
    """密码或动态码不正确，请重新填写。连续错误 5 次，账号将锁定 15 分钟并退出登录。"""


@dataclass(frozen=True, slots=True)
class SignIn:
    at: datetime
    way: Way
    accepted: bool
    browser: Browser


@dataclass(frozen=True, slots=True)
class Attempt:
    """``former`` is the session that the browser had before."""

    way: Way
    code: str = ""
    browser: Browser = NOWHERE
    former: str = ""


async def sign_in(
    tenant_id: int,
    username: str,
    password: str,
    code: str,
    now: datetime,
    browser: Browser = NOWHERE,
    former: str = "",
) -> str:
    """The new session's token. It owns its transactions: a failure must be counted though it is refused."""
    async with db.as_tenant(tenant_id) as unit:
        known = await unit.fetchval(Q.member_by_username, tenant_id, db.clean_text(username, "username"))
        stored = await unit.fetchval(Q.password_of, tenant_id, known) if known else None
    # A stranger's password is checked too, so that both take the same time.
    right = await passwords.matches(db.clean_text(password, "password"), stored or await _stranger())
    if not known:
        raise Unauthorized(REFUSAL)
    attempt = Attempt("password", db.clean_text(code, "code"), browser, former)
    async with db.as_tenant(tenant_id) as unit:
        token = await _decide(unit, known, right, attempt, now)
    if token is None:
        raise Unauthorized(REFUSAL)
    return token


async def admit(tenant_id: int, member_id: UUID, attempt: Attempt, *, strong: bool, now: datetime) -> str:
    """Whom a provider of identity vouches for; unless it asked for a second factor itself, ours is asked for here."""
    async with db.as_tenant(tenant_id) as unit:
        token = await _decide(unit, member_id, True, attempt, now, strong=strong)
    if token is None:
        raise Unauthorized("动态码不正确，或账号暂时不能登录。连续错误 5 次，账号将锁定 15 分钟。")
    return token


async def needs_code(unit: db.Unit, member_id: UUID) -> bool:
    account = await unit.fetchrow(Q.account, unit.tenant, member_id)
    return account is not None and account["totp_secret"] is not None


async def prove(tenant_id: int, session: Session, password: str, code: str, now: datetime, browser: Browser) -> None:
    """Before a grave act: the one who sits there is still the one who signed in."""
    member = session.member
    async with db.as_tenant(tenant_id) as unit:
        stored = await unit.fetchval(Q.password_of, tenant_id, member.id)
    right = bool(password) and await passwords.matches(db.clean_text(password, "password"), stored)
    async with db.as_tenant(tenant_id) as unit:
        proven = await _prove(unit, session, right, Attempt("proof", code, browser), now)
    if not proven:
        raise WrongProof(field="password")


async def sign_ins(unit: db.Unit, member_id: UUID) -> tuple[SignIn, ...]:
    rows = await unit.fetch(Q.sign_ins, unit.tenant, member_id, SHOWN)
    return tuple(SignIn(row["at"], row["way"], row["accepted"], Browser(row["address"], row["agent"])) for row in rows)


async def _decide(
    unit: db.Unit, member_id: UUID, right: bool, attempt: Attempt, now: datetime, *, strong: bool = False
) -> str | None:
    account = await unit.fetchrow(Q.account, unit.tenant, member_id)
    if account is None or account["disabled"]:
        return None
    actor = Actor("member", account["username"], member_id)
    if _is_locked(account, now):
        await _note(unit, member_id, attempt, False, now)
        return None
    # A code is asked, and spent, only by whom the password let so far.
    step = await _step(unit, account, attempt.code, now, strong=strong) if right else None
    if step is None:
        await _count_failure(unit, account, now)
        await audit.write(unit, actor, "member.refused", "member", actor.code, None, None, now)
        await _note(unit, member_id, attempt, False, now)
        return None
    await unit.execute(Q.signed_in, unit.tenant, member_id, step)
    await audit.write(unit, actor, "member.sign-in", "member", actor.code, None, None, now)
    await _note(unit, member_id, attempt, True, now)
    await unit.execute(Q.forget_sign_ins, unit.tenant, member_id, now - HISTORY_KEPT)
    owes = _owed(account, attempt.way, now, strong=strong)
    return await open_session(unit, member_id, now, attempt.browser, owes, attempt.former)


async def _prove(unit: db.Unit, session: Session, right: bool, attempt: Attempt, now: datetime) -> bool:
    account = await unit.fetchrow(Q.account, unit.tenant, session.member.id)
    if account is None or _is_locked(account, now):
        await unit.execute(Q.end_session, unit.tenant, session.member.id, session.id)
        return False
    step: int | None = account["totp_last"] if right else await factors.proven(unit, account, attempt.code, now)
    if step is not None:
        await unit.execute(Q.signed_in, unit.tenant, session.member.id, step)
        await unit.execute(Q.proved, unit.tenant, session.id, now)
        return True
    if await _count_failure(unit, account, now):
        # Whoever guesses at a desk that was left has lost the seat.
        await unit.execute(Q.end_session, unit.tenant, session.member.id, session.id)
    member = session.member
    await audit.write(unit, member.actor, "member.refused", "member", member.username, None, None, now)
    await _note(unit, member.id, attempt, False, now)
    return False


async def _step(unit: db.Unit, account: db.Row, code: str, now: datetime, *, strong: bool) -> int | None:
    """Accounts without a secret need no code."""
    if strong or account["totp_secret"] is None:
        return account["totp_last"]
    return await factors.proven(unit, account, code, now)


def owed(role: str, *, demo: bool, has_totp: bool) -> Owes:
    """After the password: who must have a second factor and has none gets one before anything else."""
    return "code" if factors.is_required(role, demo=demo) and not has_totp else ""


def _owed(account: db.Row, way: Way, now: datetime, *, strong: bool) -> Owes:
    if way == "password" and passwords.is_stale(account["must_change"], account["password_at"], now):
        return "password"
    return owed(account["role"], demo=account["demo"], has_totp=strong or account["totp_secret"] is not None)


def _is_locked(account: db.Row, now: datetime) -> bool:
    return account["locked_until"] is not None and now < account["locked_until"]


async def _count_failure(unit: db.Unit, account: db.Row, now: datetime) -> bool:
    """Whether that was one too many."""
    # A lock that is over begins the count anew.
    failures = 1 if account["locked_until"] else account["failures"] + 1
    until = now + LOCKED_FOR if failures >= FAILURES_ALLOWED else None
    await unit.execute(Q.count_failure, unit.tenant, account["id"], failures, until)
    return until is not None


async def _note(unit: db.Unit, member_id: UUID, attempt: Attempt, accepted: bool, now: datetime) -> None:
    browser = attempt.browser
    row = (ids.new(), member_id, now, attempt.way, accepted, browser.address, browser.agent)
    await unit.execute(Q.note_sign_in, unit.tenant, *row)


async def _stranger() -> str:
    if not _nobody:
        _nobody.append(await passwords.hashed(tokens.new_secret()))
    return _nobody[0]
