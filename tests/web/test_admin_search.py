"""A ticket is found by what people remember of it, and only by those who may know what they remembered."""

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core import db, flow, people
from core.intake.model import ServiceEvent, Source, Submission
from core.tenants import Tenant
from core.tickets import seeking
from tests.web.api_world import Times
from tests.web.office import CANARY, PHONE, Seat, rated, seat, town

TEXT = "甲乙丙甲丁，叫号屏与窗口不一致，ＡＴＭ 机坏了"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def number(place: Tenant, now: datetime) -> str:
    await rated(place, now - timedelta(days=2), case="OTHER-1", item="refund", staff="sun", text="大厅太热")
    return await rated(place, now - timedelta(days=1), case="SQ-2026-0099-X", text=TEXT)


async def finds(member: Seat, number: str, q: str) -> bool:
    answer = await member.get(f"/admin/tickets?tab=all&q={q}")
    assert answer.status_code == 200
    return f"/admin/tickets/{number}" in answer.text or f"id={number}" in answer.text


FOUND = (
    "发票", "fply", "fapiaolingyong", "lingyong", "FPLY", "sq-2026-0099", "SQ-2026-0099-X", "0099-x", "叫号屏",
    "甲乙丙甲丁", "atm机", "ATM 机", PHONE, PHONE[-4:], PHONE[-7:],
)  # fmt: skip
NOT_FOUND = (
    "退税",
    "ts",
    "乙丙甲乙",
    "屏叫号",
    "SQ-2027",
    "5555",
    "13977776667",
    "大厅",
    "%",
    "n:",
    "' OR 1=1 --",
)


@pytest.mark.parametrize("q", FOUND)
async def test_a_handler_finds_it_by(handler: Seat, number: str, q: str) -> None:
    assert await finds(handler, number, q)


@pytest.mark.parametrize("q", [*FOUND, *NOT_FOUND])
async def test_what_stands_everywhere_is_looked_for_among_the_few_that_are_seen(
    handler: Seat, number: str, q: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seeking, "MANY", 1)

    assert await finds(handler, number, q) == (q in FOUND)


@pytest.mark.parametrize("q", NOT_FOUND)
async def test_a_handler_does_not_find_it_by(handler: Seat, number: str, q: str) -> None:
    assert not await finds(handler, number, q)


async def test_a_number_is_found_by_its_beginning_and_its_end(handler: Seat, number: str) -> None:
    asked = (number, number[:7], number[-5:], number[-3:], number.replace("-", "－"), "9999-00001", number + "1")

    assert [await finds(handler, number, q) for q in asked] == [True, True, True, True, True, False, False]


async def test_another_institution_finds_nothing_of_it(address: str, place: Tenant, now: datetime, number: str) -> None:
    async with seat(address, place, "west", now) as west:
        assert [await finds(west, number, q) for q in (number, "叫号屏", PHONE, "发票")] == [False] * 4


async def test_the_rated_find_their_own_by_number_and_matter_and_by_nothing_of_the_rater(
    handler: Seat, address: str, place: Tenant, now: datetime, number: str
) -> None:
    await handler.do(number, "notify", checked="yes")
    async with seat(address, place, "clerk", now) as clerk:
        known = [await finds(clerk, number, q) for q in (number, "fply", number[-5:])]
        unknown = [await finds(clerk, number, q) for q in (PHONE, PHONE[-4:], "SQ-2026-0099-X", "叫号屏")]

    assert (known, unknown) == ([True] * 3, [False] * 4)


async def test_who_looked_somebody_up_by_telephone_stays_written_without_the_number(
    handler: Seat, place: Tenant, number: str
) -> None:
    for q in (PHONE[-4:], "5555", "叫号屏"):
        await finds(handler, number, q)
    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch("SELECT * FROM audit WHERE tenant_id = $1 AND act = 'person.search'", place.id)

    assert len(rows) == 1 and rows[0]["actor"].startswith("member:")
    assert PHONE[-4:] not in str(dict(rows[0]))


async def test_the_words_of_a_withdrawn_ticket_are_gone(handler: Seat, place: Tenant, number: str) -> None:
    async with db.as_tenant(place.id) as unit:
        await unit.execute(
            "UPDATE ticket SET state = 'withdrawn' WHERE tenant_id = $1 AND number = $2", place.id, number
        )
    async with db.as_tenant(place.id) as unit:
        left = await unit.fetch("SELECT word FROM ticket_word WHERE tenant_id = $1 AND word = '叫号'", place.id)

    assert (left, await finds(handler, number, "叫号屏"), await finds(handler, number, number)) == ([], False, True)


async def test_who_was_known_before_is_found_by_the_end_of_their_number(
    handler: Seat, place: Tenant, number: str
) -> None:
    async with db.as_tenant(place.id) as unit:
        await unit.execute("UPDATE person SET phone_tail = NULL WHERE tenant_id = $1", place.id)
    before = await finds(handler, number, PHONE[-4:])
    async with db.as_tenant(place.id) as unit:
        added = await people.actions.add_tails(unit, 100)

    assert (before, added, await finds(handler, number, PHONE[-4:])) == (False, 1, True)


async def test_whoever_is_erased_is_found_no_more(handler: Seat, place: Tenant, now: datetime, number: str) -> None:
    async with db.as_tenant(place.id) as unit:
        (person,) = await people.actions.by_phone_tail(unit, PHONE[-4:])
        await people.actions.erase(unit, person, "本人要求", by=people.actions.Actor("system", ""), now=now)

    assert not await finds(handler, number, PHONE[-4:])


async def test_who_rates_without_their_name_is_found_by_nobodys_telephone(
    handler: Seat, place: Tenant, now: datetime
) -> None:
    at = now - timedelta(days=1)
    applied = ServiceEvent(
        "ANON1", "closed", at, applicant=CANARY, item="invoice", staff="li", window="w1", mode="window"
    )
    (answer,) = await flow.receive(place, [applied], source=Source("demo", trusted=True), now=at)
    assert answer.invitation is not None
    said = Submission(
        token=answer.invitation.token, grades=dict.fromkeys(answer.invitation.dimensions, 1), text="很差",
        rater=CANARY, anonymous=True,
    )  # fmt: skip
    await flow.rate(place, said, source=Source("web"), now=at + timedelta(minutes=7))
    async with db.as_tenant(place.id) as unit:
        opened = await unit.fetchval(
            "SELECT number FROM ticket t JOIN rating r ON r.id = t.rating_id WHERE r.anonymous"
        )
        kept = await unit.fetchval("SELECT count(*) FROM ticket_word w JOIN ticket t ON t.id = w.ticket_id "
                                   "WHERE t.number = $1 AND word LIKE 'p:_%'", opened)  # fmt: skip

    assert kept == 0
    assert await finds(handler, opened, "ANON1")
    assert not await finds(handler, opened, PHONE)
