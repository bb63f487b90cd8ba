"""A place that is no plugin comes on board in the browser alone: rules, approval, examples and their run."""

import io
import zipfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import pytest

from core import db, people, tenants
from core.audit.model import SYSTEM
from core.examples import kept
from core.people import NewMember
from core.policy import keys
from core.proposals import actions as proposals
from core.scenarios import jobs
from core.tenants import Tenant
from tests.places.entered import FIRST, Place, founded, read
from tests.ports import loopback
from tests.web.api_world import Times
from tests.web.filled import form
from tests.web.office import Seat
from web.admin.rules.fields import written
from web.admin.rules.sheet import AT, documents, open_sheet

BROWSED = ("lanzhou", "siping", "hexi")


@pytest.mark.parametrize("code", BROWSED)
async def test_a_place_is_entered_approved_and_proven_in_the_browser(
    code: str, address: str, now: datetime, times: Times, pool: object
):
    times.now = now
    place = read(code)
    async with (
        founded(place, now) as tenant,
        member(address, tenant, "operator", now) as operator,
        member(address, tenant, "supervisor", now) as supervisor,
    ):
        rules = await begun(operator)
        for rule in place.rules:
            await typed(operator, tenant, rules, rule)
        version = (await proposals.by_id(tenant, UUID(rules.rpartition("/")[2]))).version
        submitted = await operator.post(f"{rules}/submit", {"version": version})
        approved = await supervisor.post(f"{rules}/approve", {"version": version})
        assert (submitted.status_code, approved.status_code) == (303, 303), approved.text[-3000:]

        await brought(operator, place)
        assert (await operator.post("/admin/examples/runs", {"scope": "own"})).status_code == 303
        fresh = await tenants.by_id(tenant.id)
        async with db.as_tenant(tenant.id) as unit:
            (run,) = await kept.runs(unit, None)
        await jobs.examples_run(fresh, str(run.id), now + timedelta(minutes=1))
        shown = (await operator.get(f"/admin/examples/runs/{run.id}")).text

    assert f"{len(place.examples)} 个成立" in shown, shown
    assert "不成立" not in shown


@asynccontextmanager
async def member(
    address: str, tenant: Tenant, role: Literal["operator", "supervisor"], now: datetime
) -> AsyncIterator[Seat]:
    """Of no institution, as nobody is before the organisation has been brought in."""
    new = NewMember(role, f"{role}某", role, "A long pass phrase", must_change=False)
    known = await people.add_member(tenant.id, new, by=SYSTEM, now=now)
    async with db.as_tenant(tenant.id) as unit:
        session = await people.open_session(unit, known, now)
    headers, cookies = {"sec-fetch-site": "same-origin"}, {f"hcp-{tenant.slug}": session}
    async with loopback(address, headers=headers, cookies=cookies) as browser:
        yield Seat(browser, tenant, session)


async def begun(operator: Seat) -> str:
    answer = await operator.post("/admin/rules", {"since": FIRST.isoformat(), "title": "第一次录入"})
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix(operator.at(""))


async def typed(operator: Seat, tenant: Tenant, rules: str, rule: Mapping[str, Any]) -> None:
    """The form of the key, filled in as its controls stand on the page, and saved."""
    proposal = await proposals.by_id(tenant, UUID(rules.rpartition("/")[2]))
    sheet = open_sheet(tenant, proposal, rule["key"])
    key = keys.ALL[rule["key"]]
    raw = written(key.shape, key.parse(rule["value"]))
    fields = {AT: ["yes" if raw else "no"]} if isinstance(raw, bool) else sheet.control.spell(raw, AT)
    path = f"{rules}/keys/{rule['key']}"
    version = form((await operator.get(path)).text, "rule-form")["version"]
    cited = {"clause": [rule["clause"]], "document": [next(iter(documents(tenant)))]}
    sent = {**fields, **cited, "state": ["set"], "version": version, "op": ["save"]}
    answer = await operator.post(path, sent)
    assert answer.status_code == 303, (rule, answer.text[-4000:])


async def brought(operator: Seat, place: Place) -> None:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as parcel:
        for file in place.examples:
            parcel.writestr(file.name, file.read_bytes())
    sent = [("file", ("examples.zip", held.getvalue(), "application/zip"))]
    answer = await operator.post("/admin/examples/files", {}, files=sent)
    assert answer.status_code == 303, answer.text
