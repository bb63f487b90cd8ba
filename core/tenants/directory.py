"""A tenant in memory is at most two seconds behind what its operators last decided."""

import hashlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from core import db
from core.errors import Conflict, NotFound
from core.policy.baseline import Baseline, adopted, stored
from core.policy.calendar import Calendar, YearNotice
from core.policy.model import DatedAnswer, Override
from core.policy.own import OwnQuestion, Paper
from core.policy.questions import Suggestion
from core.tenants.model import Brand, State, Tenant

Q = db.queries(__file__)

FRESH_SECONDS = 2.0
LARGEST = 512
Stamp = tuple[int, int, str, bool]


@dataclass(slots=True)
class _Known:
    tenant: Tenant
    stamp: Stamp
    checked: float


@dataclass(frozen=True, slots=True)
class Listed:
    """A tenant as the directory shows it to everybody."""

    id: int
    slug: str
    name: str
    short: str
    host: str | None
    stack: Sequence[str]
    province: bool
    live: bool
    demo: bool
    parent: int | None = None
    state: State = "founding"
    division: str = ""
    testing: bool = True


_known: dict[int, _Known] = {}
_slugs: dict[str, int] = {}
_hosts: dict[str, int] = {}


async def by_id(tenant_id: int) -> Tenant:
    known = _known.get(tenant_id)
    if known is None:
        return await _load(tenant_id)
    if time.monotonic() - known.checked > FRESH_SECONDS:
        async with db.as_tenant(tenant_id) as unit:
            row = await unit.fetchrow(Q.stamp, tenant_id)
        if row is None or _stamp(row) != known.stamp:
            return await _load(tenant_id)
        known.checked = time.monotonic()
    return known.tenant


async def by_slug(slug: str) -> Tenant:
    return await by_id(await _found(_slugs, Q.by_slug, slug))


async def by_host(host: str) -> Tenant:
    return await by_id(await _found(_hosts, Q.by_host, host))


def forget(tenant_id: int) -> None:
    """The next who asks reads it anew. Other processes notice by the revision."""
    _known.pop(tenant_id, None)
    for names in (_slugs, _hosts):
        for name in [name for name, each in names.items() if each == tenant_id]:
            del names[name]


def lend(tenant: Tenant) -> None:
    """A throw-away tenant is in this process what it is said to be here, for as long as it stands unchanged."""
    if tenant.id >= 0 or tenant.id not in _known:
        raise Conflict("只有临时的地区可以借用别处的规则。")
    _known[tenant.id].tenant = tenant


async def listing() -> tuple[Listed, ...]:
    async with db.as_system() as unit:
        rows = await unit.fetch(Q.directory)
    return tuple(Listed(**row) for row in rows)


async def below(province: int) -> tuple[Listed, ...]:
    """The cities of a province, by the directory: no secret of theirs is opened for it."""
    async with db.as_system() as unit:
        rows = await unit.fetch(Q.below, province)
    return tuple(Listed(**row) for row in rows)


async def _found(names: dict[str, int], query: str, name: str) -> int:
    if name not in names:
        async with db.as_system() as unit:
            found = await unit.fetchval(query, db.clean_text(name))
        if found is None:
            raise NotFound("没有这个地区的入口，请核对网址。")
        names[name] = found
    return names[name]


async def read(unit: db.Unit, tenant_id: int) -> Tenant:
    """As it stands in this transaction, whatever is kept in memory."""
    row = await unit.fetchrow(Q.tenant, tenant_id)
    if row is None:
        raise NotFound("没有这个地区，请核对网址或密钥。")
    return await _read(unit, row)


async def _load(tenant_id: int) -> Tenant:
    forget(tenant_id)
    async with db.as_tenant(tenant_id) as unit:
        row = await unit.fetchrow(Q.tenant, tenant_id)
        if row is None:
            raise NotFound("没有这个地区，请核对网址或密钥。")
        tenant = await _read(unit, row)
    if len(_known) >= LARGEST:
        _known.clear()
    _known[tenant_id] = _Known(tenant, _stamp(row), time.monotonic())
    return tenant


