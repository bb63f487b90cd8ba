"""Lost, doubled, invented: what is stored is held against what was promised, and the two leave nothing unexplained."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.faults.history import Line

BAD = (1, 2)
# What one count is of: dimension, origin, grade.
Counted = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class StoredRating:
    """One row of ``rating`` with the tickets that name it."""

    case: str
    receipt: str
    grade: int
    tickets: int


@dataclass(frozen=True, slots=True)
class Stored:
    """All of one tenant, as the superuser sees it."""

    ratings: tuple[StoredRating, ...] = ()
    events: Mapping[str, int] = field(default_factory=dict[str, int])
    marks: Mapping[Counted, int] = field(default_factory=dict[Counted, int])
    tallies: Mapping[Counted, int] = field(default_factory=dict[Counted, int])


@dataclass(frozen=True, slots=True)
class Verdict:
    """``unknown`` counts what was never answered; it may be stored or not, but not twice."""

    acked: int
    stored: int
    unknown: int
    lost: tuple[str, ...]
    phantom: tuple[str, ...]
    dup: tuple[str, ...]
    events_dup: tuple[str, ...]
    tickets_missing: tuple[str, ...]
    tickets_dup: tuple[str, ...]
    tally_off: int

    @property
    def holds(self) -> bool:
        wrong = (self.lost, self.phantom, self.dup, self.events_dup, self.tickets_missing, self.tickets_dup)
        return not any(wrong) and self.tally_off == 0

    def __str__(self) -> str:
        return (
            f"acked={self.acked} stored={self.stored} unknown={self.unknown} lost={len(self.lost)}"
            f" phantom={len(self.phantom)} dup={len(self.dup)} events_dup={len(self.events_dup)}"
            f" tickets_missing={len(self.tickets_missing)} tickets_dup={len(self.tickets_dup)}"
            f" tally_off={self.tally_off}"
        )


def judge(history: Iterable[Line], stored: Stored) -> Verdict:
    """``lost = acked − stored``, ``phantom = stored − (acked ∪ unknown)``, ``dup`` = cases stored more than once."""
    lines = list(history)
    acked = {line.case: line.receipt for line in lines if line.outcome == "ok"}
    refused = {line.case for line in lines if line.outcome == "fail"}
    unknown = {line.case for line in lines if line.outcome == "invoke"} - set(acked) - refused
    kept = Counter(rating.case for rating in stored.ratings)
    receipts = {(rating.case, rating.receipt) for rating in stored.ratings}
    bad = [rating for rating in stored.ratings if rating.grade in BAD]
    return Verdict(
        acked=len(acked),
        stored=len(stored.ratings),
        unknown=len(unknown),
        lost=tuple(sorted(case for case, receipt in acked.items() if (case, receipt) not in receipts)),
        phantom=tuple(sorted(set(kept) - set(acked) - unknown)),
        dup=tuple(sorted(case for case, times in kept.items() if times > 1)),
        events_dup=tuple(sorted(case for case, times in stored.events.items() if times > 1)),
        tickets_missing=tuple(sorted(rating.case for rating in bad if rating.tickets < 1)),
        tickets_dup=tuple(sorted(r.case for r in stored.ratings if r.tickets > (1 if r.grade in BAD else 0))),
        tally_off=_distance(stored.marks, stored.tallies),
    )


def _distance(one: Mapping[Counted, int], other: Mapping[Counted, int]) -> int:
    return sum(abs(one.get(key, 0) - other.get(key, 0)) for key in {*one, *other})
