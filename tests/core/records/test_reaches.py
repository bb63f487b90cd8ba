"""Nobody reads more of a record than is theirs: not as who signs alike, not in its history, not in a sum."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from core import db, errors, ids, people
from core.audit.model import SYSTEM, Actor
from core.notify import actions as notify
from core.policy.extras import Act, Entry, Field, Form
from core.records import actions, decide, listing, stored
from core.records.listing import Asked
from core.records.model import Filed, Reach
from core.tenants.model import Tenant
from tests.core.records import lost
from tests.core.records.changed import changed
from tests.core.records.test_records import BUREAU, EVERYWHERE, TAX, did, filed


def overseer(region: str, account: UUID | None = None) -> Reach:
    """A supervisor of one district, who signs as every other does."""
    return Reach(frozenset({"bureau"}), regions=frozenset({region}), actor="bureau", id=account)


async def filed_by(tenant: Tenant, account: UUID, now: datetime) -> Filed:
    told = {"what": "雨伞", "where": "tax-west"}
    by = Actor("bureau", "", account)
    return await actions.file(tenant, "lost", "lost_thing", told, who="bureau", by=by, channel="window", now=now)


async def seen(tenant: Tenant, who: Reach, now: datetime) -> tuple[int, int, int]:
    """How many they find in a list (and it says), by searching, and waiting for them."""
    async with db.as_tenant(tenant.id) as unit:
        page = await listing.page(unit, Asked("lost", who), now)
        found = await listing.sought(unit, "雨伞", who, now)
        return page.total, len(found), len(await listing.waiting(unit, who, now))


async def test_whoever_oversees_one_district_does_not_own_what_another_bureau_filed(place: Tenant, now: datetime):
    author = ids.new()
    record = await filed_by(place, author, now)

    assert await seen(place, overseer("east"), now) == (0, 0, 0)
    assert await seen(place, overseer("east", ids.new()), now) == (0, 0, 0)
    assert await seen(place, overseer("west"), now) == (1, 1, 1)
    assert await seen(place, overseer("east", author), now) == (1, 1, 1)
    with pytest.raises(errors.NotFound):
        await actions.act(place, record.id, "send", {"to": "tax-east"}, who=overseer("east"), by=BUREAU, now=now)


async def test_what_is_kept_for_the_office_stands_in_nobody_elses_history(place: Tenant, now: datetime):
    weight = Field("weight", "权重", required=False)
    (call,) = [each for each in lost.THING.acts if each.code == "call"]
    with changed(lost.THING, kept=(weight,)), changed(call, writes=lambda _: {"weight": "0.37"}, makes=None):
        record = await filed(place, now)
        await did(place, record, "call", {"said": "联系过"}, TAX, now)
        async with db.as_tenant(place.id) as unit:
            whole = await stored.load(unit, record.id, now)
            deeds = await stored.deeds(unit, lost.THING, record.id)
        unit_ = Reach(frozenset({"handler"}), frozenset({"tax-east"}), actor=str(TAX))

        read = [dict(decide.deed_for(unit_, lost.THING, whole, each).given) for each in deeds]
        office = [dict(decide.deed_for(EVERYWHERE, lost.THING, whole, each).given) for each in deeds]
        own = [dict(decide.told(lost.THING, each).given) for each in deeds]

    assert whole.fields["weight"] == office[1]["weight"] == "0.37"
    assert read[1] == {"said": "联系过"}
    assert not any("weight" in each for each in own)


async def test_what_is_kept_and_private_is_unmasked_for_the_office_alone(place: Tenant, now: datetime):
    with changed(lost.THING, kept=(Field("phone", "电话", "phone"),)):
        record = await filed(place, now, phone="13800000001")
        unit_ = Reach(frozenset({"handler"}), frozenset({"tax-east"}), actor=str(TAX))

        with pytest.raises(errors.NotFound):
            await actions.unmask(place, record.id, "phone", "看看", who=unit_, by=TAX, now=now)
        said = await actions.unmask(place, record.id, "phone", "核对", who=EVERYWHERE, by=BUREAU, now=now)
    assert said == "13800000001"


def test_a_user_name_like_a_clerks_code_opens_nothing_of_the_clerks(now: datetime):
    entry = Entry("1", "lost_thing", "SW-1", "kept", {}, now, named="li")
    named: dict[str, Any] = {"sees": ("bureau", "named"), "names": "who"}
    asked = (*lost.THING.form.fields, Field("who", "谁", "staff"))
    with changed(lost.THING, **named), changed(lost.THING.form, fields=asked):
        assert listing.within(Reach(frozenset(), staff="li"), lost.THING, entry)
        assert not listing.within(Reach(frozenset(), member="li"), lost.THING, entry)


async def test_a_district_hears_of_what_lies_in_it_without_any_institution(place: Tenant, now: datetime):
    async def member(name: str, region: str | None) -> UUID:
        new = people.NewMember(name, name, "supervisor", "Kd8#fj2!sk0Q", region=region, must_change=False)
        return await people.add_member(place.id, new, by=SYSTEM, now=now)

    east, west, city = [await member(name, region) for name, region in (("e", "east"), ("w", "west"), ("c", None))]
    asked = (Field("what", "物品"), Field("where", "哪里", "region"))
    with changed(lost.THING.form, fields=asked), changed(lost.THING, goes_to="", same=("what",)):
        await filed(place, now, where="east")

    async with db.as_tenant(place.id) as unit:
        told = [len((await notify.listing(unit, each, now))[0]) for each in (east, west, city)]
    assert told == [1, 0, 1]


async def test_what_only_waits_for_others_hides_nothing_that_waits_here(
    place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(listing, "HELD", 2)
    acts = tuple(replace(each, doers=("handler",)) if each.leads else each for each in lost.THING.acts)
    beside = Act("note", "备注", ("bureau",), ("kept",), form=Form((Field("note", "说明"),)))
    with changed(lost.THING, acts=(*acts, beside), check=None):
        for number in range(3):
            await filed(place, now, what=f"伞{number}")
        async with db.as_tenant(place.id) as unit:
            assert await listing.waiting(unit, EVERYWHERE, now) == ()
    send = Act("send", "转交", ("bureau",), ("sent",), "sent")
    with changed(lost.THING, acts=(*acts, beside, send), check=None):
        last = await filed(place, now + timedelta(hours=1), what="钥匙")
        async with db.as_tenant(place.id) as unit:
            await unit.execute(
                "UPDATE extra_record SET state = 'sent' WHERE tenant_id = $1 AND id = $2", place.id, last.id
            )
            held = await listing.waiting(unit, EVERYWHERE, now)
    assert [each.title for each, _ in held] == ["钥匙"]
