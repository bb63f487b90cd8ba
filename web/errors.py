"""What goes wrong is said once, in Chinese, never repeating what was sent: JSON to machines, a page to people."""

import traceback
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import structlog
from litestar import Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect

from core import errors
from core.errors import Refused, Unauthorized
from web.held import Owing, ProofWanted, SessionOver
from web.hx import hx, is_partial
from web.page import page
from web.visit import HttpRequest, HttpResponse, member_of, tenant_of, visit

FRAMES = 8
CLOSED = (errors.Paused, errors.NotOpen, errors.Closed)
BUSY = "系统繁忙，请稍后重试。"

log = structlog.get_logger(__name__)

_STATUS: Mapping[int, tuple[str, ...]] = {
    400: ("malformed",),
    401: ("unauthorized",),
    403: ("not-entitled", "not-the-applicant", "identity-required", "token-required"),
    404: ("no-service", "not-found"),
    409: (
        "already-rated", "window-closed", "taken-by-the-other", "append-used", "append-closed", "too-late",
        "wrong-state", "conflict",
    ),
    413: ("too-large",),
    429: ("too-many",),
    503: ("unavailable",),
}  # fmt: skip
STATUS: Mapping[str, int] = {code: status for status, codes in _STATUS.items() for code in codes}

# What the framework refuses before our code is reached.
_OF_HTTP: Mapping[int, type[Refused]] = {
    400: errors.Malformed, 401: errors.Unauthorized, 403: errors.NotEntitled, 404: errors.NotFound,
    413: errors.TooLarge, 415: errors.Malformed, 422: errors.Invalid, 429: errors.TooMany, 503: errors.Unavailable,
}  # fmt: skip
TITLES: Mapping[int, str] = {
    400: "内容无法识别",
    401: "请先登录",
    403: "不能进行这项操作",
    404: "没有找到",
    405: "不能这样访问",
    409: "现在不能这样做",
    413: "内容过大",
    422: "请检查填写的内容",
    429: "请稍候再试",
    500: "系统出了问题",
    503: "系统繁忙",
}


class MethodNotAllowed(Refused):
    """这个地址不支持这种访问方式。"""

    code = "method-not-allowed"


class Broken(Refused):
    """系统出了问题，您的操作没有完成。请稍后重试；若再次出现，请把页面上的编号告诉工作人员。"""

    code = "internal"


def status_of(refusal: Refused) -> int:
    return STATUS.get(refusal.code, 422)


def on_refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    entrance = visit(request).entrance
    if isinstance(refusal, ProofWanted):
        return _to_proof(request, refusal)
    if isinstance(refusal, Owing):
        return _to_entrance(request, f"/t/{tenant_of(request).slug}/admin/account", come_back=False)
    if isinstance(refusal, Unauthorized) and entrance:
        return _signed_out(request, refusal, entrance)
    if isinstance(refusal, CLOSED) and not request.scope["path"].startswith("/api/"):
        return page("public/closed.html", status=status_of(refusal), detail=refusal.detail, paused=_paused(refusal))
    return answer(request, refusal, status_of(refusal))


def _paused(refusal: Refused) -> bool:
    return isinstance(refusal, errors.Paused)


def _signed_out(request: HttpRequest, refusal: Unauthorized, entrance: str) -> HttpResponse:
    if is_partial(request) and visit(request).tenant and not entrance.endswith("/enter"):
        # The page stays as it is, with every word on it: its forms are good again after signing in in another tab.
        headers = hx(retarget="#notice", reswap="innerHTML")
        return page("public/_signed_out.html", status=401, headers=headers, entrance=entrance)
    if isinstance(refusal, SessionOver):
        return page(
            "public/sign_in.html", status=401, tenant=tenant_of(request), username="", next="", problem="", errors={},
            sealed=refusal.sealed, token=refusal.token, lost=refusal.kept.files, label="",
        )  # fmt: skip
    return _to_entrance(request, entrance)


def _to_proof(request: HttpRequest, wanted: ProofWanted) -> HttpResponse:
    """Answered at the address of the act itself, which goes on when the proof comes back with what was sent."""
    member = member_of(request)
    said: dict[str, Any] = {"wanted": wanted, "member": member, "errors": {}}
    if wanted.problem:
        said["errors"] = {"_code" if member.has_totp else "_password": wanted.problem}
    if is_partial(request):
        headers = hx(retarget="#notice", reswap="innerHTML")
        return page("public/_proof.html", status=401, headers=headers, **said)
    return page("public/proof.html", status=401, **said)


def on_http_error(request: HttpRequest, error: HTTPException) -> HttpResponse:
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        refused = answer(request, MethodNotAllowed(), error.status_code)
        refused.headers.update(error.headers or {})
        return refused
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return on_broken(request, error)
    refusal = _OF_HTTP.get(error.status_code, errors.Malformed)
    return answer(request, refusal(), error.status_code)


def on_broken(request: HttpRequest, error: Exception) -> HttpResponse:
    # Frames, not values: what stood in the variables may be somebody's name.
    frames = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(error.__traceback__)[-FRAMES:]]
    log.error(
        "broken", correlation=correlation_of(request), route=route_of(request), error=type(error).__name__, at=frames
    )
    return answer(request, Broken(), 500)


def answer(request: HttpRequest, refusal: Refused, status: int) -> HttpResponse:
    if request.scope["path"].startswith("/api/"):
        return problem(request, refusal, status)
    said: dict[str, Any] = {
        "title": TITLES.get(status, TITLES[422]),
        "detail": _detail(request, refusal),
        "correlation": correlation_of(request),
    }
    if is_partial(request):
        # htmx 4 swaps refusals too: they go to the place the layout keeps for them, never over the list.
        return page("public/_problem.html", status=status, headers=hx(retarget="#notice", reswap="innerHTML"), **said)
    return page("public/error.html", status=status, **said)


def _detail(request: HttpRequest, refusal: Refused) -> str:
    """Who only looked had nothing that could be lost."""
    looked = request.method in ("GET", "HEAD") and isinstance(refusal, errors.Unavailable)
    return BUSY if looked and refusal.detail == errors.Unavailable().detail else refusal.detail


def problem(request: HttpRequest, refusal: Refused, status: int) -> Response[dict[str, Any]]:
    """RFC 9457, with the fixed title of its status."""
    body: dict[str, Any] = {
        "type": "about:blank", "title": TITLES.get(status, TITLES[422]), "status": status, "code": refusal.code,
        "detail": _detail(request, refusal), "correlation_id": correlation_of(request),
    }  # fmt: skip
    if refusal.field:
        body["field"] = refusal.field
    # RFC 9110: who is refused for want of a key is told which kind is asked for.
    headers = {"WWW-Authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else {}
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers)


def correlation_of(request: HttpRequest) -> str:
    return request.scope.get("correlation", "")


def route_of(request: HttpRequest) -> str:
    """The address with its parameters' names, not their values: safe to log."""
    return request.scope.get("path_template") or ""


def _to_entrance(request: HttpRequest, entrance: str, *, come_back: bool = True) -> HttpResponse:
    if is_partial(request):
        return Response("", status_code=401, headers=hx(redirect=entrance))
    asked = request.scope["path"] + (f"?{query}" if (query := request.scope["query_string"].decode("latin-1")) else "")
    back = f"?{urlencode({'next': asked}, safe='/')}" if come_back and request.method == "GET" else ""
    return Redirect(entrance + back, status_code=303)


HANDLERS: dict[int | type[Exception], Any] = {Refused: on_refused, HTTPException: on_http_error, Exception: on_broken}
