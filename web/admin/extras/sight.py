"""As what a member comes to the records of an extra, and which of its pages open to them."""

from dataclasses import replace

from core import db
from core.people import Member
from core.policy.extras import Extra, Kind, Page, Who
from core.records import offered, reach
from core.records.model import Reach
from web.admin.sight import actor_of


async def reach_of(unit: db.Unit, member: Member) -> Reach:
    """What they may read. An operator who is cut to a place works for that place, and not for the whole."""
    found = await reach.of_member(unit, member, actor_of(member))
    return found if found.regions is None else replace(found, kinds=found.kinds - {"operator"})


def acting(found: Reach, member: Member) -> Reach:
    """What they may do: an institution's people act for it alone, and not for those below it."""
    own = frozenset({member.institution} if member.institution else ())
    return replace(found, institutions=own if "handler" in found.kinds else found.institutions)


def comes_as(found: Reach) -> frozenset[Who]:
    """Everybody with a name here may be named in a record."""
    named: frozenset[Who] = frozenset({"named"}) if found.member or found.staff else frozenset()
    return found.kinds | named


def seen_pages(extra: Extra, found: Reach) -> tuple[Page, ...]:
    return tuple(each for each in offered.pages_of(extra) if comes_as(found) & set(each.who))


def files_as(kind: Kind, found: Reach) -> Who | None:
    """As what they may file one, where they may."""
    return next((who for who in kind.files if who in comes_as(found)), None)
