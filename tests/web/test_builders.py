"""What is more than a table of values is built piece by piece into a proposal, and nothing else changes."""

import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from html import unescape
from typing import Any
from uuid import UUID

import httpx
import pytest

from core import stack, tenants
from core.alerts import preview
from core.audit.model import Actor
from core.policy import keys
from core.policy.model import Override
from core.proposals import actions as proposals
from core.proposals.applied import applied
from core.proposals.model import Change
from core.tenants import Tenant
from tests.web.office import Seat, rated, seat, town
from tests.web.test_rule_editor import NATIONAL
from web.admin.tagged import ever

CLAUSE = "第十四条"


@dataclass
class Bench:
    """The operator at one proposal's builders."""

    seat: Seat
    tenant: Tenant
    proposal: UUID

    def at(self, name: str) -> str:
        return f"/admin/rules/{self.proposal}/builders/{name}"

    async def get(self, name: str) -> str:
        answer = await self.seat.get(self.at(name))
        assert answer.status_code == 200, answer.text
        return answer.text

    async def post(self, name: str, **fields: Any) -> httpx.Response:
        return await self.seat.post(self.at(name), {name.replace("__", "."): said for name, said in fields.items()})

    async def value(self, key: keys.Key[Any]) -> Any:
        known = await proposals.by_id(self.tenant, self.proposal)
        return stack.policy(applied(self.tenant, known), known.since)[key]

    async def version(self) -> int:
        return (await proposals.by_id(self.tenant, self.proposal)).version


@pytest.fixture
async def bench(address: str, times: Any, now: datetime) -> AsyncGenerator[Bench]:
    times.now = now
    async with town(now, "built") as place:
        begun = await proposals.begin(place, date(2026, 6, 1), by=Actor("member", "operator"), now=now)
        async with seat(address, place, "operator", now) as operator:
            yield Bench(operator, place, begun.id)


def fields_of(html: str) -> dict[str, list[str]]:
    """What a browser would send of the first form of a builder, without any button."""
    form = html[html.index(" data-dirty>") :].partition("</form>")[0]
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("type") in ("checkbox", "radio") and " checked" not in tag:
            continue
        found.setdefault(unescape(given["name"]), []).append(unescape(given.get("value", "on")))
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>(.*?)</textarea>', form, re.DOTALL):
        found.setdefault(name, []).append(unescape(text))
    for name, body in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        found.setdefault(name, []).append(unescape(chosen[1]) if chosen else "")
    return found


async def pressed(bench: Bench, name: str, html: str, op: str, **more: Any) -> httpx.Response:
    """The form as it stands on the page, with what was typed into it, sent by this button."""
    typed: Mapping[str, Any] = {key.replace("__", "."): said for key, said in more.items()}
    sent = {**fields_of(html), "document": NATIONAL, **typed, "op": op}
    return await bench.seat.post(bench.at(name).partition("?")[0], sent)


async def test_a_questionnaire_is_built_question_by_question_and_saved_with_its_clause(bench: Bench) -> None:
    empty = await bench.get("questionnaire")
    two = await pressed(
        bench, "questionnaire", empty, "add", r1__label="等了多久", r1__choices="不久\n很久", must="yes"
    )
    three = await pressed(bench, "questionnaire", two.text, "add", r2__label="便利吗", r2__kind="scale-10")
    up = await pressed(bench, "questionnaire", three.text, "up:r2", r3__label="还想说什么", r3__kind="text")
    saved = await pressed(
        bench, "questionnaire", up.text, "save", r2__low="很难", r2__high="很易", clause=CLAUSE, mode="online"
    )

    (form,) = await bench.value(keys.questionnaire)
    assert [each.status_code for each in (two, three, up)] == [200, 200, 200]
    assert saved.status_code == 303, saved.text
    assert saved.headers["location"].endswith("/builders/questionnaire?form=1")
    assert [(each.code, each.label, each.kind) for each in form.fields] == [
        ("q1", "便利吗", "scale-10"), ("q2", "等了多久", "choice"), ("q3", "还想说什么", "text"),
    ]  # fmt: skip
    assert (form.mode, form.voluntary, form.fields[0].low, form.fields[1].choices) == (
        "online", False, "很难", ("不久", "很久"),
    )  # fmt: skip
    assert "autofocus" in up.text and 'id="up-r2"' not in up.text


