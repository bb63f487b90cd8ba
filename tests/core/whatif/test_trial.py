"""A trial is ordered for days that have been, runs as a job, writes nothing but its report, and can be given up."""

from collections.abc import AsyncGenerator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from core import db, duties
from core.audit.model import SYSTEM
from core.clock import SHANGHAI
from core.embedded.servers import Servers
from core.errors import Invalid, TooMany, WrongState
from core.policy.model import INHERIT, DatedAnswer, Override
from core.proposals import actions as proposals
from core.proposals.model import Change, Proposal
from core.scenarios.digest import changed, digest
from core.whatif import actions, decide, jobs, report
from core.whatif.model import Period
from tests.core.whatif.lived import END, START, UNTIL, Event, Town

GROUND: dict[str, Any] = {
    "dimensions": [
        {"code": "overall", "label": "总体评价", "of": "case"}, {"code": "item", "label": "事项评价", "of": "item"},
        {"code": "staff", "label": "人员评价", "of": "staff"},
    ],
    "occasions": [{"event": "closed", "dimensions": ["overall", "item", "staff"]}],
    "scores": [10, 8, 6, 3, 0],
    "rating_window": "5d",
    "after_window": 5,
    "clocks": [{"clock": "close", "from": "dispatched", "within": "10wd"}],
}  # fmt: skip
MORNING = datetime(2026, 3, 9, 9, 30, tzinfo=SHANGHAI)
STORY = [
    *(
        Event(MORNING, "closed", {"case": f"A{n}", "item": "invoice", "staff": "li", "mode": "window"})
        for n in range(3)
    ),
    Event(MORNING + timedelta(hours=1), "rate", {"case": "A0", "grades": {"overall": 1, "staff": 1}, "text": "慢"}),
    Event(MORNING + timedelta(days=4), "rate", {"case": "A1", "grades": {"overall": 4}}),
]
PERIOD = Period(START, END)
REPORT_TABLES = {"whatif", "whatif_row", "task"}


@pytest.fixture
async def town(pool: Servers) -> AsyncGenerator[Town]:
    found = Town(GROUND)
    await found.open(MORNING - timedelta(days=30))
    await found.live(STORY, UNTIL)
    yield found
    await found.close()


async def drafted(town: Town, **values: Any) -> Proposal:
    tenant = await town.tenant()
    found = await proposals.begin(tenant, date(2026, 6, 1), by=SYSTEM, now=UNTIL)
    for key, value in values.items():
        found = await proposals.put(
            tenant, found.id, Change(key, value, "第三条"), version=found.version, by=SYSTEM, now=UNTIL
        )
    return found


async def ordered(town: Town, proposal: Proposal, period: Period = PERIOD) -> UUID:
    async with db.as_tenant((await town.tenant()).id) as unit:
        return await actions.order(unit, proposal.id, period, by=SYSTEM, now=UNTIL)


async def test_the_report_is_kept_with_the_version_it_speaks_of(town: Town):
    proposal = await drafted(
        town, rating_window="3d", clocks=[{"clock": "close", "from": "dispatched", "within": "3wd"}]
    )
    run_id = await ordered(town, proposal)

    await duties.JOBS["whatif"](await town.tenant(), str(run_id), UNTIL)

    async with db.as_tenant((await town.tenant()).id) as unit:
        found = await actions.latest(unit, proposal.id)
        tickets = await actions.table(unit, run_id, "ticket", 0, 10)
        staff = await actions.table(unit, run_id, "staff", 0, 10)
        assert found is not None
        singles = await actions.singles(unit, found, actions.Wanted(), 1)
    assert (found.id, found.version, found.state) == (run_id, proposal.version, "done")
    assert found.report is not None
    assert found.report["silence"]["defaults"] == [1, 2]
    assert found.report["silence"]["late"] == 1
    assert found.report["tickets"]["kinds"] == {"due": 1}
    assert [row["kinds"] for row in tickets.rows] == [["due"]]
    assert [(row["code"], row["before"]["n"], row["after"]["n"]) for row in staff.rows] == [("li", 2, 1)]
    assert [(row["case"], row["was"], row["becomes"]) for row in singles.rows] == [("A1", "rated", "defaulted")]
    assert singles.after is not None
    assert actions.headlines(found.report)[0] == "默认评价 1 → 2 条"


async def test_nothing_but_the_report_is_written(town: Town):
    proposal = await drafted(town, rating_window="1d", ticket_for={"grades": [4, 3, 2, 1]}, scores=[5, 4, 3, 2, 1])
    run_id = await ordered(town, proposal)
    tenant = await town.tenant()
    before = await digest(tenant.id)

    await jobs.run(tenant, str(run_id), UNTIL)

    assert set(changed(before, await digest(tenant.id))) <= REPORT_TABLES


async def test_the_reading_itself_cannot_write(town: Town):
    tenant = await town.tenant()

    with pytest.raises(Exception, match="read-only"):
        async with db.in_stillness(tenant.id, patience=10) as unit:
            await unit.execute("DELETE FROM whatif_row WHERE tenant_id = $1", tenant.id)


async def test_a_report_is_never_written_over(town: Town):
    proposal = await drafted(town, after_window=4)
    run_id = await ordered(town, proposal)
    tenant = await town.tenant()
    await jobs.run(tenant, str(run_id), UNTIL)

    async with db.as_tenant(tenant.id) as unit:
        touched = await unit.execute("UPDATE whatif SET report = '{}' WHERE tenant_id = $1", tenant.id)

    assert touched == 0


