"""A place goes live by one door, which names everything that is missing and where it is put right."""

import io
import zipfile
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core import clock, db, duties, flow, people, stack, tenants
from core.audit.model import SYSTEM
from core.desk import papers
from core.errors import Paused
from core.evidence import files
from core.examples import actions as examples
from core.examples import kept
from core.intake.model import Source, Submission
from core.onboarding import weigh
from core.onboarding.model import KINDS, Code, Facts
from core.policy.model import Override
from core.tenants import Tenant, states
from tests.web.api_world import Times
from tests.web.house import closed
from tests.web.office import MEMBERS, Seat, rated, seat, town

NAMES = ("operator", "supervisor", "provincial", "admin", "security", "auditor", "handler")
MENDED = """
UPDATE item SET exempt_reason = '' WHERE tenant_id = $1;
INSERT INTO staff (tenant_id, code, name, institution) VALUES ($1, 'wu', '吴八', 'tax-west')
"""
CHANNELS = Override("channels", [{"code": "web", "label": "网页", "base": "web"}], "第九条")


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "town", CHANNELS) as found:
        yield found


@pytest.fixture
async def seats(address: str, place: Tenant, now: datetime) -> AsyncGenerator[dict[str, Seat]]:
    async with AsyncExitStack() as stack:
        yield {name: await stack.enter_async_context(seat(address, place, name, now)) for name in NAMES}


async def ready(place: Tenant, seats: dict[str, Seat], now: datetime) -> None:
    """Everything that a town lacks, except what is signed."""
    fresh = await tenants.by_id(place.id)
    async with db.as_tenant(place.id) as unit:
        for statement in filter(str.strip, MENDED.split(";")):
            await unit.execute(statement, place.id)
        for nth in range(3):
            await examples.add(unit, {"says": f"例{nth}"}, "", by=SYSTEM, name="何静", now=now)
        run = db.ids.new()
        await unit.execute(
            "INSERT INTO example_run"
            " (tenant_id, id, rules, examples, scope, stage, asked_by, asked_at, state, turned_at)"
            " VALUES ($1, $2, $3, $4, 'all', -1, '何静', $5, 'ended', $5)",
            place.id, run, f"{fresh.revision}/", await kept.standing(unit), now,
        )  # fmt: skip
        await unit.execute(
            "INSERT INTO example_result (tenant_id, run_id, nth, says, ok) VALUES ($1, $2, 1, '例', true)",
            place.id, run,
        )  # fmt: skip
        await people.issue_key(unit, "业务系统", ["events:write"], by=SYSTEM, now=now)
        await unit.execute(
            "INSERT INTO trial (tenant_id, id, stamp, passed, outcome, member_id, name, at)"
            " VALUES ($1, $2, $3, true, '{}', $2, '试', $4)",
            place.id, db.ids.new(), weigh.stamp(fresh), now,
        )  # fmt: skip


async def state(place: Tenant) -> str:
    tenants.forget(place.id)
    return (await tenants.by_id(place.id)).state


async def test_what_is_missing_is_named_with_the_way_to_its_field(seats: dict[str, Seat], place: Tenant) -> None:
    shown = await seats["operator"].get("/admin/onboarding")
    refused = await seats["operator"].post("/admin/onboarding/live", {"name": place.name})
    unsigned = await seats["operator"].post("/admin/onboarding/sign", {"seen": "yes"})

    assert shown.status_code == 200 and "未开始" in shown.text and "已完成" in shown.text
    assert refused.status_code == 409 and "还不能上线" in refused.text
    assert f"/t/{place.slug}/admin/channels" in refused.text and "报送服务事件的密钥" in refused.text
    assert f"/t/{place.slug}/admin/onboarding/trial" in refused.text
    assert unsigned.status_code == 409
    assert await state(place) == "founding"


async def test_a_place_that_entered_nothing_has_not_begun_with_its_own_rules_and_may_still_open(place: Tenant) -> None:
    policy = stack.policy(place, clock.now().date())
    silent, spoken = weigh.rules(policy, (), (), own=False), weigh.rules(policy, (), ())

    rest: dict[Code, Facts] = {code: Facts() for code in KINDS}
    told = [weigh.steps({**rest, "rules": each}, {})[1] for each in (silent, spoken)]
    assert [(each.code, each.state) for each in told] == [("rules", "open"), ("rules", "done")]
    assert silent.missing == () and "还没有录入本级的规定" in silent.said


