"""What the core does beside keeping a record, in the same transaction: each effect an act may name is done here."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from core import db
from core.audit.model import Actor
from core.policy.extras import Effect
from core.records import by_voice, likeness, on_paper, shared
from core.records.model import Record
from core.tenants.model import Tenant

# The record as the act has left it, and what was told with the act, private fields among it.
Work = Callable[[db.Unit, Tenant, Record, Mapping[str, Any], Actor, datetime], Awaitable[None]]
EFFECTS: Final[Mapping[Effect, Work]] = {
    "rate-on-paper": on_paper.rate, "invite-by-voice": by_voice.invite, "make-file": shared.make,
    "is-same": likeness.is_same, "is-other": likeness.is_other,
}  # fmt: skip


async def work(
    unit: db.Unit, tenant: Tenant, effect: Effect, record: Record, given: Mapping[str, Any], by: Actor, now: datetime
) -> None:
    await EFFECTS[effect](unit, tenant, record, given, by, now)
