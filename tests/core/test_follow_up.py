"""What follows a finding: tasks, a callback, tickets handled as one, figures kept from before, a trace of every try."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from core import clock, db, duties, flow, ids, stack
from core.assignments import actions as assignments
from core.assignments import decide
from core.assignments.model import Given
from core.audit.model import Actor
from core.embedded.servers import Servers
from core.errors import NotEntitled, ReasonMissing, Refused, UnknownCode, WrongState
from core.intake.model import Submission
from core.people.model import Person
from core.policy.model import Override
from core.scoring import actions as scoring
from core.tenants.model import Tenant
from core.tickets import actions as tickets
from core.tickets.model import Act, Homes, Ticket
from tests.core.town import CITIZEN, invited, rated, town

HANDLER, BUREAU = Actor("institution", "tax-east"), Actor("bureau")
RULES = (
    Override("dimensions", [
        {"code": "overall", "label": "总体", "of": "case"}, {"code": "staff", "label": "工作人员", "of": "staff"},
    ], "第一条"),
    Override("occasions", [{"event": "closed", "dimensions": ["overall", "staff"]}], "第一条"),
    Override("scores", [10, 8, 6, 3, 0], "第一条"),
    Override("accountability", [
        {"verdict": "valid", "dimension": "staff", "tasks": ["correct", "self-criticism"]},
        {"verdict": "unsolved", "tasks": ["interview"]},
    ], "第二条"),
    Override("callback", [{"share": 1.0, "within": "5wd"}], "第三条"),
    Override("appellants", ["staff"], "第四条"),
    Override("appeal_to", "own-institution", "第四条"),
    Override("appeal_needs", {"reason": False, "evidence": False}, "第四条"),
    Override("verdict_effects", {"mistaken": "count-as:5", "malicious": "exclude"}, "第五条"),
)  # fmt: skip


@pytest.fixture
async def place(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    async with town(now, overrides=RULES) as found:
        yield found


async def complain(place: Tenant, case: str, at: datetime, dimension: str = "staff") -> UUID:
    told = await rated(place, case, at, {dimension: 1})
    assert told.ticket is not None
    return told.ticket


async def tasks_of(place: Tenant, **wanted: object) -> tuple[Given, ...]:
    async with db.as_tenant(place.id) as unit:
        return await assignments.listing(unit, **wanted)  # pyright: ignore[reportArgumentType]


async def act(place: Tenant, ticket: UUID, verb: str, now: datetime, by: Actor | None = None, **data: object) -> None:
    told = {name.rstrip("_"): value for name, value in data.items()}
    await flow.act(place, ticket, Act(verb, told), by=by, now=now)


async def test_a_valid_complaint_about_a_person_gives_that_person_the_tasks_and_one_about_the_case_gives_none(
    place: Tenant, now: datetime
):
    about_staff = await complain(place, "A1", now)
    about_case = await complain(place, "B1", now, "overall")

    for ticket in (about_staff, about_case):
        await act(place, ticket, "verdict", now + timedelta(hours=2), is_="valid")

    given = await tasks_of(place)
    assert {(each.kind, each.addressee, each.clause, each.ticket_id) for each in given} == {
        ("correct", "staff:li", "第二条", about_staff), ("self-criticism", "staff:li", "第二条", about_staff),
    }  # fmt: skip


async def test_a_finding_overturned_takes_its_open_tasks_back_and_leaves_what_was_done(place: Tenant, now: datetime):
    ticket = await complain(place, "A1", now)
    await act(place, ticket, "verdict", now + timedelta(hours=2), is_="valid")
    (done, _) = sorted(await tasks_of(place), key=lambda each: each.kind)
    await flow.finish_task(place, done.id, "已改正", by=Actor("staff", "li"), names=("staff:li",), now=now)
    await act(place, ticket, "appeal", now + timedelta(hours=3), Actor("staff", "li"))

    await act(place, ticket, "decide", now + timedelta(hours=4), upheld=True, finding="mistaken")

    assert {each.kind: each.state for each in await tasks_of(place)} == {
        "correct": "done", "self-criticism": "cancelled",
    }  # fmt: skip


async def test_a_task_is_done_by_whom_it_was_given_to_with_words_and_once(place: Tenant, now: datetime):
    ticket = await complain(place, "A1", now)
    await act(place, ticket, "verdict", now + timedelta(hours=2), is_="valid")
    task = (await tasks_of(place))[0]

    async def finish(name: str, note: str) -> None:
        await flow.finish_task(place, task.id, note, by=Actor("staff", "li"), names=(name,), now=now)

    with pytest.raises(NotEntitled):
        await finish("staff:zhao", "代写")
    with pytest.raises(ReasonMissing):
        await finish("staff:li", "  ")
    await finish("staff:li", "检查如下")
    with pytest.raises(WrongState):
        await finish("staff:li", "再写一遍")


async def test_a_closed_ticket_that_was_drawn_is_called_back_within_its_days_and_is_late_once(
    place: Tenant, now: datetime
):
    ticket = await complain(place, "A1", now)
    await act(place, ticket, "verdict", now + timedelta(hours=2), is_="valid")
    await act(place, ticket, "feedback", now + timedelta(hours=3), note="已整改")
    (task,) = await tasks_of(place, kind="callback")
    assert task.due_at is not None and task.addressee == "institution:bureau"

    for _ in range(2):
        await duties.run_due(place, task.due_at)
    async with db.as_tenant(place.id) as unit:
        clocks = (await tickets.read(unit, ticket)).clocks
        late = await unit.fetch(
            "SELECT once FROM notice WHERE tenant_id = $1 AND about = 'overdue' AND body->>'kind' = 'callback'",
            place.id,
        )
    await act(place, ticket, "callback", task.due_at + timedelta(hours=1))

    assert [each.due_at for each in clocks if each.name == "callback"] == [task.due_at]
    assert len(late) == 1
    assert [each.state for each in await tasks_of(place, kind="callback")] == ["done"]


def test_about_as_many_are_drawn_as_the_share_says_and_always_the_same_ones(place_rules: Tenant):
    policy = stack.policy(place_rules, clock.now().date())
    homes = Homes("tax-east", "tax-east", None, "tax-east", None, ("bureau",), None)
    lots = [assignments.lot(place_rules.id, each) for each in TICKETS]

    def drawn() -> list[int]:
        return [lot for lot in lots if decide.calls_back(SOME_TICKET, "window", lot, homes, policy)]

    assert drawn() == drawn()
    assert 400 < len(drawn()) < 600
    assert [assignments.lot(place_rules.id, each) for each in TICKETS] == lots


TICKETS = [ids.new() for _ in range(1000)]
SOME_TICKET = Ticket(
    TICKETS[0], "2603-00001", 1, TICKETS[0], clock.now(), TICKETS[0], "A1", "invoice", "li", ("staff",), 1, "closed",
    False, clock.now(), "tax-east", "tax-east", (), "valid", None, clock.now(), None, None, "", clock.now().date(), 1,
)  # fmt: skip


@pytest.fixture
async def place_rules(pool: Servers, now: datetime) -> AsyncGenerator[Tenant]:
    async with town(now, overrides=(Override("callback", [{"share": 0.5}], "第三条"),)) as found:
        yield found


async def test_a_censure_is_the_supervisors_and_brings_the_measure_the_rule_names(place: Tenant, now: datetime):
    ticket = await complain(place, "A1", now)

    with pytest.raises(NotEntitled):
        await act(place, ticket, "censure", now, HANDLER, is_="unsolved", reason="拖延")
    with pytest.raises(ReasonMissing):
        await act(place, ticket, "censure", now, BUREAU, is_="unsolved")
    await act(place, ticket, "censure", now, BUREAU, is_="unsolved", reason="应办未办")

    (task,) = await tasks_of(place)
    assert (task.kind, task.addressee, task.about) == ("interview", "institution:bureau", "staff:li")


async def test_joined_tickets_are_answered_together_each_to_its_own_rater(place: Tenant, now: datetime):
    lead, other = await complain(place, "A1", now, "overall"), await complain(place, "B1", now, "overall")
    async with db.as_tenant(place.id) as unit:
        number = (await tickets.read(unit, lead)).number
    await act(place, other, "join", now + timedelta(hours=2), HANDLER, to=number)

    await act(place, lead, "verdict", now + timedelta(hours=3), is_="valid")
    await act(place, lead, "feedback", now + timedelta(hours=4), note="已整改")

    async with db.as_tenant(place.id) as unit:
        states = [(await tickets.read(unit, each)).state for each in (lead, other)]
        told = await unit.fetchval(
            "SELECT count(DISTINCT ticket_id) FROM notice WHERE tenant_id = $1 AND addressee = 'rater' AND about = $2",
            place.id,
            "feedback",
        )
    assert states == ["closed", "closed"] and told == 2


async def test_a_joined_ticket_that_was_parted_goes_its_own_way_again(place: Tenant, now: datetime):
    lead, other = await complain(place, "A1", now, "overall"), await complain(place, "B1", now, "overall")
    async with db.as_tenant(place.id) as unit:
        number = (await tickets.read(unit, lead)).number
    await act(place, other, "join", now + timedelta(hours=2), HANDLER, to=number)
    await act(place, other, "part", now + timedelta(hours=2), HANDLER)

    await act(place, lead, "verdict", now + timedelta(hours=3), is_="malicious")

    async with db.as_tenant(place.id) as unit:
        assert (await tickets.read(unit, other)).state == "open"


@pytest.mark.parametrize("to", ["2601-99999", "own", ""])
async def test_a_ticket_joins_only_another_live_one_of_the_same_handler(place: Tenant, now: datetime, to: str):
    ticket = await complain(place, "A1", now)
    async with db.as_tenant(place.id) as unit:
        own = (await tickets.read(unit, ticket)).number

    with pytest.raises((UnknownCode, Refused)):
        await act(place, ticket, "join", now, HANDLER, to=own if to == "own" else to)

    async with db.as_tenant(place.id) as unit:
        assert (await tickets.read(unit, ticket)).joined_to is None


@pytest.mark.covers("JL-P6")
async def test_whoever_handled_a_ticket_neither_decides_its_appeal_nor_checks_it(place: Tenant, now: datetime):
    ticket = await complain(place, "A1", now)
    first, second = (replace(HANDLER, member=ids.new()) for _ in range(2))
    await act(place, ticket, "verdict", now + timedelta(hours=2), first, is_="valid")
    await act(place, ticket, "appeal", now + timedelta(hours=3), Actor("staff", "li"))

    with pytest.raises(NotEntitled, match="办理过"):
        await act(place, ticket, "decide", now + timedelta(hours=4), first, upheld=False)
    await act(place, ticket, "decide", now + timedelta(hours=4), second, upheld=False, note="查看监控，差评属实")

    async with db.as_tenant(place.id) as unit:
        row = await unit.fetchrow("SELECT number, state, words, decided_by FROM appeal WHERE tenant_id = $1", place.id)
    assert row is not None and row["number"].startswith("S") and row["state"] == "refused"
    assert (row["words"], row["decided_by"]) == ("查看监控，差评属实", "institution:tax-east")


async def test_a_staff_member_who_verified_as_themselves_may_not_decide_either(place: Tenant, now: datetime):
    ticket = await complain(place, "A1", now)
    await act(place, ticket, "verdict", now + timedelta(hours=2), Actor("staff", "zhao"), is_="valid")
    await act(place, ticket, "appeal", now + timedelta(hours=3), Actor("staff", "li"))

    with pytest.raises(NotEntitled):
        await act(place, ticket, "decide", now + timedelta(hours=4), Actor("staff", "zhao"), upheld=False)


@pytest.mark.covers("SZ-27e", "BJ-6c")
async def test_figures_from_before_any_finding_stand_beside_those_after(place: Tenant, now: datetime):
    ticket = await complain(place, "A1", now)
    await rated(place, "A2", now, {"staff": 5})
    await act(place, ticket, "appeal", now + timedelta(hours=2), Actor("staff", "li"))
    await act(place, ticket, "decide", now + timedelta(hours=3), upheld=True, finding="malicious")
    policy = stack.policy(place, now.date())

    async with db.as_tenant(place.id) as unit:
        score = await scoring.score(unit, place, policy, "staff", "li", "staff")
        (listed,) = [each for each in await scoring.scores(unit, place, policy, "staff", "staff") if each.code == "li"]
        original = await unit.fetchval(
            "SELECT grade FROM mark m JOIN rating r ON r.tenant_id = m.tenant_id AND r.id = m.rating_id"
            " WHERE m.tenant_id = $1 AND m.found", place.id,
        )  # fmt: skip

    assert (score.mean, score.n, score.before_mean, score.before_n) == (Decimal(10), 1, Decimal(5), 2)
    assert (listed.before_mean, listed.before_n, listed.before_distribution) == (Decimal(5), 2, {5: 1, 1: 1})
    assert original == 1


async def test_a_notice_to_the_rated_names_the_matter_and_the_day_and_words_that_name_nobody(
    place: Tenant, now: datetime
):
    ticket = await complain(place, "A1", now)
    words = "张三说：窗口态度生硬，电话13800000001，10:35 来过"

    await act(place, ticket, "notify", now + timedelta(hours=2), note=words)

    async with db.as_tenant(place.id) as unit:
        row = await unit.fetchrow(
            "SELECT body, hides FROM notice WHERE tenant_id = $1 AND addressee = 'staff:li'", place.id
        )
        kept = await unit.fetchval("SELECT note FROM ticket_act WHERE tenant_id = $1 AND act = 'notify'", place.id)
    assert row is not None and set(row["body"]) == {"item", "day", "words"} and list(row["hides"]) == ["rater"]
    for secret in ("张三", "13800000001", "10:35", "A1"):
        assert secret not in str(row["body"]["words"]) and secret not in kept
    assert "态度生硬" in row["body"]["words"]


@pytest.mark.parametrize(
    ("verb", "by", "data", "code"),
    [
        ("rectify", HANDLER, {}, "wrong-state"),
        ("verdict", Actor("institution", "tax-west"), {"is": "valid"}, "not-entitled"),
        ("transfer", HANDLER, {"to": "tax-west"}, "reason-missing"),
        ("transfer", HANDLER, {"to": "of-another-tenant", "reason": "归别处"}, "unknown-code"),
        ("extend", HANDLER, {"until": "2026-12-31", "reason": "复杂"}, "not-offered"),
        ("appeal", Actor("staff", "sun"), {}, "not-entitled"),
        ("appeal", Actor("staff", "li"), {"evidence": ["监控.pdf.exe"]}, "evidence-type"),
    ],
)
async def test_what_is_refused_changes_nothing_and_the_attempt_is_written_down(
    place: Tenant, now: datetime, verb: str, by: Actor, data: dict[str, object], code: str
):
    ticket = await complain(place, "A1", now)

    with pytest.raises(Refused) as refusal:
        await flow.act(place, ticket, Act(verb, data), by=by, now=now + timedelta(hours=2))

    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch(
            "SELECT act, actor, after FROM audit WHERE tenant_id = $1 AND object_id = $2", place.id, str(ticket)
        )
        state = (await tickets.read(unit, ticket)).version
    assert refusal.value.code == code and state == 1
    assert [(row["act"], row["actor"], row["after"]["code"]) for row in rows] == [
        (f"ticket.{verb}.refused", str(by), code)
    ]


async def test_an_answer_goes_to_the_number_the_rater_left_with_the_way_to_their_receipt(place: Tenant, now: datetime):
    invitation = await invited(place, "A1", now)
    rater = Person("张三", phone="13800000001")
    told = await flow.rate(
        place,
        Submission(token=invitation.token, grades={"overall": 1}, text="慢", rater=rater),
        source=CITIZEN,
        now=now,
    )
    assert told.ticket is not None
    await act(place, told.ticket, "verdict", now + timedelta(hours=1), is_="valid")

    await act(place, told.ticket, "feedback", now + timedelta(hours=2), note="已增设窗口")

    async with db.as_tenant(place.id) as unit:
        row = await unit.fetchrow("SELECT kind, payload FROM outbox WHERE tenant_id = $1", place.id)
    assert row is not None and row["kind"] == "sms.feedback" and row["payload"]["path"] == f"/k/{told.receipt}"
