"""A rule is entered in a form that says what it decides; what is wrong stands at its field, and nothing is lost."""

import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import httpx
import pytest

from core import stack
from core.audit.model import SYSTEM, Actor
from core.policy import keys
from core.policy.keys import COUNT, Key
from core.policy.model import INHERIT
from core.policy.shapes import Choice, Many, Period
from core.proposals import actions
from core.proposals.decide import applied
from core.proposals.model import Change, Proposal
from core.tenants import Tenant
from tests.web.api_world import Times
from tests.web.office import Seat, seat, town

DAY = date(2026, 4, 1)
NATIONAL = next(each.document or each.title for each in stack.layer("national").regulations)
PARTIAL = {"hx-request-type": "partial", "hx-target": "div#rule"}


@dataclass
class Desk:
    """An operator with a proposal open."""

    seat: Seat
    proposal: Proposal
    now: datetime
    document: str = NATIONAL

    def at(self, key: str = "") -> str:
        return f"/admin/rules/{self.proposal.id}" + (f"/keys/{key}" if key else "")

    async def form(self, key: str) -> dict[str, Any]:
        """What the page of a key would send as it stands."""
        return sent(await self.seat.get(self.at(key)))

    async def save(
        self, key: str, op: str = "save", headers: dict[str, str] | None = None, **typed: Any
    ) -> httpx.Response:
        fields = await self.form(key)
        fields["document"] = [self.document] if fields["document"] == [""] else fields["document"]
        fields |= {name.replace("__", "."): value for name, value in typed.items()}
        return await self.seat.post(self.at(key), {**fields, "op": op}, headers=headers or {})

    async def stored(self, key: str) -> Any:
        found = (await actions.by_id(self.seat.tenant, self.proposal.id)).change(key)
        return None if found is None else found.value


def sent(answer: httpx.Response) -> dict[str, Any]:
    """The fields of the rule's form, as a browser reads them."""
    text = answer.text[answer.text.index('id="rule-form"') :]
    text = text[: text.index("</form>")]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", text):
        at = dict(re.findall(r'([\w-]+)="([^"]*)"', tag))
        if at.get("type") in ("radio", "checkbox") and " checked" not in tag:
            continue
        found.setdefault(at["name"], []).append(at.get("value", "").replace("&#34;", '"').replace("&amp;", "&"))
    for name, options in re.findall(r'<select [^>]*?name="([^"]+)"[^>]*>(.*?)</select>', text, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(r'value="([^"]*)"', options)
        found[name] = [chosen[1] if chosen else ""]
    for name, words in re.findall(r'<textarea [^>]*?name="([^"]+)"[^>]*>(.*?)</textarea>', text, re.DOTALL):
        found[name] = [words.lstrip("\n")]
    return {name: held for name, held in found.items() if name != "_csrf"}


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now, "rules") as found:
        yield found


@pytest.fixture
async def desk(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Desk]:
    async with seat(address, place, "operator", now) as operator:
        yield Desk(operator, await actions.begin(place, DAY, by=SYSTEM, now=now), now)


async def test_a_span_is_changed_with_its_clause_and_is_in_the_proposal_at_once(desk: Desk):
    answer = await desk.save("formula_notice", state="set", v__n="20", v__u="wd", clause="第十五条第二款")
    shown = await desk.seat.get(desk.at("formula_notice"))

    assert answer.status_code == 303
    assert await desk.stored("formula_notice") == "20wd"
    assert "已在草案中" in shown.text and 'value="第十五条第二款"' in shown.text


async def test_every_key_has_a_form_that_says_what_it_decides_and_changes_nothing_by_itself(desk: Desk):
    for name in keys.ALL:
        shown = await desk.seat.get(desk.at(name))
        answer = await desk.seat.post(desk.at(name), sent(shown), headers=PARTIAL)

        assert shown.status_code == 200 and "例如：" in shown.text and "未作规定" in shown.text, name
        assert answer.status_code == 200, name
    assert (await actions.by_id(desk.seat.tenant, desk.proposal.id)).changes == ()


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"v__n": "0"}, "填 1 到 1830 之间的整数（自然日）"),
        ({"v__n": "10000"}, "填 1 到 1830 之间的整数（自然日）"),
        ({"clause": ""}, "请写明依据哪一条"),
        ({"clause": "Article 3"}, "照原文写"),
        ({"until": "2026-03-01"}, "早于生效日期"),
        ({"until": "明年"}, "日期请写成"),
        ({"document": "没有的文件"}, "没有登记"),
        ({"document": ""}, "请选择条款出自哪份文件"),
    ],
)
async def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(
    desk: Desk, typed: dict[str, str], said: str
):
    right = {"state": "set", "v__n": "30", "v__u": "d", "clause": "第三条"}
    answer = await desk.save("formula_notice", **{**right, **typed})

    assert answer.status_code == 422
    assert said in answer.text and 'aria-invalid="true"' in answer.text
    assert all(f'value="{value}"' in answer.text for value in typed.values() if value)
    assert await desk.stored("formula_notice") is None


