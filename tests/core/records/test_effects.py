"""What the core does beside a record: a paper sheet counts on its own day, a voice asks, a granted file is made."""

import io
import zipfile
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from core import clock, db, duties, errors, flow, worker
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.embedded.servers import Servers
from core.evidence import files
from core.intake.model import Source, Submission
from core.outbox import tasks
from core.outbox.jobs import Delivery
from core.outbox.sms import NoGateway
from core.outbox.voice import voice_gateway, voice_key
from core.policy.model import Override
from core.records import actions, keeping
from core.records.model import FieldsWrong, Reach
from core.tenants.model import Tenant
from tests import sms_gateway
from tests.core.town import invited, rated, town

SECRET = "a secret that is only good for tests"  # noqa: S105
EVERYWHERE = Reach(frozenset({"bureau", "operator"}), regions=None, actor="bureau")
BUREAU, OTHER = Actor("bureau"), Actor("institution", "bureau")


@asynccontextmanager
async def place(now: datetime, *on: str) -> AsyncGenerator[Tenant]:
    async with town(now, overrides=[Override(name, value=True, clause="第三条") for name in on]) as found:
        yield found


async def filed(
    tenant: Tenant, kind: str, now: datetime, given: dict[str, Any], parent: UUID | None = None
) -> UUID:  # fmt: skip
    extra = {"voice_call": "voice_invitation", "share_request": "data_share"}.get(kind, "paper_forms")
    found = await actions.file(
        tenant, extra, kind, given, who="bureau", by=BUREAU, channel="web", now=now, parent=parent
    )
    return found.id


async def did(tenant: Tenant, record: UUID, act: str, now: datetime, **given: Any) -> None:
    await actions.act(tenant, record, act, given, who=EVERYWHERE, by=OTHER, now=now)


async def sheet(tenant: Tenant, now: datetime, **told: Any) -> UUID:
    batch = await filed(
        tenant, "paper_batch", now, {"unit": "tax-east", "place": "北岗村", "collected": now.date(), "sheets": 1}
    )
    given = {"sheet": "BG-1", "grade": 5, "written_at": now - timedelta(days=1), "name": "张三", **told}
    return await filed(tenant, "paper_sheet", now, given, parent=batch)


async def the_rating(tenant: Tenant) -> db.Row | None:
    async with db.as_tenant(tenant.id) as unit:
        return await unit.fetchrow(
            "SELECT r.origin, r.channel, r.rated_at, r.person_id IS NOT NULL AS known, array_agg(m.grade) AS grades"
            " FROM rating r JOIN mark m ON m.tenant_id = $1 AND m.rating_id = r.id WHERE r.tenant_id = $1"
            " GROUP BY r.id, r.origin, r.channel, r.rated_at, r.person_id",
            tenant.id,
        )  # fmt: skip


@pytest.mark.covers("JL-13b")
async def test_a_sheet_counts_when_it_was_written_and_is_marked_as_paper(pool: Servers, now: datetime) -> None:
    """It was written while its window was open; that the window is over when it is entered changes nothing."""
    async with place(now, "paper_forms") as town_:
        await invited(town_, "A1", now)
        written, later = now + timedelta(hours=2), now + timedelta(days=90)
        async with db.as_tenant(town_.id) as unit:
            await unit.execute("UPDATE invitation SET state = 'closed' WHERE tenant_id = $1", town_.id)
        one = await sheet(town_, later, case="A1", written_at=written)
        assert await the_rating(town_) is None
        await did(town_, one, "verify", later)

        row = await the_rating(town_)
        assert row is not None
        assert (row["origin"], row["channel"], row["rated_at"], row["known"]) == ("paper", "paper", written, True)
        assert row["grades"] == [5]


async def test_a_sheet_that_cannot_count_stays_as_it_is_and_says_why(pool: Servers, now: datetime) -> None:
    async with place(now, "paper_forms") as town_:
        await rated(town_, "A1", now, {"overall": 4})
        later = now + timedelta(days=3)
        again = await sheet(town_, later, case="A1", written_at=now + timedelta(hours=3))
        before = await sheet(town_, later, case="A1", written_at=now - timedelta(days=3))
        unknown = await sheet(town_, later, case="B9")

        for one, refusal in ((again, errors.AlreadyRated), (before, errors.Invalid), (unknown, errors.NoService)):
            with pytest.raises(refusal) as refused:
                await did(town_, one, "verify", later)
            assert refused.value.field is None
            await did(town_, one, "void", later, void_reason="不能计入")


async def test_a_sheet_of_a_service_that_silence_has_settled_is_added_where_a_rule_lets_it(
    pool: Servers, now: datetime
) -> None:  # fmt: skip
    for lets in (False, True):
        append = {"max": 1, "within": "60d", "from": "rated", "dimensions": ["overall"], "after_default": lets}
        on = [
            Override("paper_forms", value=True, clause="第三条"), Override("append", append, "第四条"),
            Override("rating_window", "7d", "第二条"), Override("after_window", 5, "第二条"),
        ]  # fmt: skip
        async with town(now, overrides=on) as town_:
            await invited(town_, "A1", now)
            later = now + timedelta(days=40)
            await duties.run_due(town_, later)
            early = await sheet(town_, later, case="A1", written_at=now + timedelta(hours=2))
            since = await sheet(town_, later, case="A1", sheet="BG-2", written_at=later - timedelta(hours=1))
            with pytest.raises(errors.WindowClosed, match="按规定作默认评价；填表是在这之前"):
                await did(town_, early, "verify", later)
            if lets:
                await did(town_, since, "verify", later)
            else:
                with pytest.raises(errors.WindowClosed, match="不许可在默认之后追加评价"):
                    await did(town_, since, "verify", later)

            async with db.as_tenant(town_.id) as unit:
                origins = await unit.fetch(
                    "SELECT origin, append_of FROM rating WHERE tenant_id = $1 ORDER BY id", town_.id
                )
        told = [(row["origin"], row["append_of"] is not None) for row in origins]
        assert told == [("default", False), *([("paper", True)] if lets else [])]


