"""A member of the back office is one person with one role; what they may do follows from it on their next request."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, get_args
from uuid import UUID

from core import db, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.crypto import Place, provider
from core.errors import Conflict, Invalid, NotFound
from core.people import passwords

Q = db.queries(__file__)

Role = Literal["clerk", "handler", "supervisor", "operator", "provincial", "admin", "security", "auditor", "partner"]
ROLES: tuple[Role, ...] = get_args(Role)
# Made, and waiting for the second person who says what the account is for.
NO_ROLE = ""


@dataclass(frozen=True, slots=True)
class Behalf:
    """In whose place somebody stands, and by which delegation where it is not only to look."""

    id: UUID
    username: str
    name: str
    delegation: UUID | None = None


@dataclass(frozen=True, slots=True)
class Member:
    """``behalf``: whose role and place these are, where it is not the member's own; the rest stays the member's."""

    id: UUID
    tenant_id: int
    username: str
    name: str
    role: Role | Literal[""]
    institution: str | None = None
    region: str | None = None
    staff: str | None = None
    disabled: bool = False
    has_totp: bool = False
    behalf: Behalf | None = None

    @property
    def called(self) -> str:
        """In the log, whoever sits there and in whose place."""
        return f"{self.username}（代 {self.behalf.username}）" if self.behalf else self.username

    @property
    def only_looks(self) -> bool:
        return self.behalf is not None and self.behalf.delegation is None

    @property
    def actor(self) -> Actor:
        return Actor("member", self.called, self.id, self.behalf.id if self.behalf else None)


@dataclass(frozen=True, slots=True)
class NewMember:
    username: str
    name: str
    role: Role | Literal[""]
    password: str
    institution: str | None = None
    region: str | None = None
    staff: str | None = None
    totp_secret: str | None = None
    # Chosen by somebody else, unless it is said: a demo's and a test's accounts stand as their members left them.
    must_change: bool = True


def read_member(tenant_id: int, row: db.Row) -> Member:
    return Member(
        row["id"], tenant_id, row["username"], row["name"], row["role"], row["institution"], row["region"],
        row["staff"], row["disabled"], row["has_totp"],
    )  # fmt: skip


async def members(unit: db.Unit) -> tuple[Member, ...]:
    rows = await unit.fetch(Q.members, unit.tenant)
    return tuple(read_member(unit.tenant, row) for row in rows)


async def add_member(tenant_id: int, new: NewMember, *, by: Actor, now: datetime) -> UUID:
    _check(new.username, new.role, new.password)
    password_hash = await passwords.hashed(new.password)
    async with db.as_tenant(tenant_id) as unit:
        return await enter(unit, new, password_hash, by=by, now=now)


async def enter(unit: db.Unit, new: NewMember, password_hash: str, *, by: Actor, now: datetime) -> UUID:
    """One whose password has been turned into what is kept of it, which takes a while."""
    member_id = ids.new()
    await _insert(unit, member_id, new, password_hash, now)
    await audit.write(unit, by, "member.add", "member", new.username, None, {"role": new.role}, now)
    return member_id


async def set_disabled(unit: db.Unit, member_id: UUID, disabled: bool, *, by: Actor, now: datetime) -> None:
    member = await _member(unit, member_id)
    await unit.execute(Q.set_disabled, unit.tenant, member_id, disabled)
    await unit.execute(Q.close_sessions_of, unit.tenant, member_id)
    if disabled:
        await _give_up_place(unit, member, by, now)
    await audit.write(unit, by, "member.disable", "member", member.username, member.disabled, disabled, now)


async def change_member(unit: db.Unit, changed: Member, *, by: Actor, now: datetime) -> None:
    """Role and place; whoever was signed in with the old role signs in again, nobody else stands in the new."""
    before = await _member(unit, changed.id)
    _check_role(changed.role)
    place = (changed.role, changed.institution, changed.region, changed.staff)
    await unit.execute(Q.set_role, unit.tenant, changed.id, *place)
    if _place(before) != _place(changed):
        await _give_up_place(unit, before, by, now)
    await unit.execute(Q.close_sessions_of, unit.tenant, changed.id)
    await audit.write(unit, by, "member.change", "member", before.username, _place(before), _place(changed), now)


async def _give_up_place(unit: db.Unit, member: Member, by: Actor, now: datetime) -> None:
    """What was handed on, or taken over, was the work of the old place, and so was what support was let see."""
    for row in await unit.fetch(Q.take_back, unit.tenant, member.id, now):
        given, ended = ({"to": row["taker"], "until": at.isoformat()} for at in (row["until"], now))
        await audit.write(unit, by, "delegation.revoke", "member", row["giver"], given, ended, now)
    await unit.execute(Q.end_places_of, unit.tenant, member.id, now)


def _place(member: Member) -> Mapping[str, str | None]:
    return {"role": member.role, "institution": member.institution, "region": member.region, "staff": member.staff}


async def _insert(unit: db.Unit, member_id: UUID, new: NewMember, password_hash: str, now: datetime) -> None:
    place = (new.institution, new.region, new.staff)
    row: tuple[Any, ...] = (member_id, new.username, new.name, new.role, *place, password_hash)
    try:
        async with unit.attempt():
            secret = _sealed(unit, member_id, new.totp_secret)
            await unit.execute(Q.add_member, unit.tenant, *row, secret, new.must_change, now)
    except Conflict as error:
        raise Conflict(f"用户名“{new.username}”已被使用，请换一个。", field="username") from error


def _sealed(unit: db.Unit, member_id: UUID, secret: str | None) -> bytes | None:
    if secret is None:
        return None
    return provider().encrypt(secret, Place(unit.tenant, "member", "totp", member_id))


async def _member(unit: db.Unit, member_id: UUID) -> Member:
    row = await unit.fetchrow(Q.member, unit.tenant, member_id)
    if row is None:
        raise NotFound
    return read_member(unit.tenant, row)


def _check(username: str, role: str, password: str) -> None:
    if not username.strip():
        raise Invalid("请填写用户名。", field="username")
    db.clean_text(username, "username")
    _check_role(role)
    broken = passwords.sentence(passwords.faults(password, username))
    if broken:
        raise Invalid(broken, field="password")


def _check_role(role: str) -> None:
    if role not in (*ROLES, NO_ROLE):
        raise Invalid(f"没有“{role}”这个角色，可选：{'、'.join(ROLES)}。", field="role")
