"""What a place shows of itself is shown at once on every page of its own, and on no other's."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime

import pytest
from playwright.async_api import Browser

from core import tenants
from core.tenants import Tenant
from tests.core.test_brand import picture
from tests.web.api_world import Times
from tests.web.browsers import CHROMIUM, flaws, tab
from tests.web.office import Seat, seat, town

BRAND = "/admin/brand"
GREEN = "#0b6b3a"


@pytest.fixture
async def place(pool: object, now: datetime, times: Times) -> AsyncGenerator[Tenant]:
    times.now = now
    async with town(now) as found:
        yield found


@pytest.fixture
async def operator(address: str, place: Tenant, now: datetime) -> AsyncGenerator[Seat]:
    async with seat(address, place, "operator", now) as found:
        yield found


async def fields(operator: Seat, **changed: str) -> dict[str, str]:
    shown = (await operator.get(BRAND)).text
    seen = re.search(r'name="seen" value="([^"]*)"', shown)
    assert seen
    return {"name": operator.tenant.name, "short": "测试", "light": GREEN, "dark": "", "seen": seen[1], **changed}


async def test_colours_name_and_mark_are_shown_on_every_page_of_the_place_and_may_be_kept_for_ever(
    operator: Seat, place: Tenant
) -> None:
    saved = await operator.post(BRAND, await fields(operator, name="绿水市"), files={"logo": ("a.png", picture())})
    pages = [(await operator.get(path)).text for path in (BRAND, "/w/w1", "/sign-in")]
    brand = (await tenants.by_id(place.id)).brand
    sheet = re.search(r'href="/t/[^/]+(/brand/\w+\.css)"', pages[1])
    assert sheet
    css, mark = await operator.get(sheet[1]), await operator.get(f"/brand/{brand.logo}.png")

    assert saved.status_code == 303
    assert all(f"/brand/{brand.logo}.png" in each and sheet[1] in each for each in pages)
    assert "绿水市政务服务" in pages[1]
    assert f"--acc:{GREEN}" in css.text and css.headers["content-type"].startswith("text/css")
    assert mark.headers["content-type"] == "image/png" and mark.content.startswith(b"\x89PNG")
    assert {each.headers["cache-control"] for each in (css, mark)} == {"public, max-age=31536000, immutable"}


async def test_another_place_keeps_its_looks_and_serves_none_of_it(operator: Seat, address: str, now: datetime) -> None:
    await operator.post(BRAND, await fields(operator), files={"logo": ("a.png", picture())})
    brand = (await tenants.by_id(operator.tenant.id)).brand
    async with town(now, "abroad") as other, seat(address, other, "operator", now) as stranger:
        shown = (await stranger.get("/w/w1")).text
        asked = await stranger.get(f"/brand/{brand.logo}.png")

    assert "/brand/" not in shown
    assert asked.status_code == 404


async def test_everything_wrong_is_told_at_its_field_and_nothing_is_half_saved(operator: Seat, place: Tenant) -> None:
    wrong = await fields(operator, name="<b>", short="一二三四五六七八九", light="#ffcc00", dark="blue")
    answer = await operator.post(BRAND, wrong, files={"logo": ("a.svg", b"<svg/>")})
    found = dict(re.findall(r'id="e-(\w+)">.*?</svg>([^<]+)', answer.text))
    near = re.search(r'name="light.use" value="(#\w{6})"', answer.text)
    assert near
    taken = await operator.post(BRAND, await fields(operator, light="#ffcc00", **{"light.use": near[1]}))
    kept = await tenants.by_id(place.id)

    assert answer.status_code == 422
    assert set(found) == {"name", "short", "light", "dark", "logo"}
    assert 'value="#ffcc00"' in answer.text and 'value="<b>' not in answer.text
    assert taken.status_code == 303 and (kept.brand.light, kept.brand.logo) == (near[1], "")


async def test_whoever_was_slower_is_told_and_overwrites_nothing(operator: Seat, place: Tenant) -> None:
    first, second = await fields(operator), await fields(operator, light="#1657b5")
    await operator.post(BRAND, first)
    late = await operator.post(BRAND, second)

    assert late.status_code == 409 and "刚刚改过" in late.text and 'value="#1657b5"' in late.text
    assert (await tenants.by_id(place.id)).brand.light == GREEN


async def test_a_mark_goes_when_it_is_dropped_and_stays_when_nothing_is_said(operator: Seat, place: Tenant) -> None:
    await operator.post(BRAND, await fields(operator), files={"logo": ("a.png", picture())})
    await operator.post(BRAND, await fields(operator, light=""))
    stayed = (await tenants.by_id(place.id)).brand
    await operator.post(BRAND, await fields(operator, drop="yes"))

    assert stayed.logo and stayed.light == ""
    assert (await tenants.by_id(place.id)).brand.logo == ""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
async def test_in_its_own_colours_the_place_is_as_readable_as_before(
    chromium: Browser, operator: Seat, address: str
) -> None:
    await operator.post(BRAND, await fields(operator, light="#b4004e"), files={"logo": ("a.png", picture())})
    found = []
    async with tab(chromium, address, width=390) as page:
        await page.context.add_cookies(
            [{"name": f"hcp-{operator.tenant.slug}", "value": operator.session, "url": address}]
        )
        for look in ("theme=light", "theme=dark&size=large"):
            for path in (BRAND, "/w/w1", "/admin/tickets"):
                await page.goto(operator.at(f"{path}?{look}"))
                found += await flaws(page)
        shown = await page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--acc')")

    assert found == []
    assert shown.strip() not in ("#79aef8", "")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine; make test installs it")
async def test_a_picture_that_is_opened_alone_is_shown_and_may_do_nothing(
    chromium: Browser, operator: Seat, address: str
) -> None:
    await operator.post(BRAND, await fields(operator), files={"logo": ("a.png", picture())})
    mark = (await tenants.by_id(operator.tenant.id)).brand.logo
    # The tab refuses whatever breaks the page's own policy.
    async with tab(chromium, address) as page:
        answer = await page.goto(operator.at(f"/brand/{mark}.png"))
        shown = await page.evaluate("document.images[0].naturalWidth")

    assert answer is not None and "sandbox" in answer.headers["content-security-policy"]
    assert shown > 0
