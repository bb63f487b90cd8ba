"""A form of the ticket's page knows where it was opened, beside its list or alone, and leads back there."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from web.forms import Posted
from web.hx import own_path

LONGEST_WAY = 2000


def opened_at(form: Posted, home: str, number: str, verb: str = "") -> str:
    """The page the form stood on, with the form of ``verb`` open again or none."""
    parts = urlsplit(own_path(form.text("back", LONGEST_WAY) or f"{home}/{number}", home))
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != "act"]
    asked = urlencode([*query, ("act", verb)] if verb else query)
    way = f"{parts.path}?{asked}" if asked else parts.path
    return own_path(f"{way}#doing" if verb else way, home)
