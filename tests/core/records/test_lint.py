"""An extra that is described wrongly keeps the program from starting, and says what to write instead."""

from dataclasses import replace
from typing import Any

import pytest

from core.policy.extras import Act, Extra, Field, Form, Page, Tell, Timer
from core.policy.extras_lint import clashes, faults
from tests.core.records.lost import KEEP, LETTER, LOST, THING


def test_an_extra_that_is_described_well_has_no_faults():
    assert (faults(LOST), clashes([LOST])) == ((), ())


def with_thing(**changed: Any) -> Extra:
    return replace(LOST, kinds=(replace(THING, **changed), LETTER))


def with_act(*more: Any, **named: Any) -> Extra:
    doers = named.pop("doers", ("bureau",))
    return with_thing(acts=(Act("go", "去", doers, ("kept",), *more, **named),), timers=(), tells=())


def with_timer(*more: Any) -> Extra:
    return with_thing(timers=(Timer("keep", "保管", *more),), acts=(), tells=())


WRONG: dict[str, Extra] = {
    "操作 go：状态 'kep' 不存在。是否想写“kept”？": with_act("kep"),
    "操作 go：doers 里的 'mayor' 不存在。": with_act(doers=("mayor",)),
    "操作 go：doers 里的 'bureau' 只是一个词，须写成一组：('bureau',)。": with_act(doers="bureau"),
    "填写表的 one：role 只用于选账号的填写项（member），只能写 partner（受邀人员）。": with_act(
        form=Form((Field("one", "谁", "line", role="partner"),))
    ),
    "期限 keep：起算的操作 'filled' 不存在。是否想写“filed”？": with_timer("filled", KEEP),
    "期限 keep：要么写多长（within），要么写到哪一天（until），两样写一样。": with_timer(),
    "操作 filed：filed 是系统自己用的，请换一个代码。": with_thing(
        acts=(Act("filed", "提交", ("bureau",), ("kept",)),), timers=(), tells=()
    ),
    "通知 gave：时机 'gave' 不存在。": with_thing(tells=(Tell("gave", ("filer",), "好"),)),
    "通知 filed：不能写 {phone}": with_thing(tells=(Tell("filed", ("bureau",), "{phone}"),)),
    "columns 里的 phone 是隐藏项，不能列出。": with_thing(columns=("phone",)),
    "title 写的 'name' 须是一个不隐藏的填写项。": with_thing(title="name"),
    "goes_to 写的 'what' 须是一个机构项。": with_thing(goes_to="what"),
    "same 和 repeats 要么都写，要么都不写。": with_thing(repeats=""),
    "填写项 what 在几张表里写得不一样": with_act(form=Form((Field("what", "数量", "whole"),))),
    "登记表的 tone：没有选项（choices）。": with_thing(form=Form((*THING.form.fields, Field("tone", "色", "choice")))),
    "页面 days：lost_thing 没有写按哪一天排（day），不能有日历。": replace(
        LOST, pages=(Page("days", "日历", "calendar", "lost_thing"),)
    ),
    "records 是系统自己用的": replace(LOST, code="records"),
    "定期事项 stocktaking：every 不能写 'quarterly'。是否想写“quarter”？": replace(
        LOST, duties=(replace(LOST.duties[0], every="quarterly"),)
    ),
    "统计指标 returned：of 不能写 'clerk'。": replace(LOST, metrics=(replace(LOST.metrics[0], of="clerk"),)),
    "统计指标 returned：count 须是一个函数，实际是 int。": replace(LOST, metrics=(replace(LOST.metrics[0], count=3),)),
    "页面 things：shows 不能写 'table'。是否想写“tables”？": replace(
        LOST, pages=(replace(LOST.pages[0], shows="table"),)
    ),
    "repeats 不能写 'refused'。是否想写“refuse”？": with_thing(repeats="refused"),
    "check 须是一个函数，实际是 str。": with_thing(check="room"),
    "操作 go：frame 不能写 'people'。": with_act(frame="people"),
    "操作 go：联动 make-file 要有填写项 unit，种类是 institution。": with_act(effect="make-file"),
    "操作 go：联动 invite-by-voice 要有办件编号（case）和电话。": with_act(effect="invite-by-voice"),
    "board 写的 'private_tone' 须是一个不隐藏的单选项，或写 state。": with_thing(
        board="private_tone",
        form=Form((*THING.form.fields, Field("private_tone", "色", "choice", choices=(("a", "甲"),), private=True))),
    ),
}


@pytest.mark.parametrize("says", WRONG)
def test_what_is_wrong_is_said_with_what_to_write(says: str):
    assert any(says in each for each in faults(WRONG[says])), faults(WRONG[says])


def test_two_extras_cannot_keep_records_of_one_name():
    other = replace(LOST, code="found", kinds=(replace(LETTER, reads=("lost_thin",)),))

    said = clashes([LOST, other])
    assert said[0] == "两种记录都叫 lost_letter，请改名。"
    assert said[1] == "特色功能 found 的 lost_letter 要读 lost_thin，没有这种记录。是否想写“lost_thing”？"
