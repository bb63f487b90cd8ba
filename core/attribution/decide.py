"""The plain answer to "who does this grade count for", used where no city says otherwise."""

from dataclasses import dataclass

from core.intake.model import Case, Opening, ServiceEvent, Target
from core.policy import keys
from core.policy.facts import Attribution, Facts, ItemFact, StaffFact
from core.policy.policy import Policy
from core.policy.values import Dimension


def attribute(facts: Facts) -> Attribution:
    """Staff's own institution where the dimension is of staff, else the item's; the channel is the event's mode.

    What judges the institutions of a package counts for all that take part in it.
    """
    if facts.composite == "package" and facts.dimension.of == "institution":
        return _for_all(facts)
    item = next((i for i in facts.items if i.code == facts.item), None)
    home: StaffFact | ItemFact | None = facts.staff if facts.dimension.of == "staff" else item
    home = home or item or facts.staff
    return Attribution(
        staff=facts.staff.code if facts.staff and facts.dimension.of in ("staff", "case") else None,
        item=facts.item or None,
        institutions=(home.institution,) if home else (),
        lines=(home.line,) if home and home.line else (),
        regions=(home.region,) if home and home.region else (),
        channel=facts.mode,
    )


def _for_all(facts: Facts) -> Attribution:
    return Attribution(
        item=facts.item or None,
        institutions=tuple(dict.fromkeys(i.institution for i in facts.items)),
        lines=tuple(dict.fromkeys(i.line for i in facts.items if i.line)),
        regions=tuple(dict.fromkeys(i.region for i in facts.items if i.region)),
        channel=facts.mode,
    )


@dataclass(frozen=True, slots=True)
class People:
    """The items and the member of staff an event names, with where they belong."""

    lead: ItemFact | None
    items: tuple[ItemFact, ...]
    staff: StaffFact | None
    in_scope: bool


def questions_of(
    opening: Opening, event: ServiceEvent, case: Case, people: People, policy: Policy
) -> tuple[tuple[int, Facts], ...]:
    """One question for each dimension, and for each linked item of a theme; position 0 is the case itself."""
    by_code = {d.code: d for d in policy[keys.dimensions] or ()}
    asked: list[tuple[int, Facts]] = []
    for code in opening.dimensions:
        dimension = by_code[code]
        for position, item in _judged(dimension, case, people):
            asked.append((position, _facts(event, case, dimension, item, people)))
    return tuple(asked)


def _judged(dimension: Dimension, case: Case, people: People) -> list[tuple[int, ItemFact | None]]:
    if case.composite == "theme" and dimension.of == "item":
        return list(enumerate(people.items, start=1))
    return [(0, people.lead)]


def _facts(event: ServiceEvent, case: Case, dimension: Dimension, item: ItemFact | None, people: People) -> Facts:
    every = dict.fromkeys([*people.items, *filter(None, [people.lead])])
    return Facts(
        event=event.event,
        mode=event.mode or case.mode,
        kind=case.kind,
        composite=case.composite,
        item=item.code if item else "",
        items=tuple(every),
        staff=people.staff,
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
