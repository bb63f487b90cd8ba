"""Scores, metrics and the policy itself as a scenario sees them."""

from collections.abc import Mapping
from typing import Any

from core import db, stack
from core.policy import keys
from core.scenarios.compare import Compare, clause, each, equal, near
from core.scenarios.facts import Facts
from core.scenarios.stage import Moment
from core.scoring import actions as scoring

SCORE: Mapping[str, Compare] = {"mean": near, "n": near, "distribution": each(near)}
METRIC: Mapping[str, Compare] = {"value": near, "over": near}
POLICY: Mapping[str, Compare] = {"value": equal, "clause": clause, "layer": equal}


async def score(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    subject, _, code = given["of"].partition(":")
    policy = stack.policy(moment.tenant, moment.now.date())
    async with db.as_tenant(moment.tenant.id) as unit:
        found = await scoring.score(
            unit, policy, subject, code,
            dimension=given.get("dimension"), origin=given.get("origin"), start=given.get("from"), end=given.get("to"),
        )  # fmt: skip
    counts = {grade: found.distribution.get(grade, 0) for grade in range(1, 6)}
    return [{"mean": found.mean, "n": found.n, "distribution": counts}]


async def metric(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    subject, _, code = given["of"].partition(":")
    policy = stack.policy(moment.tenant, moment.now.date())
    async with db.as_tenant(moment.tenant.id) as unit:
        found = await scoring.metric(
            unit, policy, given["name"], subject, code, moment.now, start=given.get("from"), end=given.get("to")
        )
    return [{"value": found.value, "over": found.over}]


async def policy(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    found = stack.policy(moment.tenant, moment.now.date())
    name, _, field = given["key"].partition(".")
    whole = given["key"] in keys.ALL
    key = keys.ALL[given["key"] if whole else name]
    why = found.why(key)
    value = keys.dump(key, why.value) if whole else _field(keys.dump(key, why.value), field)
    same = "value" in given and (keys.matches(key, given["value"], why.value) if whole else given["value"] == value)
    return [{"value": given["value"] if same else value, "clause": why.clause, "layer": why.layer}]


def _field(dumped: Any, field: str) -> Any:
    """``append.after_default`` is one field; of a table, the field as every row has it."""
    if isinstance(dumped, list):
        found = [row.get(field) for row in dumped]
        return found[0] if found and all(each == found[0] for each in found) else found
    return dumped.get(field) if isinstance(dumped, dict) else dumped
