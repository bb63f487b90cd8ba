"""A list leaves as a file of chosen columns, made in the background, for one member and one week, and is noted."""

import csv
import io
import re
import zipfile
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from core import db, duties
from core.desk import exports, papers
from core.evidence import files
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import NAME, PHONE, WORDS, Seat, rated, seat, town

NOTED = "SELECT act FROM audit WHERE tenant_id = $1 AND object_kind = 'export' ORDER BY at, id"
NEWEST = "SELECT id FROM export WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times, tmp_path: Path) -> AsyncGenerator[Tenant]:
    times.now = now
    files.use_folder(tmp_path)
    async with town(now) as found:
        yield found
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]  # a program never gives its folder up


@pytest.fixture
async def boss(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "supervisor", now) as found:
        yield found


def stored(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


async def ordered(member: Seat, list_: str, query: str, format_: str, *columns: str) -> str:
    answer = await member.post(f"/admin/exports/{list_}?{query}", {"cols": list(columns), "format": format_})
    assert answer.status_code == 303, answer.text
    async with db.as_tenant(member.tenant.id) as unit:
        return str(
            await unit.fetchval("SELECT id FROM export WHERE tenant_id = $1 ORDER BY id DESC LIMIT 1", unit.tenant)
        )


async def test_exactly_what_is_filtered_leaves_with_the_chosen_columns_and_no_person_in_it(
    boss: Seat, place: Tenant, now: datetime, tmp_path: Path
) -> None:
    wanted = [await rated(place, now - timedelta(hours=9 - n), case=f"X{n}") for n in range(3)]
    other = await rated(place, now - timedelta(hours=1), 2, case="Y1")

    form = (await boss.get("/admin/exports/tickets?tab=all&grade=1")).text
    export = await ordered(boss, "tickets", "tab=all&grade=1", "csv", "number", "item", "grade", "due")
    waiting = (await boss.get("/admin/downloads")).text
    early = await boss.get(f"/admin/downloads/{export}")
    await duties.JOBS["export"](place, export, now)
    ready = (await boss.get("/admin/downloads")).text
    file = await boss.get(f"/admin/downloads/{export}")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    on_disk = b"".join(stored(tmp_path))

    assert "共 3 条" in form and "评价：非常不满意" in form
    assert "排队中" in waiting and 'hx-trigger="every 3s"' in waiting and early.status_code == 409
    assert "3 行" in ready and "every 3s" not in ready
    assert rows[0] == ["工单编号", "事项", "评价", "截止时间"] and sorted(row[0] for row in rows[1:]) == sorted(wanted)
    assert other not in file.text and all(word not in file.text for word in (WORDS, NAME, PHONE, "X0", "李四"))
    assert "filename*=UTF-8''" in file.headers["content-disposition"]
    assert wanted[0].encode() not in on_disk


async def test_a_workbook_holds_text_only_and_a_download_that_broke_off_goes_on(
    boss: Seat, place: Tenant, now: datetime
) -> None:
    await rated(place, now - timedelta(hours=9), case="X1")

    export = await ordered(boss, "tickets", "tab=all", "xlsx", "number", "item")
    await duties.JOBS["export"](place, export, now)
    whole = await boss.get(f"/admin/downloads/{export}")
    rest = await boss.get(f"/admin/downloads/{export}", Range="bytes=100-")
    sheet = zipfile.ZipFile(io.BytesIO(whole.content)).read("xl/worksheets/sheet1.xml").decode()
    async with db.as_tenant(place.id) as unit:
        noted = await unit.fetch(NOTED, place.id)

    assert "发票领用" in sheet and "<f>" not in sheet and 't="n"' not in sheet
    assert rest.status_code == 206 and whole.content[100:] == rest.content
    assert rest.headers["content-range"] == f"bytes 100-{len(whole.content) - 1}/{len(whole.content)}"
    assert [row["act"] for row in noted] == ["export.order", "export.take"]


async def test_cells_that_a_spreadsheet_would_run_are_text(tmp_path: Path) -> None:
    files.use_folder(tmp_path)
    export = db.ids.new()
    papers.keep_part(-1, export, 0, [["=1+1", "@x"]])
    table = papers.assemble(-1, export, "csv", ["a", "b"], 1, "表")
    papers.keep_part(-1, export, 0, [["=1+1", "@x"]])
    book = papers.assemble(-1, export, "xlsx", ["a", "b"], 1, "表")
    files._folder.clear()  # pyright: ignore[reportPrivateUsage]

    sheet = zipfile.ZipFile(io.BytesIO(book)).read("xl/worksheets/sheet1.xml").decode()
    assert b"'=1+1,'@x" in table
    assert "<f>" not in sheet and "=1+1" in sheet


async def test_a_long_list_is_read_on_turn_by_turn_and_a_second_reader_doubles_nothing(
    boss: Seat, place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [await rated(place, now - timedelta(hours=40 - n), case=f"L{n}") for n in range(7)]
    monkeypatch.setattr(exports, "CHUNK", 2)
    monkeypatch.setattr(exports, "TURN_SECONDS", -1.0)

    export = await ordered(boss, "tickets", "tab=all", "csv", "number")
    for _ in range(6):
        await duties.JOBS["export"](place, export, now)
    file = await boss.get(f"/admin/downloads/{export}")

    assert sorted(re.findall(r"\d{4}-\d{5}", file.text)) == sorted(made)


async def test_a_worker_that_dies_at_the_last_step_leaves_nothing_that_cannot_be_finished(
    boss: Seat, place: Tenant, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await rated(place, now - timedelta(hours=9), case="X1")
    export = await ordered(boss, "tickets", "tab=all", "csv", "number")

    def dies(*told: Any) -> bytes:
        assemble(*told)
        raise RuntimeError("the worker died")

    assemble = papers.assemble
    with monkeypatch.context() as broken:
        broken.setattr(papers, "assemble", dies)
        with pytest.raises(RuntimeError):
            await duties.JOBS["export"](place, export, now)
    await duties.JOBS["export"](place, export, now)
    file = await boss.get(f"/admin/downloads/{export}")

    assert file.status_code == 200 and file.text.count(number) == 1
    assert not list((files.root() / "exports" / str(place.id)).glob("*.0"))


async def test_what_was_tried_to_the_last_has_failed_and_says_so(boss: Seat, place: Tenant, now: datetime) -> None:
    await rated(place, now - timedelta(hours=9), case="X1")
    export = await ordered(boss, "tickets", "tab=all", "csv", "number")
    later = now + timedelta(minutes=6)
    async with db.as_tenant(place.id) as unit:
        await unit.execute("UPDATE task SET state = 'dead' WHERE tenant = $1 AND ref = $2", place.id, export)
    await exports.look_at(place, later)
    async with db.as_tenant(place.id) as unit:
        waiting = await unit.fetchval("SELECT count(*) FROM task WHERE tenant = $1 AND ref = $2 AND state <> 'dead'",
                                      place.id, export)  # fmt: skip

    assert exports.GIVEN_UP in (await boss.get("/admin/downloads")).text
    assert waiting == 0


async def test_files_are_ones_own_and_go(
    address: str, boss: Seat, place: Tenant, now: datetime, times: Times, tmp_path: Path
) -> None:
    await rated(place, now - timedelta(hours=9), case="X1")
    export = await ordered(boss, "ratings", "days=all", "csv", "at", "marks")
    await duties.JOBS["export"](place, export, now)

    async with seat(address, place, "desk", now) as other, town(now, "abroad") as abroad:
        theirs = await other.get(f"/admin/downloads/{export}")
        async with seat(address, abroad, "supervisor", now) as stranger:
            far = await stranger.get(f"/admin/downloads/{export}")
    nothing = await boss.post("/admin/exports/tickets?tab=all", {"format": "csv"})
    async with db.as_tenant(place.id) as unit:
        await exports.sweep(unit, now + timedelta(days=8))
    left = stored(tmp_path)

    assert theirs.status_code == far.status_code == 404
    assert nothing.status_code == 422 and 'id="e-cols"' in nothing.text
    assert left == []


@pytest.mark.parametrize(
    ("list_", "query", "column"),
    [
        ("tickets", "tab=all&days=30&assignee=none&handler=tax-east", "number"),
        ("callbacks", "", "number"),
        ("audits", "", "number"), ("appeals", "tab=all&state=open", "number"),
        ("tasks", "tab=all&state=open&kind=callback", "kind"),
        ("ratings", "grade=1&days=90&institution=tax-east", "at"),
    ],
)  # fmt: skip
async def test_every_list_that_leaves_is_read_under_its_own_conditions(
    boss: Seat, place: Tenant, now: datetime, list_: str, query: str, column: str
) -> None:
    await rated(place, now - timedelta(hours=9), case="X1")

    form = await boss.get(f"/admin/exports/{list_}?{query}")
    export = await ordered(boss, list_, query, "csv", column)
    await duties.JOBS["export"](place, export, now)
    file = await boss.get(f"/admin/downloads/{export}")

    assert form.status_code == 200 and file.status_code == 200
    assert len(file.text.strip().splitlines()) == 1 + (list_ in ("tickets", "ratings"))


async def test_a_telephone_that_was_searched_for_is_neither_in_the_log_nor_in_a_view_nor_among_the_downloads(
    boss: Seat, place: Tenant, now: datetime
) -> None:
    await rated(place, now - timedelta(hours=9), case="X1")
    await ordered(boss, "tickets", f"tab=all&q={PHONE}", "csv", "number")
    view = await boss.post("/admin/views", {"list": "tickets", "name": "v", "query": f"tab=all&q={PHONE}"})
    tail = await boss.post("/admin/views", {"list": "tickets", "name": "v", "query": "tab=all&q=00482"})
    async with db.as_tenant(place.id) as unit:
        logged = await unit.fetchval(
            "SELECT count(*) FROM audit WHERE tenant_id = $1 AND after::text LIKE '%' || $2 || '%'", place.id, PHONE
        )
        said = await unit.fetchval("SELECT said FROM export WHERE tenant_id = $1", place.id)

    assert logged == 0 and PHONE not in said and "电话（11 位）" in said
    assert (view.status_code, tail.status_code) == (422, 303) and "视图里不能保存电话号码" in view.text
