"""Records of extras, their figures and their tables as a scenario sees them."""

from collections.abc import Mapping
from typing import Any

from core import db
from core.errors import NotFound
from core.policy.extras import Table
from core.records import contained, figures, offered
from core.records.model import Record
from core.records.scene import scene
from core.scenarios import exchange_acts
from core.scenarios.compare import Compare, clause, each, equal, in_order, near, or_unset, same_set
from core.scenarios.extra_acts import same
from core.scenarios.extra_words import spoken
from core.scenarios.facts import Facts
from core.scenarios.stage import Moment


def _fields(expected: Mapping[str, Any], found: Mapping[str, Any]) -> bool:
    return all(same(value, found.get(code)) for code, value in expected.items())


RECORD: Mapping[str, Compare] = {
    "state": equal, "fields": _fields, "institution": equal, "repeat": equal, "due": each(or_unset), "perhaps": equal,
    "clause": each(clause), "overdue": same_set, "count": equal, "pushed": in_order,
    "provisional": equal,
}  # fmt: skip
FIGURE: Mapping[str, Compare] = {"value": near, "over": near}


def _cell(said: Any, found: Any) -> bool:
    if isinstance(said, int | float) and isinstance(found, int | float):
        return near(said, found)
    return (said == "unset" and found is None) or str(said) == str(found)


TABLE: Mapping[str, Compare] = {"value": _cell}


NONE: Facts = {
    "count": 0, "state": "", "fields": {}, "institution": "", "repeat": False, "due": {}, "clause": {}, "overdue": [],
    "provisional": False, "perhaps": False,
}  # fmt: skip


async def records(moment: Moment, word: str, given: Mapping[str, Any]) -> list[Facts]:
    kind = spoken()[word].kind
    found = await exchange_acts.orders(moment, kind, given)
    told: list[Facts] = [{**_facts(each, moment), "count": len(found)} for each in found]
    if "pushed" in given:
        told = [{**facts, "pushed": await exchange_acts.pushed(moment, each)}
                for each, facts in zip(found, told, strict=True)]  # fmt: skip
    return told or ([NONE] if given.get("count") == 0 else [])


def _facts(record: Record, moment: Moment) -> Facts:
    """Of several timers of one name, the one started last speaks."""
    timers = {timer.code: timer for timer in record.timers}
    late = [code for code, timer in timers.items() if timer.overdue or _is_late(timer, moment)]
    return {
        "state": record.state, "fields": record.fields, "institution": record.institution,
        "repeat": record.repeat_of is not None, "due": {code: timer.due_at for code, timer in timers.items()},
        "clause": {code: timer.clause for code, timer in timers.items()}, "overdue": late,
        "provisional": any(timer.provisional for timer in timers.values() if timer.state == "running"),
        "perhaps": record.perhaps_of is not None,
    }  # fmt: skip


def _is_late(timer: Any, moment: Moment) -> bool:
    return timer.state == "running" and moment.now >= timer.due_at


async def figure(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    extra = offered.extra_of(given["extra"])
    metric = next((each for each in extra.metrics if each.code == given["name"]), None)
    if metric is None:
        raise NotFound(f"“{extra.label}”没有名为“{given['name']}”的指标。")
    code = given["of"].partition(":")[2]
    async with db.as_tenant(moment.tenant.id) as unit:
        counted = await figures.one(unit, moment.tenant, extra, metric, moment.now, given.get("from"), given.get("to"))
    found = counted.get(code)
    return [{"value": found.value, "over": found.whole} if found else {"value": None, "over": 0}]


async def table(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    """One cell: the row that begins so, below that head."""
    extra = offered.extra_of(given["extra"])
    page = next((each for each in extra.pages if each.code == given["page"]), None)
    if page is None or page.tables is None:
        raise NotFound(f"“{extra.label}”没有名为“{given['page']}”的统计页。")
    async with db.as_tenant(moment.tenant.id) as unit:
        what = await scene(unit, moment.tenant, moment.now, reads=page.reads)
    shown = await contained.call(extra.code, f"{page.code}.tables", page.tables, what, Table, tenant=moment.tenant.id)
    return [
        {"value": row[found.head.index(given["column"])]}
        for found in shown
        if found.title == given["title"] and given["column"] in found.head
        for row in found.rows
        if str(row[0]) == given["row"]
    ]