async def test_the_same_facts_give_the_same_hash(town: Town):
    proposal = await drafted(town, after_window=4)
    tenant = await town.tenant()
    hashes: list[str] = []
    for _ in range(2):
        run_id = await ordered(town, proposal)
        await jobs.run(tenant, str(run_id), UNTIL)
        async with db.as_tenant(tenant.id) as unit:
            hashes.append((await actions.one(unit, proposal.id, run_id)).hash)

    assert len(hashes[0]) == 64
    assert hashes[0] == hashes[1]


async def test_who_gives_it_up_stops_it(town: Town):
    proposal = await drafted(town, after_window=4)
    run_id = await ordered(town, proposal)
    tenant = await town.tenant()
    async with db.as_tenant(tenant.id) as unit:
        await actions.cancel(unit, proposal.id, run_id, by=SYSTEM, now=UNTIL)

    await jobs.run(tenant, str(run_id), UNTIL)

    async with db.as_tenant(tenant.id) as unit:
        assert (await actions.one(unit, proposal.id, run_id)).state == "cancelled"
        with pytest.raises(WrongState):
            await actions.cancel(unit, proposal.id, run_id, by=SYSTEM, now=UNTIL)


async def test_a_proposal_that_was_changed_meanwhile_is_not_reported_on(town: Town):
    proposal = await drafted(town, after_window=4)
    run_id = await ordered(town, proposal)
    await proposals.put(
        await town.tenant(), proposal.id, Change("after_window", 3, "第三条"), version=proposal.version, by=SYSTEM,
        now=UNTIL,
    )  # fmt: skip

    await jobs.run(await town.tenant(), str(run_id), UNTIL)

    async with db.as_tenant((await town.tenant()).id) as unit:
        found = await actions.one(unit, proposal.id, run_id)
    assert (found.state, found.refusal) == ("failed", jobs.OVERTAKEN)


async def test_one_that_lost_its_wake_up_is_found_again(town: Town):
    proposal = await drafted(town, after_window=4)
    run_id = await ordered(town, proposal)
    tenant = await town.tenant()
    async with db.as_system() as unit:
        await unit.execute("DELETE FROM task WHERE tenant = $1 AND kind = 'whatif'", tenant.id)

    await jobs.look_at(tenant, UNTIL + timedelta(minutes=5))

    async with db.as_system() as unit:
        refs = await unit.fetch("SELECT ref FROM task WHERE tenant = $1 AND kind = 'whatif'", tenant.id)
    assert [row["ref"] for row in refs] == [str(run_id)]


async def test_what_cannot_be_tried_is_refused_where_it_is_asked_for(town: Town):
    empty = await drafted(town)
    with pytest.raises(Invalid, match="还没有任何修改"):
        await ordered(town, empty)
    proposal = await drafted(town, after_window=4)
    with pytest.raises(Invalid, match="没有服务和评价数据"):
        await ordered(town, proposal, Period(date(2024, 1, 1), date(2024, 2, 1)))
    for _ in range(actions.MOST_AT_ONCE):
        await ordered(town, proposal)
    with pytest.raises(TooMany):
        await ordered(town, proposal)


@pytest.mark.parametrize(
    ("start", "end", "why"),
    [
        (None, date(2026, 3, 1), "起止日期"),
        (date(2026, 3, 2), date(2026, 3, 1), "晚于"),
        (date(2026, 3, 2), date(2026, 5, 6), "已经过去"),
        (date(2024, 1, 1), date(2026, 3, 1), "两年"),
    ],
)
def test_a_period_lies_behind_us_and_is_no_longer_than_two_years(start: date | None, end: date, why: str):
    with pytest.raises(Invalid, match=why):
        decide.period(start, end, UNTIL.date())


def test_the_usual_periods_are_over():
    usual = decide.usual(date(2026, 5, 6))

    assert usual["month"][1] == Period(date(2026, 4, 1), date(2026, 4, 30))
    assert usual["quarter"][1] == Period(date(2026, 1, 1), date(2026, 3, 31))
    assert usual["days"][1] == Period(date(2026, 2, 5), date(2026, 5, 5))


def test_a_proposal_is_the_strongest_of_all_that_a_place_had_written_itself():
    own = (Override("clocks", [], "一", None), Override("clocks.within", "3wd", "二", date(2026, 4, 1)))
    wanted = [Override("clocks", INHERIT, "三", date(2026, 9, 1), date(2026, 10, 1))]

    found = decide.adopted(own, wanted, START)

    assert [(each.value, each.since, each.until) for each in found[2:]] == [
        (INHERIT, START, None), (INHERIT, date(2026, 4, 1), None),
    ]  # fmt: skip
    answers = decide._answered([DatedAnswer("Q1", "a", date(2026, 4, 1))], [DatedAnswer("Q1", "b", START)])
    assert [(each.value, each.since) for each in answers] == [
        ("a", date(2026, 4, 1)), ("b", START), ("b", date(2026, 4, 1)),
    ]  # fmt: skip


def test_a_hash_is_of_all_that_was_said():
    one = report.hashed({"a": 1}, {"staff": [{"code": "li"}]})

    assert one != report.hashed({"a": 1}, {"staff": [{"code": "wang"}]})
    assert one != report.hashed({"a": 2}, {"staff": [{"code": "li"}]})
