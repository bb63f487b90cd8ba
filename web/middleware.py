"""Every answer leaves with a correlation id and the headers that keep a page to itself, refusals and 404 included."""

import secrets
import time
from http import HTTPStatus

import structlog
from litestar.datastructures import MutableScopeHeaders
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from web.hosts import Hosts

log = structlog.get_logger("web.access")

CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
# A browser lays a picture that is opened alone on a page of its own, with styles in it: nothing else may happen there.
PICTURE_SECURITY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"
# same-origin, not no-referrer: the latter makes browsers send "Origin: null" with our own forms.
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
HSTS = "max-age=31536000; includeSubDomains"
NO_STORE = "no-store"


class Frame:
    """The outermost layer: Litestar's own middleware would not see a request that no route answers."""

    def __init__(self, app: ASGIApp, hosts: frozenset[str]) -> None:
        self._app = app
        self._hosts = Hosts(hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        correlation = secrets.token_hex(8)
        scope["correlation"] = correlation  # pyright: ignore[reportGeneralTypeIssues]  # a scope is an open dict
        started = time.perf_counter()

        asked = scope["method"]
        if asked == "HEAD":
            # What GET would answer, without its body: no handler has to think of it.
            scope["method"] = "GET"

        async def send_framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                _frame(message, scope, correlation)
                _record(scope, message["status"], correlation, started)
            elif asked == "HEAD" and message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        if await self._hosts.admits(scope):
            await self._app(scope, receive, send_framed)
        else:
            await _misdirected(send_framed)


def _frame(message: Message, scope: Scope, correlation: str) -> None:
    headers = MutableScopeHeaders.from_message(message)
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if _is_picture(headers.get("content-type", "")):
        headers["Content-Security-Policy"] = PICTURE_SECURITY
    headers["X-Correlation-Id"] = correlation
    # Pages speak of one person's service or of staff's work: no shared counter may keep a copy.
    headers.setdefault("Cache-Control", NO_STORE)
    if scope["scheme"] == "https":
        headers.setdefault("Strict-Transport-Security", HSTS)


def _is_picture(media: str) -> bool:
    """Of dots: a drawing is a page that may hold scripts, and is kept as every other page."""
    return media.startswith("image/") and not media.startswith("image/svg")


async def _misdirected(send: Send) -> None:
    said = "网址不正确，请从政务服务网站进入。".encode()
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(said)).encode())]
    await send({"type": "http.response.start", "status": HTTPStatus.MISDIRECTED_REQUEST, "headers": headers})
    await send({"type": "http.response.body", "body": said, "more_body": False})


def _record(scope: HTTPScope, status: int, correlation: str, started: float) -> None:
    """The route's template and ids only: tokens, receipts and queries stay out of the log."""
    log.info(
        "request", method=scope["method"], route=scope.get("path_template") or "", status=status,
        ms=round((time.perf_counter() - started) * 1000, 1), correlation=correlation,
    )  # fmt: skip
