"""Another city's published rule is taken over as a change of one's own, under one's own clause."""

from collections.abc import Sequence
from datetime import date, datetime

from core import db
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import Invalid
from core.policy import keys
from core.proposals import actions as proposals
from core.proposals import decide
from core.proposals.model import Change, Proposal
from core.publication.actions import Q
from core.publication.letters import Letter
from core.tenants.model import Tenant


async def borrow(
    tenant: Tenant, letters: Sequence[Letter], since: date, clause: str, *, by: Actor, now: datetime
) -> Proposal:
    """All of them stand in the proposal of that day, or none; whose they were is remembered beside them."""
    if not clause:
        raise Invalid("请写本市依据的条款：外地的条款不能作本市的依据。", field="clause")
    changes = [Change(each.key, each.value, clause) for each in letters]
    if len({keys.whole(each.key).name for each in letters}) < len(letters):
        raise Invalid("同一项规则写了两次，请只留一次。", field="rule")
    made = await proposals.begin(tenant, since, title=_title(letters), by=by, now=now)
    for each in changes:
        decide.checked(tenant, made, each)
    for each in changes:
        made = await proposals.put(tenant, made.id, each, version=made.version, by=by, now=now)
    async with db.as_tenant(tenant.id) as unit:
        for each in letters:
            said = (keys.whole(each.key).name, each.value, each.place, each.clause, each.document, str(by), now)
            await unit.execute(Q.borrow, unit.tenant, *said)
            told = {
                "value": each.value,
                "clause": clause,
                "note": f"{each.place} {each.document} {each.clause}".strip(),
            }
            await audit.write(unit, by, "rule.borrow", "key", each.key, None, told, now)
    return made


def _title(letters: Sequence[Letter]) -> str:
    places = "、".join(dict.fromkeys(each.place for each in letters if each.place))
    return f"借鉴{places}的规则" if places else "借鉴外地的规则"
