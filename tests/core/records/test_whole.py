"""Records of extras are isolated, taken along, cleared with practice, safe in a race, and lived through in demos."""

import asyncio
import heapq
import io
import zipfile
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core import clock, db, duties, errors, people, tenants
from core.audit.model import SYSTEM
from core.demo import extras
from core.desk import papers
from core.evidence import files
from core.records import actions, jobs, listing, stored, telling
from core.records.listing import Asked
from core.records.model import Filed, Repeated
from core.tenants.model import Tenant
from core.tenure import copying, practice, privacy
from tests.core.records.test_records import BUREAU, EVERYWHERE, TAX, did, filed

TABLES = ("extra_record", "extra_secret", "extra_deed", "extra_timer", "extra_number")


async def test_of_two_submissions_at_the_same_moment_one_is_filed(place: Tenant, now: datetime):
    told = {"what": "雨伞", "where": "tax-east"}

    async def once() -> Filed:
        return await actions.file(
            place, "lost", "lost_thing", told, who="citizen", by=None, channel="qr", now=now, once="k"
        )

    found = await asyncio.gather(*(once() for _ in range(5)))
    assert len({each.id for each in found}) == 1
    assert sorted(each.repeated for each in found) == [False, True, True, True, True]


async def unasked(*_: Any) -> None:
    """The extra has nothing against it."""


