"""An account takes two people: one makes it, another says what it is for; neither does it to themselves."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

from core import db
from core.audit import actions as audit
from core.errors import Conflict, Invalid, NotEntitled, NotFound
from core.people import factors, passwords
from core.people.changing import set_password
from core.people.members import (
    NO_ROLE,
    ROLES,
    Member,
    NewMember,
    add_member,
    change_member,
    read_member,
    set_disabled,
)

Q = db.Queries(Path(__file__).with_name("accounts.sql"))
ALL = db.queries(__file__)

State = Literal["active", "waiting", "locked", "disabled"]
Asks = Literal["staff", "institution", "reach", "nothing"]
# What each role must be told about its place: whom it serves as, where it works, how far it sees.
ASKS: Mapping[str, Asks] = {
    "clerk": "staff", "handler": "institution", "supervisor": "reach", "operator": "reach",
    "provincial": "nothing", "admin": "nothing", "security": "nothing", "auditor": "nothing", "partner": "nothing",
    NO_ROLE: "nothing",
}  # fmt: skip
# Of these somebody must always be left, or nobody could let anybody in again.
NEEDED = ("admin", "security")
LONGEST_USERNAME = 40


class Misfit(Invalid):
    """账号没有保存，请按提示填写。"""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(next(iter(errors.values())))
        self.errors = dict(errors)


class OwnAccount(NotEntitled):
    """不能对自己的账号做这项操作，请由另一位管理员办理。"""


class LastOne(Conflict):
    """这是最后一个可用的管理账号，停用或改变角色后将没有人能管理账号。请先增加一个同样角色的账号。"""


@dataclass(frozen=True, slots=True)
class Account:
    member: Member
    state: State
    locked_until: datetime | None
    created_at: datetime
    seen_at: datetime | None
    sessions: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """``after`` is the user name of the last account of the page before; role ``none`` asks for those without."""

    q: str = ""
    role: str = ""
    institution: str = ""
    state: str = ""
    after: str = ""
    limit: int = 50
    id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    rows: tuple[Account, ...]
    total: int
    more: bool


@dataclass(frozen=True, slots=True)
class Seat:
    """A role with the place it is held from."""

    role: str
    institution: str = ""
    region: str = ""
    staff: str = ""


async def page(unit: db.Unit, wanted: Wanted, now: datetime) -> Found:
    rows = await unit.fetch(
        Q.page, unit.tenant, wanted.q, wanted.role, wanted.institution, wanted.state, now, wanted.after,
        wanted.limit + 1, wanted.id,
    )  # fmt: skip
    shown = tuple(_read(unit.tenant, row) for row in rows[: wanted.limit])
    return Found(shown, rows[0]["total"] if rows else 0, len(rows) > wanted.limit)


async def account(unit: db.Unit, account_id: UUID, now: datetime) -> Account:
    found = await page(unit, Wanted(id=account_id, limit=1), now)
    if not found.rows:
        raise NotFound("没有找到这个账号。")
    return found.rows[0]


async def institutions(unit: db.Unit) -> Sequence[str]:
    return [row["institution"] for row in await unit.fetch(Q.places_used, unit.tenant)]


async def create(tenant_id: int, username: str, name: str, *, by: Member, now: datetime) -> tuple[UUID, str]:
    """The account's id and first password, told this once. It can do nothing until it is given a role."""
    wrong = {
        "username": username_wrong(username),
        "name": "" if name.strip() else "请填写姓名。",
    }
    if any(wrong.values()):
        raise Misfit({field: told for field, told in wrong.items() if told})
    password = passwords.given(username)
    new = NewMember(username, name.strip(), NO_ROLE, password)
    return await add_member(tenant_id, new, by=by.actor, now=now), password


async def grant(unit: db.Unit, account_id: UUID, seat: Seat, *, by: Member, now: datetime) -> Member:
    """The role and its place; whoever was signed in with another one signs in again."""
    before = await _to_change(unit, account_id, by)
    changed = await _seated(unit, before, seat)
    if changed.role != before.role:
        await _somebody_left(unit, before)
    if changed != before:
        await change_member(unit, changed, by=by.actor, now=now)
    return changed


async def enable(unit: db.Unit, account_id: UUID, enabled: bool, *, by: Member, now: datetime) -> None:
    before = await _to_change(unit, account_id, by)
    if before.disabled is not enabled:
        return
    if not enabled:
        await _somebody_left(unit, before)
    elif before.staff and await unit.fetchval(Q.staff_taken, unit.tenant, before.staff, account_id):
        raise Conflict(f"工号“{before.staff}”已有可用的账号，一个人只有一个账号，不能再启用这一个。", field="staff")
    await set_disabled(unit, account_id, not enabled, by=by.actor, now=now)


