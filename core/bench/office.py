"""An office that has been at work for years: tickets by the million, and sixteen people at their desks."""

import asyncio
import random
import re
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeAlias

import httpx

from core import db, people
from core.audit.model import SYSTEM
from core.bench import plain
from core.bench.figures import Figure, Plain, quantile
from core.bench.lots import AT_ONCE, Lots
from core.bench.stage import Stage
from core.bench.wire import BenchFailed, Door, answer
from core.people import NewMember
from core.people.members import Role

Q = db.Queries(Path(__file__).with_name("office.sql"))
STEPS = ("lay_said", "lay_grades", "lay_tickets", "lay_acts", "lay_told")
Visit: TypeAlias = Literal["list", "filtered", "search", "ticket"]
# Of twenty pages of a morning: the list and its next pages, with filters, what is looked for, and what is opened.
MORNING: Mapping[Visit, int] = {"list": 7, "filtered": 5, "search": 2, "ticket": 6}
NAMES: Mapping[Visit, str] = {
    "list": "列表页",
    "filtered": "带筛选与排序的列表页",
    "search": "搜索",
    "ticket": "工单页",
}
SAID = ("窗口态度", "排队两个", "反复补正", "说法前后", "网上办不成", "希望回复", "态度冷淡请")
STATES = ("open", "verified", "rectifying", "closed", "rejected", "answered", "auditing")
TABS = ("mine", "today", "over", "audit", "all", "all")
SORTS = ("due", "newest", "oldest", "grade", "handler")
NUMBER = re.compile(rb"\b\d{4}-\d{7}\b")
NEXT = re.compile(rb"after=(\d{4}-\d{7})")
HANDLERS, SUPERVISORS, CLERKS = 8, 4, 4
PEOPLE = HANDLERS + SUPERVISORS + CLERKS


@dataclass(slots=True)
class Desk:
    """Somebody at work; ``numbers`` are the tickets of the last list they saw."""

    cookie: str
    luck: random.Random
    office: str
    numbers: list[str] = field(default_factory=list[str])
    after: str = ""


async def lay(stage: Stage, lots: Lots, count: int) -> None:
    """Tickets of four months, one for each of so many bad ratings."""
    owner = stage.owner
    await owner.execute("SET maintenance_work_mem = '512MB'; SET work_mem = '128MB'")
    made = await owner.fetch(Q.indexes)
    for row in made:
        drop = (
            f"ALTER TABLE {row['held']} DROP CONSTRAINT {row['conname']}"
            if row["conname"]
            else f"DROP INDEX {row['name']}"
        )
        await owner.execute(drop)
    for start in range(0, count, AT_ONCE):
        size = min(AT_ONCE, count - start)
        await lots.bad(size, (start / count, (start + size) / count))
        await owner.execute(Q.draw_tickets)
        for step in STEPS:
            await owner.execute(getattr(Q, step))
        await owner.execute(Q.lay_clocks, lots.now)
        await owner.execute("ANALYZE bad_lot, ticket, clock, notice, appeal, staff")
        await owner.execute(Q.lay_seats)
        await owner.execute(Q.lay_words)
        await owner.execute(Q.drawn)
    for row in made:
        await owner.execute(row["made"])
        if row["conname"]:
            await owner.execute(f"ALTER TABLE {row['held']} ADD PRIMARY KEY USING INDEX {row['name']}")
    await owner.execute("VACUUM ANALYZE")


async def desks(stage: Stage, now: Any) -> list[Desk]:
    """Handlers of different offices, supervisors who see all, and people who were rated."""
    wanted: list[tuple[Role, str, str | None]] = [
        *(("handler", f"office-{n}-{n % 4}", None) for n in range(HANDLERS)),
        *(("supervisor", "bureau", None) for _ in range(SUPERVISORS)),
        *(("clerk", f"office-{n}-0", f"office-{n}-0-s0") for n in range(CLERKS)),
    ]
    made: list[Desk] = []
    for n, (role, office, staff) in enumerate(wanted):
        new = NewMember(f"desk{n}", f"测速员{n}", role, "Bench-2026-only", institution=office, staff=staff)
        member = await people.add_member(stage.tenant.id, new, by=SYSTEM, now=now)
        async with db.as_tenant(stage.tenant.id) as unit:
            session = await people.open_session(unit, member, now)
        # Chance, not a secret; the same in every run.
        made.append(Desk(f"hcp-{stage.tenant.slug}={session}", random.Random(n), office))  # noqa: S311
    return made


