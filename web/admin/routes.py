"""The screens of the back office that exist."""

from web.admin import acts, home, tickets

ROUTES = [
    home.first,
    tickets.index, tickets.show, acts.act,
]  # fmt: skip
