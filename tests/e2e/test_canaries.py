"""Who rated is told nowhere: each role follows every link it is shown, and no page, part or file names the rater."""

import io
import re
import sys
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import unquote, urlsplit

import httpx
import pytest

from tests.e2e.pages import CITIZEN, OFFICE, ROUTES
from tests.e2e.world import PLATE, TEXT_PHONE, World
from tests.ports import loopback
from tests.web.office import CANARY, MEMBERS, Seat
from web.auth import PUBLIC

IDENTITY = (CANARY.name, CANARY.phone, CANARY.id_number)
WRITTEN = (PLATE, TEXT_PHONE)
# Where the rater's own words may be read, and by whom.
READERS = frozenset({"handler", "supervisor", "operator", "provincial"})
PLACES_OF_WORDS = ("/t/{slug}/admin/tickets", "/t/{slug}/admin/ratings", "/t/{slug}/admin/audits")
# Addresses that differ in their query alone: enough of them to meet every kind.
MOST_OF_ONE = 10
LOOK = re.compile(r"[?&](?:size|theme)=")
LINK = re.compile(r'(?:href|src|hx-get)="([^"#]*)|<form(?=[^>]*method="get")[^>]*action="([^"#]*)')
TARGET = re.compile(r'hx-target="#([\w-]+)"')
REFUSED = 400


@dataclass
class Crawl:
    """One visitor who opens whatever is shown to them, whole and in parts."""

    slug: str
    browser: httpx.AsyncClient
    role: str
    found: list[str] = field(default_factory=list[str])
    dead: list[str] = field(default_factory=list[str])
    seen: set[str] = field(default_factory=set[str])
    often: Counter[str] = field(default_factory=Counter[str])
    words: int = 0

    async def follow(self, start: list[str]) -> None:
        waiting = [(path, "") for path in start]
        while waiting:
            path, origin = waiting.pop()
            if path in self.seen or LOOK.search(path) or self.often[urlsplit(path).path] >= MOST_OF_ONE:
                continue
            self.seen.add(path)
            self.often[urlsplit(path).path] += 1
            waiting += await self.open(path, origin)

    async def open(self, path: str, origin: str) -> list[tuple[str, str]]:
        """What is shown there, each link with the page that shows it; a refusal sends one where it will."""
        answer = await self.browser.get(path)
        if answer.status_code >= REFUSED:
            # The page of the tests' own extra that fails on purpose says so, to whoever follows its tab.
            if origin and not path.endswith("/open_day/broken"):
                self.dead.append(f"{self.role}: {origin} leads to {path}, {answer.status_code}")
            return []
        self._judge(path, answer)
        for target in sorted(set(TARGET.findall(answer.text))) if _is_page(answer) else ():
            headers = {"hx-request": "true", "hx-request-type": "partial", "hx-target": f"#{target}"}
            self._judge(f"{path} #{target}", await self.browser.get(path, headers=headers))
        led = answer.headers.get("location", "").partition("#")[0]
        shown = [(led, ""), *((each, path) for each in _links(answer, path))]
        return [each for each in shown if each[0].startswith(f"/t/{self.slug}/")]

    def _judge(self, path: str, answer: httpx.Response) -> None:
        text = unquote(answer.headers.get("content-disposition", "")) + _text(answer)
        self.found += [f"{self.role}: {each} in {path}" for each in IDENTITY if each in text]
        written = [each for each in WRITTEN if each in text]
        self.words += len(written)
        if written and not (self.role in READERS and _template(path).startswith(PLACES_OF_WORDS)):
            self.found.append(f"{self.role}: {written} in {path}")


def _is_page(answer: httpx.Response) -> bool:
    return answer.headers.get("content-type", "").startswith("text/html")


def _links(answer: httpx.Response, path: str) -> list[str]:
    if not _is_page(answer):
        return []
    base = httpx.URL(f"http://h{path}")
    return [_own(base.join("".join(each).replace("&amp;", "&"))) for each in LINK.findall(answer.text) if any(each)]


def _own(url: httpx.URL) -> str:
    return url.raw_path.decode() if url.host == "h" else ""


def _text(answer: httpx.Response) -> str:
    """A sheet is a zip of XML: it is read as its reader would."""
    if not answer.content.startswith(b"PK"):
        return answer.content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(answer.content)) as opened:
        return " ".join(opened.read(name).decode("utf-8", "replace") for name in opened.namelist())


def _template(path: str) -> str:
    plain = urlsplit(path.partition(" ")[0]).path
    for route in ROUTES:
        pattern = re.sub(r"\{\w+(?::\w+)?\}", "[^/]+", route.template)
        if re.fullmatch(pattern, plain):
            return route.template
    return plain


def crawl_of(world: World, who: str) -> Crawl:
    member: Seat = world.seats[who]
    return Crawl(world.tenant.slug, member.browser, world.roles[who])


@pytest.mark.slow
@pytest.mark.parametrize("who", list(MEMBERS))
async def test_no_role_reads_who_rated_and_no_link_it_is_shown_is_closed(town: World, noon: datetime, who: str) -> None:
    crawl = crawl_of(town, who)
    start = [path for route in OFFICE if route.opens_to(crawl.role) for path in route.paths(town.known)]

    await crawl.follow(start)

    sys.stdout.write(f"{who}: {len(crawl.seen)} addresses, the rater's words {crawl.words} times\n")
    assert crawl.found == []
    assert not crawl.dead, "\n".join(crawl.dead)
    assert (crawl.words > 0) == (crawl.role in READERS)


async def test_the_public_reads_neither_who_rated_nor_their_words(address: str, town: World, noon: datetime) -> None:
    # A link and a receipt are their holder's own: what they wrote is theirs to read.
    public = [each for each in CITIZEN if each.permission == PUBLIC and not {"token", "code"} & _names(each.template)]
    async with loopback(address) as browser:
        crawl = Crawl(town.tenant.slug, browser, "public")
        await crawl.follow([path for route in public for path in route.paths(town.known)])

    assert crawl.found == []
    assert not crawl.dead, "\n".join(crawl.dead)


def _names(template: str) -> set[str]:
    return set(re.findall(r"\{(\w+)", template))


async def test_the_crawl_finds_what_is_planted_where_it_must_not_be(town: World, noon: datetime) -> None:
    crawl = crawl_of(town, "handler")
    crawl.role = "auditor"

    await crawl.open(town.at(f"/admin/tickets/{town.known['late']}"), "")

    assert any(PLATE in each for each in crawl.found)