async def test_a_question_that_was_deleted_comes_back_to_its_place(bench: Bench) -> None:
    one = await pressed(
        bench, "questionnaire", await bench.get("questionnaire"), "add", r1__label="甲", r1__kind="text"
    )
    copied = await pressed(bench, "questionnaire", one.text, "copy:r1", r2__label="乙", r2__kind="text")
    gone = await pressed(bench, "questionnaire", copied.text, "del:r1")
    back = await pressed(bench, "questionnaire", gone.text, "back:r1")
    saved = await pressed(bench, "questionnaire", gone.text, "save", r3__label="丙", clause=CLAUSE)

    assert "已删除“甲”" in gone.text and re.search(r'id="back-r1"[^>]* autofocus', gone.text)
    assert [fields_of(back.text)[f"{key}.label"] for key in ("r1", "r3", "r2")] == [["甲"], ["甲"], ["乙"]]
    assert fields_of(back.text)["k"] == ["r1", "r3", "r2"]
    assert saved.status_code == 303
    assert [each.label for each in (await bench.value(keys.questionnaire))[0].fields] == ["丙", "乙"]


async def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(bench: Bench) -> None:
    html = await bench.get("questionnaire")

    wrong = await pressed(
        bench, "questionnaire", html, "save", r1__label="选什么", r1__choices="只有一个", item="nowhere", clause=CLAUSE
    )
    unfounded = await pressed(
        bench, "questionnaire", html, "save", r1__label="选什么", r1__choices="一\n二", clause="the law"
    )

    assert wrong.status_code == 422 and "请至少写 2 个选项" in wrong.text and "没有编码为“nowhere”的事项" in wrong.text
    assert 'id="e-r1-choices"' in wrong.text and "只有一个" in wrong.text
    assert unfounded.status_code == 422 and 'id="e-clause"' in unfounded.text and "the law" in unfounded.text
    assert not await bench.value(keys.questionnaire)


async def test_the_preview_is_the_citizens_own_page_part(bench: Bench) -> None:
    html = await bench.get("questionnaire")

    tried = await pressed(bench, "questionnaire", html, "try", r1__label="便利吗", r1__kind="scale-5", r1__high="很易")

    seen = tried.text[tried.text.index('id="preview"') :]
    assert "便利吗" in seen and "5 很易" in seen and seen.count('type="radio"') == 5


async def test_over_anothers_change_both_are_shown_and_nothing_is_lost(bench: Bench, now: datetime) -> None:
    html = await bench.get("questionnaire")
    theirs = [{"fields": [{"code": "x", "label": "他人的问题", "kind": "text"}]}]
    await proposals.put(
        bench.tenant, bench.proposal, Change("questionnaire", theirs, CLAUSE), version=await bench.version(),
        by=Actor("member", "other"), now=now,
    )  # fmt: skip

    typed: dict[str, Any] = {"r1__label": "我的问题", "r1__kind": "text", "clause": CLAUSE}
    stale = await pressed(bench, "questionnaire", html, "save", **typed)
    again = await pressed(bench, "questionnaire", stale.text, "save", **typed)

    assert stale.status_code == 409
    assert "他人的问题" in stale.text and "我的问题" in stale.text
    assert again.status_code == 303
    assert (await bench.value(keys.questionnaire))[0].fields[0].label == "我的问题"


