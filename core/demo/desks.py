"""Members of the demo have made themselves at home: views that they keep, and tickets that they have taken on."""

from datetime import datetime
from pathlib import Path

from core import db, people
from core.desk import views
from core.desk.views import Wish
from core.people import Member

Q = db.Queries(Path(__file__).with_name("desks.sql"))
# What each role looks at every morning.
WISHES: dict[str, tuple[Wish, ...]] = {
    "supervisor": (
        Wish("tickets", "非常不满意", "tab=all&sort=newest&grade=1", shared=True, pinned=True),
        Wish("tickets", "待核实，先到期的", "tab=all&state=open", pinned=True),
        Wish("appeals", "待决定的申诉", "tab=all&state=open"),
    ),
    "handler": (Wish("tickets", "我经办的", "tab=all&assignee=me", pinned=True),),
}


async def settle_in(unit: db.Unit, now: datetime) -> None:
    for member in await people.members(unit):
        for wish in WISHES.get(member.role, ()):
            if not any(each.name == wish.name and each.mine for each in await views.seen_by(unit, member, wish.list)):
                await views.keep(unit, member, wish, may_share=wish.shared, now=now)
        if member.role == "handler" and member.institution:
            await _take_on(unit, member)


async def _take_on(unit: db.Unit, member: Member) -> None:
    """Two of the tickets that their institution is at work on."""
    await unit.execute(Q.take_on, unit.tenant, member.id, member.institution)
