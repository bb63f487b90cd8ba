"""htmx 4 hears from us in ASCII headers only, and tells us which part of a page it wants."""

import json
from collections.abc import Mapping
from urllib.parse import quote, unquote

from web.visit import AnyConnection

__all__ = ["hx", "is_partial", "own_path", "wanted_block"]

_SAFE = "/?&=#%:;,+@!$'()*~-._"


def is_partial(request: AnyConnection) -> bool:
    """A swap of one part; boosted and history requests also carry HX-Request but want the whole page."""
    return request.headers.get("hx-request-type") == "partial"


def wanted_block(request: AnyConnection) -> str:
    """``HX-Target: tbody#ticket-rows`` names the block ``ticket_rows``; "" asks for the whole page."""
    if not is_partial(request):
        return ""
    _, _, target = unquote(request.headers.get("hx-target", "")).rpartition("#")
    return target.replace("-", "_")


def hx(
    *,
    event: Mapping[str, object] | None = None,
    push: str = "",
    replace: str = "",
    redirect: str = "",
    retarget: str = "",
    reswap: str = "",
) -> dict[str, str]:
    """Response headers for htmx: JSON with ASCII escapes, addresses percent-encoded and our own paths only."""
    addresses = {"HX-Push-Url": push, "HX-Replace-Url": replace, "HX-Redirect": redirect}
    words = {"HX-Retarget": retarget, "HX-Reswap": reswap, "HX-Trigger": json.dumps(event) if event else ""}
    return {name: own_path(value) for name, value in addresses.items() if value} | {
        name: value for name, value in words.items() if value
    }


def own_path(address: str, otherwise: str = "/") -> str:
    """The address when it stays on this site, else ``otherwise``: nobody is sent elsewhere by a link of ours."""
    strays = not address.startswith("/") or "//" in address or "/.." in address or "\\" in address
    if strays or any(ord(letter) < ord(" ") for letter in address):
        return otherwise
    return quote(address, safe=_SAFE)
