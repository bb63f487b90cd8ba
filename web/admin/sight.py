"""A member's place decides what they see and in whose name they act."""

from core import db
from core.audit.model import Actor
from core.people import Member
from core.places import actions as places
from core.places.model import Institution
from core.policy import keys
from core.policy.policy import Policy
from core.tickets.listing import Eyes

SEES_ALL = frozenset({"supervisor", "operator", "provincial"})
PROTECTED = "clerk"


async def eyes_of(unit: db.Unit, member: Member, policy: Policy) -> Eyes:
    """A clerk sees what is about themselves, a handler what concerns their institution, who supervises sees all."""
    if member.role == PROTECTED:
        return Eyes(staff=member.staff or "", addresses=(f"staff:{member.staff}",))
    duty = await _duty(unit, member)
    is_bureau = duty == "bureau" or (member.role == "supervisor" and member.institution is None)
    addresses = [f"institution:{member.institution}"] if member.institution else []
    return Eyes(
        everything=member.role in SEES_ALL or duty in ("bureau", "hotline"),
        institution=member.institution or "",
        is_bureau=is_bureau,
        addresses=(*addresses, "bureau") if is_bureau else tuple(addresses),
        bureau_verifies=policy[keys.verified_by] == "bureau",
    )


async def _duty(unit: db.Unit, member: Member) -> str:
    if not member.institution:
        return ""
    found = (await places.among(unit, "institution", [member.institution])).get(member.institution)
    return found.duty if isinstance(found, Institution) else ""


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
