"""A password is changed by who knows the old one, or given anew by somebody else and then changed at first use."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from core import db, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import Invalid, NotFound
from core.people import passwords, signing
from core.people.sessions import Browser, Session, end_other_sessions, settle

Q = db.queries(__file__)


class Unfit(Invalid):
    """密码没有修改，请按提示填写。"""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = dict(errors)


async def change_password(
    tenant_id: int, session: Session, old: str, new: str, again: str, *, demo: bool, now: datetime, browser: Browser
) -> None:
    """All that is wrong is said at once, each at its field. The member's other sessions end."""
    member = session.member
    wrong = typed_wrong(member.username, new, again)
    try:
        await signing.prove(tenant_id, session, old, "", now, browser)
    except signing.WrongProof:
        wrong["old"] = "原密码不正确，请重新填写。连续错误 5 次，账号将锁定 15 分钟并退出登录。"
    if "new" not in wrong and "old" not in wrong and await _is_used(tenant_id, member.id, new):
        wrong["new"] = passwords.sentence(passwords.RULES[-1:])
    if wrong:
        raise Unfit(wrong)
    password_hash = await passwords.hashed(new)
    async with db.as_tenant(tenant_id) as unit:
        await store(unit, member.id, password_hash, must_change=False, now=now)
        await end_other_sessions(unit, member, session.id, now)
        await settle(unit, session.id, signing.owed(member.role, demo=demo, has_totp=member.has_totp))
        await audit.write(unit, member.actor, "member.password", "member", member.username, None, None, now)


async def set_password(tenant_id: int, member_id: UUID, password: str, *, by: Actor, now: datetime) -> None:
    """Every session of the member ends: who knew the old one is out."""
    async with db.as_tenant(tenant_id) as unit:
        member = await unit.fetchrow(Q.member, tenant_id, member_id)
    if member is None:
        raise NotFound
    broken = passwords.faults(password, member["username"])
    if not broken and await _is_used(tenant_id, member_id, password):
        broken = passwords.RULES[-1:]
    if broken:
        raise Invalid(passwords.sentence(broken), field="password")
    password_hash = await passwords.hashed(password)
    async with db.as_tenant(tenant_id) as unit:
        await store(unit, member_id, password_hash, must_change=True, now=now)
        await unit.execute(Q.close_sessions_of, tenant_id, member_id)
        await audit.write(unit, by, "member.password", "member", member["username"], None, None, now)


async def store(unit: db.Unit, member_id: UUID, password_hash: str, *, must_change: bool, now: datetime) -> None:
    before = await unit.fetchval(Q.password_of, unit.tenant, member_id)
    await unit.execute(Q.remember_password, unit.tenant, ids.new(), member_id, before, now)
    await unit.execute(Q.set_password, unit.tenant, member_id, password_hash, must_change, now)


def typed_wrong(username: str, new: str, again: str) -> dict[str, str]:
    wrong = {"new": passwords.sentence(passwords.faults(new, username))}
    if new != again:
        wrong["again"] = "两次填写的新密码不一样，请重新填写。"
    return {name: told for name, told in wrong.items() if told}


async def _is_used(tenant_id: int, member_id: UUID, password: str) -> bool:
    async with db.as_tenant(tenant_id) as unit:
        current = await unit.fetchval(Q.password_of, tenant_id, member_id)
        rows = await unit.fetch(Q.former_passwords, tenant_id, member_id, passwords.REMEMBERED - 1)
    return await passwords.is_used(password, [current, *(row["password_hash"] for row in rows)])
