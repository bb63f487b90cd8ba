"""A member's place decides what they see and in whose name they act."""

from datetime import datetime, time

from core import db
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.people import Member
from core.places import actions as places
from core.places.model import Institution
from core.policy import keys
from core.policy.policy import Policy
from core.tickets.listing import Eyes

SEES_ALL = frozenset({"supervisor", "operator", "provincial"})
PROTECTED = "clerk"


async def eyes_of(unit: db.Unit, member: Member, policy: Policy) -> Eyes:
    """A clerk sees what is about themselves, a handler their institution and what is below it, a supervisor a reach."""
    if member.role == PROTECTED:
        own = (f"staff:{member.staff}",) if member.staff else ()
        return Eyes(staff=member.staff or "", addresses=own, by=member.actor)
    home = await _home(unit, member)
    is_bureau = (home is not None and home.duty == "bureau") or (member.role == "supervisor" and home is None)
    reach = await _reach(unit, member, home)
    own = [f"institution:{code}" for code in await _desks(unit, member)]
    return Eyes(
        everything=reach is None,
        institution=member.institution or "",
        oversees=((member.institution,) if member.institution else ()) if reach is None else reach,
        is_bureau=is_bureau,
        addresses=(*own, "bureau") if is_bureau else tuple(own),
        bureau_verifies=policy[keys.verified_by] == "bureau",
        by=member.actor,
    )


async def _home(unit: db.Unit, member: Member) -> Institution | None:
    if not member.institution:
        return None
    found = (await places.among(unit, "institution", [member.institution])).get(member.institution)
    return found if isinstance(found, Institution) else None


async def _reach(unit: db.Unit, member: Member, home: Institution | None) -> tuple[str, ...] | None:
    """The institutions a member sees; None for the whole tenant.

    Somebody's own institution decides before a region does; whoever has neither and oversees, oversees everything.
    """
    oversees = member.role in SEES_ALL or (home is not None and home.duty in ("bureau", "hotline"))
    if oversees and await places.is_whole(unit, member.institution, member.region):
        return None
    if home is not None and home.duty == "bureau":
        return await places.institutions_below(unit, home.region)
    if member.institution:
        return await places.bodies_below(unit, member.institution)
    return await places.institutions_below(unit, member.region) if oversees and member.region else ()


async def _desks(unit: db.Unit, member: Member) -> tuple[str, ...]:
    """The institutions in whose name a member is written to: their own, or the bureau of the region they oversee."""
    if member.institution:
        return (member.institution,)
    if member.role != "supervisor" or not member.region:
        return ()
    return tuple(each.code for each in await places.by_duty(unit, "bureau") if each.region == member.region)


def actor_of(member: Member) -> Actor:
    """A clerk speaks for themselves, everybody else for their institution; who sits there is named beside it."""
    behalf = member.behalf.id if member.behalf else None
    if member.role == PROTECTED:
        return Actor("staff", member.staff or "", member.id, behalf)
    if member.institution:
        return Actor("institution", member.institution, member.id, behalf)
    return Actor("bureau", "", member.id, behalf) if member.role == "supervisor" else member.actor


def is_protected(member: Member) -> bool:
    """The rated themselves: no exact time, no case number, no channel, no words of the rater."""
    return member.role == PROTECTED


def known_until(member: Member, now: datetime) -> datetime | None:
    """The rated hear of a rating from the day after it on: who rated today could be recognised at the counter."""
    today = now.astimezone(SHANGHAI).date()
    return datetime.combine(today, time(), SHANGHAI) if is_protected(member) else None