async def test_two_errors_are_listed_on_top_with_the_way_to_each(desk: Desk):
    answer = await desk.save("scores", **{"v.4": "11", "v.1": ""}, clause="第七条")

    assert 'class="sum-er"' in answer.text and "有 2 处要改" in answer.text
    assert 'href="#f-v-4"' in answer.text and 'id="f-v-4"' in answer.text and 'href="#f-v-1"' in answer.text


async def test_unset_is_a_choice_of_its_own_and_going_back_to_what_is_inherited_is_one_click(desk: Desk):
    await desk.save("identity", v="unset", clause="第二条")
    unset = await desk.stored("identity")
    await desk.seat.post(desk.at("identity"), {"op": "inherit", "from": "overview"})
    dropped = await desk.stored("identity")

    assert (unset, dropped) == ("unset", None)


async def test_a_rule_of_ones_own_in_force_ends_and_the_layer_below_speaks_again(desk: Desk, place: Tenant):
    answer = await desk.seat.post(desk.at("verdict_effects"), {"op": "inherit", "from": "overview"})
    known = await actions.by_id(place, desk.proposal.id)
    change = known.change("verdict_effects")

    assert answer.status_code == 303 and change is not None
    assert (change.value, change.clause) == (INHERIT, "")
    assert stack.policy(applied(place, known), DAY).why(keys.verdict_effects).layer == "national"


async def test_two_who_change_one_key_see_both_versions_and_choose(desk: Desk, place: Tenant):
    mine = await desk.form("formula_notice")
    other = await actions.by_id(place, desk.proposal.id)
    await actions.put(
        place, other.id, Change("formula_notice", "15d", "第四条"), version=other.version,
        by=Actor("member", "zhou"), now=desk.now,
    )  # fmt: skip
    typed = mine | {"state": "set", "v.n": "30", "v.u": "d", "clause": "第三条", "document": NATIONAL}
    clash = await desk.seat.post(desk.at("formula_notice"), {**typed, "op": "save"})
    kept = await desk.stored("formula_notice")
    choice = re.search(r'value="(mine:\d+)"', clash.text)
    assert choice is not None
    await desk.seat.post(desk.at("formula_notice"), {**sent(clash), "op": choice[1]})

    assert clash.status_code == 409
    assert "30 个自然日" in clash.text and "15 个自然日" in clash.text and "用对方的" in clash.text
    assert (kept, await desk.stored("formula_notice")) == ("15d", "30d")


async def test_two_windows_of_one_member_lose_nothing_of_each_other(desk: Desk):
    here = await desk.form("formula_notice")
    there = await desk.form("formula_notice")
    typed = {"op": "save", "state": "set", "v.u": "d", "clause": "第三条", "document": NATIONAL}
    first = await desk.seat.post(desk.at("formula_notice"), {**there, **typed, "v.n": "15"})
    late = await desk.seat.post(desk.at("formula_notice"), {**here, **typed, "v.n": "30"})
    kept = await desk.stored("formula_notice")
    await desk.seat.post(desk.at("formula_notice"), {**sent(late), "op": "theirs"})

    assert (first.status_code, late.status_code) == (303, 409)
    assert "您在另一个窗口" in late.text and "15 个自然日" in late.text and "30 个自然日" in late.text
    assert (kept, await desk.stored("formula_notice")) == ("15d", "15d")


async def test_rows_are_added_moved_copied_and_taken_away_by_buttons_alone_and_each_step_is_undone(desk: Desk):
    first = await desk.save("clocks", clause="第三条")
    up = await desk.save("clocks", op="up:v:3")
    clocks = [each["clock"] for each in await desk.stored("clocks")]
    gone = await desk.seat.post(desk.at("clocks"), sent(up) | {"op": "del:v:1"})
    left = [each["clock"] for each in await desk.stored("clocks")]
    undone = await desk.seat.post(desk.at("clocks"), sent(gone) | {"op": "undo"})
    back = [each["clock"] for each in await desk.stored("clocks")]
    await desk.seat.post(desk.at("clocks"), sent(undone) | {"op": "undo"})

    assert first.status_code == 303
    assert (up.status_code, gone.status_code) == (200, 200)
    assert "撤销：删除了第 1 行" in gone.text
    assert (clocks, left, back) == (
        ["verify", "appeal", "close"], ["appeal", "close"], ["verify", "appeal", "close"],
    )  # fmt: skip
    assert [each["clock"] for each in await desk.stored("clocks")] == ["verify", "close", "appeal"]