async def test_two_different_people_sign_before_a_place_goes_live(
    seats: dict[str, Seat], place: Tenant, now: datetime
) -> None:
    await ready(place, seats, now)
    blind = await seats["operator"].post("/admin/onboarding/sign", {"seen": ""})
    first = await seats["operator"].post("/admin/onboarding/sign", {"seen": "yes", "note": "同意"})
    again = await seats["operator"].post("/admin/onboarding/sign", {"seen": "yes"})
    alone = await seats["operator"].post("/admin/onboarding/live", {"name": place.name})
    second = await seats["supervisor"].post("/admin/onboarding/sign", {"seen": "yes"})
    unnamed = await seats["operator"].post("/admin/onboarding/live", {"name": "别处"})
    live = await seats["operator"].post("/admin/onboarding/live", {"name": place.name})

    assert blind.status_code == 422 and "看过全部内容" in blind.text
    assert (first.status_code, again.status_code, alone.status_code) == (303, 409, 409), first.text
    assert "还需要 1 位" in alone.text
    assert (second.status_code, unnamed.status_code, live.status_code) == (303, 422, 303)
    assert await state(place) == "live"


async def test_who_signed_has_not_signed_for_rules_that_were_changed_since(
    seats: dict[str, Seat], place: Tenant, now: datetime
) -> None:
    await ready(place, seats, now)
    await seats["operator"].post("/admin/onboarding/sign", {"seen": "yes"})
    await tenants.override(place.id, [Override("min_sample", 30, "第十条")], now=now)

    shown = await seats["supervisor"].get("/admin/onboarding")
    refused = await seats["supervisor"].post("/admin/onboarding/sign", {"seen": "yes"})

    assert "先前的签字不再有效" in shown.text
    assert refused.status_code == 409 and "重新试评" in refused.text


async def test_what_was_practice_is_gone_on_the_first_day_and_what_was_set_up_stays(
    seats: dict[str, Seat], place: Tenant, now: datetime
) -> None:
    await rated(place, now - timedelta(days=2))
    await ready(place, seats, now)
    for name in ("operator", "supervisor"):
        await seats[name].post("/admin/onboarding/sign", {"seen": "yes"})

    live = await seats["operator"].post("/admin/onboarding/live", {"name": place.name})

    async with db.as_tenant(place.id) as unit:
        counts = [
            await unit.fetchval(f"SELECT count(*) FROM {table} WHERE tenant_id = $1", place.id)
            for table in ("rating", "ticket", "service_case", "tally_delta", "person", "staff", "audit")
        ]
    assert live.status_code == 303
    assert counts[:5] == [0] * 5 and all(counts[5:])


async def test_a_step_waits_for_somebody_until_it_is_said_that_it_waits_no_more(
    seats: dict[str, Seat], place: Tenant
) -> None:
    seen = seats["operator"]
    nobody = await seen.post("/admin/onboarding/channels/note", {"waiting_for": "", "text": "等密钥"})
    waits = await seen.post("/admin/onboarding/channels/note", {"waiting_for": "大数据局", "text": "等密钥"})
    shown = await seen.get("/admin/onboarding")
    await seen.post("/admin/onboarding/channels/note", {"waiting_for": "", "text": ""})
    after = await seen.get("/admin/onboarding")

    assert nobody.status_code == 422 and "等密钥" in nobody.text and "请写明在等谁" in nobody.text
    assert waits.status_code == 303 and "待对方" in shown.text and "大数据局" in shown.text
    assert "待对方" not in after.text


async def test_with_practice_switched_off_nothing_comes_in_before_the_first_day(
    seats: dict[str, Seat], place: Tenant, now: datetime
) -> None:
    token = await closed(place, now)
    await seats["operator"].post("/admin/onboarding/testing", {"testing": "no"})

    page = await seats["operator"].browser.get(f"/r/{token}")

    assert page.status_code == 422 and "还没有开通" in page.text


async def test_while_a_place_is_paused_nothing_is_lost_and_nobody_is_silent(
    seats: dict[str, Seat], place: Tenant, now: datetime, times: Times
) -> None:
    token = await closed(place, now)
    async with db.as_tenant(place.id) as unit:
        await states.move(unit, states.Move("live", "", "系统", SYSTEM), now)
        before = await unit.fetchval("SELECT closes FROM invitation WHERE tenant_id = $1", place.id)
    tenants.forget(place.id)
    unsaid = await seats["operator"].post("/admin/tenure/suspend", {"name": place.name, "reason": ""})
    paused = await seats["operator"].post("/admin/tenure/suspend", {"name": place.name, "reason": "机房搬迁"})
    shown = await seats["operator"].browser.get(f"/r/{token}")
    with pytest.raises(Paused):
        await flow.rate(
            await tenants.by_id(place.id), Submission(token=token, grades={"overall": 5}), source=Source("web"), now=now
        )
    times.now = now + timedelta(minutes=7)
    resumed = await seats["operator"].post("/admin/tenure/resume", {"name": place.name, "reason": "搬完了"})
    async with db.as_tenant(place.id) as unit:
        after = await unit.fetchval("SELECT closes FROM invitation WHERE tenant_id = $1", place.id)
    again = await seats["operator"].browser.get(f"/r/{token}")

    assert unsaid.status_code == 422 and "请写明原因" in unsaid.text
    assert (paused.status_code, shown.status_code, resumed.status_code) == (303, 503, 303)
    assert "评价机会为您保留" in shown.text
    assert after - before == timedelta(minutes=7) and again.status_code == 200


