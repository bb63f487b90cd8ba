"""What was just done is said once, on the next whole page: a signed note of this session in a cookie, for a minute."""

import base64
import binascii
import hmac
import json
from dataclasses import asdict, dataclass
from hashlib import sha256

from web.auth import is_https, settings_of
from web.hx import own_path
from web.visit import HttpRequest, HttpResponse, visit

COOKIE = "hcp-said"
SECONDS = 60
LONGEST = 300


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence, and where what it speaks of can be looked at."""

    text: str
    href: str = ""
    link: str = ""


def leave(request: HttpRequest, answer: HttpResponse, text: str, href: str = "", link: str = "") -> HttpResponse:
    """The page that this answer leads to says it."""
    told = asdict(Said(text[:LONGEST], own_path(href) if href else "", link))
    body = base64.urlsafe_b64encode(json.dumps(told, ensure_ascii=False).encode()).decode()
    answer.set_cookie(
        COOKIE, f"{body}.{_signed(request, body)}", path="/", max_age=SECONDS, httponly=True, samesite="lax",
        secure=is_https(request),
    )  # fmt: skip
    return answer


def left(request: HttpRequest) -> Said | None:
    """What the page before left to be said to this session; a forged note says nothing."""
    body, _, seal = request.cookies.get(COOKIE, "").partition(".")
    if not body or not hmac.compare_digest(seal.encode(), _signed(request, body).encode()):
        return None
    try:
        return Said(**json.loads(base64.urlsafe_b64decode(body)))
    except (ValueError, TypeError, binascii.Error):
        return None


def _signed(request: HttpRequest, body: str) -> str:
    bound = f"said:{visit(request).session}:{body}"
    return hmac.new(settings_of(request).secret.encode(), bound.encode(), sha256).hexdigest()
