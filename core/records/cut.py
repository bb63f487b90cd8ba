"""What is counted is cut to what its reader may see, and to the period that was asked for, before it is counted."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Final

from core import db
from core.clock import SHANGHAI
from core.policy.calendar import midnight_after
from core.policy.extras import Entry, Scene
from core.policy.scenery import Place
from core.records import listing, offered
from core.records.model import Reach
from core.records.stored import Q

INSTANT: Final = timedelta(microseconds=1)


async def to_reach(unit: db.Unit, scene: Scene, reach: Reach) -> Scene:
    """Nobody reads out of a sum, or of a list of who is missing, what they may not read one by one."""
    kinds = {kind.code: kind for extra in offered.known() for kind in extra.kinds}
    others = tuple(each for each in scene.others if listing.within(reach, kinds[each.kind], each))
    if is_whole(reach):
        return replace(scene, others=others)
    institutions = {code: each for code, each in scene.institutions.items() if _reaches(reach, each)}
    own = reach.regions or frozenset[str]()
    lies_in = {each.region for each in institutions.values()}
    rows = await unit.fetch(Q.people_of, unit.tenant, list(institutions), sorted(own))
    codes = {(row["sort"], row["code"]) for row in rows} | {("staff", reach.staff), ("member", reach.member)}
    return replace(
        scene, others=others, institutions=institutions, regions=_with_those_above(scene.regions, own, lies_in),
        staff={code: name for code, name in scene.staff.items() if ("staff", code) in codes},
        members={name: role for name, role in scene.members.items() if ("member", name) in codes},
    )  # fmt: skip


def is_whole(reach: Reach) -> bool:
    return "operator" in reach.kinds or ("bureau" in reach.kinds and reach.regions is None)


def _reaches(reach: Reach, place: Place) -> bool:
    return place.code in reach.institutions or place.region in (reach.regions or ())


def _with_those_above(
    regions: Mapping[str, Place], own: Collection[str], lies_in: Collection[str]
) -> dict[str, Place]:  # fmt: skip
    """What lies above is told of, so that it is known where they lie, and marked as not asked about."""
    found = {code: regions[code] for code in own if code in regions}
    for code in (*own, *lies_in):
        above = regions.get(code)
        while above is not None:
            found.setdefault(above.code, replace(above, outside=True))
            above = regions.get(above.parent)
    return found


def known_at(now: datetime, end: date | None) -> datetime:
    """What ran out with the last day of a period had run out."""
    return min(now, midnight_after(end)) if end else now


def last_day(now: datetime, end: date | None) -> date:
    today = now.astimezone(SHANGHAI).date()
    return min(today, end) if end else today


def to_period(scene: Scene, start: date | None, end: date | None, dated: Collection[str] = ()) -> Scene:
    """What was filed between two inclusive days, with all that was made of it, whenever that was.

    The moment is the last of the period, not the first of the next. ``dated`` are the kinds that a period narrows, and
    with none all of them: a register stays whole.
    """
    if start is None and end is None:
        return scene
    begins = datetime.combine(start, time(), SHANGHAI) if start else None
    ends = midnight_after(end) if end else None
    held = {each.id: each for each in scene.others if not dated or each.kind in dated}

    def counts(each: Entry) -> bool:
        at = _root(each, held).filed_at
        return (begins is None or at >= begins) and (ends is None or at < ends)

    others = tuple(each for each in scene.others if each.id not in held or counts(each))
    return replace(scene, others=others, now=min(scene.now, ends - INSTANT) if ends else scene.now)


def _root(entry: Entry, held: Mapping[str, Entry]) -> Entry:
    while entry.parent in held:
        entry = held[entry.parent]
    return entry
