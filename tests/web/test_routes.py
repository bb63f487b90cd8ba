"""R01, R24: every route there is, and every one that will be, is walked: none lets a city reach into another.

The table of routes is the test's own list of cases: a new handler is covered by being registered.
"""

import re
import sys
from collections.abc import AsyncGenerator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from uuid import UUID, uuid4

import httpx
import pytest
from litestar.handlers import HTTPRouteHandler
from litestar.params import ParameterKwarg
from litestar.routes import HTTPRoute

from core import db, flow
from core import settings as environment
from core.clock import SHANGHAI
from core.intake.model import Source, Submission
from core.people.members import ROLES
from tests.web.api_world import Hall, Times, hall
from tests.web.house import House, browser, closed, csrf_of, enter, inhabited
from web.app import create_app
from web.auth import DEMO, DEVICE, KEY, MEMBER, PUBLIC
from web.csrf import SAFE_METHODS
from web.deps import DEPENDENCIES
from web.permissions import ROLES as PERMISSIONS

MONDAY = datetime(2026, 3, 9, 9, 30, tzinfo=SHANGHAI)
WEB = Path(__file__).parents[2] / "web"
# Who tries a door has come in first.
SESSIONS = frozenset({"session"})
# The token and the receipt code are the capability itself: whoever holds one may use it, from wherever.
CAPABILITIES = frozenset({"token", "code"})
FILTERS = ("id", "q", "case", "ticket", "item", "institution", "handler", "staff", "region", "window", "after", "code")
# Anything a page may carry that differs between two equal refusals.
VOLATILE = re.compile(r"[0-9a-f]{16,64}|\d{4}-\d{2}-\d{2}T[0-9:.+]+|今天 \d{2}:\d{2}")
# Taking the log away is itself logged: the second file tells of the first.
OWN_TRACE = "导出操作记录"
NOBODY = UUID(int=1)
Shape = tuple[int, str, str]


@dataclass(frozen=True)
class Case:
    path: str
    method: str
    permission: str
    parameters: tuple[str, ...]
    queries: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.method} {self.path} [{self.permission}]"

    def fill(self, **values: str) -> str:
        given = {name: values.get(name) or values["any"] for name in self.parameters}
        return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: given[found[1]], self.path)


def _cases() -> Iterator[Case]:
    for route in create_app(environment.read({"HAOCHAPING_SECRET": "s" * 40})).routes:
        assert isinstance(route, HTTPRoute), route
        for method, (handler, _) in route.route_handler_map.items():
            if method != "OPTIONS":
                yield Case(
                    route.path_format, method, handler.opt.get("perm", ""),
                    tuple(route.path_parameters), _queries(handler),
                )  # fmt: skip


def _queries(handler: HTTPRouteHandler) -> tuple[str, ...]:
    """What the handler asks of the query by name, and what lists read from it by themselves."""
    asked = [name for name, each in handler.parsed_fn_signature.parameters.items()
             if isinstance(each.kwarg_definition, ParameterKwarg) and name not in DEPENDENCIES]  # fmt: skip
    return tuple(dict.fromkeys([*asked, *FILTERS]))


CASES = sorted(_cases(), key=str)
STAFF = [case for case in CASES if case.permission.partition(":")[0] not in {PUBLIC, DEMO, DEVICE, KEY}]
MACHINE = [case for case in CASES if case.permission.partition(":")[0] == KEY]


