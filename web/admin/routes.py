"""The screens of the back office that exist."""

from web.admin import acts, home, policy, tickets

ROUTES = [
    home.first,
    policy.public, policy.show,
    tickets.index, tickets.show, acts.act,
]  # fmt: skip
