"""What docs/ says of itself is what the program says today."""

import re
from dataclasses import replace

import pytest

from core import documents
from core.policy.spans import Span
from core.policy.values import Clock
from core.tickets import life, machine


@pytest.mark.parametrize("name", documents.PAGES)
def test_a_generated_page_is_current(name: str) -> None:
    written = (documents.ROOT / "docs" / name).read_text("utf-8")

    assert written == documents.PAGES[name](), "run: haochaping docs"


def test_every_act_state_and_silence_stands_in_the_page() -> None:
    text = documents.tickets()

    assert [rule.label for rule in machine.RULES.values() if f"| {rule.label} |" not in text] == []
    assert [state for state in machine.STATE_LABELS if f'" as {state}' not in text] == []
    assert len(re.findall(" --> ", text)) == len(list(machine.moves())) + len(machine.FIRST) + len(machine.ENDED)


def test_a_proof_is_named_by_its_place_in_the_checkout() -> None:
    text = documents.proofs()

    assert str(documents.ROOT) not in text and "`tests/" in text and "`core/national_scenarios/" in text


def test_the_life_of_a_ticket_is_whole() -> None:
    assert machine.lint() == ()


@pytest.mark.parametrize(
    ("missing", "complaint"),
    [
        ("verdict", "没有任何操作能到达“待整改”"),
        ("withdraw", "没有任何操作能到达“已撤销”"),
        ("rate-feedback", "从“已反馈”没有路能走到结束"),
    ],
)
def test_a_life_without_one_of_its_rules_is_complained_about(
    monkeypatch: pytest.MonkeyPatch, missing: str, complaint: str
) -> None:
    # 复核决定和审核也能带来同样的状态，所以一并拿掉。
    left = {verb: rule for verb, rule in machine.RULES.items() if verb not in {missing, "decide", "audit"}}
    monkeypatch.setattr(machine, "RULES", left)

    assert any(each.startswith(complaint) for each in machine.lint())


def test_an_act_nobody_may_do_is_complained_about(monkeypatch: pytest.MonkeyPatch) -> None:
    idle = {**machine.RULES, "urge": replace(machine.RULES["urge"], doers=())}
    monkeypatch.setattr(machine, "RULES", idle)

    assert machine.lint() == ("操作“催办”没有可用的状态或办理人。",)


def test_an_act_tells_which_deadlines_it_begins() -> None:
    plain = Clock("verify", "dispatched", Span.parse("2wd"))
    for_the_complex = Clock("complex", "dispatched", Span.parse("6m"), complexity="complex")
    begun = {line.label: line.starts for line in life.lines((plain, for_the_complex))}

    assert begun["生成工单"] == (plain,) and begun["审核评价内容"] == (plain,)
    assert begun["登记核实结果"] == (for_the_complex,) and begun["派发"] == (plain, for_the_complex)
    assert begun["登记整改"] == ()
