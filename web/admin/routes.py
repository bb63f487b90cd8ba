"""The screens of the back office that exist."""

from web.admin import acts, audit, coverage, home, places, policy, questions, queues, ratings, scores, tickets

ROUTES = [
    home.first,
    tickets.index, tickets.show, acts.act, acts.again,
    ratings.index, scores.index, scores.show,
    policy.public, policy.show, questions.index, questions.answer, questions.go_live, coverage.index,
    places.index, places.export, places.again, places.bring,
    queues.messages, queues.resend, queues.jobs, queues.retry, audit.index,
]  # fmt: skip
