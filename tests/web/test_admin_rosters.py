"""An operator brings the organisation in from a spreadsheet, and every refusal stands where it is mended."""

import io
import re
from collections.abc import AsyncGenerator
from datetime import datetime

import httpx
import pytest
from openpyxl import load_workbook

from core import db
from core.places import actions as places
from core.rosters import jobs
from core.tenants import Tenant
from tests.core.test_rosters import BODIES, REGIONS, STAFF, book, saved
from tests.web.api_world import Times
from tests.web.office import Seat, seat, town

WHOLE = {"区域": REGIONS, "单位": BODIES, "人员": STAFF}


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def bring(member: Seat, data: bytes, name: str = "名册.xlsx") -> httpx.Response:
    return await member.post("/admin/places/import", files={"file": (name, data, "application/octet-stream")})


def way(answer: httpx.Response) -> str:
    return "/admin/places/import/" + answer.headers["location"].rpartition("/")[2]


def fields(page: str) -> dict[str, str]:
    """What the form of columns sends as it stands."""
    chosen: dict[str, str] = {}
    for name, inside in re.findall(r'<select [^>]*?name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL):
        found = re.search(r'<option value="([^"]*)" selected>', inside)
        chosen[name] = found[1] if found else ""
    chosen |= dict(re.findall(r'name="(head-\d+)" value="(\d+)"', page))
    version = re.search(r'name="version" value="(\d+)"', page)
    return {**chosen, "version": version[1] if version else ""}


async def test_a_workbook_is_mapped_tried_and_taken_in_by_hand(operator: Seat, place: Tenant, now: datetime) -> None:
    brought = await bring(operator, saved(book(WHOLE)))
    own = way(brought)
    named = await operator.get(own)
    sent = await operator.post(f"{own}/columns", fields(named.text) | {"op": "check"})
    await jobs.run(place, own.rpartition("/")[2], now)
    tried = await operator.get(own)
    async with db.as_tenant(place.id) as unit:
        before = await places.count(unit)

    started = await operator.post(f"{own}/start", fields(tried.text))
    await jobs.run(place, own.rpartition("/")[2], now)
    done = await operator.get(own)

    assert (brought.status_code, sent.status_code, started.status_code) == (303, 303, 303)
    assert "写入 6 行" in tried.text and "已导入" in done.text
    async with db.as_tenant(place.id) as unit:
        after = await places.count(unit)
    assert {kind: after[kind] - before[kind] for kind in ("region", "institution", "staff")} == {
        "region": 2, "institution": 2, "staff": 2,
    }  # fmt: skip


async def test_a_column_left_open_is_refused_at_its_select_and_keeps_the_others(operator: Seat) -> None:
    own = way(await bring(operator, saved(book({"人员": STAFF}))))
    chosen = fields((await operator.get(own)).text)

    refused = await operator.post(f"{own}/columns", {**chosen, "0.institution": "", "op": "check"})

    assert refused.status_code == 422
    assert "还没有指定“机构编码”是哪一列" in refused.text and 'id="e-0-institution"' in refused.text
    assert fields(refused.text)["0.name"] == chosen["0.name"]


async def test_columns_are_looked_for_again_when_another_row_is_the_head(operator: Seat) -> None:
    own = way(await bring(operator, saved(book({"无名": [["甲", "乙", "丙"], *STAFF]}))))

    again = await operator.post(f"{own}/columns", {"kind-0": "staff", "head-0": "2", "op": "guess", "version": "1"})

    assert fields(again.text) | {"version": ""} == {
        "kind-0": "staff", "head-0": "2", "0.code": "0", "0.name": "1", "0.institution": "2", "0.active": "",
        "version": "",
    }  # fmt: skip


async def test_broken_rows_are_shown_and_leave_as_a_file(operator: Seat, place: Tenant, now: datetime) -> None:
    own = way(await bring(operator, saved(book({**WHOLE, "人员": [*STAFF, ["003", "=A1", "B1"]]}))))
    await operator.post(f"{own}/columns", fields((await operator.get(own)).text) | {"op": "check"})
    await jobs.run(place, own.rpartition("/")[2], now)
    tried = await operator.get(own)
    refused = await operator.post(f"{own}/start", fields(tried.text))
    mend = await operator.get(f"{own}/to-mend.xlsx")
    reloaded = await operator.get(f"{own}/start")

    assert "B4“姓名”是公式" in tried.text and "operator某" in tried.text
    assert "B4“姓名”是公式" in str(load_workbook(io.BytesIO(mend.content))["工作人员"]["E2"].value)
    assert reloaded.status_code == 303 and reloaded.headers["location"].endswith(own)
    assert refused.status_code == 422 and "先导入没有问题的行" in refused.text and 'id="e-partial"' in refused.text


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" + b"\0" * 600], ids=["empty", "zip", "xls"])
async def test_a_file_that_is_no_table_is_refused_at_its_field(operator: Seat, data: bytes) -> None:
    answer = await bring(operator, data)

    assert answer.status_code in (400, 422) and 'id="e-file"' in answer.text


async def test_a_file_of_a_hundred_megabytes_is_not_read(operator: Seat) -> None:
    answer = await bring(operator, b"x" * (100 * 2**20))

    assert answer.status_code == 413


async def test_the_template_comes_back_as_it_went(operator: Seat) -> None:
    template = await operator.get("/admin/places/import/template.xlsx")
    own = way(await bring(operator, template.content))
    chosen = fields((await operator.get(own)).text)
    sheet = load_workbook(io.BytesIO(template.content))["机构"]

    assert "职责（服务/系统/热线/政务服务管理）" in [cell.value for cell in sheet[1]]
    assert "服务,系统,热线,政务服务管理" in str(sheet.data_validations.dataValidation[0].formula1)
    assert [chosen[f"kind-{nth}"] for nth in range(6)] == ["region", "line", "institution", "window", "staff", "item"]


async def test_another_city_finds_no_such_import(address: str, operator: Seat, now: datetime) -> None:
    own = way(await bring(operator, saved(book({"人员": STAFF}))))
    async with town(now) as other, seat(address, other, "operator", now) as stranger:
        answers = [await stranger.get(own), await stranger.post(f"{own}/start"), await stranger.post(f"{own}/drop")]

    assert {each.status_code for each in answers} <= {404, 409}
