"""回避式评价: whoever rates does so out of the clerk's sight, and no screen tells afterwards what was said."""

import re
from datetime import datetime

import pytest

from core.policy.model import Override
from core.tenants import actions as tenants
from tests.web.api_world import Hall, Times
from tests.web.house import browser, closed


@pytest.mark.covers("TA-2.1b")
@pytest.mark.parametrize("screened", [True, False])
async def test_the_window_learns_neither_the_case_nor_the_grade(
    address: str, east: Hall, times: Times, now: datetime, *, screened: bool
) -> None:
    times.now = now
    await tenants.override(east.tenant.id, [Override("screened", screened, "第一条")], now=now)
    await closed(east.tenant, now)
    path = f"/t/{east.tenant.slug}/device/w1"
    async with browser(address) as page:
        await page.post(f"{path}/enter", data={"key": east.keys["ratings:write"]})
        asked = await page.get(path)
        form = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text))
        rated = await page.post(path, data={**form, "grade.overall": "4"})
        done = await page.get(rated.headers["location"])

    assert ("请背对窗口评价" in asked.text) is screened
    assert "已提交" in done.text
    assert ("A1" in done.text) is not screened
    assert not re.search(r"(非常满意|基本满意|不满意|满意)", done.text)
