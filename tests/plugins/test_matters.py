"""The window for what could not be done: what is counted, what everybody may read, and what a demo shows of it."""

import heapq
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count

import pytest

from core import db, stack
from core.clock import SHANGHAI
from core.demo import extras as demo
from core.demo.extras import Deed
from core.embedded.servers import Servers
from core.policy.calendar import Calendar
from core.policy.compile import compile_policy
from core.policy.extras import Entry, Place, Scene
from core.records import listing, scene
from plugins.taian import matters_studied
from plugins.taian.unresolvable_matters import UNRESOLVABLE, is_repeat, nobodys_number
from tests.core.town import town

AT = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
TAX, EMPTY = Place("tax", "税务局"), Entry("", "", "", "", {}, AT)


def entry(nth: int, state: str = "answered", repeat_of: str = "", institution: str = "tax") -> Entry:
    fields = {"stuck": "other", "item": "licence", "cause": "policy", "solved": "yes"}
    return Entry(str(nth), "matter", f"BS-{nth}", state, fields, AT, institution=institution, repeat_of=repeat_of)


def seen(*found: Entry, **given: str) -> Scene:
    policy = compile_policy((stack.layer("national"), stack.layer("taian")), {}, (), AT.date())
    return Scene(
        AT, policy, Calendar({}), EMPTY, given, found, institutions={"tax": TAX}, items={"licence": "营业执照"}
    )


def cells(found: Scene, title: str) -> list[tuple[object, ...]]:
    return [row for table in matters_studied.studied(found) if table.title == title for row in table.rows]


def test_what_was_reported_twice_or_taken_back_counts_once_or_not_at_all() -> None:
    found = seen(entry(1), entry(2, repeat_of="1"), entry(3, "withdrawn"), entry(4, "received", institution=""))

    assert cells(found, "各季度") == [("2026 年第 1 季度", 2, 2, 0, 0)]
    assert cells(found, "各单位") == [("税务局", 1, 1, 1, 0)]


def test_what_an_institution_gave_back_is_not_held_against_it() -> None:
    found = seen(entry(1, "received"), entry(2, "sent"), entry(3))

    assert matters_studied.rate_answered(found)["tax"].part == 1
    assert matters_studied.rate_answered(found)["tax"].whole == 2


def test_the_same_matter_at_the_same_place_is_named_by_its_name() -> None:
    found = seen(entry(1), entry(2, "sent"), entry(3, "received"))

    assert cells(found, "反复出现的") == [("营业执照", "税务局", 2)]


def test_nobody_is_in_time_where_no_rule_says_by_when() -> None:
    assert matters_studied.rate_in_time(seen(entry(1))) == {}


@pytest.mark.parametrize("said", ["请打 13977776666", "138-0013-8000", "证号 37090219900101123X", "139 7777 6666"])
def test_what_everybody_reads_holds_no_number(said: str) -> None:
    assert [each.field for each in nobodys_number(seen(shown_as=said))] == ["shown_as"]


def test_years_and_rooms_may_be_named() -> None:
    assert nobodys_number(seen(shown_as="1998 年的批文缺失，302 室办不下来")) == ()


def test_only_a_repeat_is_joined_to_another() -> None:
    assert is_repeat(replace(seen(), record=entry(1))) and not is_repeat(
        replace(seen(), record=entry(2, repeat_of="1"))
    )


async def test_a_demo_city_has_lived_through_every_end(pool: Servers, now: datetime) -> None:
    async with town(now, "taian") as tenant:
        waiting: list[tuple[datetime, int, Deed]] = []
        nth = count()
        await demo.plan(tenant, now, lambda moment, deed: heapq.heappush(waiting, (moment, next(nth), deed)))
        while waiting and waiting[0][0] <= now:
            moment, _, deed = heapq.heappop(waiting)
            await deed(moment)
        async with db.as_tenant(tenant.id) as unit:
            found = (await scene.scene(unit, tenant, now, reads=["matter"])).of("matter")
            public, total = await listing.public(unit, tenant, UNRESOLVABLE.code, "matter", size=50)

    states = Counter(each.state for each in found)
    assert states["closed"] >= 8 and states["answered"] and states["outside"] == 1 and states["received"] == 2
    assert sum(bool(each.repeat_of) for each in found) == 1
    assert total == sum(states[each] for each in ("sent", "backed", "answered", "closed"))
    told = [each.record.fields for each in public]
    assert all({"shown_as", "handler"} <= each.keys() and "why" not in each for each in told)
    assert all(each.filed_at >= now - timedelta(days=140) for each in found)
