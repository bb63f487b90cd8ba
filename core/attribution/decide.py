"""The plain answer to "who does this grade count for", used where no city says otherwise."""

from collections.abc import Iterable

from core.intake.model import Case, Opening, ServiceEvent, Target
from core.policy import keys
from core.policy.facts import Attribution, Facts, ItemFact, StaffFact
from core.policy.policy import Policy
from core.policy.values import Dimension


def attribute(facts: Facts) -> Attribution:
    """Staff's own institution where the dimension is of staff, else the item's; the channel is the event's mode."""
    item = next((i for i in facts.items if i.code == facts.item), None)
    home: StaffFact | ItemFact | None = facts.staff if facts.dimension.of == "staff" else item
    home = home or item or facts.staff
    return Attribution(
        staff=facts.staff.code if facts.staff else None,
        item=facts.item or None,
        institutions=(home.institution,) if home else (),
        lines=(home.line,) if home and home.line else (),
        regions=(home.region,) if home and home.region else (),
        channel=facts.mode,
    )


def questions_of(
    opening: Opening,
    event: ServiceEvent,
    case: Case,
    items: Iterable[ItemFact],
    staff: StaffFact | None,
    policy: Policy,
) -> tuple[tuple[int, Facts], ...]:
    """One question for each dimension, and for each linked item of a theme; position 0 is the case itself."""
    by_code = {d.code: d for d in policy[keys.dimensions] or ()}
    linked = tuple(items)
    lead = next((i for i in linked if i.code == case.item), linked[0] if linked else None)
    asked: list[tuple[int, Facts]] = []
    for code in opening.dimensions:
        dimension = by_code[code]
        for position, item in _judged(dimension, case, lead, linked):
            asked.append((position, _facts(event, case, dimension, item, linked, staff)))
    return tuple(asked)


def _judged(
    dimension: Dimension, case: Case, lead: ItemFact | None, linked: tuple[ItemFact, ...]
) -> list[tuple[int, ItemFact | None]]:
    if case.composite == "theme" and dimension.of == "item":
        return list(enumerate(linked, start=1))
    return [(0, lead)]


def _facts(
    event: ServiceEvent,
    case: Case,
    dimension: Dimension,
    item: ItemFact | None,
    linked: tuple[ItemFact, ...],
    staff: StaffFact | None,
) -> Facts:
    return Facts(
        event=event.event,
        mode=event.mode or case.mode,
        kind=case.kind,
        composite=case.composite,
        item=item.code if item else "",
        items=linked,
        staff=staff,
        dimension=dimension,
    )


def target(position: int, facts: Facts, answer: Attribution, areas: tuple[str, ...], weight: int) -> Target:
    return Target(
        dimension=facts.dimension.code,
        item=answer.item or facts.item,
        staff=answer.staff,
        institutions=answer.institutions,
        lines=answer.lines,
        regions=answer.regions,
        areas=areas,
        channel=answer.channel or "",
        weight=weight,
        position=position,
    )
