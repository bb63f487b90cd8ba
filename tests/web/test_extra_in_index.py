"""What an extra counts is weighed in the composite ranking like any other figure, from the rule editor to the total."""

import re
from datetime import date, datetime, timedelta
from typing import Any

from core import db, tenants
from core.audit.model import Actor
from core.policy import keys
from core.policy.model import Override
from core.proposals import actions as proposals
from core.records import actions as records
from core.records import reach as reaches
from core.tenants import Tenant
from tests.web.office import rated, seat, town
from tests.web.test_builders import CLAUSE, Bench, pressed

ANSWERED = "unresolvable_matters:answered"
OFFICE = Actor("institution", "tax-east")


async def reported(place: Tenant, at: datetime, *, answered: bool) -> None:
    told = {"title": "办不下来", "stuck": "other", "why": "没有说"}
    filed = await records.file(
        place, "unresolvable_matters", "matter", told, who="citizen", by=None, channel="web", now=at
    )
    done = [("send", {"handler": "tax-east", "shown_as": "办不下来"}, Actor("bureau"))]
    if answered:
        done.append(("feedback", {"solved": "yes", "result": "办好了", "cause": "other"}, OFFICE))
    for act, given, by in done:
        async with db.as_tenant(place.id) as unit:
            who = await reaches.of_actor(unit, by)
        await records.act(place, filed.id, act, given, who=who, by=by, now=at)


async def test_a_figure_of_an_extra_is_part_of_the_total(address: str, pool: object, times: Any, now: datetime) -> None:
    times.now, last_month = now, now - timedelta(days=20)
    async with (
        town(now, "built", Override("unresolvable_matters", True, "第二条")) as place,
        seat(address, place, "operator", now) as operator,
    ):  # fmt: skip
        for number, grade in enumerate((5, 5, 5, 1)):
            await rated(place, last_month - timedelta(hours=number), grade, case=f"M{number}")
        await reported(place, last_month, answered=True)
        await reported(place, last_month, answered=False)
        begun = await proposals.begin(place, date(2026, 6, 1), by=Actor("member", "operator"), now=now)
        bench = Bench(operator, place, begun.id)

        html = await bench.get("index")
        two = await pressed(bench, "index", html, "add", r1__metric="good", r1__weight="60", clause=CLAUSE)
        more: dict[str, str] = {"r2__metric": ANSWERED, "r2__weight": "40"}
        filled = await pressed(bench, "index", two.text, "fill", of="institution:tax-east", **more)
        saved = await pressed(bench, "index", two.text, "save", clause=CLAUSE, **more)
        written = keys.dump(keys.index, await bench.value(keys.index))
        await tenants.override(place.id, [Override("index", written, CLAUSE)], now=now)
        days = f"from={last_month:%Y-%m-01}&to={last_month:%Y-%m-28}"
        shown = (await operator.get(f"/admin/scores/composite?{days}")).text

    assert saved.status_code == 303, saved.text
    assert re.search(rf'name="v\.{ANSWERED}"[^>]*value="50"', filled.text)
    assert "“办不成事”反馈率" in shown and "<b>65.00</b>" in shown and "1 ÷ 2" in shown
