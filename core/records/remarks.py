"""A general remark (综合点评) becomes a record where an extra takes such remarks, and is kept as it is elsewhere."""

from datetime import datetime
from uuid import UUID

from core import flow
from core.audit.model import Actor
from core.intake.model import Source
from core.policy.extras import Kind
from core.records import actions, bearing, offered
from core.tenants.model import Tenant


async def take(tenant: Tenant, text: str, way: str, *, source: Source, now: datetime) -> UUID:
    """Never scored, wherever it is kept."""
    for extra in offered.offered(tenant, bearing.day_of(now)):
        for kind in extra.kinds:
            if kind.remark and "citizen" in kind.files:
                told = {kind.remark: text, **_way(kind, way)}
                filed = await actions.file(
                    tenant, extra.code, kind.code, told, who="citizen", by=Actor("rater"), channel="web", now=now
                )
                return filed.id
    return await flow.comment(tenant, text, way, source=source, now=now)


def _way(kind: Kind, way: str) -> dict[str, str]:
    """A way that this kind does not know is left out, not guessed."""
    field = kind.fields().get(kind.way)
    return {kind.way: way} if field is not None and way in dict(field.choices) else {}
