"""A judge that never says no proves nothing: each fault it is there for is shown to it here."""

from dataclasses import replace

import pytest

from tests.faults.history import Line
from tests.faults.judge import Counted, Stored, StoredRating, judge

GOOD, BAD = StoredRating("a", "r-a", 5, 0), StoredRating("b", "r-b", 1, 1)
COUNTS: dict[Counted, int] = {("overall", "citizen", 5): 1, ("overall", "citizen", 1): 1}
TOLD = [
    Line("invoke", "a", 5), Line("ok", "a", 5, "r-a"), Line("invoke", "b", 1), Line("unknown", "b", 1),
    Line("invoke", "b", 1), Line("ok", "b", 1, "r-b"), Line("invoke", "c", 5), Line("unknown", "c", 5),
]  # fmt: skip
SOUND = Stored((GOOD, BAD), {"a": 1, "b": 1}, COUNTS, COUNTS)


def test_what_was_promised_and_stored_once_holds():
    verdict = judge(TOLD, SOUND)

    assert verdict.holds
    assert (verdict.acked, verdict.stored, verdict.unknown) == (2, 2, 1)


def test_what_nobody_was_told_of_may_be_stored_or_not():
    unanswered = StoredRating("c", "r-c", 5, 0)

    assert judge(TOLD, replace(SOUND, ratings=(GOOD, BAD, unanswered))).holds


@pytest.mark.parametrize(
    ("stored", "fault"),
    [
        (replace(SOUND, ratings=(BAD,)), "lost=1"),
        (replace(SOUND, ratings=(replace(GOOD, receipt="another"), BAD)), "lost=1"),
        (replace(SOUND, ratings=(GOOD, BAD, replace(GOOD, case="x"))), "phantom=1"),
        (replace(SOUND, ratings=(GOOD, GOOD, BAD)), " dup=1"),
        (replace(SOUND, events={"a": 2, "b": 1}), "events_dup=1"),
        (replace(SOUND, ratings=(GOOD, replace(BAD, tickets=0))), "tickets_missing=1"),
        (replace(SOUND, ratings=(GOOD, replace(BAD, tickets=2))), "tickets_dup=1"),
        (replace(SOUND, ratings=(replace(GOOD, tickets=1), BAD)), "tickets_dup=1"),
        (replace(SOUND, tallies={**COUNTS, ("overall", "citizen", 5): 2}), "tally_off=1"),
        (replace(SOUND, tallies={}), "tally_off=2"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_it_says_which_fault_there_is(stored: Stored, fault: str):
    verdict = judge(TOLD, stored)

    assert not verdict.holds
    assert fault in str(verdict)


def test_a_refused_rating_that_is_stored_all_the_same_is_a_phantom():
    told = [Line("invoke", "a", 5), Line("fail", "a", 5, "window-closed")]

    assert judge(told, Stored((GOOD,), {}, {}, {})).phantom == ("a",)
