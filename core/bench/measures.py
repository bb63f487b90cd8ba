"""What is measured, one function a figure; each leaves its yardstick beside it."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import httpx
import msgspec

from core import db, duties, people
from core.audit.model import SYSTEM
from core.bench import memory, plain
from core.bench.figures import Figure, Plain, quantile
from core.bench.lots import Lot, Lots
from core.bench.stage import Stage
from core.bench.wire import BenchFailed, Load, press
from core.people import NewMember

# Of a hundred ratings this many are bad: those bring a tag and open a ticket.
BAD_IN_100 = 2
BAD_TAG = 201
BULK_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything: ``seconds`` for each door, rows for each job."""

    seconds: float
    rate_at_most: int
    plain_each: int
    batches: int
    bulk: int
    defaults: int
    stock: int
    pages: int
    tickets: int
    morning: float
    pause: float
    tried: int
    crowd: int


FULL = Size(15, 1500, 4000, 400, 10_000, 50_000, 1_000_000, 40, 1_000_000, 60, 3.0, 1_000_000, 20_000)
QUICK = Size(3, 1500, 400, 40, 1_500, 3_000, 20_000, 10, 20_000, 5, 0.3, 20_000, 400)


@dataclass(frozen=True, slots=True)
class Bench:
    stage: Stage
    lots: Lots
    size: Size
    now: datetime


Measure = Callable[[Bench], Awaitable[Sequence[Figure]]]


