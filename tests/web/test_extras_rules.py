"""Where rules are written, an extra stands under its name, switch first, and its settings are gone through in turn."""

import re
from collections.abc import AsyncGenerator
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from core import stack
from core.audit.model import SYSTEM
from core.errors import quoted
from core.policy import keys
from core.policy.keys import EXTRAS, Key
from core.policy.shapes import Whole
from core.proposals import actions
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.installed import installed
from tests.web.office import Seat, seat, town
from tests.web.test_rule_editor import NATIONAL, Desk
from web.admin.rules.sheet import order
from web.page import environment

OWN = ["open_day", "open_day_answer", "open_day_seats"]


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    with installed("open_day", "tests.web.open_day"):
        async with town(now, "open") as found:
            yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def test_the_settings_of_an_extra_follow_its_switch(operator: Seat) -> None:
    shown = (await operator.get("/admin/policy")).text
    at = order().index("open_day")
    found = [each for each in re.findall(r'id="k-([\w.-]+)"', shown) if each.startswith("open_day")]

    assert order()[at : at + 3] == OWN == found


@pytest.fixture
async def desk(operator: Seat, place: Tenant, now: datetime) -> Desk:
    return Desk(operator, await actions.begin(place, date(2026, 4, 1), by=SYSTEM, now=now), now)


async def test_each_extra_has_a_heading_and_a_sentence_and_what_is_of_no_extra_comes_last(desk: Desk) -> None:
    keys.admit((Key("tea_break", "茶歇", EXTRAS, Whole(1, 9), help="茶歇多久。", example="3"),))
    pages = [(await desk.seat.get(path)).text for path in ("/admin/policy", desk.at())]

    for shown in pages:
        group = shown[shown.index("<h2>特色功能</h2>") :].partition("</section>")[0]
        heads = re.findall(r'<h3 id="x-(\w+)">', group)
        stands = [group.index(f'id="k-{name}"') for name in order() if f'id="k-{name}"' in group]
        own = group[group.index('id="x-open_day"') :]
        assert sorted(heads) == sorted(each.code for each in stack.extras())
        assert stands == sorted(stands) and re.findall(r'id="k-([\w-]+)"', own)[:3] == OWN
        assert own.index("请群众走进来看看。") < own.index('id="k-open_day"')
        assert re.findall(r'id="k-([\w-]+)"', group[group.index("不属于某一项功能的") :]) == ["tea_break"]


async def test_a_setting_of_several_extras_stands_once_and_the_others_lead_to_it(desk: Desk) -> None:
    shown = (await desk.seat.get("/admin/policy")).text
    survey = shown[shown.index('id="x-third_party_survey"') :].partition("</p>")[0]

    assert shown.count('id="k-problem_rectify"') == 1
    assert '同时适用：<a href="#k-problem_rectify">发现问题的整改期限</a>' in survey


async def test_clause_and_document_of_the_switch_stand_in_the_form_of_its_settings_and_can_be_changed(
    desk: Desk,
) -> None:
    before = await desk.form("open_day_seats")
    await desk.save("open_day", v="yes", clause="第七条")
    shown = await desk.form("open_day_seats")
    page = (await desk.seat.get(desk.at("open_day_seats"))).text
    elsewhere = await desk.form("formula_notice")
    await desk.save("open_day_seats", v="20", state="set")
    await desk.save("open_day_answer", v__n="3", v__u="wd", state="set", clause="第八条")
    last = await desk.form("open_day_seats")
    known = await actions.by_id(desk.seat.tenant, desk.proposal.id)

    assert (before["clause"], elsewhere["clause"]) == ([""], [""])
    assert (shown["clause"], shown["document"]) == (["第七条"], [NATIONAL])
    assert "条款和文件照本草案里的“政务开放日”填好，可以修改。" in page
    assert [(each.key, each.clause, each.document) for each in known.changes] == [
        ("open_day", "第七条", NATIONAL), ("open_day_seats", "第七条", NATIONAL),
        ("open_day_answer", "第八条", NATIONAL),
    ]  # fmt: skip
    assert last["clause"] == ["第七条"]


