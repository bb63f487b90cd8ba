"""What a place entered in the browser is written as source that says the same, and a new city's folder is whole."""

import ast
import tomllib
from collections.abc import Collection, Iterator
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import api, stack
from core.errors import Conflict, Invalid
from core.packing.folder import Parcel, Place, check_name, files
from core.packing.rules import Paper, chain, statements
from core.packing.scaffold import scaffold
from core.packing.source import Call, expression, laid, names_in
from core.policy import keys
from core.policy.compile import compile_policy
from core.policy.keys import UNSET
from core.policy.model import INHERIT, Layer, Override, Regulation, Rule
from core.policy.policy import Policy
from core.policy.questions import needs
from core.policy.shapes import Whole

FIRST, SECOND = date(2024, 1, 1), date(2025, 1, 1)


def said(value: Any) -> Any:
    """The value that the written expression makes."""
    known = {name: getattr(api, name) for name in names_in(value)}
    return eval(laid(expression(value)), known)  # noqa: S307 - what we have written ourselves


def plain_rules() -> Iterator[Rule]:
    for name in stack.names():
        yield from (rule for rule in stack.layer(name).rules if not needs(rule.value))


def test_every_value_of_the_installed_regulations_is_written_as_source_that_makes_it_again():
    for rule in plain_rules():
        read = rule.part.parse if rule.part else rule.key.parse

        assert read(said(rule.value)) == read(rule.value), (rule.regulation.code, rule.clause, rule.key.name)


def test_a_long_value_is_broken_into_lines_that_fit():
    tags = next(rule.value for rule in plain_rules() if rule.key is keys.tags)

    assert max(map(len, laid(expression(tags)).splitlines())) <= 120


def own(
    key: str, value: Any, since: date | None = FIRST, clause: str = "第一条", until: date | None = None
) -> Override:
    return Override(key, value, clause, since, until)


def test_to_inherit_again_ends_the_day_before_what_was_said_of_the_key():
    found = statements([own("rating_window", "7d"), own("rating_window", INHERIT, SECOND)])

    assert [(each.since, each.until) for each in found] == [(FIRST, date(2024, 12, 31))]


def test_inheriting_for_a_year_lets_the_old_rule_speak_again_afterwards():
    year = own("rating_window", INHERIT, SECOND, until=date(2025, 12, 31))

    found = statements([own("rating_window", "7d"), year])

    assert [(each.since, each.until) for each in found] == [(FIRST, date(2024, 12, 31)), (date(2026, 1, 1), None)]


def test_rules_stand_in_the_order_of_their_dates_then_of_their_clauses():
    found = statements([own("bad_needs", "nothing", clause="第二十一条"), own("identity", "none", clause="第三条"),
                        own("returns", True, date(2023, 1, 1), clause="第九十条")])  # fmt: skip

    assert [each.clause for each in found] == ["第九十条", "第三条", "第二十一条"]


def test_a_clause_that_no_regulation_could_print_is_refused_with_its_key():
    with pytest.raises(Invalid) as refusal:
        statements([own("returns", True, clause="art. 5 <b>")])

    assert refusal.value.field == "returns"


def test_one_clause_on_one_line_and_several_on_a_line_each():
    short = chain('REG["第一条"]', [Call(".sets(", ("keys.returns", "value=True"))])

    assert short == 'REG["第一条"].sets(keys.returns, value=True)'
    assert chain('REG["第一条"]', [Call(".sets(", ("x" * 60,)), Call(".sets(", ("y" * 60,))]).startswith("(\n    REG")


@pytest.mark.parametrize(
    "name", ["", "9city", "Ning", "ning-zhou", "a", "x" * 50, "ning zhou", "宁州", "class", "match"]
)
def test_a_folder_that_python_could_not_import_is_refused(name: str):
    with pytest.raises(Invalid):
        check_name(name)


@pytest.mark.parametrize("name", ["national", "json", "core", "litestar"])
def test_a_name_that_is_taken_is_refused(name: str):
    with pytest.raises(Conflict):
        check_name(name)


def test_every_python_file_of_a_new_city_can_be_read():
    made = scaffold(Place("ningzhou", "宁州市"), FIRST)

    for path, text in made.items():
        if path.endswith(".py"):
            compile(text, path, "exec")
    assert 'ningzhou = "ningzhou"' in made["pyproject.toml"]


TAKEN = [(rule.key.name, keys.dump(rule.key, rule.key.parse(rule.value)), rule.clause)
         for rule in plain_rules() if rule.part is None and rule.value not in (None, UNSET)]  # fmt: skip
PARTS = [("formulas.over", "staff-means", "第二条"), ("append.max", 3, "第四条")]
DATES = st.dates(FIRST, date(2026, 12, 31))