async def ratings(bench: Bench, connections: int) -> Figure:
    """Everything a rating is: key, token, policy, identity, marks, receipt, count, tickets, wake-up."""
    most = int(bench.size.seconds * bench.size.rate_at_most)
    lot = await bench.lots.open(most, by_token=True)
    load = await press(bench.stage.door, _ratings(bench, lot), connections, bench.size.seconds)
    beside = await bench.lots.open(bench.size.plain_each)
    crowd = plain.clients(connections)
    alone, _ = plain.pgbench(bench.stage, "rating", connections, bench.size.plain_each // crowd, base=beside.first - 1)
    return _rate(
        f"ratings_{connections}", f"HTTP 评价，{connections} 个连接", load, Plain(f"pgbench，{crowd} 个连接", alone)
    )


async def events(bench: Bench, batch: int) -> Figure:
    """A case that ends, with an applicant nobody knows yet, and the invitation it opens."""
    connections = 8 if batch == 1 else 2
    load = await press(bench.stage.door, _events(bench, batch), connections, bench.size.seconds)
    each = max(4, bench.size.plain_each // batch // connections)
    numbers = bench.lots.number(each * connections * batch)
    alone, _ = plain.pgbench(bench.stage, "event", connections, each, base=numbers.first, size=batch)
    label = f"HTTP 服务事件，每次 {batch} 条，{connections} 个连接"
    beside = Plain(f"pgbench，每个事务 {batch} 条", alone * batch)
    return _rate(f"events_{batch}", label, load, beside, times=batch)


async def bulk(bench: Bench) -> Figure:
    """Ratings line by line, in one request."""
    lot = await bench.lots.open(bench.size.bulk, by_token=True)
    begun = time.perf_counter()
    async with httpx.AsyncClient(base_url=bench.stage.settings.public_url, timeout=600) as client:
        answer = await client.post(
            "/api/v1/ratings/bulk", content=_lines(bench, lot),
            headers={"Authorization": f"Bearer {bench.stage.door.key}", "Content-Type": "application/x-ndjson"},
        )  # fmt: skip
    took = time.perf_counter() - begun
    last = msgspec.json.decode(answer.text.splitlines()[-1])
    if last.get("accepted") != bench.size.bulk:
        raise BenchFailed(f"批量评价没有全部收下：{answer.text[-300:]}")
    alone = await plain.insert(bench.stage, await bench.lots.open(bench.size.bulk), plain.WHOLE)
    return Figure(
        "bulk_ratings", f"批量评价（NDJSON），{bench.size.bulk} 行", "行/秒", bench.size.bulk / took,
        Plain("每表一条 INSERT … SELECT", alone),
    )  # fmt: skip


async def defaults(bench: Bench) -> Figure:
    """The job that ends what nobody rated, chunk by committed chunk."""
    await bench.lots.due(bench.size.defaults)
    begun = time.perf_counter()
    await duties.silence(bench.stage.tenant, "", bench.now)
    took = time.perf_counter() - begun
    alone = await plain.insert(bench.stage, await bench.lots.due(bench.size.defaults), plain.SILENT)
    return Figure(
        "defaults", f"到期默认评价，{bench.size.defaults} 条", "条/秒", bench.size.defaults / took,
        Plain("每表一条 INSERT … SELECT", alone),
    )  # fmt: skip


async def pages(bench: Bench) -> Sequence[Figure]:
    """What people and programs read while a million ratings lie below."""
    slug = bench.stage.tenant.slug
    key = {"Authorization": f"Bearer {bench.stage.door.key}"}
    _, alone = plain.pgbench(bench.stage, "scores", 1, bench.size.pages)
    beside = Plain("同样的汇总一条 SELECT", alone)
    figures: list[Figure] = []
    async with httpx.AsyncClient(base_url=bench.stage.settings.public_url, timeout=60) as client:
        for name, label, path, headers in (
            ("results_page", "公众结果页", f"/t/{slug}/results", {}),
            ("scores_page", "后台得分页", f"/t/{slug}/admin/scores", {"Cookie": await _session(bench)}),
            ("scores_api", "接口得分，32 个机构", "/api/v1/scores?subject=institution", key),
            ("score_api", "接口得分，1 个区域", "/api/v1/scores?subject=region&code=city", key),
        ):
            took = await _visits(client, path, headers, bench.size.pages)
            half, most = quantile(took, 0.5), quantile(took, 0.95)
            told = f"{label}，{bench.size.stock:,} 条评价"
            figures.append(Figure(name, told, "毫秒", half, beside, p50_ms=half, p95_ms=most))
    return figures


async def footprint(bench: Bench) -> Sequence[Figure]:
    """What the programs hold when all is done."""
    held = memory.of_programs(bench.stage.servers.state.name)
    parts = "，".join(f"{name} {megabytes:.0f}" for name, megabytes in held.items())
    return (
        Figure(
            "memory", "网站、办理进程、数据库、缓存的内存", "MB", sum(held.values()), note=f"{parts}；共享的页只算一次"
        ),
    )


def _rate(name: str, label: str, load: Load, beside: Plain, times: int = 1) -> Figure:
    took = [each * 1000 for each in load.took]
    p50, p95 = quantile(took, 0.5), quantile(took, 0.95)
    return Figure(name, label, "条/秒", load.rate * times, beside, p50_ms=p50, p95_ms=p95)


def _ratings(bench: Bench, lot: Lot) -> Iterator[bytes]:
    for n, token in enumerate(lot.tokens(bench.stage.tenant.id)):
        body = msgspec.json.encode(_rating(n, token))
        yield bench.stage.door.post("/api/v1/ratings", body, f"Idempotency-Key: {lot.first + n}\r\n")


def _rating(n: int, token: str) -> dict[str, object]:
    if n % 100 < BAD_IN_100:
        return {"token": token, "grades": {"overall": 5, "staff": 1}, "tags": [], "text": "等了两个小时"}
    return {"token": token, "grades": {"overall": 5, "staff": 4}, "channel": "qr"}


def _events(bench: Bench, batch: int) -> Iterator[bytes]:
    while True:
        told = [_event(bench, n) for lot in [bench.lots.number(batch)] for n in range(lot.first, lot.last)]
        body = msgspec.json.encode(told if batch > 1 else told[0])
        yield bench.stage.door.post("/api/v1/service-events", body)


def _event(bench: Bench, n: int) -> dict[str, object]:
    applicant = {"name": "测速人", "phone": f"139{n % 10**8:08}"}
    return {
        "case": f"E{n}", "number": 1, "event": "closed", "at": bench.now.isoformat(), "item": "office-0-0-i0",
        "staff": "office-0-0-s0", "mode": "window", "applicant": applicant,
    }  # fmt: skip


async def _lines(bench: Bench, lot: Lot) -> AsyncIterator[bytes]:
    piece = b""
    for n, token in enumerate(lot.tokens(bench.stage.tenant.id)):
        piece += msgspec.json.encode(_rating(n, token)) + b"\n"
        if len(piece) > BULK_CHUNK:
            yield piece
            piece = b""
    yield piece


async def _session(bench: Bench) -> str:
    """A supervisor who is signed in."""
    tenant = bench.stage.tenant
    new = NewMember("bench", "测速员", "supervisor", "Speed-2026-only", institution="bureau")
    await people.add_member(tenant.id, new, by=SYSTEM, now=bench.now)
    async with db.as_tenant(tenant.id) as unit:
        (member,) = await people.members(unit)
        session = await people.open_session(unit, member.id, bench.now)
    return f"hcp-{tenant.slug}={session}"


async def _visits(client: httpx.AsyncClient, path: str, headers: dict[str, str], count: int) -> list[float]:
    took: list[float] = []
    for _ in range(count + 1):
        begun = time.perf_counter()
        answer = await client.get(path, headers=headers)
        took.append((time.perf_counter() - begun) * 1000)
        if answer.is_error:
            raise BenchFailed(f"{path} 应答 {answer.status_code}。")
    # The first visit fills caches and is nobody's usual one.
    return took[1:]
