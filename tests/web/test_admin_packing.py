"""From low-code to code and back: a place's rules leave as a folder, and a plugin's rules come into a proposal."""

import io
import zipfile
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

import pytest

from core import db, tenants
from core.audit.model import SYSTEM
from core.policy.model import Override
from core.proposals import actions, decide
from core.tenants import Tenant, own
from tests.web.api_world import Times
from tests.web.office import Seat, seat, town

RULE = Override("public_min", 7, "第十五条", date(2026, 1, 1), document="示〔2026〕1号")


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        await tenants.override(found.id, [RULE], by=SYSTEM, now=now)
        yield await tenants.by_id(found.id)


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def begun(operator: Seat) -> str:
    answer = await operator.post("/admin/rules", {"since": "2026-06-01"})
    return answer.headers["location"].rpartition("/")[2]


async def test_a_places_rules_are_downloaded_as_a_plugins_folder(operator: Seat) -> None:
    shown = await operator.get("/admin/rules/export")
    answer = await operator.post("/admin/rules/export", {"name": "ningzhou_out", "division": "339900"})

    assert "导出为插件" in shown.text
    assert answer.headers["content-type"] == "application/zip"
    box = zipfile.ZipFile(io.BytesIO(answer.content))
    rules = box.read("ningzhou_out/ningzhou_out/regulation.py").decode()
    assert ".sets(keys.public_min, 7)" in rules


@pytest.mark.parametrize("name", ["", "Ning Zhou", "json", "national"])
async def test_a_name_that_no_folder_may_have_is_refused_at_its_field(operator: Seat, name: str) -> None:
    answer = await operator.post("/admin/rules/export", {"name": name, "division": ""})

    assert answer.status_code in (409, 422) and 'id="e-name"' in answer.text


async def test_a_plugins_rules_come_into_a_proposal_as_its_questions_are_answered(
    operator: Seat, place: Tenant
) -> None:
    proposal = await begun(operator)
    offered = await operator.get(f"/admin/rules/{proposal}/adopt")
    looked = await operator.get(f"/admin/rules/{proposal}/adopt?plugin=guangxi")
    taken = await operator.post(f"/admin/rules/{proposal}/adopt", {"plugin": "guangxi", "version": "1"})

    assert "guangxi" in offered.text and "将写进草案的规则" in looked.text
    assert taken.status_code == 200 and "已写进草案" in taken.text
    async with db.as_tenant(place.id) as unit:
        found = await actions.by_id(unit, UUID(proposal))
    clocks = found.change("clocks")
    assert clocks is not None and clocks.clause
    assert all(each.clause for each in found.changes)


async def test_a_rule_taken_over_is_not_submitted_before_a_paper_of_the_places_own_is_named(
    operator: Seat, place: Tenant, now: datetime
) -> None:
    await own.register(place, "实施细则", "示〔2026〕2号", date(2026, 1, 5), by=SYSTEM, now=now)
    proposal = await begun(operator)
    taken = await operator.post(f"/admin/rules/{proposal}/adopt", {"plugin": "guangxi", "version": "1"})
    async with db.as_tenant(place.id) as unit:
        found = await actions.by_id(unit, UUID(proposal))
    owed = found.change("rating_window")
    assert owed is not None and "guangxi" not in owed.taken and owed.document == ""
    shown = await operator.get(f"/admin/rules/{proposal}/keys/rating_window")
    again = replace(owed, clause="第三条")
    fresh = await tenants.by_id(place.id)
    await actions.put(fresh, found.id, again, version=found.version, by=SYSTEM, now=now)
    still = await texts(fresh, found.id)
    named = replace(again, document="示〔2026〕2号")
    await actions.put(fresh, found.id, named, version=found.version + 1, by=SYSTEM, now=now)
    settled = await texts(fresh, found.id)
    submitted = await operator.post(f"/admin/rules/{proposal}/submit", {"version": str(found.version + 2)})

    assert "须写明" in taken.text and owed.taken in shown.text and "不选不能提交批准" in shown.text
    assert "rating_window" in still and "rating_window" not in settled and settled
    assert submitted.status_code == 422 and "取用自" in submitted.text


async def texts(tenant: Tenant, proposal: UUID) -> set[str]:
    """The keys that still lack a paper of the place's own."""
    async with db.as_tenant(tenant.id) as unit:
        known = await actions.by_id(unit, proposal)
    return {each.key for each in decide.lint(tenant, known) if each.hard and "取用自" in each.text}


async def test_who_has_not_seen_the_newest_version_takes_nothing_in(operator: Seat, place: Tenant) -> None:
    proposal = await begun(operator)

    refused = await operator.post(f"/admin/rules/{proposal}/adopt", {"plugin": "guangxi", "version": "9"})
    nothing = await operator.post(f"/admin/rules/{proposal}/adopt", {"plugin": "nowhere", "version": "1"})

    assert (refused.status_code, nothing.status_code) == (409, 422)
    async with db.as_tenant(place.id) as unit:
        assert (await actions.by_id(unit, UUID(proposal))).changes == ()
