"""The screen at a window asks whoever was just served, and can do nothing but rate."""

import re
from collections.abc import AsyncGenerator
from datetime import datetime, timedelta

import httpx
import pytest

from core import db
from tests.web.api_world import Hall, Times
from tests.web.house import browser, closed


@pytest.fixture
async def page(address: str, times: Times, now: datetime) -> AsyncGenerator[httpx.AsyncClient]:
    times.now = now
    async with browser(address) as found:
        yield found


async def _rating_count(hall: Hall) -> int:
    async with db.as_tenant(hall.tenant.id) as unit:
        return await unit.fetchval("SELECT count(*) FROM rating WHERE tenant_id = $1", hall.tenant.id)


async def test_a_device_asks_whoever_was_just_served_and_comes_back_to_rest(
    page: httpx.AsyncClient, east: Hall, times: Times, now: datetime
) -> None:
    await closed(east.tenant, now)
    path = f"/t/{east.tenant.slug}/device/w1"

    stranger = await page.get(path)
    entered = await page.post(f"{path}/enter", data={"key": east.keys["ratings:write"]})
    asked = await page.get(path)
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
    rated = await page.post(path, data={**form, "grade.overall": "4"})
    done = await page.get(rated.headers["location"])
    idle = await page.get(re.findall(r'content="30;url=([^"]+)"', done.text)[0])

    assert stranger.headers["location"].startswith(f"{path}/enter")
    assert entered.status_code == 303 and entered.headers["location"] == path
    assert "httponly" in entered.headers["set-cookie"].lower()
    assert 'http-equiv="refresh" content="30;url=' in asked.text and "发票领用" in asked.text
    assert "已提交" in done.text and "A1" in done.text
    assert "欢迎办事" in idle.text
    assert await _rating_count(east) == 1


async def test_a_device_asks_why_a_grade_is_bad_and_a_key_of_any_other_scope_opens_nothing(
    page: httpx.AsyncClient, east: Hall, west: Hall, now: datetime
) -> None:
    await closed(east.tenant, now)
    path = f"/t/{east.tenant.slug}/device/w1"
    keys = (east.keys["scores:read"], east.keys["all"], west.keys["ratings:write"], "hcp_x")
    wrong = [await page.post(f"{path}/enter", data={"key": key}) for key in keys]
    await page.post(f"{path}/enter", data={"key": east.keys["ratings:write"]})
    asked = await page.get(path)
    form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))

    why = await page.post(path, data={**form, "grade.overall": "1"})
    without_token = await page.post(path, data={"id": form["id"], "grade.overall": "1"})
    told = await page.post(path, data={**form, "grade.overall": "1", "tags": "110", "why": "1"})

    assert [each.status_code for each in wrong] == [403, 403, 401, 401]
    assert "哪里没做好" in why.text
    assert without_token.status_code == 403
    assert told.status_code == 303 and "/done?" in told.headers["location"]
    assert await _rating_count(east) == 1


async def test_a_device_forgets_a_service_after_ten_minutes(
    page: httpx.AsyncClient, east: Hall, times: Times, now: datetime
) -> None:
    await closed(east.tenant, now)
    path = f"/t/{east.tenant.slug}/device/w1"
    await page.post(f"{path}/enter", data={"key": east.keys["ratings:write"]})

    times.now = now + timedelta(minutes=11)
    later = await page.get(path)
    no_kiosk = await page.get(f"/t/{east.tenant.slug}/kiosk/w1")

    assert "欢迎办事" in later.text
    assert no_kiosk.status_code == 404
