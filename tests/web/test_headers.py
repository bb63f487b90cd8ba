"""Whatever is answered, to whomever, leaves with the headers that keep it to itself."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from core import settings as environment
from core.embedded.servers import Servers
from tests.web.api_world import Hall, Times
from tests.web.house import browser, closed, csrf_of, inhabited, sign_in
from web.app import create_app

TEMPLATES = Path(__file__).parents[2] / "web" / "templates"
STATIC = Path(__file__).parents[2] / "web" / "static"
# What Chromium 88 does not know.
TOO_NEW = ("@layer", "color-mix(", "light-dark(", ":has(", "popover", "dvh", "@container", "oklch(", "&:", "& ")


@pytest.fixture
async def page(address: str, times: Times, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    times.now = now
    async with browser(address) as found:
        yield found


async def test_every_kind_of_answer_carries_the_strict_headers(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    token = await closed(east.tenant, now)
    answers = [
        await page.get("/"), await page.get(f"/r/{token}"), await page.post(f"/r/{token}", data={"grade": "5"}),
        await page.get("/nothing"), await page.put("/k"), await page.get("/api/v1/scores"),
        await page.get("/health/live"),
        await page.get(f"/r/{token}/qr.svg"), await page.get(f"/t/{east.tenant.slug}/admin"),
        await page.post(f"/r/{token}", data={"grade": "9"}), await page.get("/static/none.css"),
    ]  # fmt: skip

    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
        assert "unsafe" not in policy and "*" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["referrer-policy"] == "same-origin"
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-correlation-id"]


async def test_every_cookie_is_closed_to_scripts_and_other_sites(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    async with inhabited(east, now, ("handler",)) as house:
        form = {"username": "handler-1", "password": "A long pass phrase"}
        answers = [await page.get("/k?size=large"), await page.post(house.at("/sign-in"), data=form)]

    for answer in answers:
        for cookie in answer.headers.get_list("set-cookie"):
            assert "httponly" in cookie.lower() and "samesite=lax" in cookie.lower() and "path=/" in cookie.lower()


async def test_over_https_cookies_are_bound_to_the_host_and_the_site_stays_https(
    pool: Servers, east: Hall, now: datetime
) -> None:
    assert pool
    app = create_app(environment.read({"HAOCHAPING_SECRET": "s" * 40}))
    site = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://hcp.test")
    async with inhabited(east, now, ("handler",)) as house, site as client:
        form = {"username": "handler-1", "password": "A long pass phrase"}
        answer = await client.post(house.at("/sign-in"), data=form)

    (cookie,) = answer.headers.get_list("set-cookie")
    assert cookie.startswith(f"__Host-hcp-{house.slug}=") and "secure" in cookie.lower()
    assert "max-age=31536000" in answer.headers["strict-transport-security"]


async def test_leaving_clears_what_the_counter_s_browser_kept(
    page: httpx.AsyncClient, east: Hall, now: datetime
) -> None:
    async with inhabited(east, now, ("handler",)) as house:
        await sign_in(page, house, "handler")
        left = await page.post(house.at("/sign-out"), data={"_csrf": csrf_of(page, house)})
        again = await page.post(house.at("/sign-out"))

    assert left.headers["clear-site-data"] == '"cache", "storage"'
    assert again.headers["location"] == house.at("/sign-in")


@pytest.mark.parametrize(
    "template", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.relative_to(TEMPLATES).as_posix()
)
def test_a_template_keeps_the_rules_that_keep_scripts_out(template: Path) -> None:
    html = template.read_text("utf-8")

    assert "|safe" not in html.replace(" ", "") and "autoescape" not in html
    assert not re.search(r"\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)|javascript:|\bjs:", html)
    marked = re.sub(r"\{\{.*?\}\}", "⟨value⟩", re.sub(r"\{[%#].*?[%#]\}", "", html, flags=re.DOTALL))
    assert not re.search(r"=\s*⟨value⟩", re.sub(r'"[^"]*"', '""', marked)), (
        "without quotes a value may bring attributes"
    )
    assert not re.search(r"hx-on|hx-vals=[\"']js|hx-trigger=\"[^\"]*\[", html)


@pytest.mark.parametrize("sheet", sorted(STATIC.glob("*.css")), ids=lambda path: path.name)
def test_a_stylesheet_holds_on_the_browsers_offices_run(sheet: Path) -> None:
    rules = re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.DOTALL).replace(".popover", "")

    assert [each for each in TOO_NEW if each in rules] == []


def test_our_own_script_stays_small() -> None:
    assert len((STATIC / "app.js").read_text("utf-8").splitlines()) <= 200
