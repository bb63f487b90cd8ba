"""What an extra counts stands beside the other figures, and may be part of the index."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core import db, stack
from core.policy import keys, vocab
from core.policy.extras import Metric, Ratio, Scene
from core.records import cut, figures, offered
from core.records import scene as scenes
from core.records.model import Reach
from core.tenants.model import Tenant
from tests.core.records import lost as losts
from tests.core.records.changed import changed
from tests.core.records.test_records import TAX, did, filed


async def test_a_figure_has_its_part_and_its_whole(place: Tenant, now: datetime):
    first = await filed(place, now)
    await filed(place, now, what="手套")
    await did(place, first, "give", {}, TAX, now)

    async with db.as_tenant(place.id) as unit:
        found = await figures.every(unit, place, "institution", now)
        earlier = now.date() - timedelta(days=1)
        before = await figures.every(unit, place, "institution", now, earlier, earlier)
    figure = found["tax-east"]["lost:returned"]
    assert (figure.label, figure.part, figure.whole, figure.value) == ("归还率", 1, 2, Decimal("0.5000"))
    assert before == {}


async def test_what_is_made_of_a_record_counts_in_the_period_of_that_record(place: Tenant, now: datetime):
    """A period's figures are those of its last moment, whenever they are looked at."""
    extra, later = offered.extra_of("lost"), now + timedelta(days=1)
    await did(place, await filed(place, now), "call", {"said": "明天来领"}, TAX, later)
    seen: list[Scene] = []

    def count(scene: Scene) -> dict[str, Ratio]:
        seen.append(scene)
        return {}

    metric = Metric("any", "任意", "institution", ("lost_thing", "lost_letter"), count)
    async with db.as_tenant(place.id) as unit:
        for day in (now.date(), later.date()):
            await figures.one(unit, place, extra, metric, later + timedelta(days=9), day, day)

    assert [[each.kind for each in one.others] for one in seen] == [["lost_thing", "lost_letter"], []]
    assert [one.today for one in seen] == [now.date(), later.date()]


def test_a_metric_of_an_extra_may_be_part_of_the_index(lost: None):
    stack.extras()
    (row,) = keys.index.parse([{"group": "departments", "metric": "lost:returned", "weight": 1}])

    assert (row.metric, vocab.METRICS["lost:returned"]) == ("lost:returned", "归还率")


async def test_what_is_counted_is_cut_to_its_reader_and_to_the_period(place: Tenant, now: datetime):
    await filed(place, now)
    await filed(place, now + timedelta(days=40), what="手套", where="tax-west")
    east = Reach(frozenset({"bureau"}), regions=frozenset({"east"}))
    desk = Reach(frozenset({"handler"}), institutions=frozenset({"tax-west"}))

    async with db.as_tenant(place.id) as unit:
        whole = await scenes.scene(unit, place, now + timedelta(days=41), reads=["lost_thing"])
        theirs, own = [await cut.to_reach(unit, whole, each) for each in (east, desk)]
    march = cut.to_period(whole, date(2026, 3, 1), date(2026, 3, 31))
    assert [each.institution for each in theirs.others] == ["tax-east"]
    # Who has nothing, and who sits there, is named of one's own place only.
    assert (set(theirs.institutions), set(theirs.staff)) == ({"tax-east"}, {"li", "zhao"})
    assert {code: each.outside for code, each in theirs.regions.items()} == {"east": False, "city": True}
    assert (set(own.institutions), {code for code, each in own.regions.items() if not each.outside}) == (
        {"tax-west"},
        set(),
    )
    assert [each.number for each in march.others] == ["SW-2026-0001"]
    assert cut.to_period(whole, date(2026, 3, 1), date(2026, 3, 31), ["another"]).others == whole.others


async def test_what_several_figures_read_is_read_once(place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch):
    read, looked = scenes.entries, list[Any]()

    async def counting(*told: Any) -> Any:
        looked.append(told[1])
        return await read(*told)

    monkeypatch.setattr(scenes, "entries", counting)
    (metric,) = losts.LOST.metrics
    with changed(losts.LOST, metrics=(metric, replace(metric, code="again"), replace(metric, code="thrice"))):
        async with db.as_tenant(place.id) as unit:
            await figures.every(unit, place, "institution", now)
    assert looked == [("lost_thing",)]
