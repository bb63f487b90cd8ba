"""A paper of a record is printed with what is private in it; that it was read stays written."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from itertools import dropwhile, takewhile
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.clock import SHANGHAI
from core.errors import NotFound
from core.people import Member
from core.places import actions as places
from core.policy.extra_papers import Paper
from core.policy.extras import Field
from core.records import actions, words
from core.tenants import Tenant
from web.admin.extras import dossier as dossiers
from web.admin.extras.dossier import Dossier
from web.admin.extras.sight import reach_of
from web.admin.sight import actor_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.page import Page, page

_BRACES = re.compile(r"\{([^{}]*)\}")
HOME = "/t/{slug:str}/admin/extras/records/{record:uuid}/papers/{paper:str}"


@get(HOME, opt={"perm": "extras.read"})
async def again(
    tenant: InTenant, member: InMember, policy: InPolicy, record: FromPath[UUID], paper: FromPath[str], now: Now
) -> Redirect:
    """Whoever reloads a printed paper gets its record: what is private was shown once."""
    _asked(await dossiers.one(tenant, member, policy, record, now), paper)
    return Redirect(f"/t/{tenant.slug}/admin/extras/records/{record}", status_code=303)


@post(HOME, opt={"perm": "extras.unmask", "grave": True}, status_code=200)
async def show(
    tenant: InTenant, member: InMember, policy: InPolicy, record: FromPath[UUID], paper: FromPath[str], now: Now
) -> Page:
    found = await dossiers.one(tenant, member, policy, record, now)
    asked = _asked(found, paper)
    async with db.as_tenant(tenant.id) as unit:
        reach = await reach_of(unit, member)
        bureau = await _bureau(unit, tenant, member)
    private = {
        code: await actions.unmask(
            tenant, record, code, f"打印{asked.label}", who=reach, by=actor_of(member), now=now
        )
        for code in found.record.hidden if f"{{{code}}}" in asked.text
    }  # fmt: skip
    told = {**private, "today": _day(now.astimezone(SHANGHAI).date()), "bureau": bureau}
    lines = [each.strip() for each in _filled(tenant, found, asked, told).splitlines()]
    body = list(takewhile(bool, lines))
    return page(
        "admin/extras/paper.html", tenant=tenant, record=found.record, paper=asked, body=body,
        signed=list(dropwhile(lambda each: not each, lines[len(body):])),
    )  # fmt: skip


def _asked(found: Dossier, code: str) -> Paper:
    asked = next((each for each in found.papers if each.code == code), None)
    if asked is None:
        raise NotFound("没有这份文书，或者现在的状态不能打印。")
    return asked


def _filled(tenant: Tenant, found: Dossier, paper: Paper, more: Mapping[str, str]) -> str:
    """What people wrote is put in last and once: braces of their own stay braces."""
    record = found.record
    said = {
        code: _spelt(each, record.fields.get(code), found)
        for code, each in found.kind.fields().items() if not each.hidden
    }  # fmt: skip
    region = found.named("region", record.region)
    parts = {**said, "number": record.number, "region": region, "place": tenant.name, **more}
    return _BRACES.sub(lambda each: parts.get(each[1], ""), paper.text)


def _spelt(field: Field, value: Any, found: Dossier) -> str:
    """A paper writes its days out."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return _day(value)
    return words.said(field, value, found.names)


def _day(on: date) -> str:
    return f"{on.year}年{on.month}月{on.day}日"


async def _bureau(unit: db.Unit, tenant: Tenant, member: Member) -> str:
    """Who signs: the office of whoever prints it, or else the place's own bureau."""
    if member.institution:
        return (await places.institution_names(unit, [member.institution])).get(member.institution, "")
    found = await places.by_duty(unit, "bureau")
    return found[0].name if found else f"{tenant.name}政务服务管理部门"
