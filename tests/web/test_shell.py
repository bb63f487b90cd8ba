"""The shell gives each request the page or the part it asked for, in the look its reader chose."""

import json
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from decimal import Decimal

import httpx
import pytest
from litestar import Litestar, get, route

from core import settings as environment
from core.clock import SHANGHAI
from core.embedded.servers import Servers
from core.errors import Conflict, Malformed, NotFound, Refused, TooLate, Unavailable
from core.tenants import Founding, throwaway
from tests.web.api_world import Hall, Times
from tests.web.house import browser, closed
from web import assets, errors, extra_doors, filters, navigation
from web.app import create_app
from web.hx import hx, own_path
from web.permissions import ROLES, may

SECRETS = {"HAOCHAPING_SECRET": "s" * 40}
MORNING = datetime(2026, 3, 9, 9, 30, tzinfo=SHANGHAI)


def _site(app: Litestar) -> httpx.AsyncClient:
    """The application without a server, in this loop and on this pool."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app, raise_app_exceptions=False), base_url="http://x")


@pytest.fixture
async def page(address: str, times: Times, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    times.now = now
    async with browser(address) as found:
        yield found


async def test_only_a_partial_request_gets_a_part(page: httpx.AsyncClient, east: Hall, now: datetime) -> None:
    path = f"/r/{await closed(east.tenant, now)}"

    whole = await page.get(path)
    boosted = await page.get(path, headers={"HX-Request": "true", "HX-Target": "main#main"})
    part = await page.get(path, headers={"HX-Request-Type": "partial", "HX-Target": "main#main"})
    nonsense = await page.get(path, headers={"HX-Request-Type": "partial", "HX-Target": "div#%E4%B8%AD"})

    assert whole.text == boosted.text == nonsense.text
    assert part.text in whole.text and "<html" not in part.text and "发票领用" in part.text
    assert "HX-Target" in whole.headers["vary"]


async def test_a_look_once_chosen_stays_and_needs_no_script(page: httpx.AsyncClient) -> None:
    plain = await page.get("/k")
    chosen = await page.get("/k", params={"size": "huge", "theme": "dark"})
    kept = await page.get("/k")
    nonsense = await page.get("/k", params={"size": '"><script>', "theme": "x"})

    assert "data-size" not in plain.text and "data-theme" not in plain.text
    for answer in (chosen, kept):
        assert 'data-size="huge"' in answer.text and 'data-theme="dark"' in answer.text
    assert "<script" not in nonsense.text and 'data-size="huge"' in nonsense.text


async def test_static_files_are_kept_for_ever_and_nothing_else_is_served_there(page: httpx.AsyncClient) -> None:
    address = assets.Assets().address("app.css")

    found = await page.get(address)
    packed = await page.get(address, headers={"accept-encoding": "gzip"})
    strays = [
        await page.get(path)
        for path in ("/static/app.css", "/static/../web/app.py", "/static/%2e%2e/app.py", "/static/vendor/.lock")
    ]

    assert found.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert packed.headers["content-encoding"] == "gzip" and packed.text == found.text
    assert [each.status_code for each in strays] == [404] * 4


async def test_errors_never_repeat_what_was_sent(page: httpx.AsyncClient) -> None:
    typed = "13800138000"

    answers = [
        await page.get(f"/{typed}"), await page.get(f"/k/{typed}"), await page.post(f"/k?phone={typed}"),
        await page.get(f"/api/v1/{typed}?phone={typed}"), await page.get("/api/v1/scores", params={"from": typed}),
    ]  # fmt: skip

    for answer in answers:
        assert answer.status_code in (401, 404, 405)
        assert typed not in answer.text


async def test_machines_get_problem_json_and_people_a_page_with_the_same_number_as_the_header(
    page: httpx.AsyncClient,
) -> None:
    machine = await page.get("/api/v1/nothing")
    person = await page.get("/nothing")

    assert machine.headers["content-type"] == "application/problem+json"
    assert machine.json()["correlation_id"] == machine.headers["x-correlation-id"]
    assert person.headers["x-correlation-id"] in person.text


async def test_a_fault_of_ours_says_so_without_its_inside() -> None:
    app = create_app(environment.read(SECRETS))

    @get(["/broken", "/api/v1/broken"], opt={"perm": "public"}, sync_to_thread=False)
    def broken() -> None:
        raise ZeroDivisionError("13800138000")

    app.register(broken)
    async with _site(app) as client:
        page, machine = await client.get("/broken"), await client.get("/api/v1/broken")

    assert page.status_code == machine.status_code == 500
    assert "13800138000" not in page.text + machine.text and "ZeroDivision" not in page.text
    assert machine.json()["code"] == "internal"


async def test_a_body_too_large_is_refused_with_its_own_words(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await closed(east.tenant, now)

    answer = await page.post(f"/r/{token}/reasons", data={"text": "字" * 70_000})

    assert answer.status_code == 413
    assert "内容过大" in answer.text


def test_htmx_hears_chinese_in_ascii_and_only_our_own_paths() -> None:
    headers = hx(event={"said": "已保存"}, push="/t/a/admin?q=中文", redirect="https://elsewhere.example/")

    assert all(value.isascii() for value in headers.values())
    assert json.loads(headers["HX-Trigger"]) == {"said": "已保存"}
    assert headers["HX-Push-Url"] == "/t/a/admin?q=%E4%B8%AD%E6%96%87"
    assert headers["HX-Redirect"] == "/"


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "", "/a\nSet-Cookie: x"],
)
def test_nobody_is_sent_elsewhere(address: str) -> None:
    assert own_path(address, "/home") == "/home"


@pytest.mark.parametrize(
    ("refusal", "status"),
    [(NotFound(), 404), (Conflict(), 409), (TooLate(), 409), (Malformed(), 400), (Refused(), 422)],
)
def test_a_refusal_has_the_status_of_the_contract(refusal: Refused, status: int) -> None:
    assert errors.status_of(refusal) == status


@pytest.mark.parametrize(("method", "kept"), [("GET", False), ("POST", True)])
async def test_only_who_sent_something_is_told_that_it_is_not_lost(method: str, kept: bool) -> None:
    app = create_app(environment.read(SECRETS))

    @route("/busy", http_method=["GET", "POST"], opt={"perm": "public"}, sync_to_thread=False)
    def busy() -> None:
        raise Unavailable

    app.register(busy)
    async with _site(app) as client:
        told = await client.request(method, "/busy", headers={"sec-fetch-site": "same-origin"})

    assert told.status_code == 503 and "系统繁忙" in told.text
    assert ("没有丢失" in told.text) == kept


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (MORNING, "今天 09:30"), (MORNING - timedelta(days=3), "03-06 09:30"),
        (MORNING - timedelta(days=100), "2025-11-29 09:30"),
    ],
)  # fmt: skip
def test_a_moment_reads_as_people_say_it(at: datetime, said: str) -> None:
    assert filters.moment(at, MORNING).striptags() == said


def test_the_end_of_a_day_is_said_as_the_law_counts_it() -> None:
    midnight = datetime(2026, 3, 17, tzinfo=SHANGHAI)

    assert filters.deadline(midnight, MORNING).striptags() == "03-16 24:00"
    assert filters.deadline(midnight + timedelta(hours=10), MORNING).striptags() == "03-17 10:00"


@pytest.mark.parametrize(
    ("hours", "said", "css"),
    [
        (-3, "已超期 3 小时", "over"),
        (5, "剩 5 小时", "hot"),
        (60, "剩 2 天", "warn"),
        (400, "剩 16 天", "ok"),
        (0, "剩 1 分钟", "hot"),
    ],
)
def test_a_countdown_says_in_words_what_its_colour_says(hours: int, said: str, css: str) -> None:
    due = MORNING + timedelta(hours=hours)

    assert (filters.remaining(due, MORNING), filters.urgency(due, MORNING)) == (said, css)


def test_numbers_keep_their_usual_forms() -> None:
    assert filters.percent(Decimal("0.98765")) == "98.8%" and filters.percent(None) == "—"
    assert filters.mean(Decimal("9.305")) == "9.31" and filters.mean(None) == "未设分值"
    assert filters.number(1234567) == "1,234,567"


@pytest.mark.parametrize("role", ROLES)
def test_a_member_is_shown_only_doors_that_open(role: str) -> None:
    own = extra_doors.OWN
    groups = navigation.navigation("hall", "/t/hall/admin", lambda permission: may(role, permission), (own,))

    shown = {entry.href for group in groups for entry in group.entries}
    every = (*(door for _, doors in navigation.DOORS for door in doors), own)
    allowed = {f"/t/hall/admin{door.path}" for door in every if may(role, door.permission)}
    assert shown == allowed and shown


async def test_a_forgotten_permission_lets_nobody_in() -> None:
    @get("/forgotten", sync_to_thread=False)
    def forgotten() -> str:
        return "open"

    app = create_app(environment.read(SECRETS))
    app.register(forgotten)
    async with _site(app) as client:
        answer = await client.get("/forgotten")

    assert answer.status_code == 401
    assert "open" not in answer.text


async def test_a_city_s_own_host_stands_for_its_address_and_an_unknown_one_for_none(
    pool: Servers, now: datetime
) -> None:
    assert pool
    founding = Founding("harbour", "港口市", ("national",), "港口", host="harbour.example")
    async with throwaway(founding, now=now), _site(create_app(environment.read(SECRETS))) as client:
        own = [
            await client.get(path, headers={"host": "Harbour.example:8443"}) for path in ("/", "/results", "/sign-in")
        ]
        unknown = [
            await client.get("/results", headers={"host": host, "x-forwarded-host": "harbour.example"})
            for host in ("elsewhere.example", "harbour.example.evil.example", "x:none")
        ]

    assert ["港口市" in each.text for each in own] == [True] * 3, own[0].text[:500]
    assert [each.status_code for each in unknown] == [404, 404, 404]


async def test_an_installation_that_knows_its_address_answers_to_no_other(pool: Servers) -> None:
    assert pool
    told = {**SECRETS, "HAOCHAPING_ENV": "production", "HAOCHAPING_URL": "https://hcp.example"}
    async with _site(create_app(environment.read(told))) as client:
        own = await client.get("/k", headers={"host": "hcp.example:443"})
        strange = await client.get("/k", headers={"host": "evil.example"})
        probe = await client.get("/health/live", headers={"host": "10.0.0.7"})

    assert (own.status_code, strange.status_code, probe.status_code) == (200, 421, 200)


async def test_what_get_answers_head_answers_without_its_body(page: httpx.AsyncClient) -> None:
    head, get_ = await page.head("/k"), await page.get("/k")
    wrong = await page.put("/k")

    assert head.status_code == 200 and head.content == b""
    assert head.headers["content-length"] == get_.headers["content-length"]
    assert wrong.status_code == 405 and "GET" in wrong.headers["allow"]
