"""A city with members of every role and something to rate, for tests that look at pages."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from core import db, flow
from core.intake.model import Received, ServiceEvent, Source
from core.people import Person, family_of, members, open_session
from core.people.members import ROLES
from core.people.passwords import hashed
from core.tenants import Tenant
from tests.ports import loopback
from tests.web.api_world import Hall
from web import csrf

PASSWORD = "A long pass phrase"  # noqa: S105 - of accounts that live for one test
WANG = Person("王五", phone="13800000005")


@dataclass
class House:
    hall: Hall
    members: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def tenant(self) -> Tenant:
        return self.hall.tenant

    @property
    def slug(self) -> str:
        return self.tenant.slug

    def at(self, path: str) -> str:
        return f"/t/{self.slug}{path}"


_hash: list[str] = []


@asynccontextmanager
async def inhabited(hall: Hall, now: datetime, roles: tuple[str, ...] = ROLES) -> AsyncIterator[House]:
    """One member of each role; all share one password, hashed once for all tests."""
    if not _hash:
        _hash.append(await hashed(PASSWORD))
    async with db.as_tenant(hall.tenant.id) as unit:
        await unit.executemany(
            "INSERT INTO member"
            " (tenant_id, id, username, name, role, institution, password_hash, created_at, password_at)"
            " VALUES ($1, $2, $3, $4, $5, 'tax-east', $6, $7, $7)",
            [(hall.tenant.id, db.ids.new(), f"{role}-1", f"{role}某", role, _hash[0], now) for role in roles],
        )
    yield House(hall, {role: f"{role}-1" for role in roles})


async def closed(tenant: Tenant, now: datetime, case: str = "A1", *, person: Person | None = WANG, **more: str) -> str:
    """The token of a case closed at the window this moment."""
    told = {"item": "invoice", "staff": "li", "window": "w1", "mode": "window"} | more
    event = ServiceEvent(case, "closed", now, applicant=person, **told)
    (answer,) = await flow.receive(tenant, [event], source=Source("demo", trusted=True), now=now)
    assert isinstance(answer, Received), answer
    assert answer.invitation is not None
    return answer.invitation.token


def browser(address: str, **headers: str) -> httpx.AsyncClient:
    """Answers like a browser on the site itself, and follows nothing by itself."""
    return loopback(address, timeout=60, headers={"sec-fetch-site": "same-origin", **headers})


async def sign_in(page: httpx.AsyncClient, house: House, role: str) -> None:
    """Through the form; ``enter`` is quicker where signing in is not what is tried."""
    form = {"username": house.members[role], "password": PASSWORD}
    answer = await page.post(house.at("/sign-in"), data=form)
    assert answer.status_code == 303, answer.text


async def enter(page: httpx.AsyncClient, house: House, role: str, now: datetime) -> None:
    async with db.as_tenant(house.tenant.id) as unit:
        member = next(each for each in await members(unit) if each.username == house.members[role])
        session = await open_session(unit, member.id, now)
    page.cookies.set(f"hcp-{house.slug}", session, domain=page.base_url.host)


def csrf_of(page: httpx.AsyncClient, house: House) -> str:
    """What the forms shown to this member carry; the test server has no secret."""
    return csrf.token("", family_of(page.cookies[f"hcp-{house.slug}"]))
