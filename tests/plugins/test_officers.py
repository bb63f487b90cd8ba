"""Officers and days in the other's place, as the scenarios cannot ask for them: at the same moment, and as shown."""

import asyncio
import heapq
from collections import Counter
from datetime import datetime, timedelta
from itertools import count

import pytest

from core import clock, db, duties, people
from core.audit.model import SYSTEM, Actor
from core.demo import extras as demo
from core.demo.extras import Deed
from core.embedded.servers import Servers
from core.people import NewMember
from core.policy.model import Override
from core.records import actions, reach, scene
from core.records.model import FieldsWrong, Filed
from core.tenants import Tenant
from tests.core.town import town

BUREAU = Actor("bureau")
EXTRA = "experience_officers"


async def invited(tenant: Tenant, name: str, now: datetime) -> str:
    new = NewMember(name, f"{name}某", "partner", "A long pass phrase", must_change=False)
    await people.add_member(tenant.id, new, by=SYSTEM, now=now)
    return name


async def applied(tenant: Tenant, nth: int, now: datetime) -> Filed:
    told = {"person": f"某{nth}", "phone": f"1390000{nth:04}", "source": "citizen", "centre": "east", "consent": True}
    return await actions.file(tenant, EXTRA, "officer", told, who="citizen", by=None, channel="web", now=now)


async def appointed(tenant: Tenant, found: Filed, name: str, now: datetime) -> str:
    async with db.as_tenant(tenant.id) as unit:
        who = await reach.of_actor(unit, BUREAU)
    told = {"officer": name, "from": now.date(), "until": now.date() + timedelta(days=30), "letter": name}
    return (await actions.act(tenant, found.id, "appoint", told, who=who, by=BUREAU, now=now)).state


async def test_of_the_last_place_only_one_is_taken_by_two_at_the_same_moment(pool: Servers, now: datetime) -> None:
    async with town(now, "taian", overrides=[Override("experience_officers_county", 1, "第三条")]) as tenant:
        names = [await invited(tenant, f"tyg{nth}", now) for nth in range(3)]
        found = [await applied(tenant, nth, now) for nth in range(3)]
        ends = await asyncio.gather(
            *(appointed(tenant, each, name, now) for each, name in zip(found, names, strict=True)),
            return_exceptions=True,
        )

    assert ends.count("serving") == 1
    assert sum(isinstance(each, FieldsWrong) and "名额是 1 名" in each.faults[0].says for each in ends) == 2


async def test_the_account_of_somebody_who_is_rated_is_no_officers(pool: Servers, now: datetime) -> None:
    async with town(now, "taian") as tenant:
        new = NewMember("li", "李四", "clerk", "A long pass phrase", institution="tax-east", staff="li")
        await people.add_member(tenant.id, new, by=SYSTEM, now=now)
        with pytest.raises(FieldsWrong) as wrong:
            await appointed(tenant, await applied(tenant, 1, now), "li", now)

    assert "受邀人员" in wrong.value.at["officer"]


async def test_a_demo_city_has_lived_through_officers_and_swap_days(pool: Servers, now: datetime) -> None:
    async with town(now, "taian") as tenant:
        await invited(tenant, "partner", now)
        with clock.at(now):
            while (due := await duties.next_due(tenant)) is not None and due <= now:
                await duties.run_due(tenant, due)
        waiting: list[tuple[datetime, int, Deed]] = []
        nth = count()
        await demo.plan(tenant, now, lambda moment, deed: heapq.heappush(waiting, (moment, next(nth), deed)))
        while waiting and waiting[0][0] <= now:
            moment, _, deed = heapq.heappop(waiting)
            await deed(moment)
        async with db.as_tenant(tenant.id) as unit:
            kinds = ["officer", "experience", "officer_problem", "officer_interest", "swap_post", "swap"]
            shown = await scene.scene(unit, tenant, now, reads=kinds)

    states = {kind: Counter(each.state for each in shown.of(kind)) for kind in kinds}
    assert states["officer"] == {"serving": 1, "applied": 2, "refused": 1, "withdrawn": 1}
    assert states["experience"] == {"closed": 4, "sent": 1}
    assert states["officer_problem"] == {"closed": 3, "mended": 1, "sent": 1}
    assert states["swap_post"] == {"active": 6}
    assert states["swap"] == {"done": 5, "owed": 3}
