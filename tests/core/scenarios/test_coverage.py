"""Which rules of the installed regulations are proven, and what is said of the others."""

import json

from core.scenarios.command import TESTS
from core.scenarios.coverage import coverage


def test_every_rule_is_proven_or_says_why_not():
    found = coverage(TESTS)

    assert not found.unreadable, found.chinese
    assert not found.unknown, found.chinese
    assert [each.rule.id for each in found.of("unproven")] == []


def test_the_table_and_the_object_name_the_same_rules():
    found = coverage(None)
    whole = json.loads(found.json)

    listed = {*whole["rules"], *whole["unproven"], *whole["waiting"], *whole["not_for_machines"]}
    assert listed == {each.rule.id for each in found.proofs}
    assert all(each.rule.id in found.chinese for each in found.proofs)
