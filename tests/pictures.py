"""Every screen of the running demo lies as a picture in var/pictures, and whoever broke one is told."""

import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from core import settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
PHONE, DESK, KIOSK = (390, 844), (1440, 900), (1080, 1920)


@dataclass
class Album:
    """``broken`` names what a page did that none should do."""

    browser: Browser
    address: str
    folder: Path
    broken: list[str] = field(default_factory=list[str])

    @contextmanager
    def page(self, size: tuple[int, int]) -> Iterator[Page]:
        width, height = size
        context = self.browser.new_context(
            base_url=self.address, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce",
            viewport={"width": width, "height": height},
        )  # fmt: skip
        page = context.new_page()
        page.on("response", lambda answer: self._judge(answer.status, answer.url))
        page.on("pageerror", lambda error: self.broken.append(f"{page.url}: {error}"))
        yield page
        context.close()

    def take(self, page: Page, name: str) -> None:
        page.screenshot(path=self.folder / f"{name}.png", full_page=True)

    def _judge(self, status: int, url: str) -> None:
        if status >= httpx.codes.BAD_REQUEST:
            self.broken.append(f"{status} {url}")


def main() -> int:
    var = settings.read().var
    told: dict[str, Any] = json.loads((var / "demo.json").read_text("utf-8"))
    folder = var / "pictures"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        album = Album(browser, told["url"], folder)
        places = list(dict.fromkeys(each["tenant"] for each in told["accounts"]))
        public(album)
        citizen(album)
        for place in (places[0], places[-1]):
            office(album, place)
        browser.close()
    sys.stdout.write("".join(f"{line}\n" for line in album.broken))
    sys.stdout.write(f"{len(list(folder.iterdir()))} 幅图在 {folder}\n")
    return 1 if album.broken else 0


def public(album: Album) -> None:
    for size, name in ((PHONE, "phone"), (DESK, "desk")):
        with album.page(size) as page:
            page.goto("/")
            album.take(page, f"start-{name}")
            for link in hrefs(page, "main a[href$='/results']"):
                page.goto(link)
                album.take(page, f"results-{link.split('/')[-2]}-{name}")


def citizen(album: Album) -> None:
    with album.page(PHONE) as page:
        page.goto("/")
        page.get_by_role("button", name="办一件事，去评价").first.click()
        album.take(page, "rate")
        page.get_by_text("大字版").first.click()
        album.take(page, "rate-large")
        page.get_by_role("button", name="非常不满意").first.click()
        album.take(page, "rate-bad")
    for button, name, size in (("办一件，看窗口评价器", "device", DESK), ("自助终端", "kiosk", KIOSK)):
        with album.page(size) as page:
            page.goto("/")
            page.get_by_role("button", name=button).first.click()
            album.take(page, name)


def office(album: Album, place: str) -> None:
    """Through every door that the role with the most doors has, and into the first ticket."""
    with album.page(DESK) as page:
        page.goto("/")
        roles = page.locator(f"form:has(input[name=slug][value={place}]) button[name=username]")
        role = (
            "operator"
            if roles.and_(page.locator("[value=operator]")).count()
            else str(roles.first.get_attribute("value"))
        )
        roles.and_(page.locator(f"[value={role}]")).click()
        for link in hrefs(page, "nav a[href*='/admin']"):
            page.goto(link)
            album.take(page, f"office-{place}-{link.rsplit('/', 1)[-1]}")
        page.goto(f"/t/{place}/admin/tickets?tab=all")
        if page.locator("a[data-row]").count():
            page.locator("a[data-row]").first.click()
            page.wait_for_load_state("networkidle")
            album.take(page, f"office-{place}-ticket")


def hrefs(page: Page, selector: str) -> list[str]:
    found = [link.get_attribute("href") for link in page.locator(selector).all()]
    return list(dict.fromkeys(each for each in found if each))


if __name__ == "__main__":
    sys.exit(main())
