"""What a place entered in the browser is written as source that says the same, and a new city's folder is whole."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from core import api, stack
from core.errors import Conflict, Invalid
from core.packing.folder import Place, check_name
from core.packing.rules import chain, statements
from core.packing.scaffold import scaffold
from core.packing.source import Call, expression, laid, names_in
from core.policy import keys
from core.policy.model import INHERIT, Override, Rule
from core.policy.questions import needs

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


@pytest.mark.parametrize("name", ["", "9city", "Ning", "ning-zhou", "a", "x" * 50, "ning zhou", "宁州"])
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
