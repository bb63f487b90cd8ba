"""Anybody does anything to a ticket at any time, to the program and to the model, which must not disagree."""

import asyncio
from collections.abc import Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.core.tickets import chance, effects, rules
from tests.core.tickets.chance import ANYBODY, ENTITLED
from tests.core.tickets.compare import broken, differences, transitions
from tests.core.tickets.hall import Hall
from tests.core.tickets.known import is_left_out
from tests.core.tickets.paper import ENDED, Case, Said, Sheet
from tests.core.tickets.policies import LAWS

T = TypeVar("T")
# Details are taken from one number each, so that two lives are seldom alike; what shrinks is the number of steps.
LUCK = st.binary(min_size=8, max_size=8).map(Random)


@dataclass
class Tally:
    """How much of it there was, over all lives of a run."""

    lives: int = 0
    steps: int = 0
    transitions: int = 0
    refused: int = 0


class Disagreed(AssertionError):
    """The program and the model; its text ends with the story as a scenario."""


class Life(RuleBasedStateMachine):
    """One case under one regulation. Subclasses say on which loop the program runs and where the count is kept."""

    loop: asyncio.AbstractEventLoop
    tally: Tally

    def __init__(self) -> None:
        super().__init__()
        self.hall: Hall | None = None

    @property
    def program(self) -> Hall:
        assert self.hall
        return self.hall

    @initialize(law=st.sampled_from(sorted(LAWS)), begins=st.sampled_from(chance.BEGINNINGS), luck=LUCK)
    def somebody_rates(self, law: str, begins: datetime, luck: Random) -> None:
        item, staff = luck.choice(chance.ITEMS), luck.choice(chance.STAFF)
        self.dimensions = [each for each in chance.DIMENSIONS if staff or each != "staff"]
        self.begin(Case(LAWS[law], item, staff, begins, begins), chance.rating(luck, self.dimensions, bad=True))

    def begin(self, case: Case, told: Mapping[str, Any]) -> None:
        """The service is over, and two minutes later it is rated."""
        self.tally.lives += 1
        self.case, self.hall = case, Hall(case.law)
        self._run(self.program.open(case.now))
        service = {"item": case.item, "mode": "window", **({"staff": case.staff} if case.staff else {})}
        assert self._run(self.program.does("closed", service, case.now)) is None
        self.now = case.now + timedelta(minutes=2)
        self.says("rate", told, None)
        self.case.now = self.now
        self.seen = self._run(self.program.see(self.now))
        self._agree()

    @rule(luck=LUCK, acts=st.integers(1, 5))
    def people_act(self, luck: Random, acts: int) -> None:
        for _ in range(acts):
            self.wait(luck.choice(chance.PAUSES))
            self._somebody_acts(luck)

    @rule(luck=LUCK, pause=st.sampled_from(chance.LONG))
    def time_passes(self, luck: Random, pause: timedelta) -> None:
        self.wait(pause)
        self._after()
        self._somebody_acts(luck)

    @rule(luck=LUCK, offset=st.sampled_from(chance.OFFSETS))
    def a_deadline_comes(self, luck: Random, offset: timedelta) -> None:
        """One second before, at, or after it; then somebody acts at that very instant."""
        dues = {t.due + offset for each in self.case.tickets for t in each.timers if t.is_live}
        coming = sorted(each for each in dues if each > self.now)
        if coming:
            self.wait(luck.choice(coming[:3]) - self.now)
            self._somebody_acts(luck)

    @rule(luck=LUCK)
    def somebody_says_more(self, luck: Random) -> None:
        """Adds to the rating, or would give another."""
        self.wait(luck.choice((*chance.PAUSES, *chance.LONG)))
        stranger = luck.random() < 0.1
        if luck.random() < 0.2:
            told = {"grades": {"overall": 5}, "tags": [], "text": ""}
            return self.says("rate", told, rules.rating_refusal(self.case, self.now, stranger=stranger), stranger)
        told = chance.rating(luck, luck.choice((["overall"], self.dimensions)), bad=luck.random() < 0.5)
        has_reason = min(told["grades"].values()) > 2 or bool(told["text"] or told["tags"])
        grades = set(told["grades"])
        expected = rules.append_refusal(self.case, grades, self.now, stranger=stranger, reason=has_reason)
        return self.says("append", told, expected, stranger)

    def teardown(self) -> None:
        if self.hall is not None:
            self._run(self.hall.close())

    def _somebody_acts(self, luck: Random) -> None:
        """What may be done now, by those who may; or by anybody; or at another time than it should be."""
        sheet = self._ticket(luck)
        if sheet is None:
            return
        now = [verb for verb in chance.VERBS if rules.is_open(self.case, sheet, verb)]
        states = [verb for verb in chance.VERBS if sheet.state in rules.TABLE[verb].states]
        (verbs,) = luck.choices([now, states, chance.VERBS], [7, 1, 3])
        verb = chance.one_of(verbs or chance.VERBS, luck)
        given = chance.said_by(verb, luck)
        if is_left_out(self.case, sheet, verb):
            return
        doer = luck.choice(chance.DOERS) if verbs is states else ENTITLED
        # Who appeals or decides is always named: it makes a difference.
        if doer == ANYBODY and verb not in ("appeal", "decide"):
            self.act(sheet, verb, given, None)
            return
        doers = rules.entitled(self.case, sheet, verb, given) if doer in (ENTITLED, ANYBODY) else (doer,)
        self.act(sheet, verb, given, luck.choice(doers or ("bureau",)))

    def _ticket(self, luck: Random) -> Sheet | None:
        """Rather one that has not ended."""
        live = [each for each in self.case.tickets if each.state not in ENDED]
        return luck.choice((live if luck.random() < 0.7 else []) or self.case.tickets or [None])

    def says(self, word: str, told: Mapping[str, Any], expected: str | None, stranger: bool = False) -> None:
        said = {key: value for key, value in told.items() if value}
        self._do(word, {**said, **({"by": "李四"} if stranger else {})}, expected)
        if expected is None:
            effects.rate(self.case, Said(self.now, told["grades"], tuple(told["tags"]), told["text"]))
        if self.case.said[1:] or expected:
            self._after()

    def act(self, sheet: Sheet, verb: str, carried: Mapping[str, Any], by: str | None) -> None:
        """By nobody named, it is done by one who is entitled."""
        given = dict(carried)
        if verb == "extend":
            timer = rules.extended(sheet, given)
            given["until"] = (timer.due if timer else self.now) + given["until"]
        doers = rules.entitled(self.case, sheet, verb, given)
        expected = rules.refusal(self.case, sheet, verb, given, by, self.now)
        self._do(verb, {"ticket": sheet.nth, **given, **({"by": by} if by else {})}, expected)
        if expected is None:
            effects.do(self.case, sheet, verb, given, by or doers[0], self.now)
        else:
            self.case.traces[f"ticket.{verb}.refused"] += 1
        self._after()

    def _do(self, word: str, given: Mapping[str, Any], expected: str | None) -> None:
        """A refusal changes nothing."""
        before = self._run(self.program.digest()) if expected else {}
        found = self._run(self.program.does(word, given, self.now))
        if found != expected:
            self._disagree([f"{word}: model {expected or 'done'}, program {found or 'done'}"])
        touched = self._run(self.program.changed_since(before)) if expected else []
        if touched:
            self._disagree([f"{word} was refused and changed {touched}"])
        self.tally.refused += expected is not None

    def wait(self, pause: timedelta) -> None:
        """No two acts at one instant: which of them came first could not be told."""
        self.now += pause
        states = [each.state for each in self.case.tickets]
        self._run(self.program.live_until(self.now))
        effects.live_until(self.case, self.now)
        # What silence did is looked at before anybody acts on it.
        if [each.state for each in self.case.tickets] != states:
            self._after()

    def _after(self) -> None:
        self.tally.steps += 1
        before, self.seen = self.seen, self._run(self.program.see(self.now))
        self.tally.transitions += len(transitions(before, self.seen))
        faults = broken(before, self.seen)
        if faults:
            self._disagree(faults)
        self._agree()

    def _agree(self) -> None:
        found = differences(self.case, self.seen)
        if found:
            self._disagree(found)

    def _disagree(self, what: list[str]) -> None:
        raise Disagreed("\n".join([*what, f"at {self.now.isoformat()}", "", self.program.story()]))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)


def live(loop: asyncio.AbstractEventLoop, tally: Tally, how: settings, number: int) -> None:
    """Many lives, the same for the same ``number``; what failed is told as a scenario."""
    lived = type("Life", (Life,), {"loop": loop, "tally": tally})
    run_state_machine_as_test(seed(number)(lived), settings=how)
