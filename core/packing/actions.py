"""A tenant's rules leave as a folder, by whom and when in the log."""

from collections.abc import Mapping
from datetime import datetime

from core import db
from core.audit import actions as audit
from core.audit.model import SYSTEM, Actor
from core.clock import SHANGHAI
from core.errors import Conflict
from core.examples import actions as examples
from core.packing.folder import Place, check_name, files
from core.packing.parcel import parcel
from core.tenants.model import Tenant


async def pack(tenant: Tenant, place: Place, *, by: Actor = SYSTEM, now: datetime) -> Mapping[str, str]:
    """Every file of the folder by its path. Examples that cannot be read yet stay where they are."""
    check_name(place.name)
    if not (tenant.overrides or tenant.baseline or tenant.asks):
        raise Conflict("本地还没有自己的规则，没有可以导出的内容；先在规则草案里写下规则并获得批准。")
    async with db.as_tenant(tenant.id) as unit:
        kept = [each for each in await examples.listing(unit) if not each.problem]
        day = now.astimezone(SHANGHAI).date()
        made = files(parcel(tenant, place, [each.body for each in kept], day))
        after = {"name": place.name, "files": len(made), "examples": len(kept)}
        await audit.write(unit, by, "policy.export", "tenant", tenant.id, None, after, now)
    return made
