"""As what a member comes to the records of extras, drawn from the same place that decides which tickets they see."""

from core import db
from core.audit.model import Actor
from core.people import Member
from core.places import actions as places
from core.places.model import Institution, Staff
from core.policy.extras import Kind, Who
from core.records.model import Reach, Record
from core.records.stored import Q

EVERYONE = Reach(frozenset({"citizen"}))


def whoever(record: Record, kind: Kind) -> Reach:
    """One who may do anything with this record: for stories, which tell what was done and not by which account."""
    names = kind.fields().get(kind.names)
    is_member = names is not None and names.kind == "member"
    return Reach(
        frozenset({"citizen", "clerk", "handler", "bureau", "operator"}), frozenset({record.institution}), None,
        staff="" if is_member else record.named, member=record.named if is_member else "", receipt=record.receipt,
        actor=record.filed_by,
    )  # fmt: skip


def holder(receipt: str) -> Reach:
    """Whoever filed in public and shows their receipt."""
    return Reach(frozenset({"citizen"}), receipt=receipt)


async def of_member(unit: db.Unit, member: Member, actor: Actor) -> Reach:
    """``actor`` is in whose name they act elsewhere in the office."""
    staff, name = member.staff or "", member.behalf.username if member.behalf else member.username
    role = str(member.role)
    if role == "clerk":
        home = (await places.among(unit, "staff", [staff])).get(staff)
        at = frozenset({home.institution}) if isinstance(home, Staff) else frozenset[str]()
        return Reach(frozenset({"clerk"}), at, staff=staff, member=name, actor=str(actor), id=member.id)
    if role not in ("handler", "supervisor", "operator", "provincial"):
        return Reach(frozenset(), staff=staff, member=name, actor=str(actor), id=member.id)
    kinds: set[Who] = {"handler"} if member.institution else set()
    duty = await _duty(unit, member.institution)
    oversees = role == "supervisor" or duty == "bureau"
    if oversees:
        kinds.add("bureau")
    if role in ("operator", "provincial"):
        kinds |= {"operator", "bureau"}
    regions = await _regions(unit, member) if "bureau" in kinds else frozenset[str]()
    at = frozenset(await places.bodies_below(unit, member.institution)) if member.institution else frozenset[str]()
    return Reach(frozenset(kinds), at, regions, staff, name, str(actor), id=member.id)


async def _duty(unit: db.Unit, institution: str | None) -> str:
    found = (await places.among(unit, "institution", [institution])).get(institution) if institution else None
    return found.duty if isinstance(found, Institution) else ""


async def _regions(unit: db.Unit, member: Member) -> frozenset[str] | None:
    """None for the whole tenant."""
    if await places.is_whole(unit, member.institution, member.region):
        return None
    region = member.region
    if member.institution:
        home = (await places.among(unit, "institution", [member.institution])).get(member.institution)
        region = home.region if isinstance(home, Institution) and home.duty == "bureau" else None
    rows = await unit.fetch(Q.regions_below, unit.tenant, region) if region else []
    return frozenset(row["code"] for row in rows)


async def of_actor(unit: db.Unit, actor: Actor) -> Reach:
    """For whoever is known by the name in which they act and no account: a scenario, an interface."""
    match actor.kind:
        case "institution":
            bureau = await _duty(unit, actor.code) == "bureau"
            kinds: frozenset[Who] = frozenset({"handler", "bureau"}) if bureau else frozenset({"handler"})
            return Reach(kinds, frozenset({actor.code}), None if bureau else frozenset(), actor=str(actor))
        case "staff":
            home = (await places.among(unit, "staff", [actor.code])).get(actor.code)
            at = frozenset({home.institution}) if isinstance(home, Staff) else frozenset[str]()
            return Reach(frozenset({"clerk"}), at, staff=actor.code, actor=str(actor))
        case "bureau":
            return Reach(frozenset({"bureau", "operator"}), regions=None, actor=str(actor))
        case "member":
            return Reach(frozenset(), member=actor.code, actor=str(actor))
        case _:
            return EVERYONE
