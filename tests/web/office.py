"""A small town whose members of every role sit before the real application, each with a browser of their own."""

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx

from core import db, flow, people, tenants
from core.audit.model import SYSTEM
from core.intake.model import Received, ServiceEvent, Source, Submission
from core.people import NewMember, Person
from core.policy.model import Override
from core.tenants import Founding, Tenant
from core.tenants.throwaway import throwaway
from tests.ports import loopback
from web import csrf

PLACES = """
INSERT INTO region (tenant_id, code, name) VALUES ($1, 'city', '市本级');
INSERT INTO region (tenant_id, code, name, parent) VALUES ($1, 'east', '东区', 'city'), ($1, 'west', '西区', 'city');
INSERT INTO line (tenant_id, code, name) VALUES ($1, 'tax', '税务');
INSERT INTO institution (tenant_id, code, name, region, line, duty) VALUES
  ($1, 'tax-east', '东区税务局', 'east', 'tax', 'service'), ($1, 'tax-west', '西区税务局', 'west', 'tax', 'service'),
  ($1, 'bureau', '政务服务管理局', 'city', NULL, 'bureau');
INSERT INTO service_window (tenant_id, code, name, institution) VALUES ($1, 'w1', '1号窗口', 'tax-east');
INSERT INTO staff (tenant_id, code, name, institution) VALUES
  ($1, 'li', '李四', 'tax-east'), ($1, 'zhao', '赵六', 'tax-east'), ($1, 'sun', '孙七', 'tax-west');
INSERT INTO item (tenant_id, code, name, institution) VALUES
  ($1, 'invoice', '发票领用', 'tax-east'), ($1, 'refund', '退税', 'tax-west');
"""
RULES = (
    Override("scores", [10, 8, 6, 3, 0], "第一条"),
    Override("rating_window", "7d", "第二条"),
    Override("clocks", [
        {"clock": "verify", "from": "dispatched", "within": "2wd"},
        {"clock": "close", "from": "dispatched", "within": "10wd"},
        {"clock": "appeal", "from": "noticed", "within": "3wd"},
    ], "第三条"),
    Override("feedback_scale", ["满意", "基本满意", "不满意"], "第四条"),
    Override("extension", {"before_due": True, "longest": "20wd"}, "第五条"),
    Override("appellants", ["staff"], "第六条"),
    Override("appeal_to", "bureau", "第六条"),
    Override("verdict_effects", {"mistaken": "count-as:5", "malicious": "exclude"}, "第七条"),
)  # fmt: skip
AUDITED = Override("audit", {"when": "always", "on_timeout": "accept", "refused": "withdraw"}, "第八条")
NAME, PHONE = "金丝雀", "13977776666"
CANARY = Person(NAME, id_type="1", id_number="110101199003074258", phone=PHONE)
WORDS = "排队两个小时，叫号屏与窗口不一致"
MEMBERS: Mapping[str, tuple[str, str | None, str | None]] = {
    "clerk": ("clerk", "tax-east", "li"), "handler": ("handler", "tax-east", None),
    "west": ("handler", "tax-west", None), "desk": ("handler", "bureau", None),
    "supervisor": ("supervisor", "bureau", None), "operator": ("operator", "bureau", None),
    "provincial": ("provincial", None, None), "auditor": ("auditor", None, None), "admin": ("admin", None, None),
    "security": ("security", None, None), "partner": ("partner", None, None),
}  # fmt: skip


@dataclass
class Seat:
    """One member's browser: signed in, and sending forms as its pages would."""

    browser: httpx.AsyncClient
    tenant: Tenant
    session: str

    def at(self, path: str) -> str:
        return f"/t/{self.tenant.slug}{path}"

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.browser.get(self.at(path), headers=headers)

    async def post(self, path: str, fields: Mapping[str, Any] | None = None, **more: Any) -> httpx.Response:
        form = {"_csrf": csrf.token("", people.family_of(self.session)), **(fields or {})}
        return await self.browser.post(self.at(path), data=form, **more)

    async def do(self, number: str, verb: str, **fields: Any) -> httpx.Response:
        """An act through the form that the ticket's page shows for it."""
        shown = await self.get(f"/admin/tickets/{number}?act={verb}")
        found = re.search(r'name="version" value="(\d+)"', shown.text)
        version = fields.pop("version", found[1] if found else "0")
        sent = {name.rstrip("_"): value for name, value in fields.items()}
        if verb == "contact":
            sent = {"way": "phone", "reached": "yes", **sent}
        return await self.post(f"/admin/tickets/{number}/acts/{verb}", {"version": version, **sent})


@asynccontextmanager
async def town(now: datetime, slug: str = "town", *more: Override) -> AsyncIterator[Tenant]:
    founding = Founding(slug, f"{slug}市", ("national",), "测试", overrides=(*RULES, *more), answers={"Q18": False})
    async with throwaway(founding, now=now) as tenant:
        async with db.as_tenant(tenant.id) as unit:
            for statement in filter(str.strip, PLACES.split(";")):
                await unit.execute(statement, tenant.id)
        yield await tenants.by_id(tenant.id)


@asynccontextmanager
async def seat(address: str, tenant: Tenant, username: str, now: datetime) -> AsyncIterator[Seat]:
    role, institution, staff = MEMBERS[username]
    async with db.as_tenant(tenant.id) as unit:
        known = {each.username: each.id for each in await people.members(unit)}
    new = NewMember(
        username, f"{username}某", role, "A long pass phrase", institution=institution, staff=staff, must_change=False,  # pyright: ignore[reportArgumentType]
    )  # fmt: skip
    member = known.get(username) or await people.add_member(tenant.id, new, by=SYSTEM, now=now)
    async with db.as_tenant(tenant.id) as unit:
        session = await people.open_session(unit, member, now)
    cookies = {f"hcp-{tenant.slug}": session}
    headers = {"sec-fetch-site": "same-origin"}
    async with loopback(address, headers=headers, cookies=cookies) as browser:
        yield Seat(browser, tenant, session)


async def rated(
    tenant: Tenant,
    at: datetime,
    grade: int = 1,
    case: str = "A1",
    *,
    text: str = WORDS,
    tags: Sequence[int] = (),
    event: str = "closed",
    **more: str | None,
) -> str:
    """A case closed and rated; the number of the ticket it opened, if it opened one."""
    given: dict[str, Any] = {"item": "invoice", "staff": "li", "window": "w1", "mode": "window"} | more
    happened = ServiceEvent(case, event, at, applicant=CANARY, **given)
    (answer,) = await flow.receive(tenant, [happened], source=Source("demo", trusted=True), now=at)
    assert isinstance(answer, Received) and answer.invitation is not None, answer
    grades = dict.fromkeys(answer.invitation.dimensions, grade)
    told = Submission(token=answer.invitation.token, grades=grades, text=text, tags=tuple(tags), rater=CANARY)
    await flow.rate(tenant, told, source=Source("web"), now=at + timedelta(minutes=7))
    async with db.as_tenant(tenant.id) as unit:
        found = await unit.fetchval(
            "SELECT number FROM ticket WHERE tenant_id = $1 ORDER BY opened_at DESC LIMIT 1", tenant.id
        )
    return found or ""