def _stamp(row: db.Row) -> Stamp:
    return row["revision"], row["notices"], row["state"], row["testing"]


async def _read(unit: db.Unit, row: db.Row) -> Tenant:
    answers = await unit.fetch(Q.answers, row["id"])
    overrides = await unit.fetch(Q.overrides, row["id"])
    return Tenant(
        id=row["id"],
        slug=row["slug"],
        name=row["name"],
        short=row["short"],
        stack=tuple(row["stack"]),
        answers={each["question"]: each["value"] for each in answers},
        overrides=tuple(_override(each) for each in overrides),
        calendar=await _calendar(unit, row["id"]),
        revision=row["revision"],
        live=row["live"],
        demo=row["demo"],
        timeless=row["timeless"],
        province=row["province"],
        host=row["host"],
        state=row["state"],
        division=row["division"],
        testing=row["testing"],
        leaves_at=row["leaves_at"],
        parent=row["parent"],
        live_since=row["live_since"],
        dated=tuple(DatedAnswer(**each) for each in await unit.fetch(Q.dated_answers, row["id"])),
        papers=tuple(Paper(str(each["id"]), each["title"], each["number"], each["issued"])
                     for each in await unit.fetch(Q.papers, row["id"])),
        asks=tuple(_own_question(each) for each in await unit.fetch(Q.own_questions, row["id"])),
        brand=await _brand(unit),
        **await _baseline(unit, row),
    )  # fmt: skip


async def _baseline(unit: db.Unit, row: db.Row) -> Mapping[str, Any]:
    """What of its province's rules it has adopted, and since when."""
    steps = [(each["version"], each["since"]) for each in await unit.fetch(Q.adopted, row["id"])]
    if not steps or row["parent"] is None:
        return {}
    every = await baselines(unit, row["parent"])
    lets = {each.version: frozenset(each.lets) for each in every}
    return {
        "baseline": adopted(steps, every), "baseline_version": steps[-1][0],
        "lets": tuple((since, lets.get(version, frozenset[str]())) for version, since in steps),
    }  # fmt: skip


async def baselines(unit: db.Unit, province: int) -> tuple[Baseline, ...]:
    """Every version that a province has published: they are read by everybody."""
    rows = await unit.fetch(Q.baselines, province)
    return tuple(
        Baseline(row["version"], row["title"], row["document"], tuple(stored(each) for each in row["overrides"]),
                 tuple(row["lets"])) for row in rows
    )  # fmt: skip


async def _brand(unit: db.Unit) -> Brand:
    row = await unit.fetchrow(Q.brand, unit.tenant)
    return Brand(*row.values()) if row else Brand()


def _override(row: db.Row) -> Override:
    return Override(
        row["key"], row["value"], row["clause"], row["since"], row["until"], row["author"], row["document"]
    )  # fmt: skip


def _own_question(row: db.Row) -> OwnQuestion:
    suggestions = tuple(Suggestion(**each) for each in row["suggestions"])
    return OwnQuestion(row["id"], row["key"], row["clause"], row["text"], suggestions, row["document"])


async def _calendar(unit: db.Unit, tenant_id: int) -> Calendar:
    notices = await unit.fetch(Q.notices, tenant_id)
    days = await unit.fetch(Q.days, tenant_id)
    overlay: Mapping[date, Any] = {row["day"]: row["kind"] for row in days}
    labels = {row["day"]: row["label"] for row in days if row["label"]}
    return Calendar({row["year"]: _year(row) for row in notices}, overlay, _version(notices, days), labels)


def _year(row: db.Row) -> YearNotice:
    names = {date.fromisoformat(day): name for day, name in row["names"].items()}
    return YearNotice(frozenset(row["off"]), frozenset(row["work"]), row["version"], names)


def _version(notices: Sequence[db.Row], days: Sequence[db.Row]) -> str:
    """Another day anywhere is another version, another name is none: clocks keep the one they were counted by."""
    years = [(row["year"], row["version"], row["off"], row["work"]) for row in notices]
    text = repr((years, [(row["day"], row["kind"]) for row in days]))
    return hashlib.sha256(text.encode()).hexdigest()[:12]
