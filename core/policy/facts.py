"""What a hook is told and what it may answer, as plain values that know neither database nor page."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from core.policy.values import Dimension, Subject


@dataclass(frozen=True, slots=True)
class ItemFact:
    """A service item as it stood when the service was given."""

    code: str
    institution: str
    line: str
    region: str
    in_centre: bool = True


@dataclass(frozen=True, slots=True)
class StaffFact:
    """A member of staff as they stood when the service was given."""

    code: str
    institution: str
    line: str
    region: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One graded dimension of one rating, and the service it judges."""

    event: str
    mode: str
    kind: str
    composite: str
    item: str
    items: tuple[ItemFact, ...]
    staff: StaffFact | None
    dimension: Dimension


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whom one grade counts for."""

    staff: str | None = None
    item: str | None = None
    institutions: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted for one subject and dimension; ``by_staff`` holds the same counts for each member of staff."""

    subject: Subject
    code: str
    dimension: str
    counts: Mapping[int, int]
    active: Mapping[int, int]
    by_staff: Mapping[str, Mapping[int, int]] = field(default_factory=dict[str, Mapping[int, int]])


@dataclass(frozen=True, slots=True)
class Score:
    """A figure and the number of ratings it rests on; no mean where the policy gives grades no numbers."""

    mean: Decimal | None
    n: int
