"""Whoever is counted hears beforehand that they will be counted otherwise, and as early as the rules ask for."""

from datetime import date, datetime
from typing import Final

from core import db, stack
from core.clock import SHANGHAI
from core.errors import Invalid
from core.notify import actions as notify
from core.policy import keys
from core.policy.calendar import due
from core.proposals.model import Proposal
from core.tenants.model import Tenant

# What makes up a figure: what is counted, and how.
COUNTED: Final = (
    keys.scores, keys.good_grades, keys.formulas, keys.defaults_count, keys.region_includes_below, keys.rectified_of,
    keys.index, keys.min_sample,
)  # fmt: skip
# Those whose ratings are counted, and those whose institutions are.
TOLD: Final = ("clerk", "handler", "supervisor")


def counts_otherwise(proposal: Proposal) -> tuple[str, ...]:
    """The labels of what it changes in the counting."""
    changed = {keys.whole(each.key).name for each in proposal.changes if not each.question}
    return tuple(key.label for key in COUNTED if key.name in changed)


def earliest(tenant: Tenant, now: datetime) -> date | None:
    """The first day from which another counting may hold when it is told now; None where no span is set."""
    notice = stack.policy(tenant, now.astimezone(SHANGHAI).date())[keys.formula_notice]
    return None if notice is None else due(now, notice, tenant.calendar).at.astimezone(SHANGHAI).date()


def refuse_too_soon(tenant: Tenant, proposal: Proposal, now: datetime) -> None:
    first = earliest(tenant, now)
    if tenant.live_since is None or first is None or proposal.since >= first or not counts_otherwise(proposal):
        return
    why = stack.policy(tenant, now.astimezone(SHANGHAI).date()).why(keys.formula_notice)
    said = keys.chinese(keys.formula_notice, why.value)
    raise Invalid(
        f"统计方式的调整须提前 {said} 告知统计对象（{why.clause}），现在批准最早从 {first.isoformat()} 起生效；"
        "请退回，改晚生效日期。",
        field="since",
    )


async def tell(unit: db.Unit, tenant: Tenant, proposal: Proposal, now: datetime) -> None:
    """In the transaction of the approval, so that no counting changes that nobody was told of."""
    labels = counts_otherwise(proposal)
    if tenant.live_since is None or not labels:
        return
    about = f"{proposal.since.isoformat()} 起调整{'、'.join(labels)}"
    for role in TOLD:
        link = f"/policy?on={proposal.since.isoformat()}"
        await notify.tell(unit, f"role:{role}", "counting", about, link, now, once=f"counting:{proposal.id}")
