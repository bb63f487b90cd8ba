"""The screens of the back office that exist."""

from web.admin import (
    acts,
    alerts,
    appeals,
    appraisal,
    audit,
    coverage,
    handed,
    home,
    ledger,
    life,
    moved,
    notices,
    permissions,
    places,
    policy,
    questions,
    queues,
    ratings,
    scores,
    tasks,
    ticket_tasks,
    tickets,
)

ROUTES = [
    home.first,
    tickets.index, tickets.show, acts.act, acts.again, acts.appeal, acts.appeal_again,
    handed.add, handed.again, handed.download, ticket_tasks.finish, ticket_tasks.again,
    appeals.index, tasks.index, tasks.finish, tasks.again, alerts.index, alerts.show, alerts.handle,
    ledger.index, ledger.export, moved.index, notices.index,
    ratings.index, scores.index, scores.show, appraisal.export,
    policy.public, policy.show, questions.index, questions.answer, questions.go_live, coverage.index, life.index,
    places.index, places.export, places.again, places.bring,
    queues.messages, queues.resend, queues.jobs, queues.retry, audit.index, permissions.index,
]  # fmt: skip
