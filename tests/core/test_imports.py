"""A user's own file: good rows load, broken rows are listed by line, and loading it again changes nothing."""

import asyncio
import csv
import io
import json
import os
import sys
from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import db
from core.embedded.servers import Servers
from core.errors import Refused
from core.imports.actions import Options, Summary, load
from core.imports.decide import Book, understood, unknown
from core.imports.national import DIALECTS
from core.imports.reading import Row, form_of, rows
from core.imports.report import written
from core.policy.model import Override
from core.tenants.model import Founding, Tenant
from core.tenants.throwaway import throwaway
from tests.conftest import ROOT, SECRET

ITEM = "11370800MB2857374F437011500200001"
PLACES = """
INSERT INTO region (tenant_id, code, name) VALUES ($1, 'city', '市本级');
INSERT INTO institution (tenant_id, code, name, region) VALUES ($1, 'tax', '税务局', 'city');
INSERT INTO service_window (tenant_id, code, name, institution) VALUES ($1, 'w1', '1号窗口', 'tax');
INSERT INTO staff (tenant_id, code, name, institution) VALUES ($1, 'li', '李四', 'tax');
INSERT INTO item (tenant_id, code, name, institution) VALUES ($1, 'invoice', '发票领用', 'tax');
INSERT INTO item (tenant_id, code, name, institution) VALUES ($1, 'MAIN', '发票领用', 'tax');
""".replace("MAIN", ITEM[:31])
RULES = (Override("rating_window", "7d", "第二条"), Override("scores", [10, 8, 6, 3, 0], "第一条"))
OURS = "case,number,event,at,item,staff,mode,grade,tags,text,rated_at,declared\n"
GOOD = "A1,1,closed,2025-12-01 10:00:00,invoice,li,window,5,,,2025-12-02 09:00:00,citizen\n"
NATIONAL = (
    "projectNo,serviceNumber,proStatus,resultDate,taskCode,proManagerNo,proChannel,projectType,userName,certType,"
    "certKeyGOV,mobile,areaCode,satisfaction,evalDetail,writingEvaluation,assessNumber,assessTime,isdefault,pf\n"
)
NATIONAL_GOOD = (
    f"370800001,1,3,2025-12-01 10:00:00,{ITEM},li,2,1,张三,111,11010119900307747X,13800138000,370800000000,2,"
    '"208,209",材料清单没有,1,2025-12-02 09:00:00,0,4\n'
)
BOOK = Book(
    DIALECTS["national"], "overall", {"非常满意": 5}, frozenset({"invoice", ITEM[:31]}), frozenset({"li"}),
    frozenset({"w1"}),
)  # fmt: skip


@pytest.fixture
async def place(pool: object, now: datetime) -> AsyncGenerator[Tenant]:
    async with throwaway(Founding("place", "某市", ("national",), overrides=RULES), now=now) as tenant:
        async with db.as_tenant(tenant.id) as unit:
            for statement in filter(str.strip, PLACES.split(";")):
                await unit.execute(statement, tenant.id)
        yield tenant


async def loaded(
    place: Tenant, text: str | bytes, now: datetime, **options: Any
) -> tuple[Summary, list[tuple[int, str, str | None]]]:
    told: list[tuple[int, str, str | None]] = []

    def refuse(row: Row, refusal: Refused) -> None:
        told.append((row.line, refusal.code, refusal.field))

    data = text.encode() if isinstance(text, str) else text
    return await load(place, io.BytesIO(data), Options(**options), refuse, now=now), told


async def stored(place: Tenant) -> dict[str, Any]:
    async with db.as_tenant(place.id) as unit:
        ratings = await unit.fetch(
            "SELECT origin, declared, channel, tags, text, rated_at FROM rating ORDER BY rated_at"
        )
        events = await unit.fetchval("SELECT count(*) FROM service_event")
        tickets = await unit.fetchval("SELECT count(*) FROM ticket")
        deltas = await unit.fetchval("SELECT COALESCE(sum(n), 0) FROM tally_delta")
    return {"ratings": [dict(row) for row in ratings], "events": events, "tickets": tickets, "deltas": deltas}


