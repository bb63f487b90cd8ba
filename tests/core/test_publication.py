"""What a province knows of its cities is what they published: word for word, once, in order, and corrected in sight."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from random import Random

import pytest

from core import db, duties, tenants
from core.audit.model import SYSTEM
from core.policy.model import Override
from core.publication import actions as publication
from core.publication import jobs
from core.publication.decide import corrections
from core.tenants import Tenant
from tests.core.province import DELIVERY, Land, carry, land, posted, tell
from tests.core.town import rated


@pytest.fixture
async def place(pool: object, now: datetime) -> AsyncGenerator[Land]:
    async with land(now) as found:
        yield found


async def known(province: Tenant, kind: str, subject: str | None = None) -> dict[tuple[int, str], object]:
    async with db.as_tenant(province.id) as unit:
        found = await publication.current(unit, kind, subject)  # pyright: ignore[reportArgumentType]
    return {(each.city, each.subject): each.content for each in found}


async def test_a_rule_reaches_the_province_with_its_words_clause_and_layer(place: Land, now: datetime) -> None:
    await tell(place.east, now)

    said = (await known(place.province, "rules", "rating_window"))[place.east.id, "rating_window"]
    assert (said["value"], said["said"], said["clause"]) == ("7d", "7 个自然日", "第二条")
    assert (said["layer"], said["from"]) == ("override", "本级设置")


async def test_only_what_changed_is_published_again(place: Land, now: datetime) -> None:
    await tell(place.east, now)
    await tenants.override(place.east.id, [Override("rating_window", "9d", "第三条")], by=SYSTEM, now=now)
    await tell(place.east, now + timedelta(minutes=1))

    async with db.as_tenant(place.province.id) as unit:
        history = await publication.history(unit, place.east.id, "rules", "rating_window")
        second = [each async for each in _of(unit, place.east.id, 2)]
    assert [each.content["value"] for each in history] == ["7d", "9d"]
    assert {each for each in second if each[0] == "rules"} == {("rules", "rating_window")}


async def _of(unit: db.Unit, city: int, edition: int):
    for row in await unit.fetch(
        "SELECT kind, subject FROM publication WHERE tenant_id = $1 AND city = $2 AND edition = $3",
        unit.tenant, city, edition,
    ):  # fmt: skip
        yield row["kind"], row["subject"]


async def test_nothing_leaves_a_city_that_belongs_to_nobody(tenant: Tenant, now: datetime) -> None:
    await jobs.publish(tenant, "", now)

    assert await posted(tenant) == []


async def test_a_change_of_rules_wakes_the_publication_in_its_own_transaction(place: Land, now: datetime) -> None:
    async with db.as_system() as unit:
        before = await unit.fetchval("SELECT count(*) FROM task WHERE tenant = $1 AND kind = 'publish'", place.east.id)
    await tenants.override(place.east.id, [Override("rating_window", "9d", "第三条")], by=SYSTEM, now=now)
    async with db.as_system() as unit:
        after = await unit.fetchval("SELECT count(*) FROM task WHERE tenant = $1 AND kind = 'publish'", place.east.id)

    assert after > before


async def test_a_message_that_comes_twice_or_late_changes_nothing(place: Land, now: datetime) -> None:
    for minute, span in enumerate(("7d", "8d", "9d", "10d")):
        await tenants.override(place.east.id, [Override("rating_window", span, "第三条")], by=SYSTEM, now=now)
        await jobs.publish(await tenants.by_id(place.east.id), "", now + timedelta(minutes=minute))
    waiting = await posted(place.east)
    async with db.as_tenant(place.east.id) as unit:
        rows = await unit.fetch("SELECT id, payload FROM outbox WHERE tenant_id = $1 ORDER BY id", place.east.id)
    shuffled = [*rows, *rows]
    Random(7).shuffle(shuffled)  # noqa: S311 - the same shuffle each time
    for row in shuffled:
        await publication.carry(place.east, row["id"], row["payload"], now)

    async with db.as_tenant(place.province.id) as unit:
        (current,) = await publication.current(unit, "rules", "rating_window")
        history = await publication.history(unit, place.east.id, "rules", "rating_window")
    assert len(waiting) == 4 and current.content["value"] == "10d"
    assert [each.content["value"] for each in history] == ["7d", "8d", "9d", "10d"]


async def test_what_is_lost_on_the_way_is_seen_to_be_missing(place: Land, now: datetime) -> None:
    for minute, span in enumerate(("7d", "8d", "9d")):
        await tenants.override(place.east.id, [Override("rating_window", span, "第三条")], by=SYSTEM, now=now)
        await jobs.publish(await tenants.by_id(place.east.id), "", now + timedelta(minutes=minute))
    first, second, third = await posted(place.east)
    for each in (first, third):
        await DELIVERY(place.east, str(each), now)
    async with db.as_tenant(place.province.id) as unit:
        lost = (await publication.received(unit))[place.east.id]
    await DELIVERY(place.east, str(second), now)
    async with db.as_tenant(place.province.id) as unit:
        found = (await publication.received(unit))[place.east.id]

    assert (lost.last, lost.missing) == (3, (2,)) and found.missing == ()


async def test_a_province_that_is_gone_leaves_the_word_waiting_in_sight(place: Land, now: datetime) -> None:
    await jobs.publish(place.east, "", now)
    async with db.as_tenant(place.east.id) as unit:
        await unit.execute(
            "UPDATE outbox SET payload = payload || '{\"to\": 2147483647}' WHERE tenant_id = $1", place.east.id
        )
    (message,) = await posted(place.east)
    await DELIVERY(place.east, str(message), now)

    async with db.as_tenant(place.east.id) as unit:
        row = await unit.fetchrow("SELECT state, attempts, last_error FROM outbox WHERE tenant_id = $1", place.east.id)
    assert (row["state"], row["attempts"]) == ("waiting", 1) and row["last_error"]


async def test_figures_are_counts_with_their_formula_and_rules(place: Land, now: datetime) -> None:
    for nth, grade in enumerate((5, 5, 4, 1)):
        await rated(place.east, f"A{nth}", now - timedelta(hours=4 - nth), {"overall": grade})
    await duties.fold(place.east, "", now)
    await tell(place.east, now)

    said = (await known(place.province, "figures"))[place.east.id, "2026-03"]
    assert (said["n"], said["active_n"], said["enough"]) == (4, 4, True)
    assert [(each["grade"], each["n"], each["active"]) for each in said["grades"]][:2] == [(5, 2, 2), (4, 1, 1)]
    assert {code: (rate["count"], rate["over"]) for code, rate in said["rates"].items()} == {
        "active": (4, 4), "default": (0, 4), "good": (3, 4), "rectified": (0, 1), "overdue": (0, 0),
    }  # fmt: skip
    assert said["formula"] and said["revision"] and said["rates"]["good"]["said"]


async def test_practice_never_reaches_the_province(pool: object, now: datetime) -> None:
    async with land(now, live=False) as place:
        await rated(place.east, "A1", now - timedelta(days=20), {"overall": 1})
        await tell(place.east, now)
        practised = {kind: await known(place.province, kind) for kind in ("rules", "figures", "health")}
        await tenants.go_live(place.east.id, True, by=SYSTEM, now=now)
        await rated(place.east, "A2", now, {"overall": 5})
        await duties.fold(place.east, "", now)
        await tell(place.east, now + timedelta(hours=1))
        said, healthy = await known(place.province, "figures"), await known(place.province, "health")

    assert practised["rules"] and not practised["figures"] and not practised["health"]
    assert {subject for _, subject in said} == {"2026-03"} and healthy


async def test_too_few_ratings_leave_the_city_as_nothing_but_their_number(pool: object, now: datetime) -> None:
    async with land(now, Override("public_min", 5, "第五条")) as place:
        await rated(place.east, "A1", now - timedelta(hours=3), {"overall": 1})
        await tell(place.east, now)
        said = (await known(place.province, "figures"))[place.east.id, "2026-03"]

    assert (said["n"], said["enough"], said["grades"], said["rates"], said["mean"]) == (1, False, [], {}, None)


async def test_a_month_that_was_over_is_corrected_in_sight(place: Land, now: datetime) -> None:
    await rated(place.east, "A1", now - timedelta(days=20), {"overall": 5})
    await tell(place.east, now)
    await rated(place.east, "A2", now - timedelta(days=19), {"overall": 4})
    await tell(place.east, now + timedelta(hours=1))

    async with db.as_tenant(place.province.id) as unit:
        (found,) = corrections((await publication.finals(unit))[place.east.id])
    assert found.subject == "2026-02" and ("评价数", "1", "2") in found.changes


async def test_health_is_news_only_where_somebody_might_act(place: Land, now: datetime) -> None:
    await tell(place.east, now)
    await tell(place.east, now + timedelta(minutes=5))
    async with db.as_system() as unit:
        await unit.execute("UPDATE task SET state = 'dead' WHERE tenant = $1", place.east.id)
    await tell(place.east, now + timedelta(minutes=10))

    async with db.as_tenant(place.province.id) as unit:
        history = await publication.history(unit, place.east.id, "health")
    assert [each.content["jobs"]["dead"] > 0 for each in history] == [False, True]


async def test_a_province_cannot_read_its_city_nor_write_in_its_name(place: Land, now: datetime) -> None:
    await tell(place.east, now)
    async with db.as_tenant(place.province.id) as unit:
        seen = await unit.fetchval("SELECT count(*) FROM publication WHERE tenant_id = $1", place.east.id)
        ratings = await unit.fetchval("SELECT count(*) FROM rating WHERE tenant_id = $1", place.east.id)
    with pytest.raises(Exception, match="row-level security"):
        async with db.as_tenant(place.province.id) as unit:
            await unit.execute(
                "INSERT INTO publication SELECT $2, city, kind, subject, 99, content, digest, final, at, received_at"
                " FROM publication WHERE tenant_id = $1 LIMIT 1",
                place.province.id, place.east.id,
            )  # fmt: skip

    assert (seen, ratings) == (0, 0)


async def test_what_was_published_is_never_changed(place: Land, now: datetime) -> None:
    await tell(place.east, now)
    with pytest.raises(Exception, match="permission denied"):
        async with db.as_tenant(place.province.id) as unit:
            await unit.execute("UPDATE publication SET digest = '' WHERE tenant_id = $1", unit.tenant)


async def test_nothing_is_carried_twice_by_the_worker(place: Land, now: datetime) -> None:
    await tell(place.east, now)

    assert await carry(place.east, now) == 0
