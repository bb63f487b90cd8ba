"""A place of its own for one fault: founded by the program's own verbs, told to the caller as one line of JSON."""

import asyncio
import json
import sys

from core import clock, db, people, ready, settings, tenants
from core.audit.model import SYSTEM
from core.exchange import listing, partners
from core.people.keys import SCOPES
from core.places import actions as places
from core.places.model import Institution, Item, Line, Region, Staff
from core.policy.model import Override
from core.tenants.model import Founding

RULES = (
    Override("scores", [10, 8, 6, 3, 0], "第一条"),
    Override("rating_window", "7d", "第二条"),
    Override("after_window", 5, "第二条"),
    Override("defaults_count", True, "第二条"),
    Override("remind_after", "24h", "第二条"),
    Override("clocks", [{"clock": "close", "from": "dispatched", "within": "10wd"}], "第三条"),
)
PLACES = (
    Region("city", "市本级"), Region("east", "东区", "city"), Line("tax", "税务"),
    Institution("tax-east", "东区税务局", "east", "tax"), Institution("bureau", "政务局", "city", duty="bureau"),
    Staff("li", "李四", "tax-east"), Item("invoice", "发票领用", "tax-east"),
)  # fmt: skip


EXCHANGED = (
    Override("hotline_exchange", value=True, clause="第四条"), Override("dispatcher", "hotline", "第四条"),
    Override("ticket_for", {"grades": [2, 1], "needs": "any"}, "第四条"),
)  # fmt: skip
KEY = "a key that both sides know"


async def found(slug: str, partner: str = "") -> dict[str, object]:
    """With the address of a partner, tickets are exchanged with it."""
    now = clock.now()
    async with ready.pool(settings.read()):
        rules = (*RULES, *EXCHANGED) if partner else RULES
        tenant = await tenants.create(Founding(slug, f"{slug}市", ("national",), overrides=rules), now=now)
        async with db.as_tenant(tenant.id) as unit:
            await places.save(unit, PLACES, by=SYSTEM, now=now)
            key = await people.issue_key(unit, "试验", SCOPES, by=SYSTEM, now=now)
            if partner:
                (extra,) = listing.exchanging()
                await partners.settle(unit, extra, partner, KEY, by=SYSTEM, now=now, local=True)
    return {"id": tenant.id, "slug": slug, "key": key}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(found(*sys.argv[1:]))))
