"""A scenario while it runs: its tenant as it now stands, and what a reader of the file would remember of it."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from core.people.model import Person
from core.scenarios.ground import Ground
from core.tenants import actions as tenants
from core.tenants.model import Tenant

APPLICANT = "张三"
# A prime, so that no part of a name is lost.
PHONES = 99_999_989


@dataclass(slots=True)
class Stage:
    tenant_id: int
    ground: Ground
    applicants: dict[str, str] = field(default_factory=dict[str, str])
    # Records of extras by the name they were filed under.
    records: dict[str, UUID] = field(default_factory=dict[str, UUID])

    async def tenant(self) -> Tenant:
        """Anew each time: a holiday notice makes a new revision."""
        return self.ground.under(await tenants.by_id(self.tenant_id))

    def applicant(self, case: str) -> str:
        return self.applicants.get(case, APPLICANT)


@dataclass(frozen=True, slots=True)
class Moment:
    """One step's instant on the stage."""

    stage: Stage
    tenant: Tenant
    now: datetime


def person(name: str) -> Person:
    """The same name is the same person, with a telephone number of its own."""
    number = int.from_bytes(name.encode(), "big") % PHONES
    return Person(name=name, phone=f"139{number:08d}")
