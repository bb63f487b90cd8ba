"""What a place shows of itself changes all at once or not at all, and only as whoever changes it has seen it."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

from core import db
from core.audit import actions as audit
from core.brand import colours, pictures
from core.brand.pictures import Logo
from core.errors import Conflict, Invalid, NotFound, Refused
from core.people import Member
from core.tenants import actions as tenants
from core.tenants.model import Tenant

Q = db.queries(__file__)
LONGEST_NAME: Final = 30
LONGEST_SHORT: Final = 8
LEAST_NAME: Final = 2
_NAME = re.compile(r"[\w\u4e00-\u9fff·（）()“”、\-]+( [\w\u4e00-\u9fff·（）()“”、\-]+)*")


@dataclass(frozen=True, slots=True)
class Wanted:
    """``logo``: a picture, "keep" or "drop". ``seen`` is when what was changed last that the form showed."""

    name: str
    short: str
    light: str
    dark: str
    logo: bytes | Literal["keep", "drop"]
    seen: str


class Misfit(Invalid):
    """没有保存，请按提示修改。"""

    def __init__(self, refusals: Mapping[str, Refused]) -> None:
        super().__init__(next(iter(refusals.values())).detail)
        self.refusals = dict(refusals)


async def change(tenant: Tenant, wanted: Wanted, *, by: Member, now: datetime) -> None:
    """Refuses with everything that is wrong, field by field; a conflict says who was faster."""
    logo = await _checked(wanted)
    async with db.as_tenant(tenant.id) as unit:
        await tenants.touch(unit)
        before = await unit.fetchrow(Q.row, tenant.id)
        if stamp(before) != wanted.seen:
            who = before["changed_by"] if before else "同事"
            raise Conflict(f"{who} 刚刚改过，请看过现在的内容再保存。", field="name")
        light, dark = colours.parsed(wanted.light, "light"), colours.parsed(wanted.dark, "dark")
        await unit.execute(Q.rename, tenant.id, wanted.name, wanted.short)
        await unit.execute(Q.keep, tenant.id, light, dark, None, "", 0, 0, by.username, now)
        if logo or wanted.logo == "drop":
            await unit.execute(Q.keep_logo, tenant.id, *_stored(logo))
        was = {"name": tenant.name, "short": tenant.short, "light": tenant.brand.light, "dark": tenant.brand.dark,
               "logo": tenant.brand.logo}  # fmt: skip
        kept = tenant.brand.logo if wanted.logo == "keep" else logo.digest if logo else ""
        told = {"name": wanted.name, "short": wanted.short, "light": light, "dark": dark, "logo": kept}
        await audit.write(unit, by.actor, "brand.change", "tenant", tenant.id, was, told, now)
    tenants.forget(tenant.id)


async def _checked(wanted: Wanted) -> Logo | None:
    """The picture drawn anew, once everything that was wanted is good."""
    wrong: dict[str, Refused] = {}
    logo: Logo | None = None
    for field, check in (("name", _name), ("short", _short), ("light", _light), ("dark", _dark)):
        try:
            check(wanted)
        except Refused as refusal:
            wrong[field] = refusal
    if isinstance(wanted.logo, bytes):
        try:
            logo = await asyncio.to_thread(pictures.drawn, wanted.logo)
        except Refused as refusal:
            wrong[pictures.FIELD] = refusal
    if wrong:
        raise Misfit(wrong)
    return logo


def _name(wanted: Wanted) -> None:
    if not LEAST_NAME <= len(wanted.name) <= LONGEST_NAME or not _NAME.fullmatch(wanted.name):
        raise Invalid(f"请填写 {LEAST_NAME} 到 {LONGEST_NAME} 个字的名称，只用汉字、字母和数字。", field="name")


def _short(wanted: Wanted) -> None:
    if wanted.short and (len(wanted.short) > LONGEST_SHORT or not _NAME.fullmatch(wanted.short)):
        raise Invalid(f"简称最多 {LONGEST_SHORT} 个字，只用汉字、字母和数字，可以不填。", field="short")


def _light(wanted: Wanted) -> None:
    colours.checked(colours.parsed(wanted.light, "light"), "light", "light")


def _dark(wanted: Wanted) -> None:
    colours.checked(colours.parsed(wanted.dark, "dark"), "dark", "dark")


def _stored(logo: Logo | None) -> tuple[bytes | None, str, int, int]:
    return (logo.content, logo.digest, logo.width, logo.height) if logo else (None, "", 0, 0)


def stamp(row: db.Row | None) -> str:
    return row["changed_at"].isoformat() if row else ""


async def seen(unit: db.Unit) -> str:
    """What a form that shows the place as it is now must send back."""
    return stamp(await unit.fetchrow(Q.row, unit.tenant))


async def logo(unit: db.Unit, digest: str) -> bytes:
    content: bytes | None = await unit.fetchval(Q.logo, unit.tenant, digest)
    if content is None:
        raise NotFound
    return content
