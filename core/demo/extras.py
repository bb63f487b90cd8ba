"""What a demo city's extras have lived through: filed and acted on through the same door as everything else."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import structlog

from core import db
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.errors import Refused, Unavailable
from core.people import Member, members
from core.policy.extra_stories import Step, Story
from core.policy.extras import Act, Extra, Kind
from core.records import actions, contained, decide, offered, reach, stored
from core.records import scene as scenes
from core.records.model import Record
from core.tenants import Tenant

Q = db.Queries(Path(__file__).with_name("extras.sql"))
CHANNELS: Mapping[str, str] = {"citizen": "qr"}
TRIES = 4
log = structlog.get_logger(__name__)
Deed = Callable[[datetime], Awaitable[None]]
Plan = Callable[[datetime, Deed], None]


@dataclass(frozen=True, slots=True)
class Life:
    """One city's extra, who sits where in it, and where what is to come is written down."""

    tenant: Tenant
    extra: Extra
    seats: tuple[Member, ...]
    now: datetime
    at: Plan

    def sits(self, role: str, institution: str = "") -> Member | None:
        return next(
            (each for each in self.seats if each.role == role and institution in ("", each.institution)), None
        )  # fmt: skip

    def bureau(self, *, other: bool = False) -> Actor:
        """A supervisor, or where other eyes are asked for, whoever sits beside them."""
        boss = self.sits("operator" if other else "supervisor")
        return Actor("institution", boss.institution or "", boss.id) if boss else Actor("bureau", "二" if other else "")

    def office(self, code: str) -> Actor:
        handler = self.sits("handler", code)
        return Actor("institution", code, handler.id if handler else None)

    def named(self, name: str, sort: str) -> Actor:
        found = next((each.id for each in self.seats if each.username == name), None)
        return Actor("member", name, found) if sort == "member" else Actor("staff", name)


async def plan(tenant: Tenant, now: datetime, at: Plan) -> None:
    """Each story of each extra that is on begins at its own time; one that fails leaves the others as they are."""
    async with db.as_tenant(tenant.id) as unit:
        seats = await members(unit)
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
        life = Life(tenant, extra, seats, now, at)
        for number, story in enumerate(stories):
            _plan(life, story, f"demo:{number}", None)


def _plan(life: Life, story: Story, once: str, parent: UUID | None) -> None:
    life.at(life.now - timedelta(days=story.days), partial(_begin, life, story, once, parent))


async def _begin(life: Life, story: Story, once: str, parent: UUID | None, moment: datetime) -> None:
    try:
        record = await (_find(life, story) if story.found else _file(life, story, once, parent, moment))
    except Refused as refusal:
        log.info("demo-unfiled", kind=story.kind, code=refusal.code, why=refusal.detail)
        return
    if record is None:
        return
    for step in story.steps:
        life.at(moment + timedelta(hours=step.hours), partial(_do, life, record, step))
    for number, part in enumerate(story.parts):
        _plan(life, part, f"{once}.{number}", record)


async def _find(life: Life, story: Story) -> UUID | None:
    """What a rule has made; None where it has made none."""
    told = {code: decide.plain(value) for code, value in story.given.items()}
    async with db.as_tenant(life.tenant.id) as unit:
        return await unit.fetchval(Q.found, unit.tenant, life.extra.code, story.kind, told)


async def _file(life: Life, story: Story, once: str, parent: UUID | None, moment: datetime) -> UUID | None:
    """None where an attempt that was interrupted has told it already."""
    _, kind = offered.kind_of(life.extra.code, story.kind)
    given = dict(story.given)
    if story.ratable:
        async with db.as_tenant(life.tenant.id) as unit:
            given[kind.case] = await unit.fetchval(Q.ratable, unit.tenant, moment, kind.code)
    filed = await actions.file(
        life.tenant, life.extra.code, kind.code, given, who=story.who, by=_filer(life, story, kind),
        channel=CHANNELS.get(story.who, "window"), now=moment, once=once, parent=parent,
    )  # fmt: skip
    return None if filed.repeated else filed.id


def _filer(life: Life, story: Story, kind: Kind) -> Actor | None:
    if story.who == "handler":
        return life.office(str(story.given.get(kind.goes_to) or ""))
    clerk = life.sits("clerk") if story.who == "clerk" else None
    if clerk is not None:
        return Actor("staff", clerk.staff or "", clerk.id)
    return None if story.who == "citizen" else life.bureau()


async def _do(life: Life, record_id: UUID, step: Step, moment: datetime) -> None:
    async with db.as_tenant(life.tenant.id) as unit:
        if step.of:
            found = await unit.fetchval(Q.below, unit.tenant, record_id, step.of, step.nth)
            if found is None:
                return
            record_id = found
        record = await stored.load(unit, record_id, moment)
    _, kind = offered.kind_of(record.extra, record.kind)
    act = kind.act(step.act)
    # The form comes with what is known already, as it does on the page.
    asked = [each.code for each in act.form.fields if not each.hidden] if act else []
    known = {code: record.fields[code] for code in asked if code in record.fields}
    work = partial(
        actions.act, life.tenant, record.id, step.act, {**known, **step.given}, who=reach.whoever(record, kind),
        by=_doer(life, record, kind, act), now=moment,
    )  # fmt: skip
    try:
        await _patiently(work)
    except Refused as refusal:
        log.info("demo-undone", kind=kind.code, act=step.act, code=refusal.code, why=refusal.detail)


async def _patiently(work: Callable[[], Awaitable[object]]) -> None:
    """A machine that is busy with everything at once is asked again; what hangs on this step would be lost with it."""
    for _ in range(TRIES - 1):
        try:
            await work()
        except Unavailable:
            continue
        return
    await work()


def _doer(life: Life, record: Record, kind: Kind, act: Act | None) -> Actor | None:
    """Whoever would do it."""
    doers: tuple[Any, ...] = act.doers if act else ()
    if "filer" in doers:
        return None
    if "named" in doers and record.named:
        field = kind.fields().get(kind.names)
        return life.named(record.named, field.kind if field is not None else "")
    if "handler" in doers and record.institution:
        return life.office(record.institution)
    return life.bureau(other=bool(act and act.not_by))
