"""Somebody asks to come on the open day, with a photo and a telephone number; somebody else is expected already."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core import db
from core.audit.model import Actor
from core.people import guests
from core.records import actions, reach
from core.records.model import Handed
from core.tenants import Tenant
from tests.core import papers

BUREAU = Actor("institution", "bureau")
ASKED = {
    "topic": "hall", "wish": "看看自助区", "where": "tax-east", "day": "2026-03-12", "people": "3", "adult": "yes",
    "name": "金丝雀", "phone": "13977776666",
}  # fmt: skip


async def visited(tenant: Tenant, now: datetime) -> Mapping[str, str]:
    photo = (Handed("photo", "现场.jpg", papers.jpeg()),)
    filed = await actions.file(
        tenant, "open_day", "open_visit", ASKED, who="citizen", by=None, channel="qr", now=now, files=photo
    )
    other = await actions.file(
        tenant, "open_day", "open_visit", {**ASKED, "day": "2026-03-13"}, who="citizen", by=None, channel="qr", now=now
    )
    async with db.as_tenant(tenant.id) as unit:
        bureau = await reach.of_actor(unit, BUREAU)
        kept = await unit.fetchval("SELECT id FROM extra_file WHERE tenant_id = $1", tenant.id)
    given = {"guide": "partner", "note": "请带身份证"}
    await actions.act(tenant, other.id, "agree", given, who=bureau, by=BUREAU, now=now + timedelta(minutes=1))
    link = await guests.invite(tenant.id, "guest", "画眉", filed.id, by=BUREAU, now=now)
    return {"record": str(filed.id), "filed": filed.receipt, "photo": str(kept), "invited": link}