async def test_a_second_questionnaire_stands_beside_the_first_and_the_last_one_goes_as_no_rule(bench: Bench) -> None:
    html = await bench.get("questionnaire")
    await pressed(bench, "questionnaire", html, "save", r1__label="甲", r1__kind="text", mode="online", clause=CLAUSE)
    other = await bench.get("questionnaire?form=2")
    await pressed(bench, "questionnaire", other, "save", r1__label="乙", r1__kind="text", clause=CLAUSE)
    both = await bench.value(keys.questionnaire)
    for _ in both:
        dropped = await pressed(bench, "questionnaire", await bench.get("questionnaire"), "drop", clause=CLAUSE)
        assert dropped.status_code == 303, dropped.text

    assert [(each.mode, each.fields[0].label) for each in both] == [("online", "甲"), ("*", "乙")]
    assert not await bench.value(keys.questionnaire)


async def test_weights_that_are_no_whole_are_refused_with_what_is_lacking(bench: Bench) -> None:
    html = await bench.get("index")
    two = await pressed(bench, "index", html, "add", r1__metric="good", r1__weight="６０％", clause=CLAUSE)
    short = await pressed(bench, "index", two.text, "save", r2__metric="pilot", r2__weight="30", clause=CLAUSE)
    twice = await pressed(bench, "index", two.text, "save", r2__metric="good", r2__weight="40", clause=CLAUSE)
    wrong = await pressed(bench, "index", two.text, "save", r2__metric="pilot", r2__weight="一半", clause=CLAUSE)
    saved = await pressed(bench, "index", two.text, "save", r2__metric="pilot", r2__weight="40", clause=CLAUSE)

    assert short.status_code == 422 and "合计 90%，应为 100%，请再增加 10%" in short.text
    assert twice.status_code == 422 and "已经有“好评率”" in twice.text
    assert wrong.status_code == 422 and "请填 0 到 100 之间的数" in wrong.text and "一半" in wrong.text
    assert saved.status_code == 303, saved.text
    assert [(each.metric, each.weight) for each in await bench.value(keys.index)] == [("good", 0.6), ("pilot", 0.4)]


async def test_a_composite_is_worked_out_on_typed_numbers_and_on_the_last_month(bench: Bench, now: datetime) -> None:
    for number, grade in enumerate((5, 5, 5, 1)):
        await rated(bench.tenant, now - timedelta(days=20, hours=number), grade, case=f"M{number}")
    html = await bench.get("index")
    two = await pressed(bench, "index", html, "add", r1__metric="good", r1__weight="60")
    more: dict[str, str] = {"r2__metric": "pilot", "r2__weight": "40"}
    lacking = await pressed(bench, "index", two.text, "fill", of="institution:tax-east", **more)
    whole = await pressed(bench, "index", lacking.text, "try", v__pilot="50")
    wrong = await pressed(bench, "index", lacking.text, "try", v__pilot="150")

    assert 'name="v.good" type="text" value="75"' in lacking.text and "还缺 试点完成情况，不算总分" in lacking.text
    assert "75 × 60% ＝ 45.00" in whole.text and "50 × 40% ＝ 20.00" in whole.text
    assert re.search(r'合计 <span class="num">65.00</span>', whole.text)
    assert 'id="e-v-pilot"' in wrong.text and "还缺 试点完成情况" in wrong.text


async def test_a_formula_is_worked_out_step_by_step_and_on_the_last_month(bench: Bench, now: datetime) -> None:
    for number, grade in enumerate((5, 1)):
        await rated(bench.tenant, now - timedelta(days=20, hours=number), grade, case=f"M{number}")
    html = await bench.get("formulas")
    key = next(name for name, said in fields_of(html).items() if said == ["institution"]).partition(".")[0]
    worked = await pressed(bench, "formulas", html, f"work:{key}", **{f"{key}.over": "staff-means"})
    typed = {"x.a.overall.5": "1", "x.b.overall.5": "0", "x.b.overall.2": "0", f"{key}.over": "staff-means"}
    again = await pressed(bench, "formulas", worked.text, f"work:{key}", **typed)

    # 甲 (8 × 10 + 8 + 0) ÷ 10 = 8.80, 乙 (10 + 3) ÷ 2 = 6.50
    assert all(f'<b class="num">{mean}</b>' in worked.text for mean in ("8.80", "6.50"))
    assert re.search(r'得分 <span class="num">7.65</span>', worked.text)
    assert re.search(r'得分 <span class="num">6.00</span>', again.text)
    assert "2026 年 2 月的实际数" in worked.text and "东区税务局" in worked.text and "5.00" in worked.text


