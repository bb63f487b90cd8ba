"""A city may have a host name of its own: there its pages stand without ``/t/<slug>`` in front."""

import time

from litestar.types import HTTPScope

from core import tenants
from core.errors import Invalid, NotFound, Unavailable

FRESH_SECONDS = 10.0
MOST_NAMES = 1000
# What is the same under every host name.
# Probes ask by number, not by name.
ANYWHERE = "/health/"
COMMON = ("/t/", "/r/", "/k", "/api/", "/static/", "/health/", "/demo/", "/favicon.ico")


class Hosts:
    """What the directory says of a host name is asked again after ten seconds; an unknown name changes nothing."""

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known
        self._found: dict[str, tuple[str, float]] = {}

    async def admits(self, scope: HTTPScope) -> bool:
        """Whether this host is ours: the installation's own (any, where it was told none), or a city's.

        The path of a request to a city's own host gets ``/t/<slug>`` put before it.
        """
        if scope["path"].startswith(ANYWHERE):
            return True
        host = _host(scope)
        slug = await self._slug(host)
        if slug and not scope["path"].startswith(COMMON):
            path = "/results" if scope["path"] == "/" else scope["path"]
            scope["path"] = f"/t/{slug}{path}"
            scope["raw_path"] = scope["path"].encode()
        return bool(slug) or not self._known or host in self._known

    async def _slug(self, host: str) -> str:
        if host in self._known:
            return ""
        slug, checked = self._found.get(host, ("", -FRESH_SECONDS))
        if time.monotonic() - checked < FRESH_SECONDS:
            return slug
        try:
            slug = (await tenants.by_host(host)).slug
        except (NotFound, Invalid):
            slug = ""
        except Unavailable:
            return slug
        if len(self._found) >= MOST_NAMES:
            self._found.clear()
        self._found[host] = (slug, time.monotonic())
        return slug


def _host(scope: HTTPScope) -> str:
    """The one Host header, in small letters and without its port; two of them are none."""
    found = [value.decode("latin-1").lower() for name, value in scope["headers"] if name == b"host"]
    return found[0].partition(":")[0] if len(found) == 1 else ""
