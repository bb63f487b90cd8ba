"""A record of any kind of any extra, filed as whoever may file it, with something that fits each question."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from core import db
from core.audit.model import Actor
from core.policy.extras import Draft, Extra, Field, Form, Kind
from core.records import actions, bearing
from core.tenants import Tenant

BUREAU: Final = Actor("bureau")
OWN: Final = {"clerk": Actor("staff", "li"), "handler": Actor("institution", "tax-east")}
PLAIN: Final[dict[str, Any]] = {
    "line": "甲", "text": "说明", "person": "金丝雀", "phone": "13977776666", "case": "A1", "institution": "tax-east",
    "staff": "li", "region": "east", "item": "invoice", "member": "partner", "flag": True, "scale": 5,
}  # fmt: skip


def said(form: Form, now: datetime) -> dict[str, Any]:
    """Something that fits each question."""
    return {each.code: _one(each, now) for each in form.fields if each.kind != "files"}


def _one(field: Field, now: datetime) -> Any:
    if field.kind in ("choice", "many"):
        codes = [code for code, _ in field.choices]
        return codes if field.kind == "many" else codes[0]
    if field.kind in ("whole", "number"):
        return max(field.least or 0, 1)
    if field.kind in ("day", "time"):
        return now.date() if field.kind == "day" else now
    return PLAIN[field.kind]


async def kept(tenant: Tenant, extra: Extra, kind: Kind, now: datetime) -> UUID:
    """Filed through its own form by the first who may; what nobody files, or only below another, as acts make it."""
    if kind.files and not kind.parent and not kind.reads:
        who = kind.files[0]
        by = None if who == "citizen" else OWN.get(who, BUREAU)
        filed = await actions.file(
            tenant, extra.code, kind.code, said(kind.form, now), who=who, by=by, channel="web", now=now
        )
        return filed.id
    async with db.as_tenant(tenant.id) as unit:
        desk = bearing.desk_of(unit, tenant, extra, kind, now.date(), now, BUREAU)
        shown = {code: value for code, value in said(kind.form, now).items() if not kind.fields()[code].hidden}
        (made,) = await bearing.make(desk, [Draft(kind.code, shown)], None, "act", "test")
    return made
