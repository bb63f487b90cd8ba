"""A second factor is a telephone's code, or one of ten words kept for the day the telephone is lost; each good once."""

import base64
import binascii
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pyotp import random_base32
from pyotp.totp import TOTP

from core import db, tokens
from core.audit import actions as audit
from core.crypto import CryptoFailed, Place, provider
from core.errors import Invalid
from core.people.members import Member

Q = db.queries(__file__)

SECONDS = 30
RECOVERY_CODES = 10
# 等保三级：管理、审计和跨地区的账号用两种方式证明身份。演示地区不强制。
REQUIRED_OF = frozenset({"admin", "security", "auditor", "provincial"})


@dataclass(frozen=True, slots=True)
class Offer:
    """``sealed`` goes with the form and comes back: nothing is stored until a code proves that the secret arrived."""

    secret: str
    sealed: str
    address: str

    @property
    def in_groups(self) -> str:
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


def offer(member: Member, place: str, sealed: str = "") -> Offer:
    """A new secret, or with ``sealed`` the one that is being tried."""
    where = _offered(member)
    secret = _opened(sealed, where) if sealed else random_base32()
    shut = sealed or base64.urlsafe_b64encode(provider().encrypt(secret, where)).decode()
    totp: Any = TOTP(secret)
    return Offer(secret, shut, totp.provisioning_uri(name=member.username, issuer_name=f"好差评 {place}"))


async def enrol(unit: db.Unit, member: Member, made: Offer, code: str, now: datetime) -> tuple[str, ...]:
    """The recovery codes, told this once."""
    step = step_of(made.secret, code, 0, now)
    if step is None:
        raise Invalid("动态码不正确。请确认手机时间准确，填写应用里当前显示的 6 位数字。", field="code")
    secret = provider().encrypt(made.secret, Place(unit.tenant, "member", "totp", member.id))
    await unit.execute(Q.set_totp, unit.tenant, member.id, secret, step)
    await audit.write(unit, member.actor, "member.factor", "member", member.username, member.has_totp, True, now)
    return await _new_codes(unit, member.id)


async def renew_codes(unit: db.Unit, member: Member, now: datetime) -> tuple[str, ...]:
    await audit.write(unit, member.actor, "member.recovery-codes", "member", member.username, None, None, now)
    return await _new_codes(unit, member.id)


async def remove(unit: db.Unit, member: Member, *, by: Any, now: datetime) -> None:
    await unit.execute(Q.set_totp, unit.tenant, member.id, None, 0)
    await unit.execute(Q.drop_recovery_codes, unit.tenant, member.id)
    await audit.write(unit, by, "member.factor", "member", member.username, member.has_totp, False, now)


async def codes_left(unit: db.Unit, member_id: UUID) -> int:
    return await unit.fetchval(Q.recovery_codes_left, unit.tenant, member_id)


async def proven(unit: db.Unit, account: db.Row, code: str, now: datetime) -> int | None:
    """The step the code belongs to, which must be stored; a recovery code is spent by asking."""
    last: int = account["totp_last"]
    if account["totp_secret"] is None:
        return None
    secret = provider().decrypt(account["totp_secret"], Place(unit.tenant, "member", "totp", account["id"]))
    step = step_of(secret, code, last, now)
    if step is not None:
        return step
    spent = await unit.execute(Q.use_recovery_code, unit.tenant, _hash(unit.tenant, account["id"], code), account["id"])
    return last if spent else None


def step_of(secret: str, code: str, last: int, now: datetime) -> int | None:
    totp: Any = TOTP(secret)
    said = "".join(code.split()).encode()
    current = int(now.timestamp()) // SECONDS
    for step in (current - 1, current, current + 1):
        if step > last and hmac.compare_digest(totp.at(step * SECONDS).encode(), said):
            return step
    return None


def is_required(role: str, *, demo: bool) -> bool:
    return role in REQUIRED_OF and not demo


async def _new_codes(unit: db.Unit, member_id: UUID) -> tuple[str, ...]:
    await unit.execute(Q.drop_recovery_codes, unit.tenant, member_id)
    words = [tokens.receipt_code() for _ in range(RECOVERY_CODES)]
    rows = [(unit.tenant, _hash(unit.tenant, member_id, word), member_id) for word in words]
    await unit.executemany(Q.add_recovery_code, rows)
    return tuple("-".join((word[:4], word[4:8], word[8:])) for word in words)


def _hash(tenant_id: int, member_id: UUID, code: str) -> bytes:
    plain = "".join(letter for letter in code.upper() if letter.isalnum())
    return provider().lookup(tenant_id, "recovery", f"{member_id.hex}:{plain}")


def _offered(member: Member) -> Place:
    return Place(member.tenant_id, "member", "totp-offer", member.id)


def _opened(sealed: str, where: Place) -> str:
    try:
        return provider().decrypt(base64.urlsafe_b64decode(sealed.encode()), where)
    except (CryptoFailed, binascii.Error, ValueError) as error:
        raise Invalid("这个二维码已失效，请重新开始绑定。", field="code") from error
