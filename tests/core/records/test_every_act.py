"""Whatever is done with a record of any extra, in any order, is done or is refused with a reason."""

import random
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from core import db, errors, people
from core.audit.model import SYSTEM, Actor
from core.embedded.servers import Servers
from core.policy.extras import Kind
from core.policy.model import Override
from core.records import actions, offered, reach, stored
from core.tenants import Tenant
from tests.core.every_kind import kept, said
from tests.core.town import town

OTHER = Actor("institution", "bureau")
STEPS, HOURS = 12, 5


async def test_every_act_is_done_or_refused_with_a_reason(pool: Servers, now: datetime) -> None:
    switches = [Override(each.switch.name, value=True, clause="第三条") for each in offered.known()]
    done: set[str] = set()
    async with town(now, overrides=switches) as place:
        guest = people.NewMember("partner", "某某", "partner", "A long pass phrase", must_change=False)
        await people.add_member(place.id, guest, by=SYSTEM, now=now)
        for extra in offered.known():
            for kind in extra.kinds:
                done |= await walked(place, kind, await kept(place, extra, kind, now), now)

    assert {each.partition(".")[0] for each in done} >= {"matter", "officer", "swap", "survey", "five_indicator"}


async def walked(place: Tenant, kind: Kind, record_id: UUID, now: datetime) -> set[str]:
    chance = random.Random(kind.code)  # noqa: S311 - the same walk each time, whatever other kinds there are
    done: set[str] = set()
    for step in range(1, STEPS + 1):
        at = now + timedelta(hours=HOURS * step)
        async with db.as_tenant(place.id) as unit:
            record = await stored.load(unit, record_id, at)
        acts = [each for each in kind.acts if record.state in each.states and each.effect != "make-file"]
        if not acts:
            break
        act = chance.choice(acts)
        given = said(act.form, at)
        for code in chance.sample(list(given), k=min(len(given), chance.randrange(4) == 0)):
            del given[code]
        try:
            await actions.act(place, record_id, act.code, given, who=reach.whoever(record, kind), by=OTHER, now=at)
            done.add(f"{kind.code}.{act.code}")
        except errors.Refused as refusal:
            if refusal.code == "unavailable":
                pytest.fail(f"{kind.code}.{act.code}: {refusal.detail}")
            assert refusal.detail
    return done
