"""Services by the million, laid as rows: numbered, spread over every desk, invited to be rated or rated already."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core import db, tokens
from core.bench.stage import Stage
from core.intake.actions import token_of
from core.scoring import actions as scoring

Q = db.queries(__file__)

AT_ONCE = 100_000
DIMENSIONS = ("overall", "staff")
QUARTER = timedelta(days=120)
INVITED = ("lay_cases", "lay_events", "lay_invitations", "lay_targets")
RATED = (*INVITED, "lay_ratings", "lay_marks", "lay_deltas")


@dataclass(frozen=True, slots=True)
class Lot:
    """Invitations by their numbers, from ``first`` up to ``last``, which is the next lot's first."""

    first: int
    last: int

    @property
    def ids(self) -> tuple[UUID, UUID]:
        return UUID(int=self.first), UUID(int=self.last)

    def tokens(self, tenant_id: int) -> list[str]:
        return [token_of(tenant_id, UUID(int=n)) for n in range(self.first, self.last)]


class Lots:
    """Deals out lots whose numbers never meet."""

    def __init__(self, stage: Stage, now: datetime) -> None:
        self._stage = stage
        self.now = now
        self._next = 1

    async def prepare(self) -> None:
        await self._stage.owner.execute(Q.prepare)

    async def rated(self, count: int) -> None:
        """The stock: ratings of a third of a year, folded into tallies."""
        begun = self.now - QUARTER
        for start in range(0, count, AT_ONCE):
            size = min(AT_ONCE, count - start)
            since = begun + QUARTER * (start / count)
            await self._lay(self._take(size), since, begun + QUARTER * ((start + size) / count), RATED)
            # One statement for the whole lot: the job's small chunks touch each tally many times over.
            async with db.as_tenant(self._stage.tenant.id, patience=300) as unit:
                await unit.execute(scoring.Q.fold, self._stage.tenant.id, size * len(DIMENSIONS))
        await self._stage.owner.execute("VACUUM ANALYZE")

    async def open(self, count: int, *, by_token: bool = False) -> Lot:
        """Services of the last hour. Only those that are rated ``by_token`` need real ones."""
        return await self._invited(count, self.now - timedelta(hours=1), by_token=by_token)

    async def due(self, count: int) -> Lot:
        """Services of eight days ago, whose raters have kept silent for seven."""
        return await self._invited(count, self.now - timedelta(days=8), by_token=False)

    async def bad(self, count: int, share: tuple[float, float]) -> None:
        """Cases of this part of a third of a year, of which each was rated badly; they lie in the table of the lot."""
        since, until = (self.now - QUARTER + QUARTER * each for each in share)
        await self._lay(self._take(count), since, until, ("lay_cases",))

    def number(self, count: int) -> Lot:
        """Numbers for rows that are yet to be written."""
        return self._take(count)

    async def _invited(self, count: int, at: datetime, *, by_token: bool) -> Lot:
        lot = self._take(count)
        hashes = [tokens.digest(each) for each in lot.tokens(self._stage.tenant.id)] if by_token else []
        await self._lay(lot, at, at + timedelta(minutes=30), INVITED, hashes)
        await self._stage.owner.execute("ANALYZE invitation, target, service_case, service_event")
        return lot

    async def _lay(
        self, lot: Lot, since: datetime, until: datetime, steps: Iterable[str], hashes: Iterable[bytes] = ()
    ) -> None:
        owner = self._stage.owner
        await owner.execute("TRUNCATE lot")
        await owner.execute(Q.draw, lot.first, lot.last, since, until, list(hashes))
        await owner.execute("ANALYZE lot")
        for step in steps:
            if step == "lay_invitations":
                await owner.execute(Q.lay_invitations, "lay_ratings" in steps)
            else:
                await owner.execute(getattr(Q, step))

    def _take(self, count: int) -> Lot:
        lot = Lot(self._next, self._next + count)
        self._next = lot.last
        return lot
