"""Each sight reads the facts it names, and holds if one of them is as the step says."""

from collections.abc import Awaitable, Callable, Iterable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, cast

from core.scenarios import sights_extra, sights_figures, sights_rating, sights_ticket
from core.scenarios.compare import Compare
from core.scenarios.errors import Broken
from core.scenarios.facts import Facts
from core.scenarios.model import Step
from core.scenarios.stage import Moment

Read = Callable[[Moment, Mapping[str, Any]], Awaitable[list[Facts]]]

READS: Mapping[str, tuple[Read, Mapping[str, Compare]]] = {
    "invitation": (sights_rating.invitations, sights_rating.INVITATION),
    "rating": (sights_rating.ratings, sights_rating.RATING),
    "ticket": (sights_ticket.tickets, sights_ticket.TICKET),
    "appeal": (sights_ticket.appeals, sights_ticket.APPEAL),
    "task": (sights_ticket.tasks, sights_ticket.TASK),
    "notice": (sights_ticket.notices, sights_ticket.NOTICE),
    "alert": (sights_ticket.alerts, sights_ticket.ALERT),
    "score": (sights_figures.score, sights_figures.SCORE),
    "metric": (sights_figures.metric, sights_figures.METRIC),
    "policy": (sights_figures.policy, sights_figures.POLICY),
    "figure": (sights_extra.figure, sights_extra.FIGURE),
    "table": (sights_extra.table, sights_extra.TABLE),
}
NOTHING = {"no-rating": "rating", "no-ticket": "ticket", "no-alert": "alert", "no-notice": "notice"}


async def look(moment: Moment, step: Step) -> None:
    """Raises ``Broken`` when what is there is not what the step says."""
    word = NOTHING.get(step.word, step.word)
    read, compared = READS.get(word) or (partial(_record, word), sights_extra.RECORD)
    found = await read(moment, step.given)
    if word != step.word or step.given.get("state") == "none":
        _expect_nothing(step.given, found, compared)
        return
    _expect_one(step.given, found, compared)


async def _record(word: str, moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    return await sights_extra.records(moment, word, given)


def _expect_nothing(given: Facts, found: Iterable[Facts], compared: Mapping[str, Compare]) -> None:
    asked = {key: value for key, value in given.items() if key != "state"}
    there = [facts for facts in found if not _differing(asked, facts, compared)]
    if there:
        raise Broken("无", plain(there[0]))


def _expect_one(given: Facts, found: list[Facts], compared: Mapping[str, Compare]) -> None:
    if not found:
        raise Broken(plain({key: value for key, value in given.items() if key in compared}), "无")
    told = [(_differing(given, facts, compared), facts) for facts in found]
    wrong, nearest = min(told, key=lambda each: len(each[0]))
    if wrong:
        raise Broken(plain({key: given[key] for key in wrong}), plain({key: nearest[key] for key in wrong}))


def _differing(given: Facts, facts: Facts, compared: Mapping[str, Compare]) -> list[str]:
    return [key for key in given if key in compared and not compared[key](given[key], facts[key])]


def plain(value: Any) -> Any:
    """Readable in a message and in JSON."""
    if isinstance(value, Mapping):
        return {str(key): plain(each) for key, each in cast(Facts, value).items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in cast("list[Any]", value)]
    if isinstance(value, Decimal):
        return float(value)
    return value if isinstance(value, bool | int | float | str) or value is None else str(value)
