"""In the demo, and nowhere else, a message can be read: a newcomer has no telephone on which it could arrive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from core import db, people
from core.outbox import texts
from core.outbox.actions import BETWEEN_TENANTS, Sent
from core.outbox.words import said as words
from core.settings import Settings
from core.tenants import Tenant

Q = db.queries(__file__)


@dataclass(frozen=True, slots=True)
class Said:
    to: str
    text: str


async def said(unit: db.Unit, settings: Settings, tenant: Tenant, messages: Sequence[Sent]) -> Mapping[UUID, Said]:
    """To whom, masked, and what; nothing at all outside the demo."""
    if not (settings.demo and tenant.demo):
        return {}
    rows = await unit.fetch(Q.told, tenant.id, [each.id for each in messages])
    persons = await people.view(unit, [row["person_id"] for row in rows if row["person_id"]])
    place, address = tenant.short or tenant.name, settings.public_url
    own = {kind: version.said for kind, version in (await texts.every(unit)).items()}
    return {
        row["id"]: Said(
            persons[row["person_id"]].phone if row["person_id"] in persons else "",
            words(row["kind"], row["payload"], place, address, own.get(row["kind"])).body,
        )
        for row in rows if row["kind"] not in BETWEEN_TENANTS
    }  # fmt: skip
