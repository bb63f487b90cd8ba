"""A handler answers a page by naming its template; whether all of it or one part is sent, the request decides."""

from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2_fragments import render_block
from litestar import Response
from litestar.response.base import ASGIResponse

from core import clock
from core.tenants import Tenant
from web import csrf, filters, flash, icons, keys
from web.assets import Assets
from web.auth import YEAR_SECONDS, is_https, settings_of
from web.brands import logo_path, sheet_path
from web.hx import wanted_block
from web.navigation import Group, navigation, opens
from web.permissions import ROLE_NAMES
from web.visit import HttpRequest, Visit, visit

# A part of a page has no head: the page that it goes into learns so how long its session lasts.
SESSION_ENDS = "Session-Ends"
LOOKS: Mapping[str, tuple[str, ...]] = {"theme": ("light", "dark"), "size": ("standard", "large", "huge")}
MOST_UNREAD = 99
# What belongs to one look at one page of a list, and not to the list.
PASSING = ("after", "prev", "page", "id", "act", "do", "menu", "all", "lot")
MACROS: Mapping[str, str] = {
    "ui": "macros/controls.html", "rating": "macros/rating.html", "look": "macros/look.html",
    "piece": "macros/builders.html",
}  # fmt: skip


@lru_cache
def environment() -> Environment:
    """StrictUndefined: a misspelt name is an error in a test, never an empty place on a screen."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    made.filters.update(filters.FILTERS)
    made.globals |= dict[str, Any](asset=Assets().address, face=icons.face, icon=icons.icon, role_names=ROLE_NAMES,
                                   key_sheets=keys.SHEETS)  # fmt: skip
    # As globals, since a part that is rendered alone does not see what its page imports.
    made.globals |= {name: cast(Any, made.get_template(file).module) for name, file in MACROS.items()}
    return made


def page(template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **values: Any) -> "Page":
    return Page(template, values, status, dict(headers or {}))


class Page(Response[str]):
    """Rendered when the request is known: partial or whole, light or dark, in whose name."""

    __slots__ = ("look", "template", "values")

    def __init__(self, template: str, values: Mapping[str, Any], status: int, headers: dict[str, str]) -> None:
        super().__init__("", status_code=status, headers=headers, media_type="text/html")
        self.template = template
        self.values = values
        self.look: dict[str, str] = {}

    def to_asgi_response(self, app: Any, request: HttpRequest, **rest: Any) -> ASGIResponse:
        self.headers.setdefault("Vary", "HX-Request-Type, HX-Target, Cookie")
        look = chosen(request) | self.look
        for name, value in look.items():
            self.set_cookie(name, value, path="/", max_age=YEAR_SECONDS, httponly=True, samesite="lax",
                            secure=is_https(request))  # fmt: skip
        if sitting := visit(request).sitting:
            self.headers[SESSION_ENDS] = sitting.ends_at.isoformat()
        shell = Shell(request, look, self.values)
        self.content = render(self.template, {**self.values, "shell": shell}, wanted_block(request))
        if shell.was_told:
            self.delete_cookie(flash.COOKIE)
        return super().to_asgi_response(app, request, **rest)


def render(template: str, values: Mapping[str, Any], block: str = "") -> str:
    known = environment().get_template(template)
    if block and block in known.blocks:
        return render_block(environment(), template, block, values)
    return known.render(values)


def chosen(request: HttpRequest) -> dict[str, str]:
    """``?size=large`` or ``?theme=dark`` on any page is remembered: no script is needed to change the look."""
    asked = {name: request.query_params.get(name) for name in LOOKS}
    return {name: value for name, value in asked.items() if value in LOOKS[name]}


def _place_of(there: Visit, values: Mapping[str, Any]) -> Tenant | None:
    """Whose page this is; a rating's link and a screen say it by what they show."""
    holders = (values.get("sheet"), values.get("screen"))
    told = (there.tenant, values.get("tenant"), *(getattr(each, "tenant", None) for each in holders))
    return next((each for each in told if isinstance(each, Tenant)), None)


class Shell:
    """What every template may ask beyond its own values."""

    def __init__(self, request: HttpRequest, look: Mapping[str, str], values: Mapping[str, Any]) -> None:
        self._request = request
        self.visit: Visit = visit(request)
        self._place = _place_of(self.visit, values)
        self.now = clock.now()
        self.path: str = request.scope["path"]
        # A page whose address does not lie below its door says which door it is behind.
        self._behind: str = values.get("own_door") or self.path
        self.demo: bool = settings_of(request).demo
        self.theme = self._kept("theme", look)
        self.size = self._kept("size", look)
        self.was_told = False

    @property
    def said(self) -> flash.Said | None:
        """What the page before left to be said; whoever shows it has told it."""
        found = flash.left(self._request)
        self.was_told = found is not None
        return found

    def _kept(self, name: str, look: Mapping[str, str]) -> str:
        value = look.get(name) or self._request.cookies.get(name, "")
        return value if value in LOOKS[name] else ""

    @property
    def csrf(self) -> str:
        return csrf.token(settings_of(self._request).secret, self.visit.bound) if self.visit.family else ""

    @property
    def session_end(self) -> str:
        """When the session ends if nothing more is asked of the server."""
        return self.visit.sitting.ends_at.isoformat() if self.visit.sitting else ""

    @property
    def navigation(self) -> list[Group]:
        slug = self.visit.tenant.slug if self.visit.tenant else ""
        return navigation(slug, self._behind, self.may, self._request.state.get("extra_doors", ()))

    @property
    def unread(self) -> str:
        """How many reminders wait, as the bell says it; "" for none."""
        count = self._request.state.get("unread", 0)
        return "99+" if count > MOST_UNREAD else str(count or "")

    @property
    def colours(self) -> str:
        """Where the colours of this place are; "" for those of the house."""
        return sheet_path(self._place) if self._place else ""

    @property
    def logo(self) -> str:
        return logo_path(self._place) if self._place else ""

    def may(self, permission: str) -> bool:
        """Before what an account owes is done, nothing else is offered: each of it would lead back there."""
        sitting = self.visit.sitting
        return not (sitting and sitting.owes) and self.visit.may(permission)

    def opens(self, href: str) -> bool:
        """Whether the page at ``href``, after /t/<slug>/admin, is one this member may open."""
        return opens(href, self.may)

    def here(self, **changes: str) -> str:
        """This address with some of its query changed; an empty value takes one away."""
        kept = [pair for name, pair in self._query if name not in changes]
        asked = [urlencode({name: value}) for name, value in changes.items() if value]
        query = "&".join([*kept, *asked])
        return f"{self.path}?{query}" if query else self.path

    @cached_property
    def _query(self) -> list[tuple[str, str]]:
        """Each part of the query, written as in an address: a list asks for it once in every row."""
        asked = self._request.query_params.multi_items()
        return [(name, urlencode({name: value})) for name, value in asked]

    def anew(self, **changes: str) -> str:
        """The same list with some of its query changed, from its first page and with nothing open."""
        return self.here(**{**dict.fromkeys(PASSING, ""), **changes})

    def asked(self, name: str) -> str:
        """What this address says of one thing."""
        return self._request.query_params.get(name, "")