async def test_a_formula_of_several_dimensions_needs_weights_that_make_a_whole(bench: Bench, now: datetime) -> None:
    dimensions = [{"code": "overall", "label": "总体", "of": "case"}, {"code": "staff", "label": "人员", "of": "staff"}]
    await proposals.put(
        bench.tenant, bench.proposal, Change("dimensions", dimensions, CLAUSE), version=await bench.version(),
        by=Actor("member", "other"), now=now,
    )  # fmt: skip
    html = await bench.get("formulas")
    key = next(name for name, said in fields_of(html).items() if said == ["institution"]).partition(".")[0]
    short = await pressed(bench, "formulas", html, "save", **{f"{key}.w-overall": "60", "clause": CLAUSE})
    whole = {f"{key}.w-overall": "60", f"{key}.w-staff": "40", "clause": CLAUSE}
    saved = await pressed(bench, "formulas", html, "save", **whole)

    formula = next(each for each in await bench.value(keys.formulas) if each.subject == "institution")
    assert short.status_code == 422 and "权重合计 60%，应为 100%" in short.text
    assert saved.status_code == 303, saved.text
    assert dict(formula.weights) == {"overall": 0.6, "staff": 0.4}


async def test_an_alert_is_built_as_a_sentence_and_tried_on_the_last_quarter(bench: Bench, now: datetime) -> None:
    for number in range(3):
        await rated(bench.tenant, now - timedelta(days=30, hours=number), 1, case=f"L{number}")
    html = await bench.get("alerts")
    one = await pressed(bench, "alerts", html, "add")
    low = {"r1.kind": "concentration", "r1.what": "low-grade", "r1.within.n": "7", "r1.within.u": "d"}
    lived = await pressed(
        bench, "alerts", one.text, "lived", **low, **{"r1.task_within.n": "5", "r1.task_within.u": "wd"}
    )
    saved = await pressed(bench, "alerts", lived.text, "save", clause=CLAUSE)

    assert "同一工作人员 12 个月内 3 次属实差评 → 预警“一年内多次差评”" in one.text
    assert "同一工作人员 7 个自然日内 3 次低等级评价 → 预警“问题集中”，5 个工作日内处理" in lived.text
    assert "李四：<time" in lived.text and "共 3 条" in lived.text
    assert saved.status_code == 303, saved.text
    (rule,) = await bench.value(keys.alerts)
    assert (rule.of, rule.kind, rule.what, rule.count, str(rule.within)) == (
        "staff", "concentration", "low-grade", 3, "7d",
    )  # fmt: skip


async def test_a_quarter_that_holds_too_much_is_tried_on_its_end_and_says_so(
    bench: Bench, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, days in enumerate((60, 60, 30, 30, 30)):
        await rated(bench.tenant, now - timedelta(days=days, hours=number), 1, case=f"L{number}")
    one = await pressed(bench, "alerts", await bench.get("alerts"), "add")
    low = {"r1.kind": "concentration", "r1.what": "low-grade", "r1.within.n": "7", "r1.within.u": "d"}

    monkeypatch.setattr(preview, "MOST_FACTS", 3)
    end = await pressed(bench, "alerts", one.text, "lived", **low)
    monkeypatch.setattr(preview, "MOST_FACTS", 2)
    day = await pressed(bench, "alerts", one.text, "lived", **low)

    assert "只是最后一段" in end.text and "李四：<time" in end.text and "共 3 条" in end.text
    assert "只是最后一段" in day.text and "不会发出预警" in day.text


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"r1.count": ""}, "请填写达到多少次"), ({"r1.within.n": "许多"}, "填 1 到"),
        ({"r1.pattern": "share", "r1.what": "valid-bad", "r1.share": "20"}, "占比按评价等级算"),
        ({"r1.pattern": "rank", "r1.of": "rater", "r1.rank": "10", "r1.months": "3"}, "不能排名"),
        ({"r1.pattern": "rank", "r1.rank": "10"}, "请填写连续几个月"),
    ],
)  # fmt: skip
async def test_a_sentence_that_says_nothing_is_refused_at_its_field(
    bench: Bench, typed: dict[str, str], says: str
) -> None:
    one = await pressed(bench, "alerts", await bench.get("alerts"), "add")

    wrong = await pressed(bench, "alerts", one.text, "save", clause=CLAUSE, **typed)

    assert wrong.status_code == 422 and says in wrong.text
    assert not await bench.value(keys.alerts)


