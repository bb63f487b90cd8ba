"""Drafts are private, sealed and short-lived; presence passes; wordings know their unit and name nobody."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from core import db, errors, people
from core.audit.model import Actor
from core.demo import wordings as demo_wordings
from core.desk import claims, decide, drafts, presence, views, wordings
from core.desk.wordings import Keeper, Wording
from core.tenants import Tenant
from tests.web.office import rated, town

NEW = Wording(UUID(int=0), "tax-east", "已整改", "您反映的{事项}已整改，期限{期限}。", ("feedback",))


async def member(place: Tenant, username: str, now: datetime, institution: str = "tax-east") -> UUID:
    new = people.NewMember(username, f"{username}某", "handler", "A long pass phrase", institution=institution)
    return await people.add_member(place.id, new, by=Actor("system"), now=now)


async def ticket_of(place: Tenant, now: datetime) -> UUID:
    number = await rated(place, now - timedelta(days=1))
    async with db.as_tenant(place.id) as unit:
        return await unit.fetchval("SELECT id FROM ticket WHERE tenant_id = $1 AND number = $2", place.id, number)


async def test_a_draft_is_its_writers_alone_sealed_replaced_and_gone_after_thirty_days(
    pool: object, now: datetime
) -> None:
    async with town(now) as place:
        one, other, ticket = (
            await member(place, "one", now),
            await member(place, "other", now),
            await ticket_of(place, now),
        )
        async with db.as_tenant(place.id) as unit:
            await drafts.save(unit, one, ticket, "verdict", {"note": "王五说排队太久", "is": "valid"}, 3, now)
            await drafts.save(unit, one, ticket, "verdict", {"note": "再改一次"}, 4, now + timedelta(minutes=1))
            found = await drafts.find(unit, one, ticket, "verdict", now)
            others = await drafts.find(unit, other, ticket, "verdict", now)
            sealed = await unit.fetch("SELECT words_enc FROM draft WHERE tenant_id = $1", place.id)
            late = await drafts.find(unit, one, ticket, "verdict", now + timedelta(days=31))
            swept = await drafts.sweep(unit, now + timedelta(days=31))
            await drafts.save(unit, one, ticket, "contact", {"note": "在写"}, 4, now)
            await drafts.save(unit, one, ticket, "contact", {"note": "  "}, 4, now)
            emptied = await drafts.find(unit, one, ticket, "contact", now)

    assert found is not None and (dict(found.words), found.version) == ({"note": "再改一次"}, 4)
    assert others is None and late is None and swept == 1 and emptied is None
    assert len(sealed) == 1 and "再改一次".encode() not in sealed[0]["words_enc"]


async def test_who_has_a_ticket_open_is_known_for_three_minutes(pool: object, now: datetime) -> None:
    def later(minutes: float) -> datetime:
        return now + timedelta(minutes=minutes)

    async with town(now) as place:
        one, other, ticket = (
            await member(place, "one", now),
            await member(place, "other", now),
            await ticket_of(place, now),
        )
        async with db.as_tenant(place.id) as unit:
            await presence.come(unit, one, ticket, "verdict", now)
            await presence.come(unit, one, ticket, "verdict", later(0.5))
            seldom = await unit.fetchval("SELECT seen_at FROM presence WHERE tenant_id = $1", place.id)
            await presence.come(unit, one, ticket, "verdict", later(2))
            seen, own = (
                await presence.others(unit, other, ticket, later(4)),
                await presence.others(unit, one, ticket, later(4)),
            )
            gone = await presence.others(unit, other, ticket, later(5))
            await presence.come(unit, one, ticket, "contact", later(9))
            (back,) = await presence.others(unit, other, ticket, later(9))
            await presence.leave(unit, one, ticket)
            left = await presence.others(unit, other, ticket, later(9))

    assert seldom == now
    assert [(each.name, each.verb, each.since) for each in seen] == [("one某", "verdict", now)]
    assert own == gone == left == () and (back.verb, back.since) == ("contact", later(9))


async def test_a_wording_is_its_units_or_everybodys_and_the_last_used_comes_first(pool: object, now: datetime) -> None:
    async with town(now) as place:
        east = Keeper(await member(place, "e", now), "tax-east", shares=False, by=Actor("institution", "tax-east"))
        west = Keeper(
            await member(place, "w", now, "tax-west"), "tax-west", shares=False, by=Actor("institution", "tax-west")
        )
        bureau = Keeper(await member(place, "b", now, "bureau"), "bureau", shares=True, by=Actor("bureau"))
        everybodys = Wording(NEW.id, None, "致歉", "给您添麻烦了。", ("feedback", "explain"))
        async with db.as_tenant(place.id) as unit:
            own = await wordings.add(unit, east, NEW, now)
            shared = await wordings.add(unit, bureau, everybodys, now)
            before = [each.id for each in await wordings.listing(unit, east, "feedback")]
            await wordings.used(unit, east, shared, now)
            after = [each.id for each in await wordings.listing(unit, east, "feedback")]
            wests = [each.id for each in await wordings.listing(unit, west)]
            for refused in (wordings.one(unit, west, own), wordings.remove(unit, west, own, now)):
                with pytest.raises(errors.NotFound):
                    await refused
            for refused in (wordings.remove(unit, east, shared, now), wordings.add(unit, east, everybodys, now)):
                with pytest.raises(errors.NotEntitled):
                    await refused
            await wordings.remove(unit, bureau, shared, now)
            logged = await unit.fetch(
                "SELECT act FROM audit WHERE tenant_id = $1 AND object_kind = 'wording'", place.id
            )

    assert before == [own, shared] and after == [shared, own] and wests == [shared]
    assert sorted(row["act"] for row in logged) == ["wording.add", "wording.add", "wording.remove"]


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"title": " "}, "title"), ({"title": "长" * 41}, "title"), ({"body": ""}, "body"),
        ({"body": "长" * 1501}, "body"), ({"body": "{姓名}您好"}, "body"), ({"body": "致电{ 手机号 }"}, "body"),
        ({"verbs": ()}, "verbs"), ({"verbs": ("withdraw",)}, "verbs"),
    ],
)  # fmt: skip
async def test_a_wording_with_something_wrong_is_refused_at_its_field(
    pool: object, now: datetime, changed: dict[str, object], field: str
) -> None:
    async with town(now) as place:
        east = Keeper(await member(place, "e", now), "tax-east", shares=False, by=Actor("institution", "tax-east"))
        given = {"id": NEW.id, "institution": "tax-east", "title": NEW.title, "body": NEW.body, "verbs": NEW.verbs}
        async with db.as_tenant(place.id) as unit:
            with pytest.raises(errors.Refused) as refusal:
                await wordings.add(unit, east, Wording(**(given | changed)), now)  # pyright: ignore[reportArgumentType]

    assert refusal.value.field == field


def test_what_is_not_known_yet_is_left_to_be_written() -> None:
    words = decide.filled("{事项}由{ 承办单位 }办理，{期限}前答复。", {"事项": "发票领用", "承办单位": "东区税务局"})

    assert words == f"发票领用由东区税务局办理，{decide.BLANK}前答复。"
    assert decide.unknown("{姓名}{事项}{姓名}{｝") == ("姓名", "")


async def test_the_wordings_of_a_demo_are_everybodys(pool: object, now: datetime) -> None:
    async with town(now) as place:
        await demo_wordings.keep(place, now)
        keeper = Keeper(await member(place, "e", now), "tax-east", shares=False, by=Actor("institution", "tax-east"))
        async with db.as_tenant(place.id) as unit:
            found = {verb: len(await wordings.listing(unit, keeper, verb)) for verb in decide.VERBS}

    assert all(found.values())


async def test_without_an_institution_those_of_one_region_are_one_unit(pool: object, now: datetime) -> None:
    async with town(now, "units") as place:
        for name, region in (("east", "east"), ("also", "east"), ("west", "west"), ("city", None)):
            new = people.NewMember(name, name, "supervisor", "A long pass phrase 1", region=region)
            await people.add_member(place.id, new, by=Actor("system"), now=now)
        async with db.as_tenant(place.id) as unit:
            known = {each.username: each for each in await people.members(unit)}
            wish = views.Wish("tickets", "东区", "tab=all", shared=True)
            await views.keep(unit, known["east"], wish, may_share=True, now=now)
            beside = {name: set((await claims.colleagues(unit, one)).values()) for name, one in known.items()}
            shared = {name for name, one in known.items() if await views.seen_by(unit, one)}

    assert beside == {"east": {"east", "also"}, "also": {"east", "also"}, "west": {"west"}, "city": {"city"}}
    assert shared == {"east", "also"}
