"""What a member may see, and what waits for them, are names under which tickets stand in an index."""

from dataclasses import dataclass
from datetime import datetime, time

from core import clock
from core.audit.model import Actor

EVERYTHING = "all"
BUREAU = "bureau"


@dataclass(frozen=True, slots=True)
class Eyes:
    """What a member's place lets them see: everything, what concerns some institutions, or what is about themselves.

    ``institution`` is their own; ``oversees`` holds it and, for a district's supervisor, all of the district's; ``by``
    is who looks, where a search must be written down.
    """

    everything: bool = False
    institution: str = ""
    oversees: tuple[str, ...] = ()
    staff: str = ""
    is_bureau: bool = False
    addresses: tuple[str, ...] = ()
    bureau_verifies: bool = False
    by: Actor | None = None


@dataclass(frozen=True, slots=True)
class Seats:
    """``visible`` are the seats whose tickets may be seen, those under ``told`` if rated before ``until``."""

    visible: tuple[str, ...]
    told: str
    until: datetime
    tags: tuple[str, ...]

    @property
    def mine(self) -> tuple[str, ...]:
        return self.waiting(*self.tags)

    def waiting(self, *tags: str) -> tuple[str, ...]:
        """The seats of what may be seen and waits under one of these tags."""
        return tuple(f"{tag}@{seat}" for tag in tags for seat in self.visible)

    def delayed(self, seats: tuple[str, ...]) -> tuple[str, ...]:
        """Those of these seats that are shown only from the day after the rating."""
        return tuple(each for each in seats if self.told and each.rpartition("@")[2] == self.told)


def seats_of(eyes: Eyes, now: datetime) -> Seats:
    told = f"told:{eyes.staff}" if eyes.staff else ""
    places = [f"institution:{each}" for each in eyes.oversees]
    seen = (*places, *(each for each in eyes.addresses if each != BUREAU), *([told] if told else []))
    visible = (EVERYTHING,) if eyes.everything else tuple(dict.fromkeys(seen))
    today = datetime.combine(now.astimezone(clock.SHANGHAI).date(), time(), clock.SHANGHAI)
    return Seats(visible, "" if eyes.everything else told, today, tuple(dict.fromkeys(_tags(eyes))))


def _tags(eyes: Eyes) -> list[str]:
    """What may wait for a member: their institution's work, the bureau's, what they decide, what was said of them."""
    tags = [f"decide:{each}" for each in eyes.addresses]
    if eyes.institution:
        tags.append(f"handle:{eyes.institution}")
        # 由主管部门核实的，未核实的工单不等承办单位。
        tags += [f"open:{eyes.institution}"] if eyes.is_bureau or not eyes.bureau_verifies else []
    if eyes.is_bureau:
        tags += ["audit", "callback", *(["open"] if eyes.bureau_verifies else [])]
    if eyes.staff:
        tags.append(f"rated:{eyes.staff}")
    return tags
