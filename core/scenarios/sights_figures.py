"""Scores, metrics and the policy itself as a scenario sees them."""

from collections.abc import Mapping
from typing import Any

from core import db, stack
from core.policy import keys
from core.policy.keys import Key, Part
from core.scenarios.compare import Compare, among, clause, each, equal, near
from core.scenarios.facts import Facts
from core.scenarios.stage import Moment
from core.scoring import actions as scoring

SCORE: Mapping[str, Compare] = {"mean": near, "n": near, "distribution": each(near)}
METRIC: Mapping[str, Compare] = {"value": near, "over": near}
POLICY: Mapping[str, Compare] = {"value": equal, "clause": among(clause), "layer": among(equal)}


async def score(moment: Moment, given: Mapping[str, Any]) -> list[Facts]:
    subject, _, code = given["of"].partition(":")
    policy = stack.policy(moment.tenant, moment.now.date())
    async with db.as_tenant(moment.tenant.id) as unit:
        found = await scoring.score(
            unit, moment.tenant, policy, subject, code,
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
    """A table may stand on several articles and layers: each of them is its clause and its layer."""
    key = keys.find(given["key"])
    why = stack.policy(moment.tenant, moment.now.date()).why(key)
    value = keys.dump(key, why.value) if isinstance(key, Key) else why.value
    same = "value" in given and _says(key, given["value"], why.value)
    return [
        {
            "value": given["value"] if same else value,
            "clause": (why.clause, *why.clauses, *(row.clause for row in why.rows)),
            "layer": (why.layer, *why.layers),
        }
    ]


def _says(key: Key[Any] | Part, written: Any, found: Any) -> bool:
    if isinstance(key, Key):
        return keys.matches(key, written, found)
    return found is None if written == keys.UNSET else key.parse(written) == found
