"""A spreadsheet of the organisation is read strictly, tried and taken in whole, and the same again is nothing."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from core import db
from core.audit.model import Actor
from core.errors import Conflict, Invalid, Malformed, Refused, TooLarge, TooMany
from core.people import NewMember, add_member
from core.places import actions as places
from core.places.model import Institution, Region, Staff
from core.rosters import actions, jobs, mapping, workbook
from core.rosters.model import Roster, Tally
from core.tenants import Tenant

REGIONS = [["编码", "名称", "上级编码"], ["A", "宁州市", ""], ["A1", "东区", "A"]]
BODIES = [["机构编码", "机构名称", "区划代码", "职责"], ["B1", "市税务局", "A", "服务"], ["B2", "东区税务局", "A1", ""]]
STAFF = [["工号", "姓名", "所属机构编码"], ["001", "李四", "B1"], ["002", "王五", "B2"]]
SHEETS = {"区域": REGIONS, "机构": BODIES, "工作人员": STAFF}


def book(sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Workbook:
    made = Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    return made


def saved(made: Workbook) -> bytes:
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.fixture
async def by(tenant: Tenant, now: datetime) -> Actor:
    new = NewMember("yun", "运营", "operator", "Ningzhou-2026!x")
    member = await add_member(tenant.id, new, by=Actor("system"), now=now)
    return Actor("member", "yun", member)


async def brought(tenant: Tenant, data: bytes, by: Actor, now: datetime, name: str = "名册.xlsx") -> Roster:
    """As far as the trial, with the columns as they were guessed."""
    made = await actions.receive(tenant.id, name, data, by=by, now=now)
    async with db.as_tenant(tenant.id) as unit:
        found = await actions.one(unit, made)
    grids = await actions.grids(tenant.id, found)
    async with db.as_tenant(tenant.id) as unit:
        await actions.map_columns(unit, found, grids, found.plan, version=found.version, by=by, now=now)
    await jobs.run(tenant, str(made), now)
    return await seen(tenant, found)


async def seen(tenant: Tenant, found: Roster) -> Roster:
    async with db.as_tenant(tenant.id) as unit:
        return await actions.one(unit, found.id)


async def taken(tenant: Tenant, found: Roster, by: Actor, now: datetime, *, partial: bool = False) -> Roster:
    async with db.as_tenant(tenant.id) as unit:
        await actions.start(unit, found, partial=partial, version=found.version, by=by, now=now)
    await jobs.run(tenant, str(found.id), now)
    return await seen(tenant, found)


async def counts(tenant: Tenant) -> dict[str, int]:
    async with db.as_tenant(tenant.id) as unit:
        return dict(await places.count(unit))


async def test_a_trial_stores_nothing_and_the_import_everything(tenant: Tenant, by: Actor, now: datetime) -> None:
    tried = await brought(tenant, saved(book(SHEETS)), by, now)
    assert (tried.state, sum((await counts(tenant)).values())) == ("checked", 0)
    assert tried.outcome == {"region": Tally(2), "institution": Tally(2), "staff": Tally(2)}

    done = await taken(tenant, tried, by, now)

    assert (done.state, done.kept) == ("done", False)
    async with db.as_tenant(tenant.id) as unit:
        assert await places.get(unit, "region", "A1") == Region("A1", "东区", "A")
        assert await places.get(unit, "institution", "B2") == Institution("B2", "东区税务局", "A1")
        assert await places.get(unit, "staff", "001") == Staff("001", "李四", "B1")


async def test_the_same_file_again_changes_nothing(tenant: Tenant, by: Actor, now: datetime) -> None:
    data = saved(book(SHEETS))
    await taken(tenant, await brought(tenant, data, by, now), by, now)

    again = await brought(tenant, data, by, now)

    assert (again.to_store, again.good_rows) == (0, 6)


async def test_a_title_above_the_head_is_passed_over(tenant: Tenant, by: Actor, now: datetime) -> None:
    made = book({"Sheet1": [["宁州市工作人员名册（2026 年）"], [], *STAFF]})
    made.worksheets[0].merge_cells("A1:C1")

    (plan,) = mapping.guess(workbook.read(saved(made), "名册.xlsx"))

    assert (plan.kind, plan.head, plan.columns) == ("staff", 3, {"code": 0, "name": 1, "institution": 2})


async def test_each_broken_row_is_told_with_its_cell(tenant: Tenant, by: Actor, now: datetime) -> None:
    made = book({**SHEETS, "工作人员": [
        *STAFF, ["003", "=A2&B2", "B1"], ["001", "重名", "B1"], ["004", "赵六", "B9"], ["005", "", "B1"],
        ["006", "钱七", ""], ["007", "孙八", "B2"]]})  # fmt: skip
    made["工作人员"].merge_cells("C8:C9")

    tried = await brought(tenant, saved(made), by, now)

    assert [(each.line, each.detail) for each in tried.broken] == [
        (4, "B4“姓名”是公式，请复制后选择性粘贴为数值。"),
        (5, "编码“001”与第 2 行重复。"),
        (6, "“机构编码”B9 不存在，请先导入机构。"),
        (7, "“姓名”没有填写。"),
        (8, "C8“机构编码”属于合并单元格 C8:C9，请取消合并，每行都填写。"),
        (9, "C9“机构编码”属于合并单元格 C8:C9，请取消合并，每行都填写。"),
    ]
    async with db.as_tenant(tenant.id) as unit:
        mend = await actions.to_mend(unit, tried.id)
    (sheet,) = load_workbook(io.BytesIO(mend)).worksheets
    head, *rows = sheet.iter_rows(values_only=True)
    assert sheet.title == "工作人员" and head == ("工号*", "姓名*", "机构编码*", "在岗（是/否）", "问题（不导入）")
    assert rows[2] == ("004", "赵六", "B9", "", "原文件“工作人员”第 6 行：“机构编码”B9 不存在，请先导入机构。")


async def test_rows_to_mend_are_mended_in_their_file_and_brought_again(
    tenant: Tenant, by: Actor, now: datetime
) -> None:
    made = book({"区域": REGIONS, "单位": [*BODIES, ["B3", "", "A", "热线"]], "人员": [*STAFF, ["003", "孙七", "B9"]]})
    tried = await brought(tenant, saved(made), by, now)
    await taken(tenant, tried, by, now, partial=True)
    async with db.as_tenant(tenant.id) as unit:
        mending = load_workbook(io.BytesIO(await actions.to_mend(unit, tried.id)))

    assert [sheet.title for sheet in mending.worksheets] == ["机构", "工作人员"]
    mending["机构"]["B2"] = "热线中心"
    mending["工作人员"]["C2"] = "B3"
    again = await brought(tenant, saved(mending), by, now, name="待改的行.xlsx")
    done = await taken(tenant, again, by, now)

    assert (again.broken_rows, again.to_store, done.state) == (0, 2, "done")
    assert (await counts(tenant))["staff"] == 3


async def test_broken_rows_are_left_out_only_when_that_is_said(tenant: Tenant, by: Actor, now: datetime) -> None:
    tried = await brought(tenant, saved(book({**SHEETS, "工作人员": [*STAFF, ["003", "", "B1"]]})), by, now)
    with pytest.raises(Invalid) as refusal:
        await taken(tenant, tried, by, now)
    assert refusal.value.field == "partial"

    done = await taken(tenant, tried, by, now, partial=True)

    assert (done.state, (await counts(tenant))["staff"]) == ("done", 2)


async def test_what_refers_to_a_refused_row_of_another_sheet_is_refused_with_it(
    tenant: Tenant, by: Actor, now: datetime
) -> None:
    made = book({**SHEETS, "机构": [*BODIES[:2], ["B2", "东区税务局", "无此区"]]})

    tried = await brought(tenant, saved(made), by, now)

    assert [(each.sheet, each.line) for each in tried.broken] == [("机构", 3), ("工作人员", 3)]


async def test_a_column_that_must_be_there_is_asked_for_at_its_sheet(tenant: Tenant, by: Actor, now: datetime) -> None:
    made = await actions.receive(tenant.id, "x.csv", "工号,姓名\n001,李四\n".encode(), by=by, now=now)
    async with db.as_tenant(tenant.id) as unit:
        found = await actions.one(unit, made)
    grids = await actions.grids(tenant.id, found)
    async with db.as_tenant(tenant.id) as unit:
        plan = (mapping.SheetPlan("x", "staff", 1, {"code": 0, "name": 1}),)
        with pytest.raises(Invalid) as refusal:
            await actions.map_columns(unit, found, grids, plan, version=found.version, by=by, now=now)
    assert refusal.value.field == "0.institution"


async def test_who_saw_an_older_state_changes_nothing(tenant: Tenant, by: Actor, now: datetime) -> None:
    tried = await brought(tenant, saved(book(SHEETS)), by, now)
    done = await taken(tenant, tried, by, now)

    with pytest.raises(Conflict):
        await taken(tenant, tried, by, now)
    assert done.state == "done"


def bomb() -> bytes:
    """A workbook whose sheet unpacks to far more than anybody has written."""
    real = io.BytesIO(saved(book(SHEETS)))
    out = io.BytesIO()
    with zipfile.ZipFile(real) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            content = b" " * (220 * 2**20) if each.filename == "xl/worksheets/sheet1.xml" else old.read(each)
            new.writestr(each.filename, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", Malformed),
        (b"PK\x03\x04 no archive", Malformed),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, Malformed),
        (b"x" * (workbook.LARGEST + 1), TooLarge),
        (saved(book({"空": []})), Malformed),
    ],
    ids=["empty", "no-archive", "old-excel", "too-large", "no-rows"],
)
def test_a_file_that_cannot_be_taken_is_refused_whole(data: bytes, refusal: type[Refused]) -> None:
    with pytest.raises(refusal) as found:
        workbook.read(data, "名册.xlsx")
    assert found.value.field == "file"


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    with pytest.raises(Malformed):
        workbook.read(bomb(), "名册.xlsx")


def sheet_of(inside: bytes) -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(saved(book(SHEETS)))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for each in old.infolist():
            is_first = each.filename == "xl/worksheets/sheet1.xml"
            new.writestr(each.filename, WORKSHEET % inside if is_first else old.read(each))
    return out.getvalue()


WORKSHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">%s</worksheet>'


@pytest.mark.parametrize(
    "inside",
    [
        b"<sheetData><row>" + b"<c/>" * 1_000_001 + b"</row></sheetData>",
        b'<sheetData><row r="1"><c r="A1"/></row></sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
        b'<sheetData><row r="90000"><c r="BH90000"><v>1</v></c></row></sheetData>',
        b"<sheetData/>" + b" " * (61 * 2**20),
    ],
    ids=["cells", "merged", "far-out", "unpacked"],
)
def test_a_small_file_of_very_many_cells_is_refused_before_they_are_made(
    inside: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "_grid", lambda _sheet: pytest.fail("it was read"))
    with pytest.raises(TooLarge) as refusal:
        workbook.read(sheet_of(inside), "名册.xlsx")
    assert refusal.value.field == "file"


async def test_no_more_files_are_kept_than_somebody_goes_on_with(tenant: Tenant, by: Actor, now: datetime) -> None:
    data = saved(book(SHEETS))
    made = [await actions.receive(tenant.id, "名册.xlsx", data, by=by, now=now) for _ in range(actions.MOST_KEPT)]
    with pytest.raises(TooMany, match="放弃"):
        await actions.receive(tenant.id, "名册.xlsx", data, by=by, now=now)
    async with db.as_tenant(tenant.id) as unit:
        await actions.drop(unit, made[0], by=by, now=now)
    assert await actions.receive(tenant.id, "名册.xlsx", data, by=by, now=now)


def test_a_number_that_lost_its_last_digits_is_not_taken() -> None:
    made = book({"工作人员": [STAFF[0], [110101199003070000, "李四", "B1"]]})

    (grid,) = workbook.read(saved(made), "名册.xlsx")

    assert "15 位" in grid.lines[1].faults[0]


async def test_two_thousand_staff_below_fourteen_hundred_regions_come_in_one_workbook(
    tenant: Tenant, by: Actor, now: datetime
) -> None:
    regions = [["编码", "名称", "上级编码"], ["R", "省", ""], *([f"R{n}", f"区{n}", "R"] for n in range(1409))]
    bodies = [["编码", "名称", "区域编码"], *([f"B{n}", f"局{n}", f"R{n}"] for n in range(1409))]
    staff = [["工号", "姓名", "机构编码"], *([f"{n:06}", f"人{n}", f"B{n % 1409}"] for n in range(2000))]

    tried = await brought(tenant, saved(book({"区域": regions, "机构": bodies, "人员": staff})), by, now)
    done = await taken(tenant, tried, by, now)

    assert (done.done, done.total) == (9638, 9638)
    assert (await counts(tenant))["staff"] == 2000