async def test_a_new_row_waits_until_it_is_whole_and_spoils_nothing(desk: Desk):
    added = await desk.save("clocks", op="add:v", clause="第三条")
    fields = sent(added)
    before = await desk.stored("clocks")
    row = fields["v.k"][-1]
    fields |= {
        f"v.{row}.clock": "contact",
        f"v.{row}.from": "dispatched",
        f"v.{row}.within.n": "2",
        f"v.{row}.within.u": "wd",
    }
    saved = await desk.seat.post(desk.at("clocks"), fields | {"op": "save"})

    assert before is None and "还没有存入草案" in added.text and f'id="f-v-{row}-dimension"' in added.text
    assert saved.status_code == 303
    assert (await desk.stored("clocks"))[-1] == {"clock": "contact", "from": "dispatched", "within": "2wd"}


async def test_a_table_is_tried_with_facts_and_says_which_row_never_decides(desk: Desk):
    tried = await desk.save("routing", op="try", **{"t.about": "system"})
    shadowed = await desk.save("routing", op="up:v:6", clause="第四条")
    for _ in range(4):
        shadowed = await desk.seat.post(desk.at("routing"), sent(shadowed) | {"op": "up:v:6"})

    assert "命中第 2 行" in tried.text and 'class="hit"' in tried.text
    assert "第 2 行永远不会命中：第 1 行已经覆盖。" in shadowed.text


async def test_a_key_that_somebody_elses_plugin_brings_is_edited_like_any_other(desk: Desk):
    brought: tuple[Key[Any], ...] = (
        Key(
            "tea_break", "茶歇", COUNT, Many(Period(), 0, 3), help="每天茶歇多久。", example="15 分钟写不了，写 1 小时"
        ),
        Key("tea_kind", "茶的种类", COUNT, Choice({"green": "绿茶", "red": "红茶"}), help="喝什么。", example="绿茶"),
    )
    keys.admit(brought)
    try:
        saved = [
            await desk.save("tea_break", **{"state": "set", "v.0.n": "1", "v.0.u": "h"}, clause="第一条"),
            await desk.save("tea_kind", v="green", clause="第一条"),
        ]
        shown = await desk.seat.get(desk.at("tea_break"))
        listed = await desk.seat.get(desk.at() + "?q=茶")
        values = [await desk.stored(each.name) for each in brought]
    finally:
        stack.forget()

    assert [each.status_code for each in saved] == [303, 303]
    assert "每天茶歇多久。" in shown.text and "茶歇" in listed.text and "1 小时" in listed.text
    assert values == [["1h"], "green"]


async def test_a_proposal_that_waits_for_approval_is_shown_and_not_written_in(desk: Desk, place: Tenant):
    await desk.save("formula_notice", state="set", v__n="30", v__u="d", clause="第三条")
    known = await actions.by_id(place, desk.proposal.id)
    await actions.submit(place, known.id, version=known.version, by=SYSTEM, now=desk.now)
    shown = await desk.seat.get(desk.at("formula_notice"))
    refused = await desk.seat.post(desk.at("formula_notice"), sent(shown) | {"v.n": "10", "op": "save"})

    assert '<fieldset class="plain-set" disabled>' in shown.text and "正在等待批准" in shown.text
    assert refused.status_code == 409
    assert await desk.stored("formula_notice") == "30d"


async def test_the_overview_finds_keys_by_name_clause_and_state(desk: Desk):
    await desk.save("formula_notice", state="set", v__n="30", v__u="d", clause="第九十九条")
    everything, changed, clause, nothing = [
        (await desk.seat.get(desk.at() + query)).text for query in ("", "?show=changed", "?q=第九十九条", "?q=没有这个")
    ]

    assert all(key.label in everything for key in keys.ALL.values())
    assert len(re.findall(r'id="k-', everything)) == len(keys.ALL)
    assert re.findall(r'id="k-([\w-]+)"', changed) == re.findall(r'id="k-([\w-]+)"', clause) == ["formula_notice"]
    assert "没有符合的规则项" in nothing and "恢复继承" in everything


async def test_who_may_not_write_sees_the_form_and_cannot_send_it(desk: Desk, address: str, place: Tenant):
    async with seat(address, place, "supervisor", desk.now) as supervisor:
        shown = await supervisor.get(desk.at("clocks"))
        refused = await supervisor.post(desk.at("clocks"), {"op": "save"})

    assert shown.status_code == 200 and "没有修改的权限" in shown.text
    assert refused.status_code == 403


async def test_an_open_question_is_answered_in_the_proposal_with_a_basis(desk: Desk, place: Tenant):
    path = f"{desk.at()}/answers/Q18"
    shown = await desk.seat.get(path)
    without = await desk.seat.post(path, {"version": "1", "choice": "1", "basis": ""})
    answered = await desk.seat.post(path, {"version": "1", "choice": "1", "basis": "局长办公会纪要〔2026〕3号"})
    known = await actions.by_id(place, desk.proposal.id)
    listed = await desk.seat.get(desk.at())

    assert "民法典第二百零三条" in shown.text
    assert without.status_code == 422 and "请写明这样决定的依据" in without.text
    assert answered.status_code == 303
    assert stack.policy(applied(place, known), DAY)[keys.rest_day_moves] is True
    assert stack.policy(place, DAY)[keys.rest_day_moves] is False
    assert "answers/Q18" in listed.text
