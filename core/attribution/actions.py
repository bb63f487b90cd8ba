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
    in_scope: bool


async def named(unit: db.Unit, items: tuple[str, ...], event: ServiceEvent) -> People:
    """Refuses ``unknown-code`` for an item, a window or a member of staff that is not of this tenant."""
    rows = await unit.fetch(Q.items, unit.tenant, list(items)) if items else []
    found = {row["code"]: row for row in rows}
    for code in items:
        if code not in found:
            field = "item" if code == event.item else "composite.items"
            raise errors.UnknownCode(f"没有编码为“{code}”的事项，请核对事项编码。", field=field)
    if event.window is not None and not await unit.fetchval(Q.window, unit.tenant, event.window):
        raise errors.UnknownCode(f"没有编码为“{event.window}”的窗口，请核对窗口编码。", field="window")
    facts = tuple(_item(found[code]) for code in items)
    # 法律法规另有规定或涉及安全的事项不纳入评价：全部不在范围内的办件不邀请评价。
    in_scope = not items or any(row["in_scope"] for row in rows)
    return People(facts, await _staff(unit, event.staff), in_scope)


def _item(row: db.Row) -> ItemFact:
    return ItemFact(row["code"], row["institution"], row["line"], row["region"], row["in_centre"])


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
