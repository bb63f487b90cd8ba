"""Whoever is invited opens their own account, once, by a link, and has it as long as they serve."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from core import db, tokens
from core.audit import actions as audit
from core.audit.model import SYSTEM, Actor
from core.errors import Conflict, NotFound
from core.people import passwords
from core.people.accounts import Misfit, username_wrong
from core.people.changing import Unfit, store, typed_wrong
from core.people.members import NewMember, enter, set_disabled

Q = db.Queries(Path(__file__).with_name("guests.sql"))
ROLE: Final = "partner"
LINK_LASTS: Final = timedelta(days=7)
LONGEST_NAME: Final = 40


class LinkGone(NotFound):
    """这个链接已经用过，或者过了有效期。请联系邀请您的单位，重新发一个链接。"""


@dataclass(frozen=True, slots=True)
class Guest:
    """``record_id`` is what they were invited from; ``closed_at`` when their account was closed because that ended."""

    member_id: UUID
    username: str
    name: str
    disabled: bool
    record_id: UUID
    has_link: bool
    link_until: datetime
    accepted_at: datetime | None
    closed_at: datetime | None


async def invite(tenant_id: int, username: str, name: str, record_id: UUID, *, by: Actor, now: datetime) -> str:
    """The secret of the link, told this once. The account's role is the least there is, and nobody knows a password."""
    name = name.strip()
    wrong = {
        "username": username_wrong(username),
        "name": "请填写姓名。" if not name else f"最多 {LONGEST_NAME} 个字。" if len(name) > LONGEST_NAME else "",
    }
    if any(wrong.values()):
        raise Misfit({field: told for field, told in wrong.items() if told})
    password_hash = await passwords.hashed(passwords.given(username))
    secret = tokens.new_secret()
    async with db.as_tenant(tenant_id) as unit:
        if await of_record(unit, record_id) is not None:
            raise Conflict("这条记录已经邀请过，请重新发链接。", field="username")
        new = NewMember(username, name, ROLE, "")
        member_id = await enter(unit, new, password_hash, by=by, now=now)
        await unit.execute(
            Q.add_guest, tenant_id, member_id, record_id, tokens.digest(secret), now + LINK_LASTS, now
        )  # fmt: skip
    return secret


async def link_again(unit: db.Unit, guest: Guest, *, by: Actor, now: datetime) -> str:
    """Another link; the one before opens nothing from now on."""
    if guest.disabled:
        raise Conflict("这个账号已经停用，不能再发链接。", field="username")
    secret = tokens.new_secret()
    await unit.execute(Q.new_link, unit.tenant, guest.member_id, tokens.digest(secret), now + LINK_LASTS)
    await audit.write(unit, by, "member.invite", "member", guest.username, None, None, now)
    return secret


async def of_record(unit: db.Unit, record_id: UUID) -> Guest | None:
    return next(iter(await _found(unit, record_id=record_id)), None)


async def every(unit: db.Unit) -> tuple[Guest, ...]:
    return await _found(unit)


async def by_link(unit: db.Unit, secret: str, now: datetime) -> Guest:
    """Refuses ``not-found`` for a link that opens nothing, and does not say why."""
    found = next(iter(await _found(unit, link=tokens.digest(secret))), None)
    if found is None or found.link_until <= now or found.disabled:
        raise LinkGone
    return found


async def accept(tenant_id: int, secret: str, new: str, again: str, now: datetime) -> Guest:
    """Sets the password that they chose themselves; the link has then done its work."""
    async with db.as_tenant(tenant_id) as unit:
        guest = await by_link(unit, secret, now)
    wrong = typed_wrong(guest.username, new, again)
    if wrong:
        raise Unfit(wrong)
    password_hash = await passwords.hashed(new)
    async with db.as_tenant(tenant_id) as unit:
        if not await unit.execute(Q.take_link, tenant_id, guest.member_id, tokens.digest(secret), now):
            raise LinkGone
        await store(unit, guest.member_id, password_hash, must_change=False, now=now)
        by = Actor("member", guest.username, guest.member_id)
        await audit.write(unit, by, "member.accept", "member", guest.username, None, None, now)
    return guest


async def let(unit: db.Unit, guest: Guest, *, is_open: bool, now: datetime) -> None:
    """Closes the account of one who has served, or opens one again that was closed for nothing else."""
    if is_open and guest.closed_at is not None and guest.disabled:
        await set_disabled(unit, guest.member_id, False, by=SYSTEM, now=now)
        await unit.execute(Q.closed_guest, unit.tenant, guest.member_id, None)
    if not is_open and not guest.disabled:
        await set_disabled(unit, guest.member_id, True, by=SYSTEM, now=now)
        await unit.execute(Q.closed_guest, unit.tenant, guest.member_id, now)


async def _found(unit: db.Unit, record_id: UUID | None = None, link: bytes | None = None) -> tuple[Guest, ...]:
    return tuple(Guest(**row) for row in await unit.fetch(Q.guests, unit.tenant, record_id, link))
