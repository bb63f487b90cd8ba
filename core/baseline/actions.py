"""Publishing a version is for good; adopting one is a proposal of the city, which somebody else approves."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from core import db, stack, tenants
from core.audit import actions as audit
from core.audit.model import Actor
from core.baseline import decide
from core.baseline.decide import ADOPT, CHOICES, Line
from core.errors import Invalid, NotFound
from core.notify import actions as notify
from core.outbox import actions as outbox
from core.outbox.jobs import Courier
from core.policy import keys
from core.policy.baseline import in_force, plain
from core.policy.compile import standing
from core.policy.model import INHERIT
from core.proposals import actions as proposals
from core.proposals.lint import Fault, lint
from core.proposals.model import Change, Proposal
from core.publication.decide import digest
from core.tenants.model import Tenant

Q = db.queries(__file__)
TOLD = "baseline"
LONGEST_TITLE, LONGEST_NOTE = 100, 1000


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it was published, word for word."""

    version: int
    title: str
    document: str
    since: date
    overrides: Sequence[Mapping[str, Any]]
    lets: Sequence[str]
    note: str
    digest: str
    published_by: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class Step:
    version: int
    since: date
    proposal_id: UUID | None
    adopted_at: datetime


@dataclass(frozen=True, slots=True)
class Wanted:
    """A version as the form has it; the rules are those of the province itself on ``since``."""

    title: str
    document: str
    since: date
    lets: tuple[str, ...]
    note: str = ""


async def versions(unit: db.Unit, province: int) -> tuple[Version, ...]:
    """The newest first."""
    return tuple(Version(**row) for row in await unit.fetch(Q.versions, province))


async def one(unit: db.Unit, province: int, version: int) -> Version:
    found = next((each for each in await versions(unit, province) if each.version == version), None)
    if found is None:
        raise NotFound("没有这一版省级基线。")
    return found


async def adoptions(unit: db.Unit) -> tuple[Step, ...]:
    return tuple(Step(**row) for row in await unit.fetch(Q.adoptions, unit.tenant))


def rules_of(province: Tenant, since: date) -> tuple[Mapping[str, Any], ...]:
    """The province's own approved rules as they stand on that day."""
    return tuple(plain(each) for each in standing(keys.heard(province.overrides), since))


async def publish(province: Tenant, wanted: Wanted, cities: Iterable[int], *, by: Actor, now: datetime) -> int:
    """The number of the new version; every city is told by the outbox, and nobody has to take it."""
    _refuse(province, wanted)
    rules, lets = rules_of(province, wanted.since), sorted(wanted.lets)
    sealed = digest({"rules": list(rules), "lets": lets, "document": wanted.document})
    async with db.as_tenant(province.id) as unit:
        await unit.execute(Q.lock, unit.tenant)
        known = await versions(unit, province.id)
        if known and known[0].digest == sealed:
            raise Invalid(f"与第 {known[0].version} 版完全相同，不需要再发布。", field="since")
        version = known[0].version + 1 if known else 1
        said = (wanted.title, wanted.document, wanted.since, list(rules), lets, wanted.note, sealed, str(by), now)
        await unit.execute(Q.publish, unit.tenant, version, *said)
        told = {
            "version": version,
            "title": wanted.title,
            "document": wanted.document,
            "digest": sealed,
            "rows": len(rules),
        }
        await audit.write(unit, by, "baseline.publish", "baseline", version, None, told, now)
        for city in cities:
            await outbox.post(unit, TOLD, {"to": city, "version": version, "title": wanted.title}, now)
    return version


def _refuse(province: Tenant, wanted: Wanted) -> None:
    if not province.province:
        raise Invalid("只有省级平台发布基线。", field="title")
    if not wanted.title or len(wanted.title) > LONGEST_TITLE:
        raise Invalid(f"请写基线的名称，不超过 {LONGEST_TITLE} 字。", field="title")
    if not wanted.document:
        raise Invalid("请写发布依据的文件名称或文号，各市要据此引用。", field="document")
    if not rules_of(province, wanted.since):
        raise Invalid("这一天省级没有已批准的规则。请先起草规则并由他人批准，再发布。", field="since")
    unknown = [each for each in wanted.lets if each not in keys.ALL]
    if unknown:
        raise Invalid(f"没有名为“{unknown[0]}”的规则项。", field="lets")


@dataclass(frozen=True, slots=True)
class Offer:
    """A version beside what a city stands on; ``faults`` are what the city could not keep under it."""

    version: Version
    before: int | None
    lines: tuple[Line, ...]
    faults: Mapping[str, Fault]

    def asks(self, line: Line) -> bool:
        """Whether somebody must choose: where both have spoken, and where the city may not keep what it has."""
        return line.outcome == "conflict" or (line.outcome == "kept" and line.key in self.faults)

    @property
    def asked(self) -> tuple[Line, ...]:
        return tuple(each for each in self.lines if self.asks(each))


async def offer(tenant: Tenant, version: int, since: date) -> Offer:
    """What taking it over from that day would mean, key by key."""
    if tenant.parent is None:
        raise NotFound("本地没有省级平台，没有基线可以采用。")
    async with db.as_tenant(tenant.id) as unit:
        found = await one(unit, tenant.parent, version)
        every = await tenants.baselines(unit, tenant.parent)
    chosen = next(each for each in every if each.version == version)
    rules = in_force(chosen, since, every)
    bare = replace(tenant, overrides=(), revision=-1)
    after = replace(bare, baseline=(*tenant.baseline, *rules), revision=-2)
    lines = decide.merged(
        stack.policy(bare, since), stack.policy(after, since), stack.policy(tenant, since),
        decide.spoken(keys.heard(tenant.overrides), since),
    )  # fmt: skip
    kept = Proposal(
        UUID(int=0), "", since, "open", 1, baseline_version=version, baseline=rules,
        baseline_lets=frozenset(chosen.lets),
    )  # fmt: skip
    faults = {each.key: each for each in lint(tenant, kept) if each.hard}
    return Offer(found, tenant.baseline_version, lines, faults)


async def adopt(
    tenant: Tenant, version: int, since: date, choices: Mapping[str, str], *, by: Actor, now: datetime
) -> Proposal:
    """Writes the merge down as a proposal; where the city's own rule conflicts, somebody must have chosen."""
    offered = await offer(tenant, version, since)
    for each in offered.asked:
        if choices.get(each.key) not in CHOICES:
            raise Invalid(f"“{each.label}”省和市的规定不同，请选一个。", field=f"choice-{each.key}")
        if choices[each.key] != ADOPT and each.key in offered.faults:
            raise Invalid(f"不能保留：{offered.faults[each.key].text}", field=f"choice-{each.key}")
    given_up = [
        Change(each.key, INHERIT, _clause(each)) for each in offered.asked if choices[each.key] == ADOPT
    ]  # fmt: skip
    return await proposals.stand_on(tenant, since, version, given_up, by=by, now=now)


def _clause(line: Line) -> str:
    """By which the city gives its own rule up: the province's, or its own where the province says nothing."""
    said = line.after.clause or (line.own.clause if line.own else "")
    return said.partition("、")[0]


async def _told(_province: Tenant, _message: UUID, payload: Mapping[str, Any], now: datetime) -> None:
    async with db.as_tenant(payload["to"]) as unit:
        about, link = f"第 {payload['version']} 版：{payload['title']}", f"/baseline/{payload['version']}"
        once = f"baseline:{payload['version']}"
        await notify.tell(unit, "role:operator", "baseline", about, link, now, once=once)


COURIERS: Mapping[str, Courier] = {TOLD: _told}