@st.composite
def settings_of_a_place(draw: st.DrawFn) -> list[Override]:
    """Values that some regulation sets, ended, inherited again and changed in part on any days."""
    found: list[Override] = []
    for _ in range(draw(st.integers(1, 12))):
        key, value, clause = draw(st.sampled_from([*TAKEN, *PARTS]))
        since = draw(DATES)
        until = draw(st.none() | st.dates(since, date(2027, 12, 31)))
        given = value if "." in key else draw(st.sampled_from([value, value, UNSET, INHERIT]))
        found.append(Override(key, given, clause, since, until, "", draw(st.sampled_from(["", "示〔2024〕1号"]))))
    return found


def regulation_of(own_rules: list[Override]) -> Layer:
    """The rules that the written folder would bring."""
    known = Paper("示〔2024〕1号", "示例办法", "示〔2024〕1号", FIRST)
    said_of_them = statements(own_rules)
    unnamed = Paper("", "规则", "", FIRST)
    papers = tuple(known if name else unnamed for name in dict.fromkeys(each.paper for each in said_of_them))
    made = files(Parcel(Place("ningzhou", "宁州市"), papers or (known,), said_of_them))
    module: dict[str, Any] = {}
    exec(made["ningzhou/regulation.py"], module)  # noqa: S102 - what we have written ourselves
    module.get("settle_extras", lambda: None)()
    every = [each for each in module.values() if isinstance(each, Regulation)]
    return Layer("ningzhou", "宁州市", tuple(every[0].rules), (), tuple(every))


@settings(deadline=None, max_examples=40)
@given(settings_of_a_place(), DATES)
def test_the_folder_says_on_every_day_what_the_settings_say(own_rules: list[Override], on: date):
    below = (stack.layer("national"), stack.layer("shenzhen"))
    answers = stack.demo_answers(("shenzhen",))
    here = compile_policy(below, answers, own_rules, on)
    there = compile_policy((*below, regulation_of(own_rules)), answers, (), on)

    assert told(here, "value") == told(there, "value")
    # A part that a setting changes is credited with the whole; in a folder, as in any plugin, with its field alone.
    changed = {each.key.partition(".")[0] for each in own_rules if "." in each.key}
    assert told(here, "clause", changed) == told(there, "clause", changed)


def told(policy: Policy, what: str, without: Collection[str] = ()) -> dict[str, Any]:
    return {name: getattr(why, what) for name, why in policy.whys.items() if name not in without}


HOURS = keys.Key("courtyard_hours", "流动服务站每周小时", keys.EXTRAS, Whole())


@pytest.fixture
def courtyard() -> Iterator[None]:
    """An extra that another plugin brings."""
    keys.admit((HOURS,))
    yield
    keys._NAMED.pop(HOURS.name)


def test_what_is_said_of_an_extras_keys_leaves_too_and_is_said_once_the_extra_is_there(courtyard: None):
    rules = [own("public_min", 7), own(HOURS.name, 4, clause="第五条"), own(HOURS.name, 6, SECOND, clause="第五条")]
    paper = Paper("", "规则", "", FIRST)
    made = files(Parcel(Place("ningzhou", "宁州市"), (paper,), statements(rules)))
    module: dict[str, Any] = {}
    keys._NAMED.pop(HOURS.name)
    exec(made["ningzhou/regulation.py"], module)  # noqa: S102 - what we have written ourselves
    before = list(module["REG"].rules)
    keys.admit((HOURS,))
    module["settle_extras"]()
    module["settle_extras"]()
    layer = Layer("ningzhou", "宁州市", tuple(module["REG"].rules), (), (module["REG"],))

    assert [each.key for each in before] == [keys.public_min]
    assert [(each.key, each.value, each.since) for each in layer.rules[1:]] == [(HOURS, 4, None), (HOURS, 6, SECOND)]
    assert len({each.id for each in module["REG"].provisions}) == 3
    assert "settle_extras()\n    return REG.rules" in made["ningzhou/__init__.py"]
    assert "须先安装" in made["README.md"] and HOURS.label in made["README.md"]
    for path, text in made.items():
        if path.endswith(".py"):
            compile(text, path, "exec")


@pytest.mark.parametrize("title", ['杭州"""\nimport os\n"""市', "\\N{x}市", "a{b}c", "市\"'''市", "x\ny"])
def test_no_name_of_a_place_becomes_code(title: str):
    made = scaffold(Place("ningzhou", title, title), FIRST)

    trees = [ast.parse(text) for path, text in made.items() if path.endswith(".py")]
    imported = {each.names[0].name for tree in trees for each in ast.walk(tree) if isinstance(each, ast.Import)}
    assert imported == {"subprocess", "sys"}
    assert tomllib.loads(made["pyproject.toml"])["project"]["name"] == "haochaping-ningzhou"
