"""A town where appeals are decided by the institution's own colleague, with files, tasks and every act to try."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from core import db, people
from core.audit.model import SYSTEM
from core.evidence import files
from core.people import NewMember
from core.policy.model import Override
from core.tenants import Tenant
from tests.ports import loopback
from tests.web.office import Seat, town

RULES = (
    Override("appeal_to", "own-institution", "第六条"),
    Override("clocks", [
        {"clock": "verify", "from": "dispatched", "within": "2wd"},
        {"clock": "close", "from": "dispatched", "within": "10wd"},
        {"clock": "appeal", "from": "noticed", "within": "3wd"},
        {"clock": "decide", "from": "appealed", "within": "5wd"},
    ], "第三条"),
    Override("accountability", [
        {"verdict": "unsolved", "tasks": ["interview"]}, {"verdict": "valid", "tasks": ["correct"]},
    ], "第二十条"),
)  # fmt: skip
# Those who work beside the members of the town: username, role, institution, staff.
COLLEAGUES: Mapping[str, tuple[str, str, str | None]] = {
    "zhou": ("handler", "tax-east", None), "zhao": ("clerk", "tax-east", "zhao"), "sun": ("clerk", "tax-west", "sun"),
}  # fmt: skip
KEPT = ("ticket", "ticket_act", "clock", "appeal", "evidence", "notice", "assignment", "mark")
Upload = tuple[str, tuple[str, bytes, str]]


@asynccontextmanager
async def desks(now: datetime, folder: Path, *more: Override, slug: str = "desks") -> AsyncIterator[Tenant]:
    files.use_folder(folder)
    async with town(now, slug, *RULES, *more) as place:
        for username, (role, institution, staff) in COLLEAGUES.items():
            given: dict[str, Any] = {"institution": institution, "staff": staff}
            colleague = NewMember(username, f"{username}某", role, "A long pass phrase", **given)  # pyright: ignore[reportArgumentType]
            await people.add_member(place.id, colleague, by=SYSTEM, now=now)
        yield place
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


@asynccontextmanager
async def colleague(address: str, tenant: Tenant, username: str, now: datetime) -> AsyncIterator[Seat]:
    """A seat for one of these, who is known already."""
    async with db.as_tenant(tenant.id) as unit:
        member = next(each for each in await people.members(unit) if each.username == username)
        session = await people.open_session(unit, member.id, now)
    headers = {"sec-fetch-site": "same-origin"}
    cookies = {f"hcp-{tenant.slug}": session}
    async with loopback(address, headers=headers, cookies=cookies) as browser:
        yield Seat(browser, tenant, session)


async def version(member: Seat, number: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', (await member.get(f"/admin/tickets/{number}?act=appeal")).text)
    return found[1] if found else "0"


async def appeal(member: Seat, number: str, *uploads: tuple[str, bytes], **fields: str) -> httpx.Response:
    """Through the form, as a browser sends it with files."""
    sent: list[Upload] = [("files", (name, content, "application/octet-stream")) for name, content in uploads]
    form = {"version": fields.pop("version", "") or await version(member, number), **fields}
    return await member.post(f"/admin/tickets/{number}/acts/appeal", form, files=sent or None)


async def upload(member: Seat, number: str, *uploads: tuple[str, bytes]) -> httpx.Response:
    sent: list[Upload] = [("files", (name, content, "application/octet-stream")) for name, content in uploads]
    return await member.post(f"/admin/tickets/{number}/evidence", {}, files=sent or None)


async def refusals(place: Tenant) -> list[tuple[str, str, str | None]]:
    """What was tried and refused so far: the act, the code, the field."""
    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch(
            "SELECT act, after FROM audit WHERE tenant_id = $1 AND act LIKE '%.refused' ORDER BY at, id", place.id
        )
    return [(row["act"], row["after"]["code"], row["after"]["field"]) for row in rows]


async def state_of(place: Tenant) -> Mapping[str, str]:
    """Everything that a refused act must leave as it is, and how many entries the log has."""
    async with db.as_tenant(place.id) as unit:
        return {
            table: await unit.fetchval(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {table} AS t"
                f" WHERE tenant_id = $1",
                place.id,
            )
            for table in KEPT
        }


async def entries(place: Tenant) -> int:
    async with db.as_tenant(place.id) as unit:
        return await unit.fetchval("SELECT count(*) FROM audit WHERE tenant_id = $1", place.id)
