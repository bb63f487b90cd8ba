"""The seats under which tickets are listed never differ from the facts, whatever happens to these in whatever order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest

from core import db, errors, ids
from core.tenants import Tenant
from core.tickets import listing
from core.tickets.listing import SORTS, TABS, Wanted
from tests.core.tickets.oracle import differences, everybody, ordered, seen, under
from tests.core.town import town

RATING = """
INSERT INTO rating (tenant_id, id, rated_at, invitation_id, case_id, occasion, origin, channel, source, text, receipt,
  policy, received_at) VALUES ($1, $2, $3, $2, $4, 'closed', 'citizen', 'web', 'test', '太慢', '', '', $3)
"""
CASE = """
INSERT INTO service_case (tenant_id, id, code, mode, kind, opened_at) VALUES ($1, $2, $3, 'window', 'instant', $4)
"""
TICKET = """
INSERT INTO ticket (tenant_id, id, number, rating_id, rated_at, case_id, item, staff, dimensions, grade, state, handler,
  proposed, co_handlers, opened_at, policy, policy_day)
VALUES ($1, $2, $3, $2, $4, $2, 'invoice', $5, '{overall}', $6, $7, $8, $9, $10, $11, '', '2026-03-09')
"""
CLOCK = """
INSERT INTO clock (tenant_id, id, ticket_id, name, since, started_at, span, due_at, clause, document, policy, calendar,
  days, state)