async def unlock(unit: db.Unit, account_id: UUID, *, by: Member, now: datetime) -> None:
    member = await _to_change(unit, account_id, by)
    if await unit.execute(Q.unlock, unit.tenant, account_id):
        await audit.write(unit, by.actor, "member.unlock", "member", member.username, None, None, now)


async def reset_password(tenant_id: int, account_id: UUID, *, by: Member, now: datetime) -> str:
    """A new first password, told this once; every session of the account ends."""
    async with db.as_tenant(tenant_id) as unit:
        member = await _to_change(unit, account_id, by)
    password = passwords.given(member.username)
    await set_password(tenant_id, account_id, password, by=by.actor, now=now)
    return password


async def drop_factor(unit: db.Unit, account_id: UUID, *, by: Member, now: datetime) -> None:
    """For whoever lost their telephone; until they enrol anew the password alone lets them in."""
    member = await _to_change(unit, account_id, by)
    if member.has_totp:
        await factors.remove(unit, member, by=by.actor, now=now)
        await unit.execute(ALL.close_sessions_of, unit.tenant, account_id)


async def end_sessions(unit: db.Unit, account_id: UUID, *, by: Member, now: datetime) -> None:
    member = await _to_change(unit, account_id, by)
    ended = await unit.execute(ALL.close_sessions_of, unit.tenant, account_id)
    if ended:
        await audit.write(unit, by.actor, "session.end", "member", member.username, ended, 0, now)


async def _to_change(unit: db.Unit, account_id: UUID, by: Member) -> Member:
    if account_id == by.id:
        raise OwnAccount
    rows = await unit.fetch(Q.locked, unit.tenant, account_id, list(NEEDED))
    row = next((each for each in rows if each["id"] == account_id), None)
    if row is None:
        raise NotFound("没有找到这个账号。")
    return read_member(unit.tenant, row)


async def _somebody_left(unit: db.Unit, before: Member) -> None:
    """Refuses what would leave nobody to manage accounts; whoever else is counted is locked already."""
    if before.role not in NEEDED or before.disabled:
        return
    rows = await unit.fetch(Q.locked, unit.tenant, before.id, [before.role])
    if not any(not each["disabled"] and each["id"] != before.id for each in rows):
        raise LastOne


async def _seated(unit: db.Unit, before: Member, seat: Seat) -> Member:
    if seat.role not in (*ROLES, NO_ROLE):
        raise Misfit({"role": "请从列出的角色中选择。"})
    asks = ASKS[seat.role]
    staff = seat.staff if asks == "staff" else ""
    institution = seat.institution if asks in ("institution", "reach") else ""
    region = seat.region if asks == "reach" else ""
    row = await unit.fetchrow(Q.known_places, unit.tenant, staff, institution, region, before.id)
    known: Mapping[str, Any] = row or {}
    wrong = _misplaced(asks, staff, institution, region, known)
    if wrong:
        raise Misfit(wrong)
    home = known["home"] if asks == "staff" else institution
    return replace(before, role=seat.role, institution=home or None, region=region or None, staff=staff or None)


def _misplaced(asks: Asks, staff: str, institution: str, region: str, known: Mapping[str, Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    if asks == "staff" and not staff:
        wrong["staff"] = "窗口人员须填写工号，才知道哪些评价与本人有关。"
    elif staff and known["home"] is None:
        wrong["staff"] = f"没有工号为“{staff}”的在岗工作人员，请核对。"
    elif staff and known["taken"]:
        wrong["staff"] = f"工号“{staff}”已有账号，一个人只有一个账号。"
    if asks == "institution" and not institution:
        wrong["institution"] = "承办人员须填写所在机构。"
    elif institution and not known["institution"]:
        wrong["institution"] = f"没有编码为“{institution}”的机构，请核对。"
    if region and not known["region"]:
        wrong["region"] = f"没有编码为“{region}”的区域，请核对。"
    elif region and institution:
        wrong["region"] = "机构和区域只填一个：填机构的，范围由机构决定。"
    return wrong


def username_wrong(username: str) -> str:
    if not username:
        return "请填写用户名。"
    if len(username) > LONGEST_USERNAME or any(not (letter.isalnum() or letter in "._-@") for letter in username):
        return f"用户名只用文字、数字和 . _ - @，最多 {LONGEST_USERNAME} 个字。"
    return ""


def _read(tenant_id: int, row: db.Row) -> Account:
    return Account(read_member(tenant_id, row), row["state"], row["locked_until"], row["created_at"], row["seen_at"],
                   row["sessions"])  # fmt: skip
