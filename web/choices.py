"""What a form of an extra may be answered with of what the place has: institutions, staff, items, members."""

from collections.abc import Mapping, Sequence
from typing import cast

from core import db
from core.people import members
from core.places import actions as places
from core.places.model import KindName, Place, Staff
from core.policy.extras import Form
from web.asking import BEFORE, PLACES, Choices
from web.forms import Posted

# More are looked up by what was typed.
MOST = 2000


async def choices(unit: db.Unit, form: Form, sent: Posted | None = None) -> Choices:
    """By kind of field, code and name; of more than can be listed at least those that ``sent`` speaks of."""
    kinds = {each.kind for each in form.fields if each.kind in PLACES}
    found: dict[str, Mapping[str, str]] = {}
    for kind in kinds:
        known = await _known(unit, kind)
        if sent is not None and len(known) >= MOST:
            for each in form.fields:
                if each.kind == kind and (typed := sent.kept(BEFORE + each.code).strip()):
                    known |= _named(await places.listing(unit, cast("KindName", kind), limit=20, having=typed))
        found[kind] = known
    return found


async def _known(unit: db.Unit, kind: str) -> dict[str, str]:
    if kind == "member":
        return {each.username: each.name for each in await members(unit) if not each.disabled}
    return _named(await places.listing(unit, cast("KindName", kind), limit=MOST))


def _named(found: Sequence[Place]) -> dict[str, str]:
    return {each.code: each.name for each in found if not (isinstance(each, Staff) and not each.active)}
