"""The five regulations are whole: each rule of the catalogue has its line, in its place, and says what became of it."""

import re
from itertools import pairwise
from pathlib import Path

import pytest

from core import stack
from core.policy.model import Provision
from core.scenarios.coverage import Coverage, coverage

TESTS = Path(__file__).parents[1]
RULES = {
    "beijing": (
        "BJ",
        """
        2a 2b 3a 3b 4a 4b 5a 5b 5c 5d 5e 5f 6a 6b 6c 7a 7b 7c 7d 7e 7f 8a 9a 9b 10a 11a 12a 12b 12c 12d 12e gap
    """,
    ),
    "shenzhen": (
        "SZ",
        """
        1 2 2b 3 4 5 6 7 8a 8b 8c 8d 8e 8f 9 10a 10b 11a 11b 11c 12a 12b 13 14a 14b 14c 14d 14e 14f 15a 15b 15c 16a
        16b 16c 17a 17b 17c 17d 17e 17f 18 19 20a 20b 20c 20d 20e 20f 21a 21b 21c 22 23a 23b 23c 23d 23e 23f 24a 24b
        24c 24d 24e 24f 25a 25b 25c 25d 26a 26b 27a 27b 27c 27d 27e 27f 27g 28a 28b 29a 29b 29c 29d 30a 30b 30c 31 33
        35
    """,
    ),
    "taian": (
        "TA",
        """
        1 2.1a 2.1b 2.1c 2.2 2.3 2.4 2.5 2.6 2.7a 2.7b 2.7c 2.8 2.9a 2.9b 2.9c 3.1a 3.1b 3.1c 3.2 4a 4b gap
    """,
    ),
    "jilin": (
        "JL",
        """
        P1 P2 P3 P4 P5 P6 2 3 4 5a 5b 5c 6 7 8 8b 9 10a 10b 11a 11b 12 13a 13b 13c 14a 14b 15 16 17 18 19a 19b 19c 19d
        19e 19f 20a 20b 21a 21b 22 23 24 24b 25 26 27 28
    """,
    ),
    "guangxi": (
        "GX",
        """
        2 3a 3b 3c 4a 4b 4c 4d 5 6 6b 7 8a 8b 8c 9a 9b 9c 10a 10b 11 12 13a 13b 13c 14 15 16 16b 17 gap
    """,
    ),
}
OURS = {stack.NATIONAL, *RULES}
NUMERALS = "零一二三四五六七八九"
WHOLE_TEXT = "全文"


@pytest.fixture(scope="module")
def proofs() -> Coverage:
    return coverage(TESTS)


@pytest.mark.parametrize("city", list(RULES))
def test_every_rule_of_the_catalogue_has_one_line(city: str):
    prefix, listed = RULES[city]

    written = [each.id for each in stack.layer(city).provisions]

    assert [rule for rule in listed.split() if f"{prefix}-{rule}" not in written] == []
    assert len(written) == len(set(written))


@pytest.mark.parametrize("city", list(RULES))
def test_its_lines_stand_in_the_order_of_the_text(city: str):
    for regulation in stack.layer(city).regulations:
        places = [(place(each.clause), each.id) for each in regulation.provisions if each.clause != WHOLE_TEXT]

        assert [(one[1], two[1]) for one, two in pairwise(places) if one[0] > two[0]] == []


def place(clause: str) -> tuple[int, ...]:
    """第二十四条（二） → (24,), since within one article the tables decide the order · 三（一）3 → (3, 1, 3)."""
    article = re.match(r"第([^条]+)条", clause)
    words = [article[1]] if article else re.findall(r"[一二三四五六七八九十]+|\d+", clause)
    return tuple(int(word) if word.isdecimal() else number(word) for word in words)


def number(word: str) -> int:
    tens, _, ones = word.rpartition("十")
    return (NUMERALS.index(tens) if tens else "十" in word) * 10 + (NUMERALS.index(ones) if ones else 0)


@pytest.mark.parametrize(("clause", "expected"), [("第三十条", (30,)), ("（十二）", (12,)), ("三（一）3", (3, 1, 3))])
def test_a_heading_is_read_as_it_is_counted(clause: str, expected: tuple[int, ...]):
    assert place(clause) == expected


def test_nothing_is_left_unproven_without_a_word(proofs: Coverage):
    assert [each.rule.id for each in proofs.of("unproven") if each.plugin in OURS] == []
    assert proofs.unknown == {}
    assert proofs.unreadable == ()


def test_what_is_proven_waits_for_nothing(proofs: Coverage):
    assert [each.rule.id for each in proofs.of("proven") if each.rule.waits or not each.rule.machine] == []


def test_what_waits_or_is_not_for_machines_says_so_in_words_a_reader_knows(proofs: Coverage):
    silent = (*proofs.of("waiting"), *proofs.of("not-for-machines"))
    told = [(each.rule.id, words(each.rule)) for each in silent]

    assert [rule for rule, said in told if not re.search(r"[一-龥]", said) or re.search(r"issue|#\d", said)] == []


def words(rule: Provision) -> str:
    return rule.waits or rule.why_not
