"""What a demo city's extras have lived through: filed and acted on through the same door as everything else."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from core import db
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.errors import Refused
from core.policy.extra_stories import Step, Story
from core.policy.extras import Act, Extra, Kind
from core.records import actions, contained, offered, reach, stored
from core.records import scene as scenes
from core.records.model import Record
from core.tenants import Tenant

log = structlog.get_logger(__name__)
Deed = Callable[[datetime], Awaitable[None]]
Plan = Callable[[datetime, Deed], None]


async def plan(tenant: Tenant, now: datetime, at: Plan) -> None:
    """Each story of each extra that is on begins at its own time; one that fails leaves the others as they are."""
    for extra in offered.offered(tenant, now.astimezone(SHANGHAI).date()):
        if extra.demo is None:
            continue
        try:
            async with db.as_tenant(tenant.id) as unit:
                scene = await scenes.scene(unit, tenant, now, frame="items")
            stories = await contained.call(extra.code, "demo", extra.demo, scene, Story, tenant=tenant.id)
        except Refused as refusal:
            log.warning("demo-extra-untold", extra=extra.code, code=refusal.code)
            continue
        for number, story in enumerate(stories):
            at(now - timedelta(days=story.days), _begin(tenant, extra, story, number, at))


def _begin(tenant: Tenant, extra: Extra, story: Story, number: int, at: Plan) -> Deed:
    async def begin(moment: datetime) -> None:
        by = None if story.who == "citizen" else Actor("bureau")
        channel = "qr" if story.who == "citizen" else "window"
        try:
            filed = await actions.file(
                tenant, extra.code, story.kind, story.given, who=story.who, by=by, channel=channel, now=moment,
                once=f"demo:{number}",
            )  # fmt: skip
        except Refused as refusal:
            log.info("demo-unfiled", kind=story.kind, code=refusal.code)
            return
        for step in () if filed.repeated else story.steps:
            at(moment + timedelta(hours=step.hours), _do(tenant, filed.id, step))

    return begin


def _do(tenant: Tenant, record_id: UUID, step: Step) -> Deed:
    async def do(moment: datetime) -> None:
        async with db.as_tenant(tenant.id) as unit:
            record = await stored.load(unit, record_id, moment)
        _, kind = offered.kind_of(record.extra, record.kind)
        try:
            await actions.act(
                tenant, record_id, step.act, step.given, who=reach.whoever(record, kind),
                by=_doer(record, kind, kind.act(step.act)), now=moment,
            )  # fmt: skip
        except Refused as refusal:
            log.info("demo-undone", act=step.act, code=refusal.code)

    return do


def _doer(record: Record, kind: Kind, act: Act | None) -> Actor | None:
    """Whoever would do it."""
    doers = act.doers if act else ()
    if "handler" in doers and record.institution:
        return Actor("institution", record.institution)
    if "named" in doers and record.named:
        field = kind.fields().get(kind.names)
        return Actor("member" if field is not None and field.kind == "member" else "staff", record.named)
    return None if "filer" in doers else Actor("bureau")
