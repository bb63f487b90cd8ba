"""What was handed over goes no further than the places of both: it ends with either, and with either's account."""

import re
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta
from html import unescape

import pytest

from core import db, people
from core.audit.model import SYSTEM
from core.people import delegations
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.house import PASSWORD
from tests.web.office import Seat, rated, seat
from tests.web.test_admin_acting import HERE, given, log, member, place, qian, send

__all__ = ["place", "qian"]


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


async def test_words_written_in_anothers_place_are_shown_again_but_not_sent_from_ones_own(
    handler: Seat, qian: Seat, place: Tenant, now: datetime, times: Times
) -> None:
    number, words = await rated(place, now - timedelta(days=2)), "写了很久的话"
    assert await send(qian, f"{HERE}/{await given(handler, place, 'qian')}/take") == 303
    page = (await qian.get(f"/admin/tickets/{number}?act=contact")).text
    token = re.search(r'name="_csrf" value="([0-9a-f]+)"', page)
    assert token
    times.now = now + timedelta(minutes=40)

    over = await qian.post(f"/admin/tickets/{number}/acts/contact", {"_csrf": token[1], "note": words, "version": "1"})
    hidden = dict(re.findall(r'type="hidden" name="(_held|_csrf)" value="([^"]*)"', over.text))
    form = {**hidden, "username": "qian", "password": f"{PASSWORD} 1"}
    resumed = await qian.browser.post(qian.at("/sign-in"), data=form)
    forged = await qian.post(f"/admin/tickets/{number}/acts/contact", {"_csrf": "00", "note": words})

    assert over.status_code == 401 and "您刚才填写的内容没有丢失" in over.text
    assert resumed.status_code == 200
    text = unescape(resumed.text)
    assert words in text and "您当时在代handler某办理，请先" in text
    assert "再次提交</button>" not in text and "/acts/contact" not in text
    assert forged.status_code == 403
