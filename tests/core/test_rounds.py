"""A round asks, a city hands in what it counts, the province decides, and what was closed never moves again."""

import asyncio
from collections.abc import AsyncGenerator
from contextvars import Context
from datetime import date, datetime, timedelta
from uuid import UUID

import pytest

from core import db
from core.audit.model import Actor
from core.errors import Conflict, Invalid, ReasonMissing, WrongState
from core.publication.decide import digest
from core.rounds import actions as rounds
from core.rounds import decide, jobs
from core.rounds.model import FIGURES, Asked, Report, Round, Wanted
from core.tenants import Tenant
from tests.core.province import Land, carry, land
from tests.core.town import rated

BY = Actor("member", "someone")
WANTED = Wanted("二月评价", "", date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 20), 3, tuple(FIGURES))


@pytest.fixture
async def place(pool: object, now: datetime) -> AsyncGenerator[Land]:
    async with land(now) as found:
        for nth, grade in enumerate((5, 4, 1)):
            await rated(found.east, f"A{nth}", now - timedelta(days=20 + nth), {"overall": grade})
        yield found


async def opened(place: Land, now: datetime, wanted: Wanted = WANTED) -> UUID:
    asked = [Asked(each.id, each.slug, each.name) for each in (place.east, place.west)]
    async with db.as_tenant(place.province.id) as unit:
        made = await rounds.open_round(unit, wanted, asked, by=BY, now=now)
    await carry(place.province, now)
    return made


async def handed_in(city: Tenant, made: UUID, now: datetime, note: str = "") -> Report:
    async with db.as_tenant(city.id) as unit:
        asked = await rounds.one(unit, made)
        seen = digest(await rounds.figures_of(unit, city, asked, now))
        report = await rounds.submit(unit, city, made, seen=seen, note=note, by=BY, now=now)
    await carry(city, now)
    return report


async def settled(place: Land, made: UUID, city: Tenant, version: int, now: datetime, comment: str = "") -> None:
    async with db.as_tenant(place.province.id) as unit:
        await rounds.settle(
            unit, made, city.id, version, accept=not comment, comment=comment, by=BY, now=now
        )  # fmt: skip
    await carry(place.province, now)


async def seen(tenant: Tenant, made: UUID) -> tuple[Round, tuple[Report, ...]]:
    async with db.as_tenant(tenant.id) as unit:
        return await rounds.one(unit, made), await rounds.reports(unit, made)


async def told(tenant: Tenant) -> list[str]:
    async with db.as_tenant(tenant.id) as unit:
        rows = await unit.fetch("SELECT title FROM notification WHERE tenant_id = $1 ORDER BY at, id", tenant.id)
    return [row["title"] for row in rows]


async def member(tenant: Tenant, role: str, now: datetime) -> None:
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(
            "INSERT INTO member (tenant_id, id, username, name, role, password_hash, created_at, password_at)"
            " VALUES ($1, $2, $3, $3, $3, 'x', $4, $4)",
            tenant.id, db.ids.new(), role, now,
        )  # fmt: skip


async def test_every_city_hears_of_a_round_and_of_nobody_elses_part_in_it(place: Land, now: datetime) -> None:
    await member(place.east, "operator", now)
    made = await opened(place, now)

    asked, _ = await seen(place.east, made)
    assert (asked.title, asked.due, [each.id for each in asked.asked]) == ("二月评价", WANTED.due, [place.east.id])
    assert await told(place.east) == ["报送"]


async def test_a_report_is_frozen_when_it_is_handed_in(place: Land, now: datetime) -> None:
    made = await opened(place, now)
    report = await handed_in(place.east, made, now)
    await rated(place.east, "LATE", now - timedelta(days=21), {"overall": 1})

    _, (kept,) = await seen(place.province, made)
    assert (kept.content["n"], kept.digest, digest(kept.content)) == (3, report.digest, report.digest)
    assert kept.content["rates"]["good"]["count"] == 2 and kept.content["revision"]


async def test_figures_that_moved_while_they_were_looked_at_are_shown_again(place: Land, now: datetime) -> None:
    made = await opened(place, now)
    async with db.as_tenant(place.east.id) as unit:
        before = digest(await rounds.figures_of(unit, place.east, await rounds.one(unit, made), now))
    await rated(place.east, "MORE", now - timedelta(days=21), {"overall": 1})

    with pytest.raises(rounds.FiguresMoved):
        async with db.as_tenant(place.east.id) as unit:
            await rounds.submit(unit, place.east, made, seen=before, note="", by=BY, now=now)


async def test_a_report_that_arrives_while_the_round_is_closed_is_a_correction(place: Land, now: datetime) -> None:
    made = await opened(place, now)
    async with db.as_tenant(place.east.id) as unit:
        figures = digest(await rounds.figures_of(unit, place.east, await rounds.one(unit, made), now))
        await rounds.submit(unit, place.east, made, seen=figures, note="", by=BY, now=now)
    async with db.as_tenant(place.province.id) as unit:
        await rounds.close(unit, made, by=BY, now=now)
        arriving = asyncio.create_task(carry(place.east, now), context=Context())
        waiting = 0
        while not arriving.done() and not waiting:
            waiting = await unit.fetchval("SELECT count(*) FROM pg_locks WHERE NOT granted")
    await arriving

    _, (report,) = await seen(place.province, made)
    assert report.correction