async def test_a_clause_that_stood_there_of_itself_proposes_nothing(desk: Desk) -> None:
    await desk.save("open_day", v="yes", clause="第七条")
    left = await desk.save("open_day_seats", op="")
    saved = await desk.save("open_day_seats")

    assert (left.status_code, saved.status_code) == (200, 303)
    assert await desk.stored("open_day_seats") is None


async def test_from_the_switch_one_goes_on_to_each_setting_and_sees_what_is_still_unset(desk: Desk) -> None:
    home = f"/t/{desk.seat.tenant.slug}{desk.at()}/keys"
    await desk.save("open_day", v="yes", clause="第七条")
    await desk.save("open_day_seats", v="20", state="set")
    switch, answer, seats = [(await desk.seat.get(desk.at(name))).text for name in OWN]

    assert f'href="{home}/open_day_answer">下一项设置：开放日答复期限' in switch
    assert f'政务开放日还有 1 项未作规定：<a href="{home}/open_day_answer">开放日答复期限</a>。' in switch
    assert f'href="{home}/open_day_seats">下一项设置：每天接待人数' in answer and "的其他设置都有规定" in answer
    assert "下一项设置" not in seats and f'<a href="{home}/open_day_answer">开放日答复期限</a>。' in seats


async def test_a_setting_of_several_extras_goes_on_in_the_one_that_is_being_switched_on(desk: Desk) -> None:
    await desk.save("third_party_survey", v="yes", clause="第七条")
    shown = (await desk.seat.get(desk.at("problem_rectify"))).text

    assert "第三方评估：这项功能的全部规则" in shown


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("评价时限", "“评价时限”"),
        ("“办不成事”反映窗口", "“办不成事”反映窗口"),
        ("对“办不成事”的反映", "“对‘办不成事’的反映”"),
    ],
)
async def test_a_name_with_quotation_marks_of_its_own_is_not_given_a_second_pair(name: str, said: str) -> None:
    assert quoted(name) == said


async def test_whoever_comes_for_a_rule_reads_its_name_in_one_pair_of_quotation_marks(operator: Seat) -> None:
    shown = (await operator.get("/admin/rules?key=unresolvable_matters")).text

    assert "选一份草案来修改“办不成事”反映窗口。" in shown and "新建并修改“办不成事”反映窗口<" in shown


async def test_a_record_names_the_rule_that_its_duty_lacks_in_one_pair_of_quotation_marks() -> None:
    parts = environment().get_template("admin/extras/_parts.html")
    module: Any = parts.make_module({"shell": SimpleNamespace(may=lambda _: False)})
    unset = [("转办", "“办不成事”转办期限", "k"), ("答复", "答复期限", "k")]
    shown = str(module.timers(SimpleNamespace(timers=()), unset, None, ""))

    assert ">“办不成事”转办期限未作规定，所以不计时。" in shown and ">“答复期限”未作规定，所以不计时。" in shown


async def test_a_switch_says_what_it_brings_and_leads_to_each_of_its_settings(
    operator: Seat, place: Tenant, now: datetime
) -> None:
    proposal = await actions.begin(place, date(2026, 4, 1), title="开放日", by=SYSTEM, now=now)
    home = f"/admin/rules/{proposal.id}/keys"
    shown = (await operator.get(f"{home}/open_day")).text
    setting = (await operator.get(f"{home}/open_day_answer")).text

    for word in (
        "这项功能的全部规则", "参观预约", "由群众、窗口人员、政务服务管理部门登记", "安排、改期", "预约、看板、日历",
        f"{home}/open_day_answer", "未作规定", "在办的办完为止",
    ):  # fmt: skip
        assert word in shown, word
    assert f'href="/t/{place.slug}{home}/open_day"' in setting