async def test_what_is_archived_is_read_and_not_written(seats: dict[str, Seat], place: Tenant, now: datetime) -> None:
    number = await rated(place, now - timedelta(days=2))
    archived = await seats["provincial"].post("/admin/tenure/archive", {"name": place.name, "reason": "并入他市"})
    read = await seats["handler"].get(f"/admin/tickets/{number}")
    written = await seats["handler"].do(number, "contact", note="电话联系")
    asked = await seats["operator"].post("/admin/onboarding/testing", {"testing": "no"})
    back = await seats["provincial"].post("/admin/tenure/back", {"name": place.name, "reason": "仍须补录"})

    assert (archived.status_code, read.status_code, back.status_code) == (303, 200, 303)
    assert written.status_code == 409 and "已归档" in written.text and asked.status_code == 409
    assert await state(place) == "founding"


async def test_a_place_is_deleted_by_two_people_who_typed_its_name_and_stopped_by_one(
    address: str, seats: dict[str, Seat], place: Tenant, times: Times, monkeypatch: pytest.MonkeyPatch
) -> None:
    times.now = now = clock.now()
    monkeypatch.setitem(MEMBERS, "second", ("provincial", None, None))
    said = {"name": place.name, "reason": "并入他市"}
    async with seat(address, place, "provincial", now) as one, seat(address, place, "second", now) as other:
        await one.post("/admin/tenure/archive", said)
        unset = await one.post("/admin/tenure/leave", said)
        await tenants.override(place.id, [Override("deletion_wait", "30d", "第二十条")], now=now)
        unnamed = await one.post("/admin/tenure/leave", {**said, "name": "别处"})
        asked = await one.post("/admin/tenure/leave", said)
        alone = await one.post("/admin/tenure/agree", said)
        offered = await other.get("/admin/tenure")
        agreed = await other.post("/admin/tenure/agree", said)
        leaving = await other.get("/admin/tenure")
        stopped = await other.post("/admin/tenure/stop", said)

    assert unset.status_code == 409 and "rules?key=deletion_wait" in unset.text
    assert (unnamed.status_code, asked.status_code, alone.status_code) == (422, 303, 403)
    assert "同意删除" in offered.text and "30 个自然日" in offered.text and "第二十条" in offered.text
    assert agreed.status_code == 303 and "待删除" in leaving.text and stopped.status_code == 303
    assert await state(place) == "archived"


async def test_all_data_is_ordered_with_a_reason_and_waits_in_the_downloads(
    seats: dict[str, Seat], place: Tenant
) -> None:
    without = await seats["operator"].post("/admin/tenure/copy", {"name": place.name, "reason": ""})
    ordered = await seats["operator"].post("/admin/tenure/copy", {"name": place.name, "reason": "移交"})
    waiting = await seats["operator"].get("/admin/downloads")

    assert without.status_code == 422 and "用途" in without.text
    assert ordered.status_code == 303 and "全部数据" in waiting.text and "移交" in waiting.text


async def test_all_data_is_fetched_block_by_block_and_a_download_that_broke_off_goes_on(
    seats: dict[str, Seat], place: Tenant, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(papers, "BLOCK", 1000)
    files.use_folder(tmp_path)
    await seats["operator"].post("/admin/tenure/copy", {"name": place.name, "reason": "移交"})
    async with db.as_tenant(place.id) as unit:
        export = await unit.fetchval("SELECT id FROM export WHERE tenant_id = $1", place.id)
    await duties.JOBS["copy"](place, str(export), now)

    whole = await seats["operator"].get(f"/admin/downloads/{export}")
    rest = await seats["operator"].get(f"/admin/downloads/{export}", Range="bytes=1500-")
    part = await seats["operator"].get(f"/admin/downloads/{export}", Range="bytes=999-1000")
    files._folder.clear()

    with zipfile.ZipFile(io.BytesIO(whole.content)) as pack:
        assert pack.testzip() is None and "manifest.json" in pack.namelist()
    assert int(whole.headers["content-length"]) == len(whole.content)
    assert (rest.status_code, rest.content, part.content) == (206, whole.content[1500:], whole.content[999:1001])
