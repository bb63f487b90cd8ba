"""A file, the form made of it and the file written from the form say the same, whatever the language can say."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import stack
from core.errors import Invalid
from core.scenarios import sheet as sheets
from core.scenarios import wording
from core.scenarios.catalogue import installed, scenario_folders
from core.scenarios.edits import EDITS, Edit, edited
from core.scenarios.faults import faults
from core.scenarios.fields import Control
from core.scenarios.grammar import sights, verbs
from core.scenarios.language import load, read, scenario
from core.scenarios.report import files
from core.scenarios.sheet import Field, Row, Sheet
from core.scenarios.writing import plain, toml

CATALOGUE = installed()
FILES = (*files(scenario_folders()), *files((Path(__file__).parent / "examples",)))
Sent = dict[str, list[str]]


def sent(sheet: Sheet) -> Sent:
    """What a browser sends of the form that is shown."""
    form: Sent = {"says": [sheet.says], "clause": [sheet.clause], "covers": [sheet.covers]}
    for each in sheet.answers:
        form.setdefault("answers:keys", []).append(each.key)
        form[each.name] = [each.shown]
    for kind, rows in {**sheet.tables, "step": sheet.steps}.items():
        for row in rows:
            form.setdefault(f"rows:{kind}", []).append(str(row.number))
            form.update(of_row(row))
    return form


def of_row(row: Row) -> Sent:
    form: Sent = {f"{row.name}:keys": [each.key for each in row.fields]}
    if row.word:
        form[f"{row.name}.word"] = [f"{row.kind}:{row.word}"]
    for each in row.fields:
        form.update(of_field(each, each.control))
    return form


def of_field(field: Field, control: Control) -> Sent:
    if control.kind == "pairs":
        keys, values = [key for key, _ in field.shown], [value for _, value in field.shown]
        return {f"{field.name}.key": [*keys, ""], f"{field.name}.value": [*values, ""]}
    if control.unset and field.shown == "unset":
        return {field.name: [""], f"{field.name}.unset": ["yes"]}
    if control.kind == "moment":
        # A browser leaves out seconds that are none.
        return {field.name: [field.shown.removesuffix(":00") if field.shown.count(":") == 2 else field.shown]}
    if control.kind == "choice":
        assert field.shown in control.options, (field, control)
    return {field.name: field.shown if control.kind == "picks" else [field.shown]}


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parents[1].name}/{file.stem}")
def test_the_file_written_from_the_form_says_the_same(file: Path):
    original = read(file, CATALOGUE)
    body = plain(load(file.read_bytes()))

    form = sent(sheets.sheet(body, stack.questions(original.policy)))
    again = scenario(file, load(toml(sheets.read(form, body)).encode()), CATALOGUE)

    assert again == original
    assert faults(body, CATALOGUE, original.policy) == ()


def test_every_word_of_the_language_has_a_chinese_one():
    words = [*verbs().values(), *sights().values()]
    unnamed = {key for word in words for key in word.keys if sheets.called(word, key) == key}

    assert not unnamed
    assert not {word for word in verbs() if wording.verb("do", word) == word}
    assert not {word for word in sights() if wording.verb("see", word) == word}
    assert set(sheets.TABLE) <= set(wording.KEYS)


BODY: Mapping[str, Any] = {
    "says": "一句话",
    "step": [
        {"at": "2026-03-02T10:00:00", "do": "closed", "case": "A1", "item": "invoice"},
        {"at": "2026-03-02T10:05:00", "do": "rate", "case": "A1", "grades": {"overall": 1}, "text": "慢"},
        {"at": "2026-03-02T10:06:00", "see": "ticket", "case": "A1", "state": "open"},
    ],
}


def problems(body: Mapping[str, Any]) -> dict[str, str]:
    return {each.name: each.text for each in faults(body, CATALOGUE, ())}


def test_all_that_is_wrong_is_told_at_once_each_at_its_field():
    steps = [dict(each) for each in BODY["step"]]
    steps[0]["item"] = "invoce"
    steps[1]["grades"] = {"overall": 7}
    steps[2]["at"] = "2026-03-02T09:00:00"

    found = problems({"says": " ", "step": steps})

    assert set(found) == {"says", "step.1.item", "step.2.grades", "step.3.at"}
    assert "invoice" in found["step.1.item"]


def test_a_rule_of_the_examples_own_is_read_as_strictly_as_any():
    wrong = {"key": "rating_windw", "value": "7d", "clause": "第一条"}
    span = {"key": "rating_window", "value": "7天", "clause": "第一条"}

    assert set(problems({**BODY, "override": [wrong]})) == {"override.1.value"}
    assert "rating_window" in problems({**BODY, "override": [wrong]})["override.1.value"]
    assert "5wd" in problems({**BODY, "override": [span]})["override.1.value"]


def test_another_verb_keeps_what_both_can_say_and_asks_for_the_rest():
    form = sent(sheets.sheet(BODY, ()))
    form["step.1.word"] = ["do:verdict"]

    step = sheets.read(form, BODY)["step"][0]

    assert step == {"at": "2026-03-02T10:00:00", "do": "verdict", "case": "A1", "is": ""}


def test_a_new_step_follows_the_one_before_it():
    body = edited(BODY, Edit.parse("add:step:1:see")).body

    assert body["step"][1] == {"at": "2026-03-02T10:05:00", "see": "invitation", "case": "A1"}
    assert len(body["step"]) == 4


@pytest.mark.parametrize("text", ["", "up", "burn:step:1", "up:tenant:1", "up:step:9", "drop:step:-1", "copy:step:x"])
def test_what_is_no_edit_is_refused(text: str):
    with pytest.raises(Invalid):
        edited(BODY, Edit.parse(text))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(1, 4)), max_size=12))
def test_no_edit_loses_a_step_that_nobody_dropped(edits: list[tuple[str, int]]):
    body = BODY
    for op, number in edits:
        before = body.get("step", [])
        if op != "add" and number > len(before):
            continue
        body = edited(body, Edit(op, "step", min(number, len(before)))).body
        grown = {"add": 1, "copy": 1, "drop": -1}.get(op, 0)
        assert len(body["step"]) == len(before) + grown
        if op in ("up", "down"):
            assert sorted(map(str, body["step"])) == sorted(map(str, before))


def test_another_places_file_is_not_this_places_example():
    body = {**BODY, "policy": sorted(CATALOGUE.plugins)[:1]}

    assert "policy" in problems(body)
    assert faults(body, CATALOGUE, body["policy"]) == ()
    assert replace(scenario(Path("a"), body, CATALOGUE, body["policy"]), file=Path("b")).policy == tuple(body["policy"])
