"""What was handed over goes no further than the places of both: it ends with either, and with either's account."""

from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime

import pytest

from core import db, people
from core.audit.model import SYSTEM
from core.people import delegations
from core.tenants import Tenant
from tests.web.office import Seat, seat
from tests.web.test_admin_acting import given, log, member, place

__all__ = ["place"]


@pytest.fixture
async def handler(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "handler", now) as found:
        yield found


@pytest.mark.parametrize(("who", "leaves"), [("qian", False), ("qian", True), ("handler", True)])
async def test_what_was_taken_over_ends_with_the_place_or_the_account_of_either(
    handler: Seat, place: Tenant, now: datetime, who: str, leaves: bool
) -> None:
    delegation = await given(handler, place, "qian")
    one = await member(place, who)
    async with db.as_tenant(place.id) as unit:
        if leaves:
            await people.set_disabled(unit, one.id, True, by=SYSTEM, now=now)
            await people.set_disabled(unit, one.id, False, by=SYSTEM, now=now)
        else:
            await people.change_member(unit, replace(one, institution="bureau"), by=SYSTEM, now=now)
        ended = await delegations.one(unit, delegation)

    assert ended.state(now) == "revoked"
    assert (await log(place, "handler"))[-1] == ("system", "delegation.revoke")
