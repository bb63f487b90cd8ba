"""The screens of the back office that exist."""

from web.admin import (
    acts,
    alerts,
    appeals,
    audit,
    coverage,
    home,
    ledger,
    moved,
    notices,
    places,
    policy,
    questions,
    queues,
    ratings,
    scores,
    tasks,
    tickets,
)

ROUTES = [
    home.first,
    tickets.index, tickets.show, acts.act, acts.again,
    appeals.index, tasks.index, tasks.finish, tasks.again, alerts.index, alerts.show, alerts.handle,
    ledger.index, ledger.export, moved.index, notices.index,
    ratings.index, scores.index, scores.show,
    policy.public, policy.show, questions.index, questions.answer, questions.go_live, coverage.index,
    places.index, places.export, places.again, places.bring,
    queues.messages, queues.resend, queues.jobs, queues.retry, audit.index,
]  # fmt: skip
