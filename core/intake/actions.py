"""Verbs that store what comes in: each loads, asks `decide`, and saves within the caller's unit of work."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from core import crypto, db, errors, tokens
from core.intake.decide import REPEATABLE
from core.intake.model import Case, InvitationView, Opening, ServiceEvent, Source, Target
from core.people import actions as people
from core.people.model import Person
from core.tenants.model import Tenant

Q = db.queries(__file__)
LAST_NUMBER = 99


def fingerprint(value: object) -> bytes:
    """The same content gives the same bytes, whatever the process."""
    return hashlib.sha256(msgspec.json.encode(value, order="sorted")).digest()


def token_of(tenant_id: int, invitation_id: UUID) -> str:
    """The invitation's token, made again whenever it is asked for and stored nowhere."""
    secret = crypto.provider().lookup(tenant_id, "invitation", "token")
    return tokens.invitation_token(secret, tenant_id, invitation_id)


def _plain(event: ServiceEvent) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(event)
    plain["at"] = event.at.timestamp()
    del plain["number"]
    return plain


async def earlier_answer(unit: db.Unit, event: ServiceEvent, case: Case) -> tuple[UUID, int] | None:
    """The event already stored under this (case, number); refuses ``conflict`` where its content differs."""
    if event.number is None:
        return None
    row = await unit.fetchrow(Q.event_at, unit.tenant, case.id, event.number)
    if row is None:
        return None
    if bytes(row["fingerprint"]) != fingerprint(_plain(event)):
        raise errors.Conflict("同一办件的同一序号已报送过不同的内容。", field="number")
    return row["id"], event.number


async def case_of(unit: db.Unit, event: ServiceEvent) -> tuple[Case, bool]:
    """The event's case, locked, and whether this event makes it; later events complete it."""
    row = await unit.fetchrow(Q.case_by_code, unit.tenant, event.case)
    applicant = await _person(unit, event.applicant)
    agent = await _person(unit, event.agent)
    if row is not None:
        return _completed(Case(**_tuples(row, "items")), event, applicant, agent), False
    case = _completed(_first(event), event, applicant, agent)
    # The item is filled in once it is known to be one of this tenant's.
    made = await unit.execute(
        Q.add_case, unit.tenant, case.id, case.code, None, [], case.mode, case.kind, case.certificate, case.composite,
        case.batch, case.applicant_id, case.agent_id, None, case.opened_at,
    )  # fmt: skip
    if made:
        return case, True
    stored = await unit.fetchrow(Q.case_by_code, unit.tenant, event.case)
    if stored is None:
        raise errors.Unavailable
    return _completed(Case(**_tuples(stored, "items")), event, applicant, agent), False


async def _person(unit: db.Unit, person: Person | None) -> UUID | None:
    return await people.remember(unit, person) if person is not None else None


def _first(event: ServiceEvent) -> Case:
    return Case(
        id=db.ids.new(), code=event.case, item=None, items=(), mode=event.mode or "window",
        kind="promised", certificate=None, composite="none", batch=1, applicant_id=None, agent_id=None,
        closed_at=None, opened_at=event.at,
    )  # fmt: skip


def _completed(case: Case, event: ServiceEvent, applicant: UUID | None, agent: UUID | None) -> Case:
    composite = event.composite
    items = composite.items if composite and composite.items else case.items
    item = event.item or case.item or (items[0] if items else None)
    return replace(
        case,
        item=item,
        items=items or ((item,) if item else ()),
        kind=event.kind or case.kind,
        certificate=case.certificate if event.certificate is None else event.certificate,
        composite=composite.kind if composite else case.composite,
        batch=composite.count if composite else case.batch,
        applicant_id=case.applicant_id or applicant,
        agent_id=case.agent_id or agent,
    )


async def save_case(unit: db.Unit, case: Case) -> None:
    await unit.execute(
        Q.change_case, unit.tenant, case.id, case.item, list(case.items), case.mode, case.kind, case.certificate,
        case.composite, case.batch, case.applicant_id, case.agent_id, case.closed_at,
    )  # fmt: skip


async def add_event(
    unit: db.Unit, event: ServiceEvent, case: Case, source: Source, now: datetime, *, is_first: bool
) -> tuple[UUID, int]:
    """Stores the event under its number, or under the next free one."""
    last = 0 if is_first or event.number else await unit.fetchval(Q.last_number, unit.tenant, case.id)
    number = event.number or 1 + last
    if number > LAST_NUMBER:
        raise errors.Invalid(f"一个办件最多报送 {LAST_NUMBER} 次服务。", field="number")
    event_id = db.ids.new()
    await unit.execute(
        Q.add_event, unit.tenant, event_id, case.id, number, event.event, event.at, event.mode or case.mode,
        event.staff, event.window, fingerprint(_plain(event)), str(source), now,
    )  # fmt: skip
    return event_id, number


