"""Records of extras live by what their extra declares, in one way for every extra."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from core import clock, db, duties, errors
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.policy.extras import Field
from core.policy.model import Override
from core.records import actions, decide, listing, reach
from core.records import scene as scenes
from core.records.listing import Asked
from core.records.model import FieldsWrong, Filed, Reach, Record, Repeated
from core.tenants import actions as tenants
from core.tenants.model import Tenant

TAX = Actor("institution", "tax-east")
BUREAU = Actor("bureau")
EVERYWHERE = Reach(frozenset({"bureau", "operator"}), regions=None, actor="bureau")


async def filed(tenant: Tenant, now: datetime, **given: Any) -> Filed:
    told = {"what": "雨伞", "where": "tax-east", **given}
    return await actions.file(tenant, "lost", "lost_thing", told, who="citizen", by=None, channel="qr", now=now)


async def did(tenant: Tenant, found: Filed, act: str, given: dict[str, Any], by: Actor, now: datetime) -> Record:
    async with db.as_tenant(tenant.id) as unit:
        who = await reach.of_actor(unit, by)
    return await actions.act(tenant, found.id, act, given, who=who, by=by, now=now)


async def test_a_record_is_filed_acted_on_and_followed_to_its_end(place: Tenant, now: datetime):
    found = await filed(place, now, name="张三", phone="13800000001")
    await did(place, found, "give", {}, TAX, now + timedelta(hours=1))

    seen = await actions.follow(place, found.receipt, now + timedelta(hours=2))
    assert found.number == "SW-2026-0001"
    assert (seen.record.state, seen.record.title, seen.record.fields) == (
        "returned", "雨伞", {"what": "雨伞", "where": "tax-east"},
    )  # fmt: skip
    assert [(each.act, each.before, each.after) for each in seen.deeds] == [
        ("filed", "", "kept"), ("give", "kept", "returned"),
    ]  # fmt: skip
    assert seen.record.hidden == ("name", "phone")
    assert {each.state for each in seen.record.timers} == {"stopped"}


async def test_what_is_wrong_is_said_at_every_field_at_once(place: Tenant, now: datetime):
    with pytest.raises(FieldsWrong) as wrong:
        await filed(place, now, what="", where="nowhere", colour="green", phone="12")

    assert wrong.value.at == {
        "what": "请填写“物品”。", "where": "没有编码为“nowhere”的机构，请核对。",
        "colour": "没有“green”这个选项，请从红、蓝中选择。", "phone": "请填写 11 位手机号，或者带区号的固定电话。",
    }  # fmt: skip
    # A summary names them in the order in which they stand on the form.
    assert list(wrong.value.at) == list(dict.fromkeys(each.field for each in wrong.value.faults))


async def test_an_extra_that_is_off_takes_nothing_new_and_finishes_what_it_began(place: Tenant, now: datetime):
    found = await filed(place, now)
    await tenants.override(place.id, [Override("lost_property", False, "第九条")], now=now)
    off = await tenants.by_id(place.id)

    with pytest.raises(errors.NotOffered, match="已经停用"):
        await filed(off, now, what="手套")
    ended = await did(off, found, "give", {}, TAX, now)
    assert ended.state == "returned"


async def test_who_may_not_act_is_refused_and_who_may_not_see_finds_nothing(place: Tenant, now: datetime):
    found = await filed(place, now)

    with pytest.raises(errors.NotFound):
        await did(place, found, "give", {}, Actor("institution", "tax-west"), now)
    with pytest.raises(errors.NotEntitled):
        await did(place, found, "call", {"said": "已联系"}, BUREAU, now)
    await did(place, found, "give", {}, TAX, now)
    with pytest.raises(errors.WrongState, match="现在是“已归还”"):
        await did(place, found, "give", {}, TAX, now)


async def test_the_same_thing_is_refused_while_the_first_is_open(place: Tenant, now: datetime):
    first = await filed(place, now, phone="138 0000 0001")
    with pytest.raises(Repeated, match=first.number):
        await filed(place, now, phone="13800000001")

    await did(place, first, "give", {}, TAX, now)
    again = await filed(place, now, phone="13800000001")
    assert again.number == "SW-2026-0002"


async def test_the_same_submission_twice_is_one_record(place: Tenant, now: datetime):
    told = {"what": "雨伞", "where": "tax-east"}
    one, other = [
        await actions.file(place, "lost", "lost_thing", told, who="citizen", by=None, channel="qr", now=now, once="k")
        for _ in range(2)
    ]

    assert (other.id, other.receipt, other.repeated) == (one.id, one.receipt, True)


@pytest.mark.parametrize("other", [{"what": "钱包"}, {"phone": "13800000002"}, {"colour": "red"}])
async def test_a_form_that_is_sent_again_with_other_words_is_not_swallowed(
    place: Tenant, now: datetime, other: dict[str, Any]
):
    async def send(told: dict[str, Any]) -> Filed:
        return await actions.file(
            place, "lost", "lost_thing", told, who="citizen", by=None, channel="qr", now=now, once="k"
        )

    told = {"what": "雨伞", "where": "tax-east", "phone": "13800000001"}
    first = await send(told)
    with pytest.raises(errors.Conflict, match=first.number):
        await send({**told, **other})
    assert (await send(told)).id == first.id


@pytest.mark.parametrize("nothing", ["\u200b\u200b", "\u3000", "\x07"])
async def test_words_that_nobody_can_see_are_none(place: Tenant, now: datetime, nothing: str):
    with pytest.raises(FieldsWrong) as wrong:
        await filed(place, now, what=nothing)
    assert wrong.value.at == {"what": "请填写“物品”。"}


def test_wide_blanks_keep_words_apart_and_no_number_is_beyond_counting():
    field = Field("said", "说的")

    assert decide.value_of(field, "　张　三\u00a0李四") == "张 三 李四"
    for kind in ("whole", "number"):
        with pytest.raises(errors.Invalid):
            decide.value_of(Field("n", "数", kind), "9" * 30)


async def test_a_timer_warns_and_runs_out_once_each_at_its_instant(place: Tenant, now: datetime):
    await filed(place, now)
    with clock.at(now):
        for _ in range(40):
            due = await duties.next_due(place)
            if due is None or due > now + timedelta(days=30):
                break
            await duties.run_due(place, due)

    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch("SELECT about, at, addressee FROM notice WHERE tenant_id = $1 ORDER BY at", place.id)
        late = await listing.page(unit, Asked("lost", EVERYWHERE, overdue=True), now + timedelta(days=30))
    told = [(row["about"], f"{row['at']:%m-%d %H:%M}", row["addressee"]) for row in rows]
    assert [each for each in told if "keep" in each[0]] == [
        ("lost_thing.warning:keep", "03-16 00:00", "institution:tax-east"),
        ("lost_thing.overdue:keep", "03-17 00:00", "bureau"),
    ]
    assert [each.number for each in late.rows] == ["SW-2026-0001"]


async def test_each_quarter_its_duty_is_made_once(place: Tenant, now: datetime):
    with clock.at(now):
        for _ in range(3):
            await duties.run_due(place, now)

    async with db.as_tenant(place.id) as unit:
        found = await listing.page(unit, Asked("lost", EVERYWHERE, kind="lost_letter"), now)
    assert sorted(each.institution for each in found.rows) == ["bureau", "hotline", "tax-east", "tax-west"]


async def test_quarters_through_which_nothing_worked_are_made_up_for_once_and_marked(place: Tenant, now: datetime):
    with clock.at(now):
        await duties.run_due(place, now)
    late = now + timedelta(days=200)
    with clock.at(late):
        foreseen = await duties.next_due(place)
        for _ in range(2):
            await duties.run_due(place, late)

    async with db.as_tenant(place.id) as unit:
        rows = (
            await listing.page(unit, Asked("lost", EVERYWHERE, kind="lost_letter", institution="bureau"), late)
        ).rows
    made = sorted((f"{each.filed_at.astimezone(SHANGHAI):%m-%d}", each.channel) for each in rows)
    assert made == [("01-01", "duty"), ("04-01", "late"), ("07-01", "duty")]
    assert foreseen is not None and f"{foreseen.astimezone(SHANGHAI):%m-%d}" == "04-01"


async def test_what_a_missed_quarter_owed_is_made_of_what_there_was_then(place: Tenant, now: datetime):
    first = await filed(place, now)
    await did(place, first, "give", {}, TAX, now + timedelta(days=10))
    await filed(place, now + timedelta(days=20), what="手套")

    async with db.as_tenant(place.id) as unit:
        every = await scenes.entries(unit, ["lost_thing"], now + timedelta(days=30))
        then = await scenes.as_they_stood(unit, every, now + timedelta(days=5))
    assert [(each.number, each.state, each.done.keys()) for each in then] == [(first.number, "kept", {"filed"})]
    assert [each.state for each in every] == ["returned", "kept"]


async def test_an_act_makes_records_once_and_stops_its_timer(place: Tenant, now: datetime):
    found = await filed(place, now)
    for said in ("打了电话", "又打了一次"):
        record = await did(place, found, "call", {"said": said}, TAX, now)

    async with db.as_tenant(place.id) as unit:
        made = await listing.related(unit, record, EVERYWHERE, now)
    assert [(each.fields["text"], each.parent) for each in made] == [("请领取：雨伞", found.id)]
    assert {each.code: each.state for each in record.timers} == {"keep": "running", "answer": "stopped"}


async def test_what_a_check_of_the_extra_has_against_it_stands_at_its_field(place: Tenant, now: datetime):
    for what in ("雨伞", "手套", "帽子"):
        await filed(place, now, what=what)

    with pytest.raises(FieldsWrong, match="最多登记 3 件") as wrong:
        await filed(place, now, what="围巾")
    assert wrong.value.field == "what"


async def test_a_stale_page_is_told_of_the_conflict(place: Tenant, now: datetime):
    found = await filed(place, now)
    await did(place, found, "send", {"to": "tax-west"}, BUREAU, now)

    with pytest.raises(errors.Conflict):
        await actions.act(place, found.id, "give", {}, who=EVERYWHERE, by=BUREAU, now=now, version=1)


async def test_what_is_hidden_is_read_with_a_reason_that_the_filer_sees(place: Tenant, now: datetime):
    found = await filed(place, now, phone="13800000001")
    with pytest.raises(errors.ReasonMissing):
        await actions.unmask(place, found.id, "phone", " ", who=EVERYWHERE, by=BUREAU, now=now)

    said = await actions.unmask(place, found.id, "phone", "联系失主", who=EVERYWHERE, by=BUREAU, now=now)
    seen = await actions.follow(place, found.receipt, now)
    assert said == "13800000001"
    assert [(each.by, each.field, each.reason) for each in seen.looks] == [(str(BUREAU), "phone", "联系失主")]


async def test_a_list_holds_what_its_reader_may_see(place: Tenant, now: datetime):
    await filed(place, now)
    await filed(place, now, what="手套", where="tax-west")

    async with db.as_tenant(place.id) as unit:
        theirs = await reach.of_actor(unit, TAX)
        own = await listing.page(unit, Asked("lost", theirs, kind="lost_thing"), now)
        every = await listing.page(unit, Asked("lost", EVERYWHERE, kind="lost_thing", size=1), now)
        rest = await listing.page(unit, Asked("lost", EVERYWHERE, kind="lost_thing", size=1, after=every.next), now)
        held = await listing.waiting(unit, theirs, now)
        found = await listing.sought(unit, "手套", EVERYWHERE, now)
    assert [each.title for each in own.rows] == ["雨伞"]
    assert (every.total, [each.title for each in (*every.rows, *rest.rows)], rest.next) == (2, ["雨伞", "手套"], None)
    assert [(each.title, [act.code for act in acts]) for each, acts in held] == [("雨伞", ["call", "give"])]
    assert [each.title for each in found] == ["手套"]
