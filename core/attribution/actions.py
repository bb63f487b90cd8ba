"""Targets for an invitation: facts are loaded once, the tenant's hooks are asked, the plain answer fills the rest."""

from dataclasses import dataclass

from core import db, errors, stack
from core.attribution import decide
from core.intake.model import Case, Opening, ServiceEvent, Target
from core.policy import keys
from core.policy.facts import ItemFact, StaffFact
from core.policy.policy import Policy
from core.tenants.model import Tenant

Q = db.queries(__file__)


@dataclass(frozen=True, slots=True)
class People:
    """The items and the member of staff an event names, with where they belong."""

    items: tuple[ItemFact, ...]
    staff: StaffFact | None


async def named(unit: db.Unit, items: tuple[str, ...], staff: str | None) -> People:
    """Refuses ``unknown-code`` for an item or a member of staff that is not of this tenant."""
    rows = await unit.fetch(Q.items, unit.tenant, list(items)) if items else []
    found = {row["code"]: ItemFact(**row) for row in rows}
    for code in items:
        if code not in found:
            raise errors.UnknownCode(f"没有编码为“{code}”的事项，请核对事项编码。", field="item")
    return People(tuple(found[code] for code in items), await _staff(unit, staff))


async def _staff(unit: db.Unit, code: str | None) -> StaffFact | None:
    if code is None:
        return None
    row = await unit.fetchrow(Q.staff, unit.tenant, code)
    if row is None:
        raise errors.UnknownCode(f"没有编码为“{code}”的工作人员，请核对工号。", field="staff")
    return StaffFact(**row)


async def targets(
    unit: db.Unit, tenant: Tenant, policy: Policy, opening: Opening, event: ServiceEvent, case: Case, people: People
) -> tuple[Target, ...]:
    """Whom each dimension of this opening counts for; a batch counted ``each`` weighs its number of transactions."""
    weight = case.batch if case.composite == "batch" and policy[keys.batch_counts] == "each" else 1
    made: list[Target] = []
    for position, facts in decide.questions_of(opening, event, case, people.items, people.staff, policy):
        answer = stack.ask("attribute", tenant, facts=facts, policy=policy) or decide.attribute(facts)
        made.append(decide.target(position, facts, answer, await _areas(unit, answer.regions), weight))
    return tuple(made)


async def _areas(unit: db.Unit, regions: tuple[str, ...]) -> tuple[str, ...]:
    rows = await unit.fetch(Q.areas, unit.tenant, list(regions)) if regions else []
    return tuple(row["code"] for row in rows)
