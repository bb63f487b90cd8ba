"""The bell on every page says how many reminders wait: one count, beside the question who is here."""

from core import clock, db, notify
from core.people import Member
from web.hx import is_partial
from web.visit import AnyConnection


async def ring(connection: AnyConnection, unit: db.Unit, member: Member) -> None:
    scope = connection.scope
    if scope["type"] == "http" and scope["method"] == "GET" and not is_partial(connection):
        connection.state["unread"] = await notify.unread(unit, member.id, clock.now())
