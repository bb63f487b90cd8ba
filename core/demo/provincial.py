"""The demo's province has heard from its cities, asks them for last month's figures, and offers them a baseline."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog

from core import db, duties, people, tenants
from core.audit.model import SYSTEM, Actor
from core.baseline import actions as baseline
from core.baseline.actions import Wanted as Rules
from core.clock import SHANGHAI
from core.errors import NotFound
from core.policy.model import Override
from core.publication import jobs as publishing
from core.publication.decide import digest, first_of_month
from core.rounds import actions as rounds
from core.rounds.model import FIGURES, Asked, Wanted
from core.tenants import Listed, Tenant

SLUG = "province"
DOCUMENT = "示范省政务函〔2026〕1号"
RULES = (
    Override("public_min", 10, "第三条", document=DOCUMENT), Override("min_sample", 30, "第四条", document=DOCUMENT),
    Override("bulletin", "quarterly", "第五条", document=DOCUMENT),
)  # fmt: skip
LETS = ("public_min", "min_sample", "bulletin")
REMARK = "差评整改率与工单系统不一致，请核对后再报。"
log = structlog.get_logger(__name__)


async def take_part(now: datetime) -> None:
    """Once: whoever has asked for figures before has lived through this already."""
    try:
        province = await tenants.by_slug(SLUG)
    except NotFound:
        return
    cities = await tenants.below(province.id)
    for each in cities:
        await publishing.publish(await tenants.by_id(each.id), "", now)
        await _carried(await tenants.by_id(each.id), now)
    async with db.as_tenant(province.id) as unit:
        if not cities or await rounds.listing(unit):
            return
    by = await _actor(province, "provincial")
    await _ask(province, cities, by, now)
    await tenants.override(province.id, RULES, by=SYSTEM, now=now)
    wanted = Rules("全省统一评价规则（示范）", DOCUMENT, now.astimezone(SHANGHAI).date(), LETS, "请各地于年内采用。")
    told = [each.id for each in cities]
    await baseline.publish(await tenants.by_id(province.id), wanted, told, by=by, now=now)
    await _carried(province, now)
    log.info("demo-province", cities=len(cities))


async def _ask(province: Tenant, cities: Sequence[Listed], by: Actor, now: datetime) -> None:
    """One city has reported and one has been sent back to look again; the others are still to be heard of."""
    today = now.astimezone(SHANGHAI).date()
    until = first_of_month(today) - timedelta(days=1)
    wanted = Wanted(
        f"{until.year}年{until.month}月评价情况", "", first_of_month(until), until, today + timedelta(days=10), 3,
        tuple(FIGURES),
    )  # fmt: skip
    async with db.as_tenant(province.id) as unit:
        asked = [Asked(each.id, each.slug, each.short or each.name) for each in cities]
        made = await rounds.open_round(unit, wanted, asked, by=by, now=now)
    await _carried(province, now)
    for listed in cities[:2]:
        city = await tenants.by_id(listed.id)
        operator = await _actor(city, "operator")
        async with db.as_tenant(city.id, patience=60) as unit:
            figures = await rounds.figures_of(unit, city, await rounds.one(unit, made), now)
            await rounds.submit(unit, city, made, seen=digest(figures), note="", by=operator, now=now)
        await _carried(city, now)
    for listed in cities[1:2]:
        async with db.as_tenant(province.id) as unit:
            await rounds.settle(unit, made, listed.id, 1, accept=False, comment=REMARK, by=by, now=now)
    await _carried(province, now)


async def _carried(sender: Tenant, now: datetime) -> None:
    """What waits is brought at once; the worker, which brings it again, changes nothing by it."""
    async with db.as_tenant(sender.id) as unit:
        rows: Sequence[Mapping[str, Any]] = await unit.fetch(
            "SELECT id, kind, payload FROM outbox WHERE tenant_id = $1 AND state = 'waiting' ORDER BY created_at, id",
            sender.id,
        )  # fmt: skip
    for row in rows:
        if row["kind"] in duties.COURIERS:
            await duties.COURIERS[row["kind"]](sender, row["id"], row["payload"], now)


async def _actor(tenant: Tenant, role: str) -> Actor:
    async with db.as_tenant(tenant.id) as unit:
        return next(each.actor for each in await people.members(unit) if each.role == role)
