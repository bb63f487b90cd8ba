"""What cities' documents bring is there for any place that switches it on, whatever rules it stands on."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from core import db, errors, flow
from core.audit.model import Actor
from core.embedded.servers import Servers
from core.ids import new
from core.intake.model import Source, Submission
from core.policy.model import Override
from core.records import actions, listing, remarks
from core.records.listing import Asked
from core.records.model import Reach
from core.tenants.model import Tenant
from tests.core.town import invited, town

EVERYWHERE = Reach(frozenset({"bureau", "operator"}), regions=None, actor="bureau")
INDICATOR = {"degree": "online", "name": "全程网办", "part_is": "网办事项", "whole_is": "事项", "basis": "事项库"}


def on(*names: str) -> list[Override]:
    return [Override(name, value=True, clause="第三条") for name in names]


async def remarked(tenant: Tenant, now: datetime, way: str = "email") -> UUID:
    return await remarks.take(tenant, "希望周六开放", way, source=Source("key", "k"), now=now)


async def kept(tenant: Tenant, now: datetime) -> tuple[int, list[dict[str, Any]]]:
    """Remarks kept as they always were, and those that became records."""
    async with db.as_tenant(tenant.id) as unit:
        plain = await unit.fetchval("SELECT count(*) FROM comment WHERE tenant_id = $1", tenant.id)
        found = await listing.page(unit, Asked("general_comments", EVERYWHERE), now)
    return plain, [dict(each.fields) for each in found.rows]


async def test_a_remark_is_kept_as_ever_where_nobody_sorts_them(pool: Servers, now: datetime) -> None:
    async with town(now) as place:
        await remarked(place, now)

        assert await kept(place, now) == (1, [])


async def test_a_remark_is_a_record_where_they_are_sorted_and_answered(pool: Servers, now: datetime) -> None:
    async with town(now, overrides=on("general_comments")) as place:
        await remarked(place, now)
        await remarked(place, now, "pigeon")

        assert await kept(place, now) == (0, [{"text": "希望周六开放", "way": "email"}, {"text": "希望周六开放"}])


async def test_what_needs_other_eyes_is_refused_to_whoever_did_the_first_part(pool: Servers, now: datetime) -> None:
    zhou, zheng = Actor("member", "zhou", new()), Actor("member", "zheng", new())
    async with town(now, overrides=on("five_degrees")) as place:
        made = await actions.file(
            place, "five_degrees", "five_indicator", INDICATOR, who="bureau", by=zhou, channel="web", now=now
        )
        # Who acts in Zhou's place is no second pair of eyes.
        for one in (zhou, Actor("member", "feng", new(), behalf=zhou.member)):
            with pytest.raises(errors.NotEntitled, match="须由另一位办理"):
                await actions.act(place, made.id, "adopt", {}, who=EVERYWHERE, by=one, now=now)

        adopted = await actions.act(place, made.id, "adopt", {}, who=EVERYWHERE, by=zheng, now=now)
        assert adopted.state == "in_force"


@pytest.mark.covers("JL-14a")
async def test_a_question_form_goes_with_ratings_wherever_it_is_switched_on(pool: Servers, now: datetime) -> None:
    async with town(now, overrides=on("question_form")) as place:
        token = (await invited(place, "A1", now, mode="online")).token
        said = {"guide-clear": "no", "suggestion": "把材料清单写全"}
        rated = await flow.rate(
            place, Submission(token=token, grades={"overall": 5}, answers=said), source=Source("web"),
            now=now + timedelta(minutes=1),
        )  # fmt: skip
        async with db.as_tenant(place.id) as unit:
            row = await unit.fetchrow(
                "SELECT a.answers, q.clause FROM questionnaire_answer a JOIN questionnaire q ON q.tenant_id = $1"
                " AND q.id = a.version WHERE a.tenant_id = $1 AND a.rating_id = $2",
                place.id, rated.id,
            )  # fmt: skip

        assert rated.unkept == {}
        assert row is not None
        assert (row["answers"], row["clause"]) == (said, "第三条")
