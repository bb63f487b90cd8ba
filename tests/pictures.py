"""The main pages of the running demo lie as small pictures in docs/pictures, and whoever broke one is told."""

import io
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from core import settings

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
PHONE, DESK, KIOSK = (390, 844), (1440, 900), (1080, 1400)
PLACE, PROVINCE, EXTRAS = "beijing", "province", "/extras"
COLOURS, HEAVIEST = 128, 150_000
PATIENCE = 90_000
Steps = Callable[[Page], None]


def first_row(page: Page) -> None:
    if page.locator("a[data-row]:visible").count():
        page.locator("a[data-row]:visible").first.click()
        page.wait_for_load_state("networkidle")


def pick_two(page: Page) -> None:
    for box in page.locator("tbody [data-pick]").all()[:3]:
        box.check()


def ask_palette(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("gongdan", delay=40)
    page.wait_for_timeout(600)


def why(page: Page) -> None:
    first_row(page)
    page.get_by_text("为什么是这一天").first.click()


def unfold(page: Page) -> None:
    page.locator("details summary").nth(1).click()


def of_proposal(tail: str) -> Steps:
    """A page of the place's first proposal."""

    def go(page: Page) -> None:
        found = str(page.locator("a[data-row]:visible").first.get_attribute("href"))
        page.goto(found.removesuffix("/diff") + tail)

    return go


def try_past(page: Page) -> None:
    """Last month, recomputed by the worker; a report that is there already is shown again."""
    of_proposal("/what-if")(page)
    if not page.locator("#runs a[data-row]").count():
        page.get_by_role("button", name="开始试算").click()
        page.wait_for_load_state("networkidle")
        page.goto(page.url.rpartition("/")[0])
    page.locator("#runs td .ln").first.wait_for(timeout=PATIENCE)
    page.goto(str(page.locator("#runs a[data-row]").first.get_attribute("href")))


@dataclass(frozen=True, slots=True)
class Shot:
    """``who`` is a role of the place, "" a citizen; ``steps`` are done before the picture is taken."""

    name: str
    who: str
    path: str
    size: tuple[int, int] = DESK
    theme: str = "light"
    letters: str = "standard"
    place: str = PLACE
    steps: Steps | None = None


SHOTS = (
    Shot("tickets-1440", "handler", "/tickets?tab=all", steps=first_row),
    Shot("tickets-dark-1440", "handler", "/tickets?tab=all", theme="dark", steps=first_row),
    Shot("tickets-large-1440", "handler", "/tickets?tab=all", letters="large"),
    Shot("tickets-390", "handler", "/tickets?tab=all", PHONE),
    Shot("bulk-1440", "handler", "/tickets?tab=all", steps=pick_two),
    Shot("why-1440", "handler", "/tickets?tab=all", steps=why),
    Shot("palette-1440", "handler", "/tickets?tab=all", steps=ask_palette),
    Shot("today-1440", "supervisor", "/today"),
    Shot("today-dark-390", "supervisor", "/today", PHONE, theme="dark"),
    Shot("appeals-1440", "supervisor", "/appeals"),
    Shot("mine-390", "clerk", "", PHONE),
    Shot("appeal-390", "clerk", "/tickets?tab=all", PHONE, steps=first_row),
    Shot("scores-1440", "supervisor", "/scores"),
    Shot("ratings-1440", "supervisor", "/ratings"),
    Shot("policy-1440", "operator", "/policy"),
    Shot("rules-1440", "operator", "/rules", steps=of_proposal("")),
    Shot("rule-table-1440", "operator", "/rules", steps=of_proposal("/keys/clocks")),
    Shot("rule-diff-1440", "supervisor", "/rules", steps=of_proposal("/diff")),
    Shot("what-if-1440", "operator", "/rules", steps=try_past),
    Shot("example-1440", "operator", "/examples", steps=first_row),
    Shot("matters-1440", "supervisor", f"{EXTRAS}/unresolvable_matters/matters", place="taian"),
    Shot("problems-1440", "supervisor", f"{EXTRAS}/experience_officers/problems", place="taian"),
    Shot("swap-1440", "supervisor", f"{EXTRAS}/role_swap_days/progress", place="taian"),
    Shot("survey-1440", "supervisor", f"{EXTRAS}/third_party_survey/results", place="taian"),
    Shot("degrees-1440", "supervisor", f"{EXTRAS}/five_degrees/degrees", place="jilin"),
    Shot("onboarding-1440", "operator", "/onboarding"),
    Shot("sheets-1440", "operator", "/channels"),
    Shot("atlas-1440", "provincial", "/province/atlas", place=PROVINCE),
    Shot("questions-1440", "operator", "/questions"),
    Shot("places-1440", "operator", "/places"),
    Shot("province-1440", "provincial", "/province", place=PROVINCE),
    Shot("members-1440", "security", "/members"),
    Shot("permissions-1440", "admin", "/permissions"),
    Shot("audit-1440", "auditor", "/audit?group=ticket", steps=unfold),
    Shot("seal-1440", "auditor", "/audit/seal"),
)  # fmt: skip


@dataclass
class Album:
    """``broken`` names what a page did that none should do."""

    browser: Browser
    address: str
    seats: Mapping[str, Any] = field(default_factory=dict[str, Any])
    broken: list[str] = field(default_factory=list[str])

    @contextmanager
    def page(self, size: tuple[int, int], cookies: list[Any] | None = None) -> Iterator[Page]:
        width, height = size
        context = self.browser.new_context(
            base_url=self.address, locale="zh-CN", timezone_id="Asia/Shanghai", reduced_motion="reduce",
            viewport={"width": width, "height": height},
        )  # fmt: skip
        context.add_cookies(cookies or [])
        page = context.new_page()
        page.on("response", lambda answer: self._judge(answer.status, answer.url))
        page.on("pageerror", lambda error: self.broken.append(f"{page.url}: {error}"))
        page.on(
            "console", lambda said: self.broken.append(f"{page.url}: {said.text}") if said.type == "error" else None
        )
        yield page
        context.close()

    def take(self, page: Page, name: str) -> None:
        """As few colours as a page of flat surfaces needs: the book is cloned by everybody."""
        taken = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        file = FOLDER / f"{name}.png"
        for colours in (COLOURS, COLOURS // 2, COLOURS // 4):
            taken.quantize(colours, dither=Image.Dither.NONE).save(file, optimize=True)
            if file.stat().st_size <= HEAVIEST:
                return
        self.broken.append(f"{name}: {file.stat().st_size} bytes")

    def _hear(self, url: str, kind: str, text: str) -> None:
        if kind == "error":
            self.broken.append(f"{url}: {text}")

    def _judge(self, status: int, url: str) -> None:
        if status >= httpx.codes.BAD_REQUEST:
            self.broken.append(f"{status} {url}")


def main(only: Sequence[str]) -> int:
    """All of them anew, or ``only`` those that are named."""
    told: dict[str, Any] = json.loads((settings.read().var / "demo.json").read_text("utf-8"))
    FOLDER.mkdir(exist_ok=True)
    for old in () if only else FOLDER.glob("*.png"):
        old.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        album = Album(browser, told["url"])
        if not only:
            citizen(album)
        known: dict[tuple[str, str], list[Any]] = {}
        for shot in [each for each in SHOTS if not only or each.name in only]:
            seat = (shot.place, shot.who)
            known[seat] = known.get(seat) or sign_in(album, *seat)
            office(album, shot, known[seat])
        browser.close()
    sys.stdout.write("".join(f"{line}\n" for line in album.broken))
    sys.stdout.write(f"{len(list(FOLDER.iterdir()))} 幅图在 {FOLDER}\n")
    return 1 if album.broken else 0


def sign_in(album: Album, place: str, role: str) -> list[Any]:
    """One click on the demo's front page; each seat is taken once."""
    with album.page(DESK) as page:
        page.goto("/")
        page.locator(f"form:has(input[name=slug][value={place}]) button[name=username][value={role}]").first.click()
        page.wait_for_load_state()
        return list(page.context.cookies())


def office(album: Album, shot: Shot, cookies: list[Any]) -> None:
    with album.page(shot.size, cookies) as page:
        joint = "&" if "?" in shot.path else "?"
        page.goto(f"/t/{shot.place}/admin{shot.path}{joint}theme={shot.theme}&size={shot.letters}")
        if shot.steps:
            shot.steps(page)
        page.wait_for_timeout(200)
        album.take(page, shot.name)


def citizen(album: Album) -> None:
    with album.page(PHONE) as page:
        page.goto("/")
        page.get_by_role("button", name="办一件事，去评价").first.click()
        page.wait_for_load_state()
        album.take(page, "rate-390")
        page.get_by_text("大字版").first.click()
        page.wait_for_load_state()
        album.take(page, "rate-large-390")
        page.get_by_role("button", name="非常不满意").first.click()
        page.wait_for_load_state()
        album.take(page, "reasons-390")
    with album.page(PHONE) as page:
        page.goto("/t/taian/x/unresolvable_matters/matter")
        album.take(page, "matter-390")
    with album.page(DESK) as page:
        page.goto(f"/t/{PLACE}/results")
        album.take(page, "results-1440")
    with album.page(KIOSK) as page:
        page.goto("/")
        page.get_by_role("button", name="办一件，看窗口评价器").first.click()
        page.wait_for_load_state()
        album.take(page, "device-1080")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