async def occasions_used(unit: db.Unit, case: Case) -> Mapping[str, int]:
    rows = await unit.fetch(Q.occasions_used, unit.tenant, case.id)
    return {row["occasion"]: row["n"] for row in rows}


async def invite(
    unit: db.Unit, tenant: Tenant, event: ServiceEvent, event_id: UUID, case: Case, opening: Opening,
    targets: Iterable[Target], used: Mapping[str, int], policy: str, now: datetime,
) -> InvitationView:  # fmt: skip
    """Stores an invitation with its targets and reminders; its token is never stored, only its hash."""
    over = opening.closes is not None and opening.closes <= now
    invitation_id = db.ids.new()
    token = token_of(tenant.id, invitation_id)
    nth = 1 + (used.get(opening.occasion, 0) if opening.occasion in REPEATABLE else 0)
    await unit.execute(
        Q.add_invitation, tenant.id, invitation_id, case.id, event_id, opening.occasion, nth, list(opening.dimensions),
        list(opening.required), opening.opens, opening.closes, opening.silent_grade, tokens.digest(token), policy,
        opening.provisional, event.window, "closed" if over else "open",
    )  # fmt: skip
    await unit.executemany(Q.add_target, [_target_row(tenant.id, invitation_id, t) for t in targets])
    reminders = [(tenant.id, invitation_id, at, clause) for at, clause in opening.reminders if not over]
    if reminders:
        await unit.executemany(Q.add_reminder, reminders)
    return InvitationView(
        id=invitation_id, case=case.code, case_id=case.id, occasion=opening.occasion, nth=nth,
        state="closed" if over else "open",
        dimensions=opening.dimensions, required=opening.required, opens=opening.opens, closes=opening.closes,
        token=token, silent_grade=opening.silent_grade, provisional=opening.provisional,
    )  # fmt: skip


def _target_row(tenant_id: int, invitation_id: UUID, t: Target) -> tuple[Any, ...]:
    return (
        tenant_id, invitation_id, t.dimension, t.item, t.staff, list(t.institutions), list(t.lines), list(t.regions),
        list(t.areas), t.channel, t.weight, t.position,
    )  # fmt: skip


def invitation_view(tenant_id: int, row: db.Row) -> InvitationView:
    return InvitationView(
        id=row["id"], case=row["code"], case_id=row["case_id"], occasion=row["occasion"], nth=row["nth"],
        state=row["state"], dimensions=tuple(row["dimensions"]), required=tuple(row["required"]), opens=row["opens"],
        closes=row["closes"], token=token_of(tenant_id, row["id"]), silent_grade=row["silent_grade"],
        provisional=row["provisional"],
    )  # fmt: skip


async def invitation_of_event(unit: db.Unit, event_id: UUID) -> InvitationView | None:
    row = await unit.fetchrow(Q.invitation_of_event, unit.tenant, event_id)
    return invitation_view(unit.tenant, row) if row else None


async def invitations_of_case(unit: db.Unit, case: str) -> tuple[InvitationView, ...]:
    rows = await unit.fetch(Q.invitations_of_case, unit.tenant, case)
    return tuple(invitation_view(unit.tenant, row) for row in rows)


async def by_token(unit: db.Unit, token: str) -> InvitationView:
    row = await unit.fetchrow(Q.view_by_token, unit.tenant, tokens.digest(token))
    if row is None:
        raise errors.NotFound("这个评价链接无效，请重新扫码或使用短信中的链接。")
    return invitation_view(unit.tenant, row)


async def at_window(unit: db.Unit, window: str, since: datetime, now: datetime) -> InvitationView | None:
    """The newest open invitation given at this window between ``since`` and ``now``."""
    row = await unit.fetchrow(Q.window_newest, unit.tenant, window, since, now)
    return invitation_view(unit.tenant, row) if row else None


def _tuples(row: db.Row, *names: str) -> dict[str, Any]:
    values = dict(row)
    for name in names:
        values[name] = tuple(values[name])
    return values


async def add_comment(unit: db.Unit, text: str, channel: str, source: Source, now: datetime) -> UUID:
    comment_id = db.ids.new()
    await unit.execute(Q.add_comment, unit.tenant, comment_id, channel, text, now, str(source))
    return comment_id
