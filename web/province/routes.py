"""The province's screens that exist."""

from web.province import show

ROUTES = [show.show]
