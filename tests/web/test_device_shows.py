"""What a window's device and a self-service terminal must show, they show, each its own."""

import re
from datetime import datetime

import httpx
import pytest

from core import db
from core.policy.model import Override
from tests.web.api_world import RULES, Times, hall
from tests.web.house import browser, closed

TERMINAL = """
INSERT INTO service_window (tenant_id, code, name, institution, kiosk) VALUES ($1, 'k1', '一号终端', 'tax-east', true)
"""
SHOWN = ["item", "case", "staff-number", "staff-name", "terminal"]


async def screen(page: httpx.AsyncClient, path: str, key: str) -> str:
    await page.post(f"{path}/enter", data={"key": key})
    return re.sub(r"<[^>]+>", "", (await page.get(path)).text)


@pytest.mark.covers("SZ-11a", "SZ-11c")
@pytest.mark.parametrize(
    ("kind", "window", "said", "unsaid"),
    [
        ("device", "w1", ("发票领用", "A1", "窗口人员工号 li", "姓名 李四"), "终端机编号"),
        ("kiosk", "k1", ("发票领用", "A1", "终端机编号 k1"), "窗口人员"),
    ],
)
async def test_a_window_shows_the_clerk_and_a_terminal_its_number(
    address: str, times: Times, pool: object, now: datetime, kind: str, window: str, said: tuple[str, ...], unsaid: str
) -> None:
    times.now = now
    rules = (*RULES, Override("device_shows", SHOWN, "第十一条"))
    async with hall("shows", now, rules) as place, browser(address) as page:
        async with db.as_tenant(place.tenant.id) as unit:
            await unit.execute(TERMINAL, place.tenant.id)
        await closed(place.tenant, now, window=window, mode="kiosk" if kind == "kiosk" else "window")

        text = await screen(page, f"/t/{place.tenant.slug}/{kind}/{window}", place.keys["ratings:write"])

    assert [each for each in said if each not in text] == []
    assert unsaid not in text
