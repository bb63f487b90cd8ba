"""The province's screens that exist."""

from web.province import founding, show

ROUTES = [show.show, founding.new, founding.found]
