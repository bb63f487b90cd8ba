"""Places go out and come in as spreadsheets, queues are seen and tried again, and the log says who did what."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import pytest

from core import db
from core.outbox import actions as outbox
from core.places.model import KINDS
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import Seat, rated, seat, town


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def bring(member: Seat, kind: str, text: str) -> str:
    answer = await member.post(f"/admin/places/{kind}", files={"file": ("places.csv", text.encode(), "text/csv")})
    return f"{answer.status_code} {answer.text}"


async def test_what_was_exported_comes_back_unchanged_and_broken_rows_are_told_by_line(operator: Seat) -> None:
    exported = await operator.get("/admin/places/window/export.csv")
    again = await bring(operator, "window", exported.text)
    mixed = await bring(operator, "window", exported.text + "w2,2号窗口,tax-east,否\r\nw3,3号窗口,nowhere,否\r\n")
    listed = await operator.get("/admin/places?kind=window&q=2号")

    assert exported.headers["content-type"].startswith("text/csv") and exported.content.startswith(b"\xef\xbb\xbf")
    assert again.startswith("200") and "<b>0 行已导入</b>，1 行没有变化" in again
    assert "<b>1 行已导入</b>" in mixed and "nowhere 不存在" in mixed and "data:text/csv;base64," in mixed
    assert "2号窗口" in listed.text and "1号窗口" not in listed.text


async def test_every_kind_of_place_leaves_by_the_link_its_page_shows(operator: Seat) -> None:
    pages = {kind: (await operator.get(f"/admin/places?kind={kind}")).text for kind in KINDS}
    links = {kind: re.findall(r'href="[^"]*?(/admin/places/[^"]+\.csv)"', text) for kind, text in pages.items()}
    answers = {kind: await operator.get(found[0]) for kind, found in links.items()}
    reloaded = [(await operator.get(f"/admin/places/{kind}")).headers["location"] for kind in KINDS]

    assert {each.status_code for each in answers.values()} == {200}
    assert [kind for kind in KINDS if KINDS[kind].columns[0].label not in answers[kind].text] == []
    assert reloaded == [operator.at(f"/admin/places?kind={kind}") for kind in KINDS]


async def test_a_file_that_is_none_is_refused_at_its_field_and_changes_nothing(operator: Seat) -> None:
    missing = await operator.post("/admin/places/window")
    binary = await bring(operator, "window", "\x00\x01")
    other = await bring(operator, "window", "颜色,形状\r\n红,圆\r\n")

    assert missing.status_code == 422 and "请选择要导入的 CSV 文件" in missing.text
    for answer in (binary, other):
        assert answer.startswith(("400", "422")) and 'id="e-file"' in answer


async def test_lists_of_places_page_and_search_and_say_when_there_is_nothing(operator: Seat) -> None:
    rows = "".join(f"p{number:03},{number}号柜台,tax-east,否\r\n" for number in range(120))
    await bring(operator, "window", "编码,名称,机构编码,自助终端\r\n" + rows)

    first = await operator.get("/admin/places?kind=window")
    second = await operator.get("/admin/places?kind=window&after=p099")
    none = await operator.get("/admin/places?kind=window&q=没有的")

    assert "p099" in first.text and "p100" not in first.text and "下一页" in first.text
    assert "p100" in second.text and "第一页" in second.text
    assert "没有名称或编码含" in none.text


async def test_a_message_that_failed_is_seen_and_sent_again(operator: Seat, place: Tenant, now: datetime) -> None:
    async with db.as_tenant(place.id) as unit:
        message = await outbox.post(unit, "sms.link", {"path": "/r/secret-token"}, now)
        await unit.execute("UPDATE outbox SET state = 'dead', attempts = 9 WHERE tenant_id = $1", place.id)
        await unit.execute("UPDATE task SET state = 'dead', attempts = 10 WHERE tenant = $1", place.id)
    shown, tasks = await operator.get("/admin/messages?state=dead"), await operator.get("/admin/jobs")
    task = tasks.text.split("/admin/jobs/")[1].split("/retry")[0]

    sent = await operator.post(f"/admin/messages/{message}/resend")
    tried = await operator.post(f"/admin/jobs/{task}/retry")
    after = await operator.get("/admin/messages?state=waiting")

    assert "发送失败" in shown.text and "secret-token" not in shown.text and "已停止" in tasks.text
    assert sent.status_code == 303 and tried.status_code in (303, 404)
    assert str(message) not in after.text or "等待发送" in after.text


async def test_the_log_is_found_by_act_and_day_and_holds_what_was_done_here(
    address: str, operator: Seat, place: Tenant, now: datetime
) -> None:
    number = await rated(place, now - timedelta(hours=1))
    async with seat(address, place, "handler", now) as handler, seat(address, place, "auditor", now) as auditor:
        await handler.do(number, "contact", note="已联系")
        await bring(operator, "window", "编码,名称,机构编码,自助终端\r\nw9,9号窗口,tax-east,否\r\n")
        whole = await auditor.get("/admin/audit")
        acts = await auditor.get("/admin/audit?act=ticket.contact")
        another_day = await auditor.get("/admin/audit?day=2026-03-01")
        nonsense = await auditor.get("/admin/audit?day=xx&after=zz&act=none")

    assert "新增窗口" in whole.text and "operator某" in whole.text
    assert "工单：联系评价人" in acts.text and "handler某" in acts.text and "9号窗口" not in acts.text
    assert "没有符合条件的记录" in another_day.text
    assert nonsense.status_code == 200 and "日期请写成" in nonsense.text


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "1948-12-31"])
async def test_a_day_beyond_all_records_is_said_to_be_none(
    address: str, place: Tenant, now: datetime, day: str
) -> None:
    async with seat(address, place, "auditor", now) as auditor, seat(address, place, "operator", now) as operator:
        log = await auditor.get(f"/admin/audit?day={day}")
        rules = await operator.get(f"/admin/policy?on={day}")
        scores = await operator.get(f"/admin/scores?from={day}&to={day}")

    assert (log.status_code, rules.status_code, scores.status_code) == (200, 422, 200)
    assert all("日期请写成" in each.text for each in (log, rules, scores))


async def test_ratings_are_found_by_case_and_item(address: str, operator: Seat, place: Tenant, now: datetime) -> None:
    for case, item in (("CASE-1", "invoice"), ("CASE-2", "refund")):
        await rated(place, now - timedelta(days=2), 5, case=case, item=item, text="")

    async def seen(member: Seat, q: str) -> list[str]:
        text = (await member.get(f"/admin/ratings?q={q}")).text
        return [name for name in ("发票领用", "退税") if f"<b>{name}</b>" in text]

    async with seat(address, place, "handler", now) as handler:
        own = [await seen(handler, q) for q in ("", "CASE-1", "退")]
    found = [await seen(operator, q) for q in ("", "CASE-1", "退", "没有的")]

    assert found == [["发票领用", "退税"], ["发票领用"], ["退税"], []]
    assert own == [["发票领用"], ["发票领用"], []]


HOSTILE = ("%00", "%ED%A0%80", "'", "%FF", "../..", "9" * 40, "{{7*7}}", "<script>x</script>")


async def test_no_address_however_odd_breaks_a_screen(operator: Seat, place: Tenant, now: datetime) -> None:
    await rated(place, now - timedelta(hours=1))
    paths = [
        *(f"/admin/tickets?tab={odd}&state={odd}&days={odd}&q={odd}&id={odd}&after={odd}&act={odd}" for odd in HOSTILE),
        *(f"/admin/ratings?q={odd}&grade={odd}&origin={odd}&days={odd}&after={odd}&page={odd}" for odd in HOSTILE),
        *(f"/admin/scores?subject={odd}&dimension={odd}&from={odd}&to={odd}" for odd in HOSTILE),
        *(f"/admin/{part}/{odd}" for odd in HOSTILE for part in ("tickets", "scores/staff", "scores", "places")),
        *(f"/admin/{part}?kind={odd}&q={odd}&after={odd}&state={odd}" for odd in HOSTILE
          for part in ("places", "messages", "jobs")),
        *(f"/policy?on={odd}" for odd in HOSTILE),
    ]  # fmt: skip

    answers = {path: await operator.get(path) for path in paths}

    assert [path for path, each in answers.items() if each.is_server_error] == []
    assert [path for path, each in answers.items() if "<script>x" in each.text] == []