async def test_of_two_people_who_report_the_same_at_the_same_moment_the_later_is_told(
    place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    tell, waits, goes_on = telling.tell, asyncio.Event(), asyncio.Event()

    async def slowly(*told: Any, **more: Any) -> None:
        waits.set()
        await goes_on.wait()
        await tell(*told, **more)

    monkeypatch.setattr(telling, "tell", slowly)
    # What reads other records comes one after the other anyway; here nothing does.
    monkeypatch.setattr(actions, "_check", unasked)
    first = asyncio.create_task(filed(place, now, phone="13800000001"))
    await waits.wait()
    second = asyncio.create_task(filed(place, now, phone="13800000001"))
    done, _ = await asyncio.wait([second], timeout=0.3)
    goes_on.set()
    one, other = await asyncio.gather(first, second, return_exceptions=True)

    assert not done
    assert isinstance(one, Filed) and isinstance(other, Repeated) and one.number in other.detail


async def test_of_two_acts_at_the_same_moment_one_is_done(place: Tenant, now: datetime):
    first = await filed(place, now)
    found = await asyncio.gather(*(did(place, first, "give", {}, TAX, now) for _ in range(3)), return_exceptions=True)

    assert sum(isinstance(each, errors.WrongState) for each in found) == 2


async def test_a_tenant_never_reaches_the_records_of_another(place: Tenant, stranger: Tenant, now: datetime):
    found = await filed(place, now, phone="13800000001")

    with pytest.raises(errors.NotFound):
        await actions.follow(stranger, found.receipt, now)
    with pytest.raises(errors.NotFound):
        await actions.act(stranger, found.id, "give", {}, who=EVERYWHERE, by=BUREAU, now=now)
    with pytest.raises(errors.NotFound):
        await actions.unmask(stranger, found.id, "phone", "看看", who=EVERYWHERE, by=BUREAU, now=now)
    async with db.as_tenant(stranger.id) as unit:
        assert (await listing.page(unit, Asked("lost", EVERYWHERE), now)).total == 0
        for table in TABLES:
            assert await unit.fetchval(f"SELECT count(*) FROM {table}") == 0


async def test_what_was_filed_before_the_first_day_goes_with_the_rest_of_practice(place: Tenant, now: datetime):
    await filed(place, now, phone="13800000001")

    async with db.as_tenant(place.id) as unit:
        await practice.clear(unit)
        assert [await unit.fetchval(f"SELECT count(*) FROM {table}") for table in TABLES] == [0, 0, 0, 0, 0]


async def test_a_copy_without_persons_leaves_out_what_people_wrote(place: Tenant, now: datetime):
    assert {"fields", "title", "receipt", "person_id"} <= privacy.hidden("extra_record", personal=False)
    assert "given" in privacy.hidden("extra_deed", personal=False)
    assert privacy.leaves("extra_record", personal=False)


async def test_a_copy_with_persons_holds_what_they_told_in_private_and_one_without_does_not(
    place: Tenant, now: datetime, tmp_path: Path
):
    files.use_folder(tmp_path)
    await filed(place, now, name="张三", phone="13800000001")
    # Who left no number is no person of the register: what they told stands here alone.
    await filed(place, now, what="手套", name="李无名")
    new = people.NewMember("liang", "梁某", "provincial", "A long pass phrase", must_change=False)
    account = await people.add_member(place.id, new, by=SYSTEM, now=now)
    packed: list[str] = []
    for personal in (False, True):
        async with db.as_tenant(place.id) as unit:
            one = next(each for each in await people.members(unit) if each.id == account)
            export = await copying.order(unit, place, one, copying.Wanted("移交", personal), now)
        await copying.copy(place, str(export), now)
        content = b"".join(papers.paper(place.id, export).between(0, 2**40))
        with zipfile.ZipFile(io.BytesIO(content)) as pack:
            packed.append("".join(pack.read(name).decode("utf-8-sig") for name in pack.namelist()))
    plain, whole = packed

    assert not [word for word in ("张三", "13800000001", "李无名", "手套") if word in plain]
    assert not [word for word in ("张三", "13800000001", "李无名", "手套") if word not in whole]


async def test_nothing_private_stands_in_a_list_a_notice_the_history_or_the_log(place: Tenant, now: datetime):
    found = await filed(place, now, name="张三", phone="13800000001")
    await did(place, found, "give", {}, TAX, now)

    async with db.as_tenant(place.id) as unit:
        for table in ("extra_record", "extra_deed", "notice", "notification", "audit", "outbox"):
            rows = await unit.fetch(f"SELECT {table}::text AS said FROM {table} WHERE tenant_id = $1", place.id)
            assert not [row for row in rows if "13800000001" in row["said"] or "张三" in row["said"]], table
        message = await unit.fetchrow("SELECT kind, payload FROM outbox WHERE tenant_id = $1", place.id)
    assert message and (message["kind"], message["payload"]) == ("sms.extra", {"path": f"/x/{found.receipt}"})


async def test_whoever_is_erased_is_erased_from_what_they_reported(place: Tenant, now: datetime):
    found = await filed(place, now, name="张三", phone="13800000001")

    async with db.as_tenant(place.id) as unit:
        (person,) = await people.by_phone(unit, "13800000001")
        await people.erase(unit, person, "本人要求", by=BUREAU, now=now)
    said = await actions.unmask(place, found.id, "phone", "核对", who=EVERYWHERE, by=BUREAU, now=now)
    assert said == "已删除"


async def test_a_timer_over_a_year_without_a_notice_is_counted_again_when_it_comes(place: Tenant, now: datetime):
    at = datetime(2027, 12, 29, 9, tzinfo=now.tzinfo)
    found = await filed(place, at)
    off = frozenset({date(2028, 1, 3), date(2028, 1, 4)})
    await tenants.load_notice(place.id, 2027, frozenset(), frozenset(), now=at)
    await tenants.load_notice(place.id, 2028, off, frozenset(), now=at)
    known = await tenants.by_id(place.id)

    async with db.as_tenant(place.id) as unit:
        before = {each.code: each.due_at for each in (await stored.load(unit, found.id, at)).timers}
        total, ends = await jobs.foreseen(unit, known.calendar, 10)
    await duties.notice_loaded(known, at)
    seen = await actions.follow(known, found.receipt, at)
    after = {each.code: each.due_at for each in seen.record.timers}
    assert (total, {called for _, called, _ in ends}) == (2, {"保管", "联系失主"})
    assert {each.at for _, _, each in ends} == set(after.values()) == {before["keep"] + timedelta(days=2)}
    assert [each.label for each in seen.deeds] == ["提交", "公布放假安排后重算期限", "公布放假安排后重算期限"]


async def test_what_was_said_to_be_late_and_is_not_by_the_notice_is_said_when_it_is(place: Tenant, now: datetime):
    at = datetime(2027, 12, 29, 9, tzinfo=now.tzinfo)
    found = await filed(place, at)
    await tenants.load_notice(place.id, 2027, frozenset(), frozenset(), now=at)
    async with db.as_tenant(place.id) as unit:
        (before, *_) = [each.due_at for each in (await stored.load(unit, found.id, at)).timers if each.code == "keep"]
    # The notice of the new year comes when the end that was reckoned without it is over.
    late = before + timedelta(hours=1)
    with clock.at(late):
        await duties.run_due(await tenants.by_id(place.id), late)
    off = frozenset({date(2028, 1, 3), date(2028, 1, 4)})
    await tenants.load_notice(place.id, 2028, off, frozenset(), now=late)
    known = await tenants.by_id(place.id)
    await duties.notice_loaded(known, late)
    after = late + timedelta(days=9)
    with clock.at(after):
        await duties.run_due(known, after)

    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch(
            "SELECT at FROM notice WHERE tenant_id = $1 AND about = 'lost_thing.overdue:keep' ORDER BY at", place.id
        )
    assert [row["at"] for row in rows] == [before, before + timedelta(days=2)]


async def test_a_filer_reads_what_is_meant_for_them_and_nothing_else_of_the_office(place: Tenant, now: datetime):
    found = await filed(place, now, colour="red")
    await did(place, found, "call", {"said": "内部意见"}, TAX, now)

    seen = await actions.follow(place, found.receipt, now)
    assert "said" not in seen.record.fields and seen.record.fields["colour"] == "red"
    assert [dict(each.given) for each in seen.deeds] == [dict(seen.record.fields), {}]
    assert [each.by for each in seen.deeds] == ["", "institution:tax-east"]


async def test_a_demo_lives_through_the_stories_of_its_extras_and_skips_what_cannot_be(place: Tenant, now: datetime):
    waiting: list[Any] = []

    def at(moment: datetime, deed: Callable[[datetime], Awaitable[None]]) -> None:
        heapq.heappush(waiting, (moment, len(waiting), deed))

    await extras.plan(place, now, at)
    while waiting:
        moment, _, deed = heapq.heappop(waiting)
        await deed(moment)

    async with db.as_tenant(place.id) as unit:
        (record,) = (await listing.page(unit, Asked("lost", EVERYWHERE, kind="lost_thing"), now)).rows
    assert (record.title, record.state, record.institution) == ("钥匙", "returned", "tax-east")
    assert (record.filed_at, record.ended_at) == (now - timedelta(days=3), now - timedelta(days=3) + timedelta(hours=5))