async def test_tags_are_kept_by_grade_and_what_is_left_out_is_named_as_retired(bench: Bench) -> None:
    html = await bench.get("tags")
    rows = fields_of(html)
    first = next(key for key in rows["k"] if rows[f"{key}.code"] == ["214"])
    gone = await pressed(bench, "tags", html, f"del:{first}")
    more = await pressed(bench, "tags", gone.text, "add:2")
    new = next(key for key in fields_of(more.text)["k"] if key not in rows["k"])
    typed = {f"{new}.label": "排队太久", f"{new}.code": "2901", f"{new}.about": "process"}
    saved = await pressed(bench, "tags", more.text, "save", clause=CLAUSE, **typed)
    back = await pressed(bench, "tags", await bench.get("tags"), "take:214")

    tags = {each.code: each for each in await bench.value(keys.tags)}
    assert saved.status_code == 303, saved.text
    assert 214 not in tags and (tags[2901].grade, tags[2901].label, tags[2901].about) == (2, "排队太久", "process")
    assert "以前的评价里照常显示文字" in gone.text and "214 服务态度生硬" in gone.text and "国家标签" in html
    assert ["214"] in [said for name, said in fields_of(back.text).items() if name.endswith(".code")]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"code": "301", "label": "排队"}, "第一位应是等级 2"), ({"code": "213", "label": "排队"}, "用了两次"),
        ({"code": "二〇一", "label": "排队"}, "3 到 6 位数字"), ({"code": "2901", "label": "服务态度生硬"}, "同样文字"),
        ({"code": "2901", "label": ""}, "请写标签文字"), ({"code": "2901", "label": "字" * 31}, "最多 30 个字"),
    ],
)  # fmt: skip
async def test_a_tag_that_would_mislead_is_refused_at_its_field(bench: Bench, typed: dict[str, str], says: str) -> None:
    more = await pressed(bench, "tags", await bench.get("tags"), "add:2")
    new = next(name for name, said in fields_of(more.text).items() if name.endswith(".label") and said == [""])
    key = new.partition(".")[0]

    wrong = await pressed(bench, "tags", more.text, "save", clause=CLAUSE,
                          **{f"{key}.{name}": said for name, said in typed.items()})  # fmt: skip

    assert wrong.status_code == 422 and says in wrong.text
    assert (await proposals.by_id(bench.tenant, bench.proposal)).changes == ()


async def test_a_retired_tag_keeps_its_words_on_the_ratings_that_ticked_it(
    bench: Bench, address: str, now: datetime
) -> None:
    await rated(bench.tenant, now - timedelta(days=2), 2, case="T1", text="", tags=(214,))
    other = Override(
        "tags", [{"code": 2901, "grade": 2, "label": "排队太久", "about": "process"}], "第九条", now.date()
    )
    await tenants.override(bench.tenant.id, [other], now=now)
    place = await tenants.by_id(bench.tenant.id)

    listed = await bench.seat.get("/admin/ratings")
    known = ever(place, now.date())

    assert "服务态度生硬" in listed.text
    assert (known[214], known[2901]) == ("服务态度生硬", "排队太久")