async def morning(stage: Stage, at: Sequence[Desk], seconds: float, pause: float) -> dict[Visit, list[float]]:
    """Milliseconds of every page that these people ask for, each of them one after the other."""
    took: dict[Visit, list[float]] = defaultdict(list)
    until = time.perf_counter() + seconds
    await asyncio.gather(*(_works(stage, desk, until, pause, took) for desk in at))
    return took


async def _works(stage: Stage, desk: Desk, until: float, pause: float, took: dict[Visit, list[float]]) -> None:
    await asyncio.sleep(desk.luck.random() * pause)
    while time.perf_counter() < until:
        (visit,) = desk.luck.choices(list(MORNING), list(MORNING.values()))
        path = f"/t/{stage.tenant.slug}/admin/tickets{_path(desk, visit)}"
        begun = time.perf_counter()
        page = await _opened(stage.door, path, desk.cookie)
        took[visit].append((time.perf_counter() - begun) * 1000)
        if visit != "ticket":
            _reads(desk, page)
        await asyncio.sleep(desk.luck.expovariate(1 / pause) if pause else 0)


async def _opened(door: Door, path: str, cookie: str) -> bytes:
    """By a connection of its own: who has read for a while finds the last one closed."""
    reader, writer = await asyncio.open_connection(door.host, door.port)
    try:
        writer.write(_get(door, path, cookie))
        return await answer(reader)
    finally:
        writer.close()


def _path(desk: Desk, visit: Visit) -> str:
    luck = desk.luck
    if visit == "ticket" and desk.numbers:
        return f"/{luck.choice(desk.numbers)}"
    if visit == "search":
        looked = (luck.choice(SAID), f"{luck.randrange(100_000):05}", f"第{luck.randrange(100_000)}号", "shixiang1")
        return f"?tab=all&q={luck.choice(looked)}"
    if visit == "filtered":
        more = f"&handler={desk.office}" if luck.random() < 0.3 else ""  # noqa: PLR2004 - a third
        return f"?tab=all&state={luck.choice(STATES)}&grade={luck.randint(1, 2)}&sort={luck.choice(SORTS)}{more}"
    further = f"&after={desk.after}" if desk.after and luck.random() < 0.4 else ""  # noqa: PLR2004 - two in five
    return f"?tab={luck.choice(TABS)}{further}"


def _reads(desk: Desk, page: bytes) -> None:
    desk.numbers = [each.decode() for each in dict.fromkeys(NUMBER.findall(page))]
    found = NEXT.search(page)
    desk.after = found[1].decode() if found else ""


def _get(door: Door, path: str, cookie: str) -> bytes:
    asked = httpx.URL(path).raw_path.decode()
    return f"GET {asked} HTTP/1.1\r\nHost: {door.host}:{door.port}\r\nCookie: {cookie}\r\n\r\n".encode()


async def first_load(stage: Stage, cookie: str) -> tuple[int, str]:
    """Bytes of all that the first list page of a day needs, as a browser takes it, and of what they are."""
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip"}
    async with httpx.AsyncClient(base_url=stage.settings.public_url, timeout=60, headers=headers) as client:
        page = await client.get(f"/t/{stage.tenant.slug}/admin/tickets")
        files = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
        answers = [page, *[await client.get(each) for each in dict.fromkeys(files)]]
    if any(each.is_error for each in answers):
        raise BenchFailed("首次打开列表页时有文件没有取到。")
    return sum(
        each.num_bytes_downloaded for each in answers
    ), f"{len(answers)} 个文件，页面 {page.num_bytes_downloaded:,} 字节"


def figures(stage: Stage, took: dict[Visit, list[float]], how: str, name: str, each: int) -> list[Figure]:
    found: list[Figure] = []
    for visit, label in NAMES.items():
        measured = took[visit]
        if not measured:
            raise BenchFailed(f"没有打开过{label}。")
        _, alone = plain.pgbench(stage, f"office_{visit}", PEOPLE, each)
        p50, p95 = quantile(measured, 0.5), quantile(measured, 0.95)
        beside = Plain("同样的行一条 SELECT，pgbench 16 个连接", alone)
        found.append(Figure(
            f"office_{visit}_{name}", f"后台{label}，{how}", "毫秒", p50, beside, p50_ms=p50, p95_ms=p95,
            note=f"{len(measured)} 次",
        ))  # fmt: skip
    return found