@pytest.mark.covers("TA-2.2", "JL-5a")
async def test_what_was_rated_elsewhere_is_imported_and_never_active(place: Tenant, now: datetime) -> None:
    summary, refused = await loaded(place, OURS + GOOD, now)

    assert (summary, refused) == (Summary(accepted=1), [])
    found = await stored(place)
    assert [(row["origin"], row["declared"]) for row in found["ratings"]] == [("imported", "citizen")]
    assert (found["events"], found["deltas"]) == (1, 1)


async def test_the_national_names_and_codes_are_understood(place: Tenant, now: datetime) -> None:
    summary, refused = await loaded(place, NATIONAL + NATIONAL_GOOD, now)

    assert (summary, refused) == (Summary(accepted=1), [])
    rating = (await stored(place))["ratings"][0]
    assert (rating["declared"], rating["channel"], rating["tags"]) == ("citizen", "device", [208, 209])
    async with db.as_tenant(place.id) as unit:
        case = await unit.fetchrow("SELECT item, mode, kind FROM service_case")
    assert case is not None
    assert dict(case) == {"item": ITEM[:31], "mode": "window", "kind": "instant"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_a_spreadsheet_is_read_as_it_was_saved(place: Tenant, now: datetime, encoding: str, end: str) -> None:
    text = (NATIONAL + NATIONAL_GOOD).replace("\n", end)
    summary, refused = await loaded(place, text.encode(encoding), now)

    assert (summary.accepted, refused) == (1, [])
    assert (await stored(place))["ratings"][0]["text"] == "材料清单没有"


async def test_loading_again_changes_nothing(place: Tenant, now: datetime) -> None:
    file = OURS + GOOD + GOOD.replace("A1,1", "A2,") + "A3,1,closed,2025-12-01,nothing,,,,,,,\n"
    first, refused = await loaded(place, file, now)
    before = await stored(place)
    again, refused_again = await loaded(place, file, now)

    assert first == Summary(accepted=2, refused=1)
    assert again == Summary(repeated=2, refused=1)
    assert refused == refused_again == [(4, "unknown-code", "item")]
    assert await stored(place) == before


async def test_broken_rows_are_told_by_line_and_the_good_ones_load(place: Tenant, now: datetime) -> None:
    broken = [
        ("A2,100,closed,2025-12-01,invoice,,,,,,,\n", "invalid", "number"),
        ("A3,1,opened,2025-12-01,invoice,,,,,,,\n", "unknown-code", "event"),
        ("A4,1,closed,yesterday,invoice,,,,,,,\n", "invalid", "at"),
        ("A5,1,closed,0265-01-01,invoice,,,,,,,\n", "invalid", "at"),
        ("A6,1,closed,2025-12-01,nothing,,,,,,,\n", "unknown-code", "item"),
        ("A7,1,closed,2025-12-01,invoice,wang,,,,,,\n", "unknown-code", "staff"),
        ("A8,1,closed,2025-12-01,invoice,li,window,9,,,,\n", "invalid", "grade"),
        ("A9,1,closed,2025-12-01,invoice,li,window,5,x,,,\n", "invalid", "tags"),
        ("A10,1,closed,2025-12-01,invoice\n", "malformed", None),
        ('A11,1,closed,2025-12-01,invoice,"li,,,,,,\n', "malformed", None),
        (",1,closed,2025-12-01,invoice,li,,,,,,\n", "invalid", "case"),
        ("A12,1,,,,,,1,,,2025-12-02,\n", "no-service", None),
        ("A13,1,closed,2025-12-01,invoice,li,window,5,,,2031-01-01,\n", "invalid", "rated_at"),
        ("A\x0014,1,closed,2025-12-01,invoice,li,window,5,,,,\n", "invalid", "case"),
    ]
    file = OURS + "".join(row for row, _, _ in broken) + GOOD
    summary, refused = await loaded(place, file, now)

    assert refused == [(line, code, field) for line, (_, code, field) in enumerate(broken, 2)]
    assert (summary.accepted, len((await stored(place))["ratings"])) == (1, 1)


async def test_one_json_object_a_line_may_be_loaded_too(place: Tenant, now: datetime) -> None:
    whole = {
        "case": "A1", "number": 1, "event": "closed", "at": "2025-12-01T10:00:00+08:00", "item": "invoice",
        "applicant": {"name": "张三", "phone": "13800138000"}, "grades": {"overall": 1}, "tags": [109],
        "rated_at": "2025-12-02T09:00:00+08:00",
    }  # fmt: skip
    lines = [whole, {"case": "A2"}, [1], whole | {"case": "A3", "text": "\ud800"}]
    file = "\n".join(json.dumps(line) for line in lines) + "\n{broken\n"
    summary, refused = await loaded(place, file, now)

    assert summary.accepted == 1
    assert [(line, code) for line, code, _ in refused] == [
        (2, "invalid"), (3, "malformed"), (4, "malformed"), (5, "malformed"),
    ]  # fmt: skip
    assert (await stored(place))["ratings"][0]["tags"] == [109]


@pytest.mark.covers("TA-2.2")
async def test_a_default_that_the_source_declares_stays_declared(place: Tenant, now: datetime) -> None:
    by_flag = NATIONAL_GOOD.replace(",0,4\n", ",1,4\n").replace(',2,"208,209"', ',5,""')
    by_channel = by_flag.replace("370800001", "370800002").replace(",1,4\n", ",,7\n")
    refused_first, refused = await loaded(place, NATIONAL + by_channel, now)
    await loaded(place, NATIONAL + by_flag + by_channel, now, dialect="reversed")

    assert (refused_first.accepted, refused) == (0, [(2, "unknown-code", "pf")])
    found = await stored(place)
    assert [row["declared"] for row in found["ratings"]] == ["default", "default"]
    assert {row["origin"] for row in found["ratings"]} == {"imported"}


async def test_what_was_added_later_does_not_replace_the_first(place: Tenant, now: datetime) -> None:
    rules = Override("append", {"max": 1, "within": "60d", "from": "rated", "dimensions": ["overall"]}, "第三条")
    async with throwaway(Founding("adds", "某市", ("national",), overrides=(*RULES, rules)), now=now) as tenant:
        async with db.as_tenant(tenant.id) as unit:
            for statement in filter(str.strip, PLACES.split(";")):
                await unit.execute(statement, tenant.id)
        added = NATIONAL_GOOD.replace(",1,2025-12-02 09:00:00", ",2,2025-12-20 09:00:00").replace(',2,"208', ',4,"408')
        added = added.replace("408,209", "408")
        summary, refused = await loaded(tenant, NATIONAL + NATIONAL_GOOD + added, now)
        again, _ = await loaded(tenant, NATIONAL + NATIONAL_GOOD + added, now)
        async with db.as_tenant(tenant.id) as unit:
            appended = await unit.fetchval("SELECT count(*) FROM rating WHERE append_of IS NOT NULL")

    assert (summary, refused) == (Summary(accepted=2), [])
    assert (again, appended) == (Summary(repeated=2), 1)


async def test_a_trial_says_what_would_load_and_stores_nothing(place: Tenant, now: datetime) -> None:
    summary, refused = await loaded(place, OURS + GOOD + "A2\n", now, is_trial=True)

    assert (summary, [line for line, _, _ in refused]) == (Summary(accepted=1, refused=1), [3])
    assert (await stored(place))["events"] == 0


async def test_a_file_of_something_else_is_refused_whole(place: Tenant, now: datetime) -> None:
    for text in ("", "\n\n", "姓名,年龄\n张三,5\n", "case,case\nA1,A1\n", "case,,at\n", "\x00\x01\x02", "PK\x03\x04"):
        with pytest.raises(Refused):
            await loaded(place, text, now)


async def test_the_list_of_refused_rows_can_be_opened_and_nothing_in_it_runs(
    place: Tenant, now: datetime, tmp_path: Path
) -> None:
    path = tmp_path / "refused.csv"
    file = OURS + '=cmd(),1,closed,never,invoice,"li, 李",,,,,,\n' + GOOD
    with written(path) as refuse:
        await load(place, io.BytesIO(file.encode()), Options(), refuse, now=now)

    header, row = list(csv.reader(io.StringIO(path.read_text("utf-8-sig"))))
    assert header == ["行号", "字段", "原因", "代码", "原内容"]
    assert (row[0], row[1], row[3]) == ("2", "at", "invalid")
    assert row[4].startswith("'=cmd(),1,closed,never")
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_text_may_run_over_lines_and_a_lost_quote_costs_one_line() -> None:
    file = 'a,b\n1,"two\nlines"\n2,"open\n3,x\n4,y\n5,"z ""z"""\n'
    data = io.BytesIO(file.encode())
    found = [
        (row.line, row.fields if isinstance(row.fields, dict) else row.fields.code) for row in rows(data, form_of(data))
    ]

    assert found == [
        (2, {"a": "1", "b": "two\nlines"}), (4, "malformed"), (5, {"a": "3", "b": "x"}), (6, {"a": "4", "b": "y"}),
        (7, {"a": "5", "b": 'z "z"'}),
    ]  # fmt: skip


def test_columns_nobody_knows_are_named() -> None:
    assert unknown(("projectNo", "areaCode", "心情", "grades.staff", "CASE")) == ("心情",)


TEXTS = st.text(max_size=30) | st.sampled_from(
    ["", '"', '""', ",", "=1+1", "2025-12-01", "5", "\x00", "，", "li", "closed"]
)
JSONS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    [*OURS.strip().split(","), *NATIONAL.strip().split(","), "composite", "applicant", "grades", "x"]
)