VALUES ($1, $2, $3, $4, 'dispatched', $5, '1d', $6, '', '', '', '', '[]', $7)
"""
APPEAL = """
INSERT INTO appeal (tenant_id, id, ticket_id, appellant, addressee, state, reason, filed_at)
VALUES ($1, $2, $3, 'staff:li', $4, $5, '', $6)
"""
NOTICE = """
INSERT INTO notice (tenant_id, id, at, addressee, about, ticket_id, once) VALUES ($1, $2, $3, $4, 'ticket', $5, $6)
"""
PLACES = ("tax-east", "tax-west", "hotline", "bureau")
STAFF = ("li", "zhao", "sun", None)
STATES = ("auditing", "open", "verified", "rectifying", "answered", "closed", "rejected", "withdrawn")
NAMES = ("verify", "close", "appeal", "callback")
KINDS = ("clock", "clock", "appeal", "notice", "ends", "moves", "decided", "state", "handler", "of another")
CLOCK_STATES = ("running", "running", "paused", "stopped", "lapsed")


@pytest.fixture
async def place(pool: Any, now: datetime) -> AsyncIterator[Tenant]:
    async with town(now) as found:
        yield found


def moment(luck: Random, now: datetime) -> datetime:
    return now + timedelta(hours=luck.randint(-400, 60), minutes=luck.choice((0, 0, 30)))


async def opens(unit: db.Unit, luck: Random, now: datetime, nth: int) -> None:
    ticket, rated = ids.new(), now - timedelta(hours=luck.randint(0, 72))
    await unit.execute(CASE, unit.tenant, ticket, f"C{nth}", rated)
    await unit.execute(RATING, unit.tenant, ticket, rated, ticket)
    await unit.execute(
        TICKET, unit.tenant, ticket, f"2603-{nth:05}", rated, luck.choice(STAFF), luck.randint(1, 2),
        luck.choice(STATES), luck.choice(PLACES), luck.choice(PLACES), luck.sample(PLACES, luck.randint(0, 2)),
        moment(luck, now),
    )  # fmt: skip
    for _ in range(luck.randint(0, 2)):
        await happens(unit, luck, now, ticket)


async def happens(unit: db.Unit, luck: Random, now: datetime, ticket: Any) -> None:
    """One fact of a ticket comes or changes."""
    what = luck.choice(KINDS)
    own = (unit.tenant, ids.new(), ticket)
    if what == "clock":
        at = moment(luck, now)
        await unit.execute(CLOCK, *own, luck.choice(NAMES), now, at, luck.choice(CLOCK_STATES))
    elif what == "appeal":
        to = luck.choice(("bureau", "institution:tax-east", "institution:hotline", "staff:li"))
        await unit.execute(APPEAL, *own, to, luck.choice(("open", "open", "refused")), now)
    elif what == "notice":
        to = luck.choice(("staff:li", "staff:sun", "institution:tax-west"))
        await unit.execute(NOTICE, unit.tenant, own[1], now, to, ticket, str(own[1]))
    else:
        changes = {
            "ends": ("UPDATE clock SET state = $3 WHERE tenant_id = $1 AND ticket_id = $2", luck.choice(CLOCK_STATES)),
            "moves": ("UPDATE clock SET due_at = $3 WHERE tenant_id = $1 AND ticket_id = $2", moment(luck, now)),
            "decided": ("UPDATE appeal SET state = $3 WHERE tenant_id = $1 AND ticket_id = $2", "upheld"),
            "state": ("UPDATE ticket SET state = $3 WHERE tenant_id = $1 AND id = $2", luck.choice(STATES)),
            "handler": ("UPDATE ticket SET handler = $3 WHERE tenant_id = $1 AND id = $2", luck.choice(PLACES)),
            "of another": ("UPDATE ticket SET staff = $3 WHERE tenant_id = $1 AND id = $2", luck.choice(STAFF)),
        }  # fmt: skip
        await unit.execute(changes[what][0], unit.tenant, ticket, changes[what][1])


async def moves_staff(unit: db.Unit, luck: Random) -> None:
    change = "UPDATE staff SET institution = $3 WHERE tenant_id = $1 AND code = $2"
    await unit.execute(change, unit.tenant, luck.choice(STAFF[:3]), luck.choice(PLACES))


async def filled(place: Tenant, luck: Random, now: datetime, count: int) -> list[Any]:
    async with db.as_tenant(place.id) as unit:
        for nth in range(count):
            await opens(unit, luck, now, nth)
    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch("SELECT id FROM ticket WHERE tenant_id = $1 ORDER BY id", place.id)
        return [row["id"] for row in rows]


@pytest.mark.parametrize("seed", range(3))
async def test_seats_follow_every_fact(place: Tenant, now: datetime, seed: int) -> None:
    luck = Random(seed)  # noqa: S311 - chance, not a secret
    tickets = await filled(place, luck, now, 25)

    wrong: list[str] = []
    for _ in range(12):
        async with db.as_tenant(place.id) as unit:
            for _ in range(luck.randint(1, 6)):
                await happens(unit, luck, now, luck.choice(tickets))
            if luck.random() < 0.4:
                await moves_staff(unit, luck)
        async with db.as_tenant(place.id) as unit:
            wrong += await differences(unit, now)

    assert wrong == []


async def test_of_two_who_change_a_ticket_at_once_neither_is_forgotten(place: Tenant, now: datetime) -> None:
    luck = Random(7)  # noqa: S311 - chance, not a secret
    tickets = await filled(place, luck, now, 6)

    async def changes(nth: int) -> None:
        own = Random(nth)  # noqa: S311 - chance, not a secret
        for _ in range(10):
            # Two that wait for each other are told so, and one of them has done nothing.
            with suppress(errors.Unavailable):
                async with db.as_tenant(place.id) as unit:
                    await happens(unit, own, now, own.choice(tickets))
                    await asyncio.sleep(own.random() / 100)
                    if own.random() < 0.3:
                        await moves_staff(unit, own)

    await asyncio.gather(*(changes(nth) for nth in range(6)))
    async with db.as_tenant(place.id) as unit:
        wrong = await differences(unit, now)

    assert wrong == []


async def test_a_seat_that_is_not_kept_is_found_out(place: Tenant, now: datetime) -> None:
    await filled(place, Random(1), now, 10)  # noqa: S311 - chance, not a secret
    async with db.as_tenant(place.id) as unit:
        await unit.execute("DELETE FROM ticket_seat WHERE tenant_id = $1 AND seat = 'institution:tax-east'", place.id)
        wrong = await differences(unit, now)

    assert wrong != []


async def test_pages_under_any_conditions_hold_every_ticket_once_in_order(place: Tenant, now: datetime) -> None:
    luck = Random(3)  # noqa: S311 - chance, not a secret
    await filled(place, luck, now, 90)
    walks = 0
    async with db.as_tenant(place.id) as unit:
        for eyes in await everybody(unit):
            rows = await seen(unit, eyes, now)
            for _ in range(12):
                wanted = Wanted(
                    tab=luck.choice((*TABS, "all", "all")), sort=luck.choice(SORTS),
                    state=luck.choice((*[""] * 9, *STATES)),
                    grade=luck.choice((None, None, 1, 2)), handler=luck.choice((*[""] * 6, *PLACES)),
                    since=luck.choice((None, None, now - timedelta(days=5))), limit=luck.randint(2, 9),
                )  # fmt: skip
                expected = [
                    row["number"] for row in ordered(under(wanted.tab, rows, now), wanted.sort)
                    if wanted.state in ("", row["state"]) and wanted.grade in (None, row["grade"])
                    and wanted.handler in ("", row["handler"])
                    and (wanted.since is None or row["opened_at"] >= wanted.since)
                ]  # fmt: skip
                assert await walked(unit, eyes, wanted, now) == (expected, {len(expected)}), (eyes, wanted)
                walks += len(expected) > wanted.limit

    assert walks > 20


async def walked(unit: db.Unit, eyes: Any, wanted: Wanted, now: datetime) -> tuple[list[str], set[int]]:
    """The numbers of page after page, and the totals they told."""
    numbers: list[str] = []
    totals: set[int] = set()
    while True:
        found = await listing.page(unit, eyes, replace(wanted, after=numbers[-1] if numbers else ""), now)
        numbers += [row.number for row in found.rows]
        totals.add(found.total)
        if not found.more:
            return numbers, totals


async def test_an_unknown_ticket_before_asks_for_the_first_page(place: Tenant, now: datetime) -> None:
    await filled(place, Random(5), now, 8)  # noqa: S311 - chance, not a secret
    async with db.as_tenant(place.id) as unit:
        eyes = (await everybody(unit))[0]
        pages = [await listing.page(unit, eyes, Wanted(after=after, limit=3), now) for after in ("", "2603-99999")]

    assert pages[0] == pages[1] and pages[0].more


async def test_nobody_counts_further_than_is_told(
    place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(place, Random(5), now, 8)  # noqa: S311 - chance, not a secret
    async with db.as_tenant(place.id) as unit:
        eyes = (await everybody(unit))[0]
        whole = await listing.page(unit, eyes, Wanted(), now)
        monkeypatch.setattr(listing, "COUNTED_TO", 5)
        capped, counted = await listing.page(unit, eyes, Wanted(), now), await listing.counts(unit, eyes, now)

    assert (whole.total, whole.capped) == (8, False)
    assert (capped.total, capped.capped, len(capped.rows), counted["all"]) == (5, True, 8, 5)
