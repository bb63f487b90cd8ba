"""What came in before the first day was practice: it is cleared away whole, and nothing else can go so."""

from core import db
from core.tenants.throwaway import ordered

# What services, ratings and their tickets leave behind. What was set up, and the log, stay.
PRACTICE = frozenset({
    "service_case", "service_event", "invitation", "target", "reminder", "rating", "mark", "rating_key", "receipt",
    "comment", "ticket", "ticket_act", "clock", "feedback_grade", "appeal", "notice", "tally", "tally_delta",
    "ticket_number", "ticket_seat", "ticket_word", "alert", "assignment", "month_rank", "ranked_month", "random_check",
    "unweighed", "evidence", "person", "outbox", "draft", "presence", "held_act", "lot", "notification", "wording_use",
    "questionnaire_answer", "extra_record", "extra_secret", "extra_deed", "extra_timer", "extra_file", "extra_number",
    "extra_period", "exchange_said",
})  # fmt: skip
# What is set up for the first day, who decided it, and the log.
KEPT = frozenset({
    "answer", "api_key", "audit", "audit_seal", "baseline_adoption", "borrowed", "brand", "calendar_change",
    "dated_answer", "delegation", "example", "example_departure", "example_result", "example_run", "example_version",
    "exchange_partner", "export", "farewell", "guest", "identity_provider", "incident", "institution", "item",
    "line", "list_choice", "member", "notice_text", "notification_hours", "notification_way", "onboarding_note",
    "override", "own_question", "paper", "password_history", "proposal", "proposal_change", "proposal_comment",
    "publication", "questionnaire",
    "recovery_code", "region", "report", "reporting_round", "roster", "saved_view", "service_window", "session",
    "sign_in", "sign_off", "staff", "tenant_day", "tenant_notice", "tenant_state", "trial", "whatif", "whatif_row",
    "wording",
})  # fmt: skip


async def clear(unit: db.Unit) -> int:
    """How many rows went, those that point at others first."""
    gone = 0
    for table in await ordered(unit):
        if table in PRACTICE:
            # The names are our own.
            gone += await unit.execute(f"DELETE FROM {table} WHERE tenant_id = $1", unit.tenant)  # noqa: S608
    return gone
