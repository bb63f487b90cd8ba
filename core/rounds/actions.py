"""Opening, handing in, deciding, closing: each one transaction, audited, its message to the other side within it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from uuid import UUID

from core import db, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.errors import Conflict, Invalid, NotFound, ReasonMissing, WrongState
from core.outbox import actions as outbox
from core.outbox import tasks
from core.publication import figures
from core.publication.decide import digest
from core.publication.model import Content
from core.rounds import decide
from core.rounds.model import Asked, Report, Round, Wanted
from core.tenants.model import Tenant

Q = db.queries(__file__)
JOB = "reporting"
ROUND, REPORT, DECISION = "round", "report", "report-decision"
MOST_LISTED = 100
MORNING = time(9)
ONE_DAY = timedelta(days=1)


class FiguresMoved(Conflict):
    """您看的时候数据又有变动，下面是现在的数据。请核对后再报送。"""


async def open_round(unit: db.Unit, wanted: Wanted, cities: Sequence[Asked], *, by: Actor, now: datetime) -> UUID:
    """Every city hears of it by the outbox; who is asked is settled now."""
    decide.checked(wanted, now.astimezone(SHANGHAI).date())
    if not cities:
        raise Invalid("还没有以本省为上级的地区，不能开启报送。", field="title")
    round_id, asked = ids.new(), [asdict(each) for each in cities]
    await unit.execute(
        Q.add_round, unit.tenant, round_id, unit.tenant, wanted.title, wanted.note, wanted.since, wanted.until,
        wanted.due, wanted.remind, list(wanted.figures), asked, str(by), now,
    )  # fmt: skip
    told = {"title": wanted.title, "since": wanted.since, "until": wanted.until, "due": wanted.due}
    await audit.write(unit, by, "round.open", "round", round_id, None, told, now)
    await _tell_cities(unit, round_id, cities, now)
    for at in reminders(wanted.due, wanted.remind, now):
        await tasks.wake(unit, JOB, at, str(round_id))
    return round_id


def reminders(due: date, remind: int, now: datetime) -> tuple[datetime, ...]:
    """In the morning so many days before the last day, and when that day is over."""
    before = datetime.combine(due - timedelta(days=remind), MORNING, SHANGHAI)
    over = datetime.combine(due + ONE_DAY, time(), SHANGHAI)
    return tuple(each for each in (before, over) if each > now)


async def _tell_cities(unit: db.Unit, round_id: UUID, cities: Iterable[Asked], now: datetime) -> None:
    for each in cities:
        await outbox.post(unit, ROUND, {"to": each.id, "round": str(round_id)}, now)


async def listing(unit: db.Unit) -> tuple[Round, ...]:
    return tuple(Round(**row) for row in await unit.fetch(Q.rounds, unit.tenant, MOST_LISTED))


async def one(unit: db.Unit, round_id: UUID) -> Round:
    row = await unit.fetchrow(Q.one, unit.tenant, round_id)
    if row is None:
        raise NotFound("没有这次报送，可能还没有送达。")
    return Round(**row)


async def reports(unit: db.Unit, round_id: UUID) -> tuple[Report, ...]:
    return tuple(Report(**row) for row in await unit.fetch(Q.reports, unit.tenant, round_id))


async def all_reports(unit: db.Unit, rounds: Iterable[Round]) -> Mapping[UUID, tuple[Report, ...]]:
    found: dict[UUID, list[Report]] = {}
    for row in await unit.fetch(Q.all_reports, unit.tenant, [each.id for each in rounds]):
        found.setdefault(row["round_id"], []).append(Report(**row))
    return {each: tuple(rows) for each, rows in found.items()}


async def figures_of(unit: db.Unit, tenant: Tenant, asked: Round, now: datetime) -> Content:
    """What this city would report now."""
    return decide.chosen(await figures.measured(unit, tenant, asked.period, now), asked.figures)


async def submit(
    unit: db.Unit, tenant: Tenant, round_id: UUID, *, seen: str, note: str, by: Actor, now: datetime
) -> Report:
    """Hands in what was looked at (``seen`` is its digest): figures that moved meanwhile are shown again first."""
    await unit.execute(Q.lock, unit.tenant)
    asked, before = await one(unit, round_id), await reports(unit, round_id)
    if now.astimezone(SHANGHAI).date() <= asked.until:
        raise WrongState("这次报送的期间还没有结束，结束之后才有完整的数据。")
    if before and before[-1].state == "submitted":
        raise WrongState(f"第 {before[-1].version} 版已经报送，省级处理之前不能再报。")
    if before and asked.is_open and before[-1].state == "accepted":
        raise WrongState("省级已经采用您的报送；定稿之后如有变动，可以报送更正。")
    if not asked.is_open and not note:
        raise ReasonMissing("报送已经定稿。更正请写明原因。", field="note")
    content = await figures_of(unit, tenant, asked, now)
    if digest(content) != seen:
        raise FiguresMoved
    version = before[-1].version + 1 if before else 1
    await unit.execute(
        Q.add_report, unit.tenant, round_id, unit.tenant, version, content, digest(content), note, not asked.is_open,
        str(by), now, None,
    )  # fmt: skip
    told = {"version": version, "digest": digest(content), "note": note}
    await audit.write(unit, by, "report.submit", "round", round_id, None, told, now)
    await outbox.post(unit, REPORT, {"to": asked.province, "round": str(round_id), "version": version}, now)
    return (await reports(unit, round_id))[-1]


async def settle(
    unit: db.Unit, round_id: UUID, city: int, version: int, *, accept: bool, comment: str, by: Actor, now: datetime
) -> None:
    """Accepts a report, or returns it with what is to be put right; the city hears of it by the outbox."""
    if not accept and not comment:
        raise ReasonMissing("退回请写明要改什么，市里才知道怎么办。", field=f"comment-{city}")
    state = "accepted" if accept else "returned"
    if not await unit.execute(Q.decide, unit.tenant, round_id, city, version, state, comment, str(by), now):
        raise Conflict("这一版已经处理过，或市里报送了新的一版，请看现在的情况。")
    told = {"city": city, "version": version, "state": state, "note": comment}
    await audit.write(unit, by, "report.accept" if accept else "report.return", "round", round_id, None, told, now)
    await outbox.post(unit, DECISION, {
        "to": city, "round": str(round_id), "version": version, "state": state, "comment": comment, "by": str(by),
        "at": now.isoformat(),
    }, now)  # fmt: skip


async def close(unit: db.Unit, round_id: UUID, *, by: Actor, now: datetime) -> str:
    """What was accepted is frozen under one hash; whatever comes later stands beside it as a correction."""
    await unit.execute(Q.lock, unit.tenant)
    asked, every = await one(unit, round_id), await reports(unit, round_id)
    if not asked.is_open:
        raise WrongState("这次报送已经定稿。")
    if names := decide.waiting(asked, every):
        raise WrongState(f"还有报送没有处理：{'、'.join(names)}。请先采用或退回，再定稿。")
    kept = decide.frozen(asked, every)
    sealed = decide.seal(asked, kept)
    await unit.execute(Q.close, unit.tenant, round_id, str(by), now, list(kept), sealed)
    await audit.write(unit, by, "round.close", "round", round_id, None, {"digest": sealed}, now)
    await _tell_cities(unit, round_id, asked.asked, now)
    return sealed
