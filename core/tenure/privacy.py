"""What each table of a place says of persons: every table is named here, and every column where words may stand."""

from collections.abc import Mapping

PEOPLE = "person"
# What people told with a record, sealed like themselves.
TOLD = "extra_secret"
# What lets somebody in, and what is made anew out of the rest, leaves in no file.
NEVER = frozenset({"session", "recovery_code", "password_history", "sign_in", "identity_provider", "presence",
                   "ticket_word", "ticket_seat", "export", "draft", "exchange_partner",
                   "incident"})  # fmt: skip
SECRETS = ("_enc", "_hash", "_tail", "totp_secret", "totp_last", "lookup")

# Who was served, what they wrote, what was written about them, and the codes that open it. Left out unless it was said
# why persons are wanted.
PERSONAL: Mapping[str, frozenset[str]] = {
    "alert": frozenset({"facts", "note"}),
    "appeal": frozenset({"reason", "evidence", "finding", "words"}),
    "assignment": frozenset({"note"}),
    "audit": frozenset({"before", "after", "address"}),
    "comment": frozenset({"text", "source"}),
    "evidence": frozenset({"name"}),
    "exchange_said": frozenset({"event_id", "detail"}),
    "extra_deed": frozenset({"given"}),
    "extra_file": frozenset({"name"}),
    "extra_record": frozenset({"title", "fields", "named", "case_code", "receipt", "person_id"}),
    "held_act": frozenset({"said"}),
    "invitation": frozenset({"draft"}),
    "lot": frozenset({"data", "query", "eyes"}),
    "notice": frozenset({"body"}),
    "notification": frozenset({"title", "about"}),
    "outbox": frozenset({"payload", "person_id", "last_error"}),
    "questionnaire_answer": frozenset({"answers"}),
    "rating": frozenset({"text", "person_id", "receipt"}),
    "rating_key": frozenset({"key", "answer", "fingerprint"}),
    "receipt": frozenset({"code"}),
    "roster": frozenset({"content", "mend", "broken", "problem", "name"}),
    "saved_view": frozenset({"query"}),
    "service_case": frozenset({"code", "applicant_id", "agent_id"}),
    "service_event": frozenset({"fingerprint"}),
    "ticket_act": frozenset({"note", "data"}),
}
# The other columns of the same tables: numbers, codes, states and names of offices.
PLAIN: Mapping[str, frozenset[str]] = {
    "alert": frozenset({"kind", "subject", "code", "rule", "clause", "document", "policy", "state", "ended_by"}),
    "appeal": frozenset({"appellant", "addressee", "state", "decided_by", "number"}),
    "assignment": frozenset({"kind", "addressee", "about", "clause", "document", "span", "days", "state", "ended_by",
                             "once"}),
    "audit": frozenset({"actor", "act", "object_kind", "object_id", "source", "member", "acting_for", "trace"}),
    "comment": frozenset({"channel"}),
    "evidence": frozenset({"kind", "digest", "uploaded_by"}),
    "exchange_said": frozenset({"status", "fingerprint", "code"}),
    "extra_deed": frozenset({"act", "actor", "before", "after"}),
    "extra_file": frozenset({"field", "kind", "digest", "uploaded_by"}),
    "extra_record": frozenset({"extra", "kind", "number", "state", "institution", "region", "filed_by", "channel",
                               "policy", "once"}),
    "held_act": frozenset({"number", "state"}),
    "invitation": frozenset({"occasion", "dimensions", "required", "state", "policy", "window_code"}),
    "lot": frozenset({"actor", "verb", "state", "stood"}),
    "notice": frozenset({"addressee", "about", "clause", "hides", "once"}),
    "notification": frozenset({"kind", "link", "once"}),
    "outbox": frozenset({"kind", "state"}),
    "questionnaire_answer": frozenset({"version"}),
    "rating": frozenset({"occasion", "origin", "declared", "channel", "source", "policy"}),
    "rating_key": frozenset({"source"}),
    "receipt": frozenset(),
    "roster": frozenset({"digest", "plan", "state", "stage", "outcome", "asked_by"}),
    "saved_view": frozenset({"list", "name", "institution"}),
    "service_case": frozenset({"item", "items", "mode", "kind", "composite"}),
    "service_event": frozenset({"event", "mode", "staff", "window_code", "source"}),
    "ticket_act": frozenset({"act", "actor"}),
}  # fmt: skip
# What was set up, and what was counted: regulations, offices, accounts, figures.
SETTLED = frozenset({
    "answer", "api_key", "audit_seal", "baseline_adoption", "borrowed", "brand", "calendar_change", "clock",
    "dated_answer", "delegation", "example", "example_departure", "example_result", "example_run", "example_version",
    "extra_number", "extra_period", "extra_secret", "extra_timer", "farewell", "feedback_grade", "guest",
    "institution", "item", "line", "list_choice", "mark", "member", "month_rank",
    "notice_text", "notification_hours", "notification_way", "onboarding_note", "override", "own_question", "paper",
    "proposal", "proposal_change", "proposal_comment", "publication", "questionnaire", "random_check", "ranked_month",
    "region", "reminder", "report", "reporting_round", "service_window", "sign_off", "staff", "tally", "tally_delta",
    "target", "tenant_day", "tenant_notice", "tenant_state", "ticket", "ticket_number", "trial", "unweighed", "whatif",
    "whatif_row", "wording", "wording_use",
})  # fmt: skip
# Of those, the columns that can hold anything: looked at one by one, none holds what a person wrote or was.
OPEN = frozenset({
    "answer.value", "audit_seal.ids", "audit_seal.digests", "borrowed.value", "brand.logo", "calendar_change.years",
    "calendar_change.days", "clock.pauses", "clock.days", "dated_answer.value", "example.body", "extra_timer.days",
    "example_result.expected", "example_result.found", "example_version.body", "override.value",
    "own_question.suggestions", "proposal_change.value", "publication.content", "questionnaire.questions",
    "random_check.strata", "report.content", "reporting_round.cities", "reporting_round.frozen", "tenant_notice.names",
    "trial.outcome", "whatif.report", "whatif.turns", "whatif_row.data",
})  # fmt: skip


def hidden(table: str, *, personal: bool) -> frozenset[str]:
    """The columns that are left out of this table's file."""
    return frozenset({"tenant_id"}) | (frozenset() if personal else PERSONAL.get(table, frozenset()))


def leaves(table: str, *, personal: bool) -> bool:
    """Whether it is in the file at all: a table that nobody has looked at is not, unless persons are wanted too."""
    return table not in NEVER and (personal or table in PERSONAL or table in SETTLED)
