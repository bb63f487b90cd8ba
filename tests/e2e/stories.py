"""What the day of a role stands on: a town of its own, a chair, and the keys of a keyboard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from playwright.async_api import Browser, Page

from core import db
from core.policy.model import Override
from core.tenants import Tenant
from tests.e2e.browser import tab
from tests.web.office import rated, seat, town

WORDS = (
    "等了两个小时，叫号屏坏了。",
    "窗口的人态度很差。",
    "材料说不清，让我跑了三趟。",
    "系统打不开。",
    "没有人理我。",
)


@dataclass
class Chair:
    """One member before the screen."""

    page: Page
    tenant: Tenant

    def at(self, path: str) -> str:
        return f"/t/{self.tenant.slug}/admin{path}"

    async def come(self, path: str) -> None:
        await self.page.goto(self.at(path))

    async def press(self, *keys: str) -> None:
        for each in keys:
            await self.page.keyboard.press(each)

    async def write(self, text: str) -> None:
        await self.page.keyboard.type(text)

    async def tab_to(self, selector: str) -> None:
        """As far as Tab must be pressed, and no further than a patient person would."""
        for _ in range(80):
            if await self.page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab leads to {selector}")

    async def reads(self, selector: str = "main") -> str:
        return await self.page.inner_text(selector)


@asynccontextmanager
async def chair(
    chromium: Browser, address: str, place: Tenant, who: str, now: datetime, width: int = 1440
) -> AsyncIterator[Chair]:
    """Whatever this member's pages do wrong ends the story."""
    async with seat(address, place, who, now) as member, tab(chromium, address, width=width) as found:
        await found.sit(member)
        yield Chair(found.page, place)


@asynccontextmanager
async def morning(now: datetime, *more: Override) -> AsyncIterator[tuple[Tenant, list[str]]]:
    """Five bad ratings have come in; their tickets by number."""
    async with town(now, "story", *more) as place:
        numbers = [
            await rated(place, now - timedelta(hours=30 - each), case=f"S{each}", text=text)
            for each, text in enumerate(WORDS)
        ]
        yield place, numbers


async def states(place: Tenant) -> list[str]:
    async with db.as_tenant(place.id) as unit:
        rows = await unit.fetch("SELECT state FROM ticket WHERE tenant_id = $1 ORDER BY number", place.id)
    return [row["state"] for row in rows]
