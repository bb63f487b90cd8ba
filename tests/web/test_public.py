"""A citizen rates with one tap, on any browser, and is told what became of it."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import httpx
import pytest

from core import db, flow, tenants
from core.audit.model import Actor
from core.policy.model import Override
from core.tickets.model import Act
from tests.web.api_world import Hall, Times
from tests.web.house import browser, closed

LARGEST_FIRST_VIEW = 40_000


@pytest.fixture
async def page(address: str, times: Times, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    times.now = now
    async with browser(address) as found:
        yield found


async def _rating_count(hall: Hall) -> int:
    async with db.as_tenant(hall.tenant.id) as unit:
        return await unit.fetchval("SELECT count(*) FROM rating WHERE tenant_id = $1", hall.tenant.id)


async def _draft(hall: Hall) -> dict[str, int] | None:
    async with db.as_tenant(hall.tenant.id) as unit:
        draft = await unit.fetchval("SELECT draft FROM invitation WHERE tenant_id = $1", hall.tenant.id)
    return draft["grades"] if draft else None


async def test_the_first_view_with_all_it_loads_is_under_40_kb_and_holds_no_script(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await closed(east.tenant, now)

    shown = await page.get(f"/r/{token}")
    loaded = [await page.get(found) for found in re.findall(r'(?:href|src)="(/static/[^"]+)"', shown.text)]

    assert shown.status_code == 200
    assert len(shown.content) + sum(len(each.content) for each in loaded) < LARGEST_FIRST_VIEW
    assert "<script" not in shown.text


async def test_five_grades_of_one_kind_none_chosen_beforehand(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await closed(east.tenant, now)

    html = (await page.get(f"/r/{token}")).text

    taps = re.findall(r'<button class="g(\d)" name="grade" value="(\d)">', html)
    assert taps == [(str(grade), str(grade)) for grade in (5, 4, 3, 2, 1)]
    assert "checked" not in html and "大字版" in html
    assert "发票领用" in html and "1号窗口" in html and "2026年3月9日" in html


async def test_one_tap_is_kept_before_any_question_is_asked(page: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    token = await closed(east.tenant, now)

    tapped = await page.post(f"/r/{token}", data={"grade": "2", "c": "qr"})

    assert tapped.status_code == 303
    assert tapped.headers["location"] == f"/r/{token}/reasons?c=qr"
    assert await _draft(east) == {"overall": 2}
    assert await _rating_count(east) == 0


async def test_a_good_rating_ends_on_a_receipt_and_back_sends_nothing_twice(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await closed(east.tenant, now)
    await page.post(f"/r/{token}", data={"grade": "5"})

    sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "5"})
    again = await page.post(f"/r/{token}/reasons", data={"grade.overall": "5"})
    receipt = await page.get(sent.headers["location"])

    assert sent.status_code == again.status_code == 303
    assert sent.headers["location"] == again.headers["location"]
    assert "评价已提交" in receipt.text and "非常满意" in receipt.text
    assert await _rating_count(east) == 1


async def test_a_bad_grade_without_a_reason_is_asked_for_one_at_the_field_and_keeps_what_was_typed(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await closed(east.tenant, now)
    await page.post(f"/r/{token}", data={"grade": "1"})

    refused = await page.post(f"/r/{token}/reasons", data={"grade.overall": "1", "anonymous": "yes"})

    assert refused.status_code == 422
    assert 'id="e-tags"' in refused.text and 'href="#f-tags"' in refused.text
    assert 'name="anonymous" value="yes" checked' in refused.text
    assert await _rating_count(east) == 0


async def test_the_receipt_of_a_bad_rating_cites_the_clause_and_the_day_it_is_due(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await closed(east.tenant, now)

    sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "1", "tags": "110", "text": "拖了两个月"})
    receipt = (await page.get(sent.headers["location"])).text

    assert "已按差评转为工单" in receipt
    assert "第三条" in receipt and "03-23 24:00" in receipt
    assert "拖了两个月" in receipt
    assert "拖了两个月" not in (await page.get(sent.headers["location"].partition("?")[0])).text


async def test_a_larger_letter_in_the_middle_of_writing_loses_no_word(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await closed(east.tenant, now)
    form = {"grade.overall": "2", "text": "等了很久", "tags": "209", "size": "large"}

    larger = await page.post(f"/r/{token}/reasons", data=form)

    assert 'data-size="large"' in larger.text and "等了很久" in larger.text
    assert 'value="209" checked' in larger.text
    assert "size=large" in larger.headers["set-cookie"]
    assert await _rating_count(east) == 0


async def test_a_rated_link_leads_to_its_receipt_and_a_late_one_says_so(
    page: httpx.AsyncClient, east: Hall, times: Times, now: datetime
) -> None:
    rated, late = await closed(east.tenant, now), await closed(east.tenant, now, "A2")
    sent = await page.post(f"/r/{rated}/reasons", data={"grade.overall": "4"})

    back = await page.get(f"/r/{rated}")
    times.now = now + timedelta(days=8)
    over = await page.get(f"/r/{late}")
    too_late = await page.post(f"/r/{late}", data={"grade": "5"})

    assert back.headers["location"] == sent.headers["location"]
    assert over.status_code == too_late.status_code == 409
    assert "评价时间已过" in over.text and "03-16 24:00" in over.text


@pytest.mark.parametrize(
    "token", ["1-aaaaaaaaaaaaaaaaaaaaaa", "nonsense", "n5-" + "A" * 22, "zzzzzzz-" + "A" * 22, "%00", "..%2f..", "王五"]
)
async def test_altered_foreign_and_senseless_tokens_are_answered_alike(
    page: httpx.AsyncClient, east: Hall, token: str
) -> None:
    answer = await page.get(f"/r/{token}")

    assert answer.status_code == 404
    assert token not in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {}, {"grade": "6"}, {"grade": "0"}, {"grade": "-1"}, {"grade": "9" * 40}, {"grade": "五"}, {"grade": "5\x00"},
        {"grade": ["5", "1"], "c": "x" * 300},
    ],
)  # fmt: skip
async def test_a_tap_that_is_no_grade_is_refused_and_changes_nothing(
    page: httpx.AsyncClient, east: Hall, now: datetime, form: dict[str, str]
) -> None:
    token = await closed(east.tenant, now)

    answer = await page.post(f"/r/{token}", data=form)

    assert answer.status_code in (400, 422)
    assert await _draft(east) is None


@pytest.mark.parametrize(
    "form",
    [
        {"grade.overall": "7"}, {"grade.staff": "1"}, {"item.nothing": "5"}, {"grade.overall": "1", "tags": "999"},
        {"grade.overall": "1", "text": "字" * 501}, {"grade.overall": "5", "tags": "110"}, {},
        {"grade.overall": "1", "text": "\x00"}, {"grade.overall": "1", "text": "a", "name": "x" * 201},
    ],
)  # fmt: skip
async def test_what_the_page_would_never_send_is_refused_with_words_and_stores_nothing(
    page: httpx.AsyncClient, east: Hall, now: datetime, form: dict[str, str]
) -> None:
    token = await closed(east.tenant, now)

    answer = await page.post(f"/r/{token}/reasons", data=form)

    assert answer.status_code in (400, 409, 422)
    assert await _rating_count(east) == 0


async def test_half_a_letter_in_a_form_is_a_refusal_not_a_fault(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await closed(east.tenant, now)
    headers = {"content-type": "application/x-www-form-urlencoded"}

    answer = await page.post(f"/r/{token}/reasons", content=b"grade.overall=1&text=%ED%A0%80%FF", headers=headers)

    assert answer.status_code == 400
    assert await _rating_count(east) == 0


async def test_a_receipt_is_found_however_its_code_is_typed(page: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    token = await closed(east.tenant, now)
    sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "5"})
    code = sent.headers["location"].removeprefix("/k/").partition("?")[0]

    asked = await page.get("/k", params={"code": f" {code.lower()} "})
    spoken = await page.get("/k", params={"code": code.replace("-", "")})
    shown = await page.get(asked.headers["location"])
    unknown = await page.get(f"/k/{code.partition('-')[0]}-AAAAAAAAAAAA")

    assert asked.headers["location"] == spoken.headers["location"] == f"/k/{code}"
    assert "评价已提交" in shown.text and "写追加评价" not in shown.text
    assert unknown.status_code == 404


async def test_only_the_holder_of_the_link_may_add_to_a_rating(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token, other = await closed(east.tenant, now), await closed(east.tenant, now, "A2")
    sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "5"})
    code = sent.headers["location"].partition("?")[0]
    form = {"grade": "1", "text": "后来发现办错了"}

    by_stranger = await page.post(f"{code}/append", data=form)
    by_other = await page.post(f"{code}/append", data={**form, "t": other})
    by_holder = await page.post(f"{code}/append", data={**form, "t": token})
    after = (await page.get(by_holder.headers["location"])).text

    assert by_stranger.status_code == by_other.status_code == 403
    assert by_holder.status_code == 303
    assert "已按差评转为工单" in after
    assert await _rating_count(east) == 2


@pytest.mark.covers("SZ-21b")
async def test_the_rater_says_what_the_reply_is_worth(page: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    token = await closed(east.tenant, now)
    sent = await page.post(f"/r/{token}/reasons", data={"grade.overall": "1", "text": "太慢"})
    handler = Actor("institution", "tax-east")
    async with db.as_tenant(east.tenant.id) as unit:
        ticket = await unit.fetchval("SELECT id FROM ticket WHERE tenant_id = $1", east.tenant.id)
    for verb, data in (("verdict", {"is": "valid"}), ("feedback", {"note": "已加开窗口"})):
        await flow.act(east.tenant, ticket, Act(verb, data), by=handler, now=now)

    shown = (await page.get(sent.headers["location"])).text
    form = {"t": token, "ticket": str(ticket), "grade": "3"}
    rated = await page.post(sent.headers["location"].partition("?")[0] + "/feedback", data=form)
    after = (await page.get(rated.headers["location"])).text

    assert "已加开窗口" in shown and "您对处理结果满意吗" in shown
    assert rated.status_code == 303
    assert "已办结" in after


async def test_where_names_are_required_an_unknown_rater_says_who_they_are_and_nobody_is_anonymous(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    await tenants.override(east.tenant.id, [Override("identity", "required", "第九条")], now=now)
    token, known = await closed(east.tenant, now, person=None), await closed(east.tenant, now, "A2")
    await page.post(f"/r/{token}", data={"grade": "5"})
    await page.post(f"/r/{known}", data={"grade": "5"})

    asked = (await page.get(f"/r/{token}/reasons")).text
    not_asked = (await page.get(f"/r/{known}/reasons")).text
    unnamed = await page.post(f"/r/{token}/reasons", data={"grade.overall": "5"})
    named = await page.post(f"/r/{token}/reasons", data={"grade.overall": "5", "name": "赵六", "proof": "13700000006"})

    assert "核对身份" in asked and "匿名评价" not in asked
    assert "核对身份" not in not_asked and "匿名评价" not in not_asked
    assert unnamed.status_code == 403 and 'id="e-name"' in unnamed.text
    assert named.status_code == 303


async def test_a_window_never_tells_whose_phone_was_served_there(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    await closed(east.tenant, now)
    path = f"/t/{east.tenant.slug}/w/w1"

    known = await page.post(path, data={"phone": "13800000005"})
    unknown = await page.post(path, data={"phone": "13900000000"})

    assert known.status_code == unknown.status_code == 303
    assert known.headers["location"] == unknown.headers["location"]
    async with db.as_tenant(east.tenant.id) as unit:
        sent = await unit.fetchval(
            "SELECT count(*) FROM outbox WHERE tenant_id = $1 AND kind = 'sms.link'", east.tenant.id
        )
    assert sent == 1


async def test_guessing_phones_at_a_window_is_slow(page: httpx.AsyncClient, east: Hall) -> None:
    path = f"/t/{east.tenant.slug}/w/w1"

    answers = [await page.post(path, data={"phone": "13700000001"}) for _ in range(4)]

    assert [each.status_code for each in answers] == [303, 303, 303, 429]
    assert "请求过于频繁" in answers[-1].text


@pytest.mark.covers("SZ-11b")
async def test_codes_for_phones_are_pictures_of_our_own_address(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await closed(east.tenant, now)

    case = await page.get(f"/r/{token}/qr.svg")
    window = await page.get(f"/t/{east.tenant.slug}/w/w1/qr.svg")
    nowhere = await page.get(f"/t/{east.tenant.slug}/w/nowhere/qr.svg")

    assert case.headers["content-type"] == window.headers["content-type"] == "image/svg+xml"
    assert case.text.startswith("<svg") and "style=" not in case.text
    assert nowhere.status_code == 404


@pytest.mark.covers("SZ-21a", "BJ-10a", "GX-15", "JL-25")
async def test_results_stand_with_their_counts_and_without_enough_of_them_say_so(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    path = f"/t/{east.tenant.slug}/results"
    empty = await page.get(path)
    for number, grade in enumerate((5, 5, 4, 1)):
        token = await closed(east.tenant, now, f"R{number}")
        await page.post(f"/r/{token}/reasons", data={"grade.overall": str(grade), "text": "说明"})

    shown = (await page.get(path)).text

    assert "还没有评价" in empty.text
    assert "7.00" in shown and "75.0%" in shown and "3 ÷ 4" in shown and "0 ÷ 1" in shown
    assert "规则版本" in shown and "更新于" in shown
    assert "style=" not in shown


@pytest.mark.parametrize(
    "path", ["/", "/k", "/t/{slug}/results", "/t/{slug}/sign-in", "/t/{slug}/w/w1", "/r/{token}", "/r/{token}/reasons"]
)
async def test_a_public_page_needs_no_script_and_carries_no_style_of_its_own(
    page: httpx.AsyncClient, east: Hall, now: datetime, path: str
) -> None:
    token = await closed(east.tenant, now)
    await page.post(f"/r/{token}", data={"grade": "1"})

    answer = await page.get(path.format(slug=east.tenant.slug, token=token))

    assert answer.status_code == 200
    assert "<script" not in answer.text and "style=" not in answer.text and "onclick" not in answer.text
