"""What a form of an extra may be answered with of what the place has: institutions, staff, items, members."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import cast

from core import db
from core.people import members
from core.places import actions as places
from core.places.model import Item, KindName, Place, Region, Staff, Window
from core.policy.extras import Form
from web.asking import BEFORE, PLACES, Choices, source
from web.forms import Posted

# More are looked up by what was typed.
MOST = 2000


async def choices(unit: db.Unit, form: Form, sent: Posted | None = None) -> Choices:
    """By what a field is answered from, code and name; of more than can be listed at least what ``sent`` speaks of."""
    found: dict[str, Mapping[str, str]] = {}
    for kind, role in sorted({(each.kind, each.role) for each in form.fields if each.kind in PLACES}):
        if kind == "member":
            found[source(kind, role)] = await _members(unit, role)
            continue
        known = {each.code: each for each in await _listed(unit, kind)}
        if sent is not None and len(known) >= MOST:
            for each in form.fields:
                if each.kind == kind and (typed := sent.kept(BEFORE + each.code).strip()):
                    known |= {one.code: one for one in await _listed(unit, kind, typed)}
        found[source(kind, role)] = await _told_apart(unit, list(known.values()))
    return found


async def _members(unit: db.Unit, role: str) -> dict[str, str]:
    some = [each for each in await members(unit) if not each.disabled and role in ("", each.role)]
    often = Counter(each.name for each in some)
    return {each.username: f"{each.name}（{each.username}）" if often[each.name] > 1 else each.name for each in some}


async def _listed(unit: db.Unit, kind: str, having: str = "") -> Sequence[Place]:
    found = await places.listing(unit, cast("KindName", kind), limit=20 if having else MOST, having=having)
    return [each for each in found if not (isinstance(each, Staff) and not each.active)]


async def _told_apart(unit: db.Unit, found: Sequence[Place]) -> dict[str, str]:
    """Names as they are; those that several bear say where each is, and by their code what is still alike."""
    often = Counter(each.name for each in found)
    same = [each for each in found if often[each.name] > 1]
    homes = {each.code: home for each in same if (home := _home(each))}
    of = await places.institution_names(unit, [code for sort, code in homes.values() if sort == "institution"])
    of = {**of, **await places.names(unit, "region", [code for sort, code in homes.values() if sort == "region"])}
    said = {each.code: each.name for each in found}
    said |= {each.code: f"{each.name}（{of.get(homes[each.code][1], '')}）" for each in same if each.code in homes}
    still = Counter(said.values())
    return {code: name if still[name] == 1 else f"{name}（{code}）" for code, name in said.items()}


def _home(place: Place) -> tuple[str, str] | None:
    """Where it is, as far as that tells it from others of its name."""
    if isinstance(place, Item | Staff | Window):
        return ("institution", place.institution)
    above = place.parent if isinstance(place, Region) else getattr(place, "region", None)
    return ("region", above) if above else None
