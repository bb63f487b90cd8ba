"""What came in before the first day was practice: it is cleared away whole, and nothing else can go so."""

from core import db
from core.tenants.throwaway import ordered

# What services, ratings and their tickets leave behind. What was set up, and the log, stay.
PRACTICE = frozenset({
    "service_case", "service_event", "invitation", "target", "reminder", "rating", "mark", "rating_key", "receipt",
    "comment", "ticket", "ticket_act", "clock", "feedback_grade", "appeal", "notice", "tally", "tally_delta",
    "ticket_number", "ticket_seat", "ticket_word", "alert", "assignment", "month_rank", "ranked_month", "random_check",
    "unweighed", "evidence", "person", "outbox", "draft", "presence", "held_act", "lot", "notification", "wording_use",
})  # fmt: skip


async def clear(unit: db.Unit) -> int:
    """How many rows went, those that point at others first."""
    gone = 0
    for table in await ordered(unit):
        if table in PRACTICE:
            # The names are our own.
            gone += await unit.execute(f"DELETE FROM {table} WHERE tenant_id = $1", unit.tenant)  # noqa: S608
    return gone
