"""Every extra that is installed works in every place: each kind of record is kept, and each page opens."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import pytest

from core import db
from core.audit.model import Actor
from core.policy.extras import Draft, Extra, Field, Form, Kind
from core.policy.model import Override
from core.records import actions, bearing, figures, offered
from core.tenants import Tenant
from tests.core.town import town
from tests.web.api_world import Times
from tests.web.office import Seat, seat

STACKS: Final = ((), ("beijing",), ("shenzhen",), ("jilin",), ("guangxi",), ("taian",))
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


def paths(extra: Extra, kept_: dict[str, UUID]) -> list[str]:
    """All that its pages, forms, records and files are asked for at."""
    home = f"/admin/extras/{extra.code}"
    found = [f"{home}/{each.code}" for each in extra.pages]
    found += [f"{home}/{each.code}/export/csv" for each in extra.pages if each.shows == "list"]
    for kind in extra.kinds:
        found.append(f"/admin/extras/records/{kept_[kind.code]}")
        if {"bureau", "operator"} & set(kind.files) and not kind.parent:
            found.append(f"{home}/{kind.code}/new")
        if "citizen" in kind.files:
            found += [f"/x/{extra.code}/{kind.code}", f"{home}/{kind.code}/code"]
        if kind.public:
            found.append(f"/x/{extra.code}/{kind.code}/list")
        if kind.sheet:
            found.append(f"{home}/{kind.code}/sheet")
    return found


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: "-".join(stack) or "national")
async def test_every_extra_is_at_home_wherever_it_is_switched_on(
    stack: tuple[str, ...], address: str, pool: object, times: Times, now: datetime
) -> None:
    times.now = now
    switches = [Override(each.switch.name, value=True, clause="第三条") for each in offered.known()]
    async with (
        town(now, *stack, overrides=switches) as place, seat(address, place, "partner", now),
        seat(address, place, "supervisor", now) as reader,
    ):  # fmt: skip
        for extra in offered.known():
            assert await opened(place, extra, reader, now) == {}
        async with db.as_tenant(place.id) as unit:
            counted = {of: await figures.every(unit, place, of, now) for of in ("institution", "region")}

    assert counted["institution"]["tax-east"], "what extras count stands beside the other figures"


async def opened(place: Tenant, extra: Extra, reader: Seat, now: datetime) -> dict[str, int]:
    """What did not open."""
    known = {kind.code: await kept(place, extra, kind, now) for kind in extra.kinds}
    answers = {path: (await reader.get(path)).status_code for path in paths(extra, known)}
    return {path: status for path, status in answers.items() if status != 200}