async def test_a_returned_report_comes_again_as_a_new_version(place: Land, now: datetime) -> None:
    made = await opened(place, now)
    await handed_in(place.east, made, now)
    with pytest.raises(WrongState):
        await handed_in(place.east, made, now)
    await settled(place, made, place.east, 1, now, "请核对差评整改率")
    _, (first,) = await seen(place.east, made)
    await handed_in(place.east, made, now, "已核对")
    await settled(place, made, place.east, 2, now)

    _, reports = await seen(place.province, made)
    assert (first.state, first.comment) == ("returned", "请核对差评整改率")
    assert [(each.version, each.state) for each in reports] == [(1, "returned"), (2, "accepted")]


async def test_a_return_says_what_to_change_and_a_second_decision_is_refused(place: Land, now: datetime) -> None:
    made = await opened(place, now)
    await handed_in(place.east, made, now)
    async with db.as_tenant(place.province.id) as unit:
        with pytest.raises(ReasonMissing):
            await rounds.settle(unit, made, place.east.id, 1, accept=False, comment="", by=BY, now=now)
    await settled(place, made, place.east, 1, now)
    with pytest.raises(Conflict):
        await settled(place, made, place.east, 1, now)


async def test_a_closed_round_is_sealed_with_who_reported_nothing_in_it(place: Land, now: datetime) -> None:
    made = await opened(place, now)
    await handed_in(place.east, made, now)
    async with db.as_tenant(place.province.id) as unit:
        with pytest.raises(WrongState, match="东市"):
            await rounds.close(unit, made, by=BY, now=now)
    await settled(place, made, place.east, 1, now)
    async with db.as_tenant(place.province.id) as unit:
        sealed = await rounds.close(unit, made, by=BY, now=now)
    await carry(place.province, now)

    asked, _ = await seen(place.province, made)
    own, _ = await seen(place.east, made)
    assert [(each["name"], each["state"]) for each in asked.frozen or ()] == [("东市", "accepted"), ("西市", "missing")]
    assert decide.seal(asked, asked.frozen or ()) == asked.digest == sealed == own.digest
    assert [each["name"] for each in own.frozen or ()] == ["东市"]


async def test_what_comes_after_the_close_is_a_correction_beside_the_frozen(place: Land, now: datetime) -> None:
    made = await opened(place, now)
    await handed_in(place.east, made, now)
    await settled(place, made, place.east, 1, now)
    async with db.as_tenant(place.province.id) as unit:
        await rounds.close(unit, made, by=BY, now=now)
    await carry(place.province, now)
    before, _ = await seen(place.province, made)
    await rated(place.east, "LATE", now - timedelta(days=21), {"overall": 1})
    with pytest.raises(ReasonMissing):
        await handed_in(place.east, made, now)
    await handed_in(place.east, made, now, "补录一条纸质评价")

    after, reports = await seen(place.province, made)
    assert (after.frozen, after.digest) == (before.frozen, before.digest)
    assert [(each.version, each.correction, each.content["n"]) for each in reports] == [(1, False, 3), (2, True, 4)]


async def test_a_round_that_comes_twice_and_a_decision_before_it_change_nothing(place: Land, now: datetime) -> None:
    asked = [Asked(place.east.id, place.east.slug, place.east.name)]
    async with db.as_tenant(place.province.id) as unit:
        made = await rounds.open_round(unit, WANTED, asked, by=BY, now=now)
        again = """INSERT INTO outbox
          SELECT tenant_id, $2, kind, person_id, payload, state, attempts, run_after, last_error, created_at, sent_at,
            member_id FROM outbox WHERE tenant_id = $1 AND kind = 'round' LIMIT 1"""
        await unit.execute(again, unit.tenant, db.ids.new())
    assert await carry(place.province, now) == 2

    async with db.as_tenant(place.east.id) as unit:
        assert [each.id for each in await rounds.listing(unit)] == [made]


async def test_who_has_not_reported_is_reminded_and_so_is_the_province(place: Land, now: datetime) -> None:
    await member(place.east, "operator", now), await member(place.west, "operator", now)
    await member(place.province, "provincial", now)
    made = await opened(place, now)
    await handed_in(place.east, made, now)
    late = now + timedelta(days=14)
    for each in (place.province, place.east, place.west):
        await jobs.remind(each, str(made), late)
        await jobs.remind(each, str(made), late)

    assert await told(place.east) == ["报送"]
    assert await told(place.west) == ["报送", "逾期未报送"]
    assert await told(place.province) == ["收到报送", "有地区未报送"]


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("title", {"title": ""}), ("until", {"until": date(2026, 1, 1)}), ("due", {"due": date(2026, 3, 8)}),
     ("due", {"until": date(2026, 3, 20)}), ("remind", {"remind": -1}), ("figures", {"figures": ()})],
)  # fmt: skip
def test_a_round_that_nobody_could_answer_is_refused_at_its_field(field: str, wrong: dict[str, object]) -> None:
    given = {name: getattr(WANTED, name) for name in WANTED.__slots__} | wrong
    with pytest.raises(Invalid) as refusal:
        decide.checked(Wanted(**given), date(2026, 3, 9))

    assert refusal.value.field == field
