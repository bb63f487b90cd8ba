"""The demo's operators have been at work on the rules: a proposal, examples, a questionnaire, colours of their own."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import structlog

from core import db, people, stack, tenants
from core.audit.model import SYSTEM, Actor
from core.brand import actions as brand
from core.brand.actions import Wanted as Look
from core.clock import SHANGHAI
from core.examples import actions as examples
from core.people import Member
from core.policy import keys
from core.policy.model import Override
from core.proposals import actions as proposals
from core.proposals.model import Change
from core.publication.decide import first_of_month
from core.scenarios import jobs
from core.scenarios.language import load
from core.scenarios.writing import plain
from core.tenants import Tenant, own

EXAMPLES: Final = Path(__file__).with_name("examples")
PAPER, NUMBER, ISSUED_BEFORE = "政务服务差评整改提速方案（示范）", "示政务发〔2026〕12号", timedelta(days=12)
RECTIFIED_WITHIN: Final = "5d"
REMARK: Final = "七日改五日已和各承办单位对过：近三个月按期整改的，多数在四日内办完。请核对方案第三条。"
FORM: Final = (
    {"code": "steps", "label": "办事程序是否便利", "kind": "scale-5", "required": True, "low": "很不方便",
     "high": "很方便"},
    {"code": "heard", "label": "从哪里知道这项服务", "kind": "multiple", "choices": ["大厅", "网站", "熟人介绍"]},
    {"code": "idea", "label": "您希望哪里改进", "kind": "text"},
)  # fmt: skip
LIGHT, DARK = "#0b6e4f", "#5fd0a5"
log = structlog.get_logger(__name__)


async def begin(cities: Sequence[Tenant], now: datetime) -> None:
    """One city writes new rules, another asks more than a grade, a third has its own colours; once each."""
    for city, step in zip(cities, (_propose, _ask, _paint), strict=False):
        await step(city, now)


async def _propose(city: Tenant, now: datetime) -> None:
    operator = await _operator(city)
    by = operator.actor
    async with db.as_tenant(city.id) as unit:
        if any(each.changes for each in await proposals.listing(unit)):
            return
        if not await examples.listing(unit):
            for file in sorted(EXAMPLES.glob("*.toml")):
                body = plain(load(file.read_bytes()))
                await examples.add(unit, body, "", by=by, name=operator.name, now=now)
    city = await _cited(city, by, now)
    since = first_of_month(first_of_month(now.astimezone(SHANGHAI).date()) + timedelta(days=31))
    known = await proposals.begin(city, since, title="整改提速", by=by, now=now)
    changes = _changes(city, now)
    known, refused = await proposals.fill(city, known.id, changes, version=known.version, by=by, now=now)
    await proposals.comment(city, known.id, REMARK, key=keys.clocks.name, by=by, now=now)
    async with db.as_tenant(city.id) as unit:
        await jobs.ask(unit, city, jobs.Wanted("own"), by=by, name=operator.name, now=now)
    log.info("demo-proposal", tenant=city.slug, changes=len(known.changes), refused=[str(why) for _, why in refused])


def _changes(city: Tenant, now: datetime) -> tuple[Change, ...]:
    """Rectified sooner, and whoever has not rated is reminded once."""
    policy = stack.policy(city, now.astimezone(SHANGHAI).date())
    clocks: list[dict[str, Any]] = keys.dump(keys.clocks, policy[keys.clocks] or ())
    sooner = [
        {**row, "within": RECTIFIED_WITHIN, "clause": "第三条"} if row["clock"] == "rectify" else row for row in clocks
    ]
    return (
        Change(keys.clocks.name, sooner, "第三条", document=NUMBER),
        Change(keys.remind_after.name, ["48h"], "第五条", document=NUMBER),
        Change(keys.remind_by.name, ["sms"], "第五条", document=NUMBER),
    )


async def _ask(city: Tenant, now: datetime) -> None:
    """In force from the beginning; a city whose regulation asks something keeps its own questions."""
    if stack.policy(city, now.astimezone(SHANGHAI).date())[keys.questionnaire]:
        return
    rule = Override(keys.questionnaire.name, [{"fields": list(FORM)}], "第七条", document=NUMBER)
    await _cited(city, SYSTEM, now)
    await tenants.override(city.id, (rule,), by=SYSTEM, now=now)


async def _paint(city: Tenant, now: datetime) -> None:
    async with db.as_tenant(city.id) as unit:
        seen = await brand.seen(unit)
    if not seen:
        look = Look(city.name, city.short, LIGHT, DARK, "keep", seen)
        await brand.change(city, look, by=await _operator(city), now=now)


async def _cited(city: Tenant, by: Actor, now: datetime) -> Tenant:
    """With the paper that its rules are taken from."""
    fresh = await tenants.by_id(city.id)
    if NUMBER not in {each.cited for each in fresh.papers}:
        await own.register(fresh, PAPER, NUMBER, (now - ISSUED_BEFORE).astimezone(SHANGHAI).date(), by=by, now=now)
    return await tenants.by_id(city.id)


async def _operator(city: Tenant) -> Member:
    async with db.as_tenant(city.id) as unit:
        return next(each for each in await people.members(unit) if each.role == "operator")
