"""The year is seen by everybody, a notice is refused at its lines, and another than its author publishes it."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime

import pytest
from playwright.async_api import Browser

from core import tenants
from core.clock import SHANGHAI
from core.tenants import Tenant
from tests.core.notices import notice
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import rated, seat, town

LATE = datetime(2026, 12, 28, 9, 30, tzinfo=SHANGHAI)
NOTICE, DAYS = "/admin/calendar/notice", "/admin/calendar/days"


@pytest.fixture
async def place(pool: object, times: Times) -> AsyncGenerator[Tenant]:
    times.now = LATE
    async with town(LATE) as found:
        await rated(found, LATE)
        yield found


async def test_everybody_sees_how_far_holidays_are_known(address: str, place: Tenant) -> None:
    async with seat(address, place, "clerk", LATE) as clerk:
        this, next_ = (await clerk.get("/admin/calendar")).text, (await clerk.get("/admin/calendar?year=2027")).text

    assert '放假安排公布至 <b class="num">2026</b> 年' in this and "2027 年的放假安排还没有载入" in this
    assert this.count('<table class="mon">') == 12
    assert 'title="休（春节）"><time datetime="2026-02-17">17</time><b aria-hidden="true">休</b>' in this
    assert "安排未公布，只按周末计算" in next_
    assert NOTICE not in this


async def test_a_broken_notice_is_shown_with_its_lines_and_nothing_is_kept(address: str, place: Tenant) -> None:
    broken = notice(2027).replace("共8天", "共9天").replace("1月31日（周日）", "1月31日（周一）")
    async with seat(address, place, "operator", LATE) as operator:
        answer = await operator.post(NOTICE, {"text": broken})
        listed = (await operator.get("/admin/calendar")).text

    assert answer.status_code == 422
    assert '<li value="8">' in answer.text and "按日期数是 8 天" in answer.text and "1月31日是周日" in answer.text
    assert "部分节假日安排的通知" in answer.text and "等待公布" not in listed


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.pdf", b"%PDF-1.7", "读不了这种文件"), ("a.txt", b"x" * (2**20 + 1), "超过 1 MB"),
        ("a.docx", b"PK\x03\x04", "不是完好的 Word"), ("a.txt", b"\xff\xfe\x00\xd8", "读不出来"),
    ],
)  # fmt: skip
async def test_a_file_that_is_no_notice_is_refused_at_its_field(
    address: str, place: Tenant, name: str, content: bytes, says: str
) -> None:
    async with seat(address, place, "operator", LATE) as operator:
        answer = await operator.post(NOTICE, files={"file": (name, content)})

    assert answer.status_code == 422
    assert re.search(rf'id="e-file">.*{says}', answer.text), answer.text


async def test_what_is_far_too_large_is_not_read_at_all(address: str, place: Tenant) -> None:
    async with seat(address, place, "operator", LATE) as operator:
        answer = await operator.post(NOTICE, files={"file": ("a.txt", b"x" * (21 * 2**20))})

    assert answer.status_code == 413 and "内容过大" in answer.text


async def test_one_writes_and_another_publishes_what_the_page_listed(address: str, place: Tenant) -> None:
    async with seat(address, place, "operator", LATE) as one, seat(address, place, "supervisor", LATE) as other:
        sent = await one.post(NOTICE, {"text": notice(2027)})
        path = sent.headers["location"].removeprefix(f"/t/{place.slug}")
        own = (await one.get(path)).text
        shown = (await other.get(path)).text
        fields = dict(re.findall(r'name="(version|calendar)" value="([^"]+)"', shown))
        unnamed = await other.post(f"{path}/publish", fields)
        mine = await one.post(f"{path}/publish", {**fields, "name": place.name})
        stale = await other.post(f"{path}/publish", {**fields, "version": "7", "name": place.name})
        done = await other.post(f"{path}/publish", {**fields, "name": place.name})
        after = (await other.get("/admin/calendar?year=2027")).text

    assert sent.status_code == 303
    assert "请另一位运营或监督管理人员" in own and "/publish" not in own
    assert "工单的暂定期限" in shown and "2027年1月11日 24:00" in shown and "2027年1月12日 24:00" in shown
    assert (unnamed.status_code, mine.status_code, stale.status_code, done.status_code) == (422, 403, 409, 303)
    assert "安排已公布" in after and "暂定的期限正在重新计算" in after
    assert (await tenants.by_id(place.id)).calendar.published(2027)


@pytest.mark.parametrize(
    ("fields", "field", "says"),
    [
        ({"day": ""}, "day", "请填写日期"), ({"day": "2027-02-30"}, "day", "日期请写成"),
        ({"day": "2027-03-06"}, "day", "本来就放假"), ({"until": "2027-03-01"}, "until", "早于开始日期"),
        ({"until": "2027-05-01"}, "until", "一次最多登记"), ({"kind": "maybe"}, "kind", "请选择这一天"),
        ({"label": ""}, "label", "请填写名称"), ({"basis": ""}, "basis", "请填写依据"),
        ({"kind": "none"}, "day", "没有本地的设置"),
    ],
)  # fmt: skip
async def test_a_day_that_is_none_is_refused_at_its_field_and_what_was_typed_stays(
    address: str, place: Tenant, fields: dict[str, str], field: str, says: str
) -> None:
    good = {"day": "2027-03-03", "until": "", "kind": "off", "label": "本地节日", "basis": "某政发〔2026〕1号"}
    async with seat(address, place, "operator", LATE) as operator:
        answer = await operator.post(DAYS, {**good, **fields})

    assert answer.status_code == 422
    assert re.search(rf'id="e-{field}">.*{says}', answer.text), answer.text
    assert field == "basis" or 'value="某政发〔2026〕1号"' in answer.text


async def test_days_of_ones_own_are_withdrawn_by_whoever_may_write_them(address: str, place: Tenant) -> None:
    fields = {
        "day": "2027-03-03",
        "until": "2027-03-08",
        "kind": "off",
        "label": "本地节日",
        "basis": "某政发〔2026〕1号",
    }
    async with seat(address, place, "operator", LATE) as operator:
        path = (await operator.post(DAYS, fields)).headers["location"].removeprefix(f"/t/{place.slug}")
        shown = (await operator.get(path)).text
        gone = await operator.post(f"{path}/withdraw")
        twice = await operator.post(f"{path}/withdraw")

    assert '变动的日子 <span class="num">4</span> 天' in shown and "某政发〔2026〕1号" in shown
    assert (gone.status_code, twice.status_code) == (303, 409)
    assert not (await tenants.by_id(place.id)).calendar.overlay


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
@pytest.mark.parametrize("width", [1440, 390])
async def test_the_year_and_what_moves_are_readable_by_everybody(
    chromium: Browser, address: str, place: Tenant, width: int
) -> None:
    async with (
        seat(address, place, "operator", LATE) as one,
        seat(address, place, "supervisor", LATE) as other,
        tab(chromium, address, width=width, scripts=True) as page,
    ):
        path = (await one.post(NOTICE, {"text": notice(2027)})).headers["location"]
        await page.context.add_cookies([{"name": f"hcp-{place.slug}", "value": other.session, "url": address}])
        found = []
        for where in (other.at("/admin/calendar"), path):
            for look in ("?theme=light", "?theme=dark&size=large"):
                await page.goto(where + look)
                found += await flaws(page)

    assert found == []
