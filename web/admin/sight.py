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
    """A clerk sees what is about themselves, a handler what concerns their institution, a supervisor their region."""
    if member.role == PROTECTED:
        return Eyes(staff=member.staff or "", addresses=(f"staff:{member.staff}",) if member.staff else ())
    home = await _home(unit, member)
    duty = home.duty if home else ""
    district = await _district(unit, home) if home and duty == "bureau" else ()
    is_bureau = duty == "bureau" or (member.role == "supervisor" and member.institution is None)
    addresses = [f"institution:{member.institution}"] if member.institution else []
    return Eyes(
        everything=not district and (member.role in SEES_ALL or duty in ("bureau", "hotline")),
        institution=member.institution or "",
        oversees=district or ((member.institution,) if member.institution else ()),
        is_bureau=is_bureau,
        addresses=(*addresses, "bureau") if is_bureau else tuple(addresses),
        bureau_verifies=policy[keys.verified_by] == "bureau",
    )


async def _home(unit: db.Unit, member: Member) -> Institution | None:
    if not member.institution:
        return None
    found = (await places.among(unit, "institution", [member.institution])).get(member.institution)
    return found if isinstance(found, Institution) else None


async def _district(unit: db.Unit, bureau: Institution) -> tuple[str, ...]:
    """The institutions of a region below the top, which its own bureau supervises; empty for the bureau at the top."""
    above = await places.ancestors(unit, bureau.region)
    return await places.institutions_below(unit, bureau.region) if len(above) > 1 else ()


def actor_of(member: Member) -> Actor:
    """A clerk speaks for themselves, everybody else for their institution."""
    if member.role == PROTECTED:
        return Actor("staff", member.staff or "", member.id)
    if member.institution:
        return Actor("institution", member.institution, member.id)
    return Actor("bureau", "", member.id) if member.role == "supervisor" else member.actor


def is_protected(member: Member) -> bool:
    """The rated themselves: no exact time, no case number, no channel, no words of the rater."""
    return member.role == PROTECTED


def known_until(member: Member, now: datetime) -> datetime | None:
    """The rated hear of a rating from the day after it on: who rated today could be recognised at the counter."""
    today = now.astimezone(SHANGHAI).date()
    return datetime.combine(today, time(), SHANGHAI) if is_protected(member) else None