@pytest.fixture
async def page(address: str, times: Times, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    times.now = now
    async with browser(address) as found:
        yield found


@pytest.fixture
async def own(east: Hall, now: datetime) -> AsyncGenerator[House]:
    async with inhabited(east, now) as found:
        await _live(found, now)
        yield found


@pytest.fixture(scope="module")
async def open_(pool: object) -> AsyncGenerator[House]:
    """One house for all who try what is open to everybody."""
    async with hall("open", MONDAY) as place, inhabited(place, MONDAY) as found:
        await _live(found, MONDAY)
        yield found


@pytest.fixture(scope="module")
async def shut(pool: object) -> AsyncGenerator[House]:
    """One house for all who are turned away: what they try changes nothing, which is told at the end."""
    async with hall("shut", MONDAY) as place, inhabited(place, MONDAY) as found:
        await _live(found, MONDAY)
        before = await _checksum(found, SESSIONS)
        yield found
        assert await _checksum(found, SESSIONS) == before


@pytest.fixture
async def foreign(west: Hall, now: datetime) -> AsyncGenerator[House]:
    async with inhabited(west, now, ("handler",)) as found:
        async with db.as_tenant(west.tenant.id) as unit:
            await unit.execute(
                "INSERT INTO service_window (tenant_id, code, name, institution)"
                " VALUES ($1, 'w-west', '西窗', 'tax-east')",
                west.tenant.id,
            )
        await _live(found, now, "W-WEST-1")
        yield found


async def _live(house: House, now: datetime, case: str = "A1") -> None:
    """Something of everything: a case, a rating, a ticket with clocks, an invitation still open."""
    token = await closed(house.tenant, now, case)
    bad = Submission(token=token, grades={"overall": 1}, text="太慢")
    await flow.rate(house.tenant, bad, source=Source("web"), now=now)
    await closed(house.tenant, now, f"{case}-open")


async def _tables(house: House) -> list[str]:
    async with db.as_tenant(house.tenant.id) as unit:
        rows = await unit.fetch(
            "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'"
            " WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition"
            " AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1"
        )
    return [row["relname"] for row in rows]


async def _checksum(house: House, without: frozenset[str] = frozenset()) -> Mapping[str, str]:
    tables = [each for each in await _tables(house) if each not in without]
    async with db.as_tenant(house.tenant.id) as unit:
        return {
            table: await unit.fetchval(
                f"SELECT md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), ''))"
                f" FROM {table} AS t WHERE tenant_id = $1",
                house.tenant.id,
            )
            for table in tables
        }


async def _ids(house: House) -> tuple[str, ...]:
    """Ids and distinctive codes of this city's rows."""
    found: list[str] = ["w-west", "W-WEST-1", str(house.tenant.id), house.slug]
    async with db.as_tenant(house.tenant.id) as unit:
        for table in ("ticket", "rating", "invitation", "service_event", "service_case", "member", "api_key", "clock"):
            rows = await unit.fetch(f"SELECT id FROM {table} WHERE tenant_id = $1 LIMIT 1", house.tenant.id)
            found += [str(row["id"]) for row in rows]
        found.append(await unit.fetchval("SELECT number FROM ticket WHERE tenant_id = $1", house.tenant.id) + "0")
    return tuple(found)


def _shape(answer: httpx.Response, *known: str) -> Shape:
    text = answer.text
    if OWN_TRACE in text:
        text = "\n".join(line for line in text.split("\n") if OWN_TRACE not in line)
    for each in known:
        text = text.replace(each, "…")
    location = answer.headers.get("location", "")
    for each in known:
        location = location.replace(each, "…")
    return answer.status_code, VOLATILE.sub("…", text), location


def test_every_handler_names_who_may_pass_and_no_unknown_permission() -> None:
    known = {PUBLIC, DEMO, MEMBER, DEVICE}.union(*PERMISSIONS.values())

    unnamed = [str(case) for case in CASES if case.permission.partition(":")[0] != KEY and case.permission not in known]

    assert len(CASES) > 20
    assert unnamed == []


def test_every_permission_opens_something() -> None:
    written = "".join(file.read_text("utf-8") for file in WEB.rglob("*.py") if file.name != "permissions.py")

    assert [each for each in sorted(set().union(*PERMISSIONS.values())) if f'"{each}"' not in written] == []


@pytest.mark.parametrize("case", [case for case in CASES if case.permission != PUBLIC], ids=str)
async def test_a_stranger_gets_nothing_where_something_is_asked_of_him(
    page: httpx.AsyncClient, shut: House, now: datetime, case: Case
) -> None:
    path = case.fill(slug=shut.slug, window="w1", any=str(uuid4()))

    answer = await page.request(case.method, path)

    assert answer.status_code in (303, 401, 403, 404), answer.text
    if answer.status_code == 303:
        assert answer.headers["location"].partition("?")[0].endswith(("/sign-in", "/enter"))


@pytest.mark.parametrize("case", [case for case in CASES if case.permission == PUBLIC], ids=str)
async def test_what_is_public_never_breaks(page: httpx.AsyncClient, open_: House, now: datetime, case: Case) -> None:
    for value in (str(uuid4()), "x", "%00", "%ED%A0%80", "%F0%9F%98%80", "..", "9" * 30):
        answer = await page.request(case.method, case.fill(slug=open_.slug, window="w1", any=value))
        assert answer.status_code < 500, f"{case} {value}"
        for query in case.queries:
            filled = await page.request(
                case.method, case.fill(slug=open_.slug, window="w1", any="x"), params={query: "\x00'😀"}
            )
            assert filled.status_code < 500, f"{case} ?{query}"


@pytest.mark.slow
async def test_no_member_of_one_city_reaches_another_by_any_route(
    page: httpx.AsyncClient, address: str, own: House, foreign: House, now: datetime
) -> None:
    before, known = await _checksum(foreign), await _ids(foreign)
    asked = 0
    for role in ROLES:
        async with browser(address) as client:
            await enter(client, own, role, now)
            walk = Walk(client, own.slug, known, {"x-csrf-token": csrf_of(client, own)})
            for case in STAFF:
                # Which city a list is of does not hang on the role, nor does a session that another city never gave:
                # the first that may and the first that may not try the door, and the one who may its filters.
                may = _may(case, role)
                is_first = role == next(each for each in ROLES if _may(case, each) is may)
                if is_first:
                    await walk.visit(case, foreign)
                await (walk.try_ids(case) if may else walk.is_turned_away(case))
                if is_first and may:
                    await walk.try_filters(case)
        assert not walk.leaks, "\n".join([role, *walk.leaks])
        asked += walk.requests

    assert await _checksum(foreign) == before
    sys.stdout.write(f"routes={len(STAFF)} roles={len(ROLES)} ids={len(known)} requests={asked} leaks=0\n")


@dataclass
class Walk:
    """One visitor of this city going through all routes with what belongs to another."""

    client: httpx.AsyncClient
    slug: str
    known: Sequence[str]
    headers: Mapping[str, str]
    leaks: list[str] = field(default_factory=list[str])
    requests: int = 0

    async def visit(self, case: Case, foreign: House) -> None:
        """The other city's own address with this city's session: the way in is its sign-in page, nothing more."""
        cookie = f"hcp-{foreign.slug}={self.client.cookies[f'hcp-{self.slug}']}"
        path = case.fill(slug=foreign.slug, any=str(uuid4()))
        answer = await self.client.request(case.method, path, headers={**self.headers, "cookie": cookie})
        self.requests += 1
        if answer.status_code not in (303, 401) or "/sign-in" not in answer.headers.get("location", "/sign-in"):
            self.leaks.append(f"{case} at the other city: {answer.status_code}")

    async def is_turned_away(self, case: Case) -> None:
        """Whoever may not enter is refused before anything is read: nobody's as well as another's."""
        if _asks_for_something(case):
            # An id is read by every route; where an id is asked for, no route knows a word.
            own, nobodys = next(pair for pair in _pairs(self.known) if _kind(pair[0]) == "id")
            shapes = [await self._asked(case, each) for each in (own, nobodys)]
            if shapes[0] != shapes[1] or shapes[0][0] != HTTPStatus.FORBIDDEN:
                self.leaks.append(f"{case} {own} may not enter: {shapes[0][0]}, and {shapes[1][0]} for nobody's")

    async def try_ids(self, case: Case) -> None:
        """What is another's is answered as what nobody has: same status, same words."""
        if _asks_for_something(case):
            await self._compare(case, ())

    async def try_filters(self, case: Case) -> None:
        """What this page does not read is asked all at once; what it reads, and what made a difference, one by one."""
        if case.method not in SAFE_METHODS or not set(case.parameters) <= {"slug"}:
            return
        plain = await self._plain(case, str(NOBODY), "unread")
        quiet = [each for each in case.queries if await self._plain(case, str(NOBODY), each) == plain]
        for each in case.queries:
            if each not in quiet:
                await self._compare(case, (each,))
        for known in self.known if quiet else ():
            if await self._plain(case, known, *quiet) != plain:
                for each in quiet:
                    await self._compare(case, (each,), (known,))

    async def _plain(self, case: Case, value: str, *queries: str) -> Shape:
        """The page without the query that its own links carry on."""
        status, text, location = await self._asked(case, value, queries)
        if "=…" not in text and "=…" not in location:
            return status, text, location
        carried = re.compile(f"(?:(?:&|&amp;)?(?:{'|'.join(map(re.escape, queries))})=…)+")
        return status, carried.sub("", text), carried.sub("", location)

    async def _compare(self, case: Case, queries: Sequence[str], known: Sequence[str] = ()) -> None:
        """As something of its kind that nobody has was answered before, or else as its own neighbour is."""
        nobodys: dict[str, set[Shape]] = {}
        for own, neighbour in _pairs(known or self.known):
            shape, seen = await self._asked(case, own, queries), nobodys.setdefault(_kind(own), set())
            if shape not in seen:
                seen.add(other := await self._asked(case, neighbour, queries))
                if shape != other:
                    self.leaks.append(f"{case} {queries} {own}: {shape[0]}, but {other[0]} for nobody's")
            if not queries and shape[0] < HTTPStatus.MULTIPLE_CHOICES:
                self.leaks.append(f"{case} {own}: {shape[0]}")

    async def _asked(self, case: Case, value: str, queries: Sequence[str] = ()) -> Shape:
        self.requests += 1
        path = case.fill(slug=self.slug, any=str(UUID(int=0)) if queries else value)
        params = dict.fromkeys(queries, value) or None
        return _shape(await self.client.request(case.method, path, headers=self.headers, params=params), value)


def _may(case: Case, role: str) -> bool:
    return case.permission in PERMISSIONS[role] | {MEMBER}


def _asks_for_something(case: Case) -> bool:
    return bool(set(case.parameters) - {"slug"} - CAPABILITIES)


def _kind(value: str) -> str:
    """Ids are alike; a word is answered by what it is."""
    return "id" if re.fullmatch(r"[0-9a-f-]{36}", value) else value


def _pairs(known: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each id or code of the other city beside its neighbour, since a cursor may answer by the order of letters."""
    for each in known:
        yield each, each[:-1] + ("0" if each[-1] != "0" else "1")


async def test_no_key_of_one_city_reaches_another_by_any_call(
    page: httpx.AsyncClient, own: House, foreign: House
) -> None:
    before, known = await _checksum(foreign), await _ids(foreign)
    walk = Walk(page, own.slug, known, {"authorization": f"Bearer {own.hall.keys['all']}"})

    for case in MACHINE:
        await walk.try_ids(case)
        await walk.try_filters(case)

    assert walk.leaks == []
    assert await _checksum(foreign) == before


@pytest.mark.parametrize("case", [case for case in STAFF if case.method not in SAFE_METHODS], ids=str)
async def test_a_member_s_form_without_its_token_is_refused_everywhere(
    page: httpx.AsyncClient, shut: House, now: datetime, case: Case
) -> None:
    await enter(page, shut, "supervisor", now)
    path = case.fill(slug=shut.slug, any=str(uuid4()))

    answers = [
        await page.request(case.method, path),
        await page.request(case.method, path, headers={"x-csrf-token": "0" * 64}),
        await page.request(
            case.method, path, headers={"x-csrf-token": csrf_of(page, shut), "sec-fetch-site": "cross-site"}
        ),
    ]

    assert [each.status_code for each in answers] == [403, 403, 403]


@pytest.mark.parametrize("case", [case for case in STAFF if case.permission != MEMBER], ids=str)
async def test_a_role_without_the_permission_is_refused(
    page: httpx.AsyncClient, shut: House, now: datetime, case: Case
) -> None:
    without = next((role for role in ROLES if not _may(case, role)), None)
    if without is None:
        assert all(_may(case, role) for role in ROLES)
        return
    await enter(page, shut, without, now)
    path = case.fill(slug=shut.slug, any=str(uuid4()))

    answer = await page.request(case.method, path, headers={"x-csrf-token": csrf_of(page, shut)})

    assert answer.status_code == 403
