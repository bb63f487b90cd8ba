"""A survey's sample is drawn again from its seed by anybody, and its figures equal those worked out without it."""

import math
import random
from collections import defaultdict
from collections.abc import AsyncGenerator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core import db, errors, flow, people
from core.audit.model import Actor
from core.embedded.servers import Servers
from core.intake.model import Submission
from core.people.model import Person
from core.policy.extras import Table
from core.records import actions, contained, listing, offered
from core.records.listing import Asked
from core.records.model import FieldsWrong, Reach, Record
from core.records.scene import scene
from core.tenants.model import Tenant
from plugins.taian import sampling
from tests.core.town import CITIZEN, invited, town

BUREAU = Actor("bureau")
EVERYWHERE = Reach(frozenset({"bureau", "operator"}), regions=None, actor="bureau")
ASKER = Reach(frozenset(), member="asker", actor="member:asker")
TOPICS = ("efficiency", "attitude", "discipline", "integrity")
PEOPLE = (("invoice", "li", 7), ("refund", "sun", 4))
EXTRA = "third_party_survey"


@pytest.fixture
async def place(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    async with town(now, "taian") as tenant:
        known = people.NewMember("asker", "周敏", "partner", "Round-2026-first!")
        await people.add_member(tenant.id, known, by=BUREAU, now=now)
        await _rated(tenant, now)
        yield tenant


async def _rated(tenant: Tenant, at: datetime) -> None:
    n = 0
    for item, staff, count in PEOPLE:
        for _ in range(count):
            n += 1
            who = Person(f"办事人{n}", phone=f"138000000{n:02d}")
            invitation = await invited(tenant, f"A{n}", at, item=item, staff=staff, applicant=who)
            given = Submission(token=invitation.token, grades={"overall": 5})
            await flow.rate(tenant, given, source=CITIZEN, now=at + timedelta(hours=1))


async def did(
    tenant: Tenant, record: Record, act: str, now: datetime, reach: Reach = EVERYWHERE, **given: Any
) -> Record:
    by = BUREAU if reach is EVERYWHERE else Actor("member", "asker")
    return await actions.act(tenant, record.id, act, given, who=reach, by=by, now=now)


async def found(tenant: Tenant, kind: str, now: datetime, reach: Reach = EVERYWHERE) -> list[Record]:
    async with db.as_tenant(tenant.id) as unit:
        listed = await listing.page(unit, Asked(EXTRA, reach, kind, size=100), now)
    return sorted(listed.rows, key=lambda each: each.number)


async def filed(tenant: Tenant, kind: str, now: datetime, **given: Any) -> Record:
    await actions.file(tenant, EXTRA, kind, given, who="bureau", by=BUREAU, channel="window", now=now)
    return (await found(tenant, kind, now))[-1]


async def drawn(tenant: Tenant, now: datetime, size: int) -> Record:
    """A round set, with somebody to ask, and its sample drawn on the next day."""
    asker = await filed(
        tenant, "surveyor", now, person="周敏", phone="13700000001", source="student", employer="某大学", pledge=True
    )
    await did(tenant, asker, "engage", now, interviewer="asker", trained=now.date())
    survey = await filed(tenant, "survey", now, title="一轮", since=now.date(), until=now.date())
    await did(
        tenant, survey, "plan", now, agency="某大学", topics=list(TOPICS), ways=["phone"], about="all",
        since=now.date(), until=now.date(), strata="region",
    )  # fmt: skip
    return await did(tenant, survey, "draw", now + timedelta(days=1), size=size, seed="20260401", left_out=True)


async def tables(tenant: Tenant, now: datetime) -> dict[str, Table]:
    page = next(each for each in offered.extra_of(EXTRA).pages if each.code == "results")
    assert page.tables is not None
    async with db.as_tenant(tenant.id) as unit:
        what = await scene(unit, tenant, now, reads=page.reads)
    return {each.title: each for each in await contained.call(EXTRA, "results", page.tables, what, Table)}


async def test_anybody_draws_the_same_people_again_from_the_seed(place: Tenant, now: datetime):
    survey = await drawn(place, now, 6)
    later = now + timedelta(days=1)
    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch(
            "SELECT r.id::text AS ref, n.region FROM rating r"
            " JOIN service_case c ON c.tenant_id = $1 AND c.id = r.case_id"
            " JOIN item i ON i.tenant_id = $1 AND i.code = c.item"
            " JOIN institution n ON n.tenant_id = $1 AND n.code = i.institution WHERE r.tenant_id = $1",
            place.id,
        )
    expected = set[str]()
    for stratum, size in (("east", 4), ("west", 2)):
        numbers = random.Random(f"20260401/{stratum}")  # noqa: S311 - as it was drawn
        refs = sorted(row["ref"] for row in rows if row["region"] == stratum)
        expected |= {ref for _, ref in sorted((numbers.random(), ref) for ref in refs)[:size]}

    interviews = await found(place, "interview", later)
    assert (survey.fields["seed"], survey.fields["frame"]) == ("20260401", 11)
    assert {each.fields["ref"] for each in interviews} == expected


async def test_figures_equal_those_worked_out_by_hand(place: Tenant, now: datetime):
    survey = await drawn(place, now, 6)
    later = now + timedelta(days=2)
    said: dict[str, list[int]] = defaultdict(list)
    for n, each in enumerate(await found(place, "interview", later)):
        grade = (5, 2, 4, 1, 3, 5)[n]
        said[each.fields["stratum"]].append(grade)
        await did(place, each, "answer", later, ASKER, consent=True, **{**dict.fromkeys(TOPICS, 4), "attitude": grade})
    await did(place, survey, "close", later)

    sizes = {"east": 7, "west": 4}
    mean = sum(sizes[code] * sum(of) / len(of) for code, of in said.items()) / 11
    spread = 0.0
    for code, of in said.items():
        middle = sum(of) / len(of)
        square = sum((each - middle) ** 2 for each in of) / (len(of) - 1)
        spread += (sizes[code] / 11) ** 2 * (1 - len(of) / sizes[code]) * square / len(of)
    reach = 1.959964 * math.sqrt(spread)
    share = sum(sizes[code] * sum(each > 2 for each in of) / len(of) for code, of in said.items()) / 11
    row = next(each for each in (await tables(place, later))["一轮：电话回访满意度"].rows if each[0] == "服务态度")

    assert row[1:4] == (round(mean, 2), round(max(1, mean - reach), 2), round(min(5, mean + reach), 2))
    assert (row[4], row[7]) == (f"{share:.1%}", 6)
    weights = {each[0]: each[9] for each in (await tables(place, later))["一轮：电话回访回收情况"].rows}
    assert weights == {"东区": 1.75, "西区": 2.0, "合计": None}


async def test_who_asks_sees_what_they_need_and_reads_a_number_for_a_reason(place: Tenant, now: datetime):
    await drawn(place, now, 6)
    later = now + timedelta(days=1)
    mine = (await found(place, "interview", later, ASKER))[0]

    assert set(mine.fields) == {"title", "item", "unit", "served", "topics", "interviewer"}
    assert set(mine.hidden) == {"person", "phone"}
    assert await found(place, "survey_stratum", later, ASKER) == []
    with pytest.raises(errors.ReasonMissing):
        await actions.unmask(place, mine.id, "phone", " ", who=ASKER, by=Actor("member", "asker"), now=later)
    number = await actions.unmask(
        place, mine.id, "phone", "电话回访", who=ASKER, by=Actor("member", "asker"), now=later
    )
    assert number.startswith("138000000")
    stranger = Reach(frozenset(), member="other", actor="member:other")
    with pytest.raises(errors.NotFound):
        await actions.unmask(place, mine.id, "phone", "好奇", who=stranger, by=Actor("member", "other"), now=later)


async def test_who_is_erased_is_asked_no_more(place: Tenant, now: datetime):
    await drawn(place, now, 11)
    later = now + timedelta(days=1)
    first = (await found(place, "interview", later))[0]
    assert first.person_id is not None
    async with db.as_tenant(place.id) as unit:
        await people.erase(unit, first.person_id, "本人要求", by=BUREAU, now=later)

    read = await actions.unmask(place, first.id, "phone", "电话回访", who=EVERYWHERE, by=BUREAU, now=later)
    assert read == "已删除"


async def test_a_missing_number_leads_to_its_rule(place: Tenant, now: datetime):
    asker = await filed(
        place, "surveyor", now, person="周敏", phone="13700000001", source="student", employer="某大学", pledge=True
    )
    await did(place, asker, "engage", now, interviewer="asker", trained=now.date())
    survey = await filed(place, "survey", now, title="一轮", since=date(2026, 1, 1), until=now.date())
    await did(
        place, survey, "plan", now, agency="某大学", topics=list(TOPICS), ways=["phone"], about="all",
        since=date(2026, 1, 1), until=now.date(), strata="region",
    )  # fmt: skip
    with pytest.raises(FieldsWrong) as wrong:
        await did(place, survey, "draw", now + timedelta(days=1), left_out=True)
    assert set(wrong.value.at) == {"size", "rule:third_party_survey_share"}
    with pytest.raises(FieldsWrong) as wrong:
        await did(place, survey, "draw", now + timedelta(days=1), size=6)
    assert wrong.value.at["left_out"].startswith("“市本级”没有可以抽取的对象")


def test_what_is_left_over_goes_to_the_largest_remainders():
    assert sampling.allocate({"a": 5, "b": 3, "c": 3}, 4) == {"a": 2, "b": 1, "c": 1}
    assert sampling.allocate({"a": 1, "b": 1, "c": 1}, 2) == {"a": 1, "b": 1, "c": 0}
    for size in range(1, 60):
        assert sum(sampling.allocate({"a": 31, "b": 17, "c": 12}, size).values()) == size


def test_a_longer_sample_begins_with_the_shorter_and_no_order_of_the_frame_changes_it():
    frame = [f"r{n:03d}" for n in range(200)]
    shuffled = random.sample(frame, len(frame))

    assert sampling.order(frame, "seed", "east") == sampling.order(shuffled, "seed", "east")
    assert sampling.order(frame, "seed", "east") != sampling.order(frame, "other", "east")


def test_every_unit_is_as_likely_as_any_other():
    counts: dict[str, int] = defaultdict(int)
    for seed in range(4000):
        for ref in sampling.order("abcdefgh", str(seed), "all")[:2]:
            counts[ref] += 1

    assert all(abs(count - 1000) < 120 for count in counts.values()), counts


def test_a_census_has_no_doubt_and_one_answer_of_several_no_bounds():
    whole = sampling.estimate({"a": [1, 5], "b": [3]}, {"a": 2, "b": 1}, (1, 5))
    single = sampling.estimate({"a": [1, 5], "b": [3]}, {"a": 2, "b": 2}, (1, 5))

    assert whole is not None and (whole.value, whole.low, whole.high) == (3, 3, 3)
    assert single is not None and (single.low, single.high) == (None, None)
    assert sampling.estimate({"a": [1]}, {"a": 2, "b": 2}, (1, 5)) is None
