"""The rules in force on one day as a city makes them known: each key with its value, words, clause and layer."""

from collections.abc import Iterator, Mapping
from typing import Any

from core import stack
from core.policy import keys
from core.policy.policy import Policy, RowWhy, Why
from core.publication.model import Content, Entry
from core.tenants.model import Tenant

LAYERS: Mapping[str, str] = {"national": "国家", "answer": "问题的回答", "override": "本级设置", "province": "省级基线"}


def entries(tenant: Tenant, policy: Policy, borrowed: Mapping[str, tuple[Any, str]]) -> Iterator[Entry]:
    """``borrowed`` has the value and the place of every rule that was taken over from somebody else."""
    gaps = {name: gap.why for gap in policy.gaps for name in gap.keys}
    for why in policy.entries():
        yield Entry("rules", why.key.name, _content(tenant, policy, why, gaps.get(why.key.name, ""), borrowed))


def _content(tenant: Tenant, policy: Policy, why: Why, gap: str, borrowed: Mapping[str, tuple[Any, str]]) -> Content:
    value = keys.dump(why.key, why.value)
    taken, place = borrowed.get(why.key.name, (None, ""))
    return {
        "label": why.key.label, "group": why.key.group, "value": value, "said": policy.chinese(why.key),
        "clause": "、".join(why.clauses) or why.clause, "document": why.document, "layer": why.layer,
        "from": layer_name(tenant, why.layer), "since": why.since.isoformat() if why.since else None,
        "until": why.until.isoformat() if why.until else None, "gap": gap,
        "rows": [_row(policy, why, each) for each in why.rows],
        "taken_from": place if place and value == taken else "",
    }  # fmt: skip


def _row(policy: Policy, why: Why, row: RowWhy) -> Mapping[str, str]:
    said = keys.chinese(why.key, (row.row,), policy.words)
    return {"said": said, "clause": row.clause, "document": row.document}


def layer_name(tenant: Tenant, layer: str) -> str:
    if layer in tenant.stack and (place := stack.city(layer)) is not None:
        return place.short
    return LAYERS.get(layer, layer)