@pytest.mark.covers("TA-2.1c")
async def test_a_voice_asks_and_a_key_answers(pool: Servers, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sms_gateway, "signing_key", voice_key)
    async with place(now, "voice_invitation") as town_, sms_gateway.running(SECRET) as gateway:
        await invited(town_, "A1", now)
        told = {"case": "A1", "phone": "13800000001", "agreed": True}
        call = await filed(town_, "voice_call", now, told)
        night = now.astimezone(SHANGHAI).replace(hour=22)
        await did(town_, call, "call", night)
        job = Delivery(NoGateway(), "https://hall.example", voice=voice_gateway(gateway.url, SECRET))
        await work(job, night)
        assert not gateway.inside.messages, "nobody is rung up at night"

        morning = (night + timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
        await work(job, morning)
        (rung,) = gateway.inside.messages.values()
        assert (rung["to"], rung["kind"]) == ("13800000001", "voice.invite")
        assert "非常满意请按 5" in rung["text"] and "不想评价请直接挂断" in rung["text"]

        # Whoever is rung up presses 4; the gateway hands it in as any rating.
        params = rung["params"]
        grades = dict.fromkeys(params["dimensions"], 4)
        assert params["keys"]["4"] == "满意"
        await flow.rate(
            town_, Submission(token=params["token"], grades=grades, channel="hotline"), source=Source("key", "voice"),
            now=morning + timedelta(minutes=2),
        )  # fmt: skip
        row = await the_rating(town_)
        assert row is not None and (row["origin"], row["channel"], row["grades"]) == ("citizen", "hotline", [4])


async def test_without_a_voice_gateway_a_call_waits_and_says_for_what(pool: Servers, now: datetime) -> None:
    async with place(now, "voice_invitation") as town_:
        await invited(town_, "A1", now)
        call = await filed(town_, "voice_call", now, {"case": "A1", "phone": "13800000001", "agreed": True})
        at = now.astimezone(SHANGHAI).replace(hour=10)
        await did(town_, call, "call", at)
        await work(Delivery(NoGateway(), "https://hall.example"), at)

        async with db.as_tenant(town_.id) as unit:
            row = await unit.fetchrow("SELECT state, last_error FROM outbox WHERE tenant_id = $1", town_.id)
        assert row is not None and row["state"] == "waiting" and "HAOCHAPING_VOICE_URL" in row["last_error"]


async def work(job: Delivery, at: datetime) -> None:
    with clock.at(at):
        claimed = await tasks.claim(at, 50, throwaway=True)
        for task_id in claimed.ids:
            await worker.run_claimed(task_id, claimed.token, {"outbox": job})


@pytest.mark.covers("SZ-21c")
async def test_an_office_applies_for_its_own_ratings_alone(pool: Servers, now: datetime) -> None:
    async with place(now, "data_share") as town_:
        day = now.astimezone(SHANGHAI).date()
        asked = {
            "unit": "tax-west", "purpose": "分析", "since": day, "until": day, "wanted": ["grades"], "keeper": "王五",
            "phone": "13800000002", "safety": "内网",
        }  # fmt: skip
        for office, told in (("tax-east", "这里只能选您所在的单位"), ("tax-west", "")):
            work = actions.file(
                town_, "data_share", "share_request", asked, who="handler", by=Actor("institution", office),
                channel="web", now=now,
            )  # fmt: skip
            if not told:
                assert (await work).number
                continue
            with pytest.raises(FieldsWrong, match=told) as refused:
                await work
            assert list(refused.value.at) == ["unit"]


@pytest.mark.covers("SZ-21c")
async def test_a_file_holds_what_was_granted_and_nobody_who_rated(
    pool: Servers, now: datetime, tmp_path: Path
) -> None:  # fmt: skip
    files.use_folder(tmp_path)
    async with place(now, "data_share") as town_:
        token = (await invited(town_, "A1", now)).token
        said = Submission(token=token, grades={"overall": 2}, text="打我电话 13912345678")
        await flow.rate(town_, said, source=Source("web"), now=now + timedelta(hours=1))
        later = now + timedelta(days=40)
        day = now.astimezone(SHANGHAI).date()
        asked = {
            "unit": "tax-east", "purpose": "分析", "since": day, "until": day, "wanted": ["grades", "words"],
            "keeper": "王五", "phone": "13800000002", "safety": "内网",
        }  # fmt: skip
        request = await filed(town_, "share_request", later, asked)
        granted = {"granted_since": day, "granted_until": day, "granted": ["grades", "words"], "terms": "只用于分析"}
        await did(town_, request, "grant", later, **granted)
        await did(town_, request, "share", later)

        async with db.as_tenant(town_.id) as unit:
            (attached,) = await keeping.listing(unit, request)
            _, _, content = await keeping.read(unit, request, attached.id)
            logged = await unit.fetchrow(
                "SELECT after FROM audit WHERE tenant_id = $1 AND act = 'extra.share'", town_.id
            )
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            text = book.read("xl/sharedStrings.xml").decode()
        assert f"{day:%Y-%m-%d}" in text and "打我电话" in text
        assert "13912345678" not in text and "A1" not in text and "张三" not in text
        assert logged is not None and logged["after"]["rows"] == 1
