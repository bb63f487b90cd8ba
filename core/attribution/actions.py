"""Targets for an invitation: facts are loaded once, the tenant's hooks are asked, the plain answer fills the rest."""

from core import db, errors, stack
from core.attribution import decide
from core.attribution.decide import People
from core.intake.model import Case, Opening, ServiceEvent, Target
from core.policy import keys
from core.policy.facts import ItemFact, StaffFact
from core.policy.policy import Policy
from core.tenants.model import Tenant

Q = db.queries(__file__)


class Facts:
    """Looks places up, each once in one transaction: a list of events names the same few again and again."""

    def __init__(self, unit: db.Unit) -> None:
        self._unit = unit
        self._items: dict[str, db.Row | None] = {}
        self._staff: dict[str, StaffFact | None] = {}
        self._windows: dict[str, bool] = {}
        self._areas: dict[tuple[str, ...], tuple[str, ...]] = {}

    async def named(self, case: Case, event: ServiceEvent) -> People:
        """Refuses ``unknown-code`` for an item, a window or a member of staff that is not of this tenant."""
        codes = tuple(dict.fromkeys([*case.items, *filter(None, [case.item])]))
        await self._load_items(codes)
        rows: list[db.Row] = []
        for code in codes:
            row = self._items[code]
            if row is None:
                field = "item" if code == event.item else "composite.items"
                raise errors.UnknownCode(f"没有编码为“{code}”的事项，请核对事项编码。", field=field)
            rows.append(row)
        await self._check_window(event.window)
        # 法律法规另有规定或涉及安全的事项不纳入评价：全部不在范围内的办件不邀请评价。
        in_scope = not rows or any(row["in_scope"] for row in rows)
        facts = {row["code"]: _item(row) for row in rows}
        linked = tuple(facts[code] for code in case.items)
        return People(facts.get(case.item or ""), linked, await self._named_staff(event.staff), in_scope)

    async def _load_items(self, codes: tuple[str, ...]) -> None:
        missing = [code for code in codes if code not in self._items]
        if missing:
            rows = await self._unit.fetch(Q.items, self._unit.tenant, missing)
            self._items |= dict.fromkeys(missing) | {row["code"]: row for row in rows}

    async def _check_window(self, code: str | None) -> None:
        if code is None:
            return
        if code not in self._windows:
            self._windows[code] = await self._unit.fetchval(Q.window, self._unit.tenant, code)
        if not self._windows[code]:
            raise errors.UnknownCode(f"没有编码为“{code}”的窗口，请核对窗口编码。", field="window")

    async def _named_staff(self, code: str | None) -> StaffFact | None:
        if code is None:
            return None
        if code not in self._staff:
            row = await self._unit.fetchrow(Q.staff, self._unit.tenant, code)
            self._staff[code] = StaffFact(**row) if row is not None else None
        staff = self._staff[code]
        if staff is None:
            raise errors.UnknownCode(f"没有编码为“{code}”的工作人员，请核对工号。", field="staff")
        return staff

    async def targets(
        self, tenant: Tenant, policy: Policy, opening: Opening, event: ServiceEvent, case: Case, people: People
    ) -> tuple[Target, ...]:
        """Whom each dimension of this opening counts for; a batch counted ``each`` weighs all its transactions."""
        weight = case.batch if case.composite == "batch" and policy[keys.batch_counts] == "each" else 1
        made: list[Target] = []
        for position, facts in decide.questions_of(opening, event, case, people, policy):
            answer = stack.ask("attribute", tenant, facts=facts, policy=policy) or decide.attribute(facts)
            made.append(decide.target(position, facts, answer, await self._above(answer.regions), weight))
        return tuple(made)

    async def _above(self, regions: tuple[str, ...]) -> tuple[str, ...]:
        if regions and regions not in self._areas:
            rows = await self._unit.fetch(Q.areas, self._unit.tenant, list(regions))
            self._areas[regions] = tuple(row["code"] for row in rows)
        return self._areas.get(regions, ())


def _item(row: db.Row) -> ItemFact:
    return ItemFact(row["code"], row["institution"], row["line"], row["region"], row["in_centre"])