@given(st.dictionaries(NAMES | TEXTS, JSONS, max_size=12))
@settings(max_examples=500, deadline=None)
def test_any_row_is_understood_or_refused(row: dict[str, Any]) -> None:
    try:
        understood(row, BOOK)
    except Refused as refusal:
        assert refusal.detail


@given(st.binary(max_size=400))
@settings(max_examples=500, deadline=None)
def test_any_bytes_are_rows_or_refused(data: bytes) -> None:
    file = io.BytesIO(OURS.encode() + data)
    for row in rows(file, form_of(file)):
        assert isinstance(row.fields, (dict, Refused))


@given(st.lists(st.binary(max_size=60) | TEXTS.map(str.encode), max_size=8), st.randoms(use_true_random=False))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_among_any_broken_rows_the_good_ones_load_once(
    place: Tenant, now: datetime, broken: list[bytes], random: Any
) -> None:
    ours = [GOOD.replace("A1", f"G{number}").encode() for number in range(4)]
    lines = [*ours, *(line.replace(b"\n", b" ").replace(b"\r", b" ") + b"\n" for line in broken)]
    random.shuffle(lines)
    file = OURS.encode() + b"".join(lines)

    await loaded(place, file, now)
    before = await stored(place)
    again, _ = await loaded(place, file, now)

    assert again.accepted == 0
    assert await stored(place) == before
    async with db.as_tenant(place.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM service_case WHERE code LIKE 'G_'") == 4


async def test_the_command_says_what_became_of_each_row(place: Tenant, database: Servers, tmp_path: Path) -> None:
    file = tmp_path / "历史.csv"
    file.write_bytes((OURS + GOOD + "A2\n").encode("gbk"))
    command = (sys.executable, "-m", "core.cli", "import", str(file), "--tenant", place.slug)
    told = {"DATABASE_URL": database.database_url, "REDIS_URL": database.redis_url, "HAOCHAPING_SECRET": SECRET}
    ended = await asyncio.create_subprocess_exec(
        *command, cwd=ROOT, env=os.environ | told, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT
    )
    said = (await ended.communicate())[0].decode()

    assert ended.returncode == 1, said
    assert said.startswith("已导入 1 行，已有 0 行，未导入 1 行。")
    refused = file.with_name("历史.未导入.csv")
    assert str(refused) in said
    assert refused.read_text("utf-8-sig").splitlines()[1].startswith("3,")
