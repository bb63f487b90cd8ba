"""Where a member can be reached is sealed like anybody's number, and read for the delivery and by themselves alone."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from core import db
from core.audit import actions as audit
from core.audit.model import Actor
from core.crypto import Place, provider
from core.errors import Invalid, NotFound
from core.people.model import Person, normal

Q = db.Queries(Path(__file__).with_name("contacts.sql"))
LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}")
_PHONE = re.compile(r"1[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class Contact:
    email: str = ""
    phone: str = ""


async def contact(unit: db.Unit, member_id: UUID) -> Contact:
    row = await unit.fetchrow(Q.contact, unit.tenant, member_id)
    if row is None:
        raise NotFound
    return Contact(*(
        provider().decrypt(row[f"{column}_enc"], Place(unit.tenant, "member", column, member_id))
        if row[f"{column}_enc"] else ""
        for column in ("email", "phone")
    ))  # fmt: skip


def checked(email: str, phone: str) -> Contact:
    """As it was meant: no spaces, no country code; empty where nothing was given."""
    email, phone = email.strip(), normal(Person("", phone=phone)).phone
    if email and (len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email)):
        raise Invalid("邮箱地址不正确，例如 name@example.gov.cn。", field="email")
    if phone and not _PHONE.fullmatch(phone):
        raise Invalid("请填写 11 位手机号。", field="phone")
    return Contact(email, phone)


async def set_contact(unit: db.Unit, member_id: UUID, new: Contact, *, by: Actor, now: datetime) -> None:
    old = await contact(unit, member_id)
    if new == old:
        return
    sealed = [
        provider().encrypt(text, Place(unit.tenant, "member", column, member_id)) if text else None
        for column, text in (("email", new.email), ("phone", new.phone))
    ]
    await unit.execute(Q.set_contact, unit.tenant, member_id, *sealed)
    # That it changed is written, not what it was.
    before, after = ({"email": bool(each.email), "phone": bool(each.phone)} for each in (old, new))
    await audit.write(unit, by, "member.contact", "member", member_id, before, after, now)
