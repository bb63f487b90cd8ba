"""A proposal is begun, written in, talked about, submitted and decided; each step is one transaction and in the log."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final
from uuid import UUID

from core import db, tenants
from core.audit import actions as audit
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.errors import Conflict, Invalid, NotFound, ReasonMissing, Refused
from core.policy import keys
from core.policy.baseline import in_force
from core.proposals import counting, decide
from core.proposals.model import UNDECIDED, Change, Comment, Proposal, Stale
from core.proposals.restore import restoring
from core.tenants import states
from core.tenants.actions import Q as TENANTS
from core.tenants.model import Tenant

Q = db.queries(__file__)
FIRST_VERSION: Final = 1
LONGEST_TITLE: Final = 100
LONGEST_COMMENT: Final = 2000
MOST_LISTED: Final = 500
# What rooms above want to have seen before anything is approved, such as the examples.
Weigh = Callable[[db.Unit, Proposal], Awaitable[None]]
DECIDED: Final = ("approved", "withdrawn")


async def begin(
    tenant: Tenant, since: date, *, title: str = "", restores: date | None = None, by: Actor, now: datetime
) -> Proposal:
    """The undecided proposal of that day: the one that is there, or a new one."""
    async with db.as_tenant(tenant.id) as unit:
        return await _begun(unit, tenant, since, title, restores, by, now)


async def _begun(
    unit: db.Unit, tenant: Tenant, since: date, title: str, restores: date | None, by: Actor, now: datetime
) -> Proposal:
    decide.refuse_day(tenant, since, _today(now))
    found = await unit.fetchval(Q.of_day, tenant.id, since)
    if found is not None:
        return await _one(unit, found)
    made = db.ids.new()
    written = (_title(title), since, str(by), by.member, now, restores)
    if not await unit.execute(Q.begin, tenant.id, made, *written):
        # Somebody else began it in the same moment.
        return await _one(unit, await unit.fetchval(Q.of_day, tenant.id, since))
    await audit.write(unit, by, "proposal.begin", "proposal", made, None, {"since": since, "title": title}, now)
    return await _one(unit, made)


async def restore(tenant: Tenant, day: date, since: date, *, by: Actor, now: datetime) -> Proposal:
    """The rules of an earlier day, proposed again for a new one; nothing is in force by this alone."""
    if day >= since:
        raise Invalid("恢复的那一天须早于新的生效日期，请核对。", field="day")
    changes = restoring(tenant, day, since)
    if not changes:
        raise Invalid(f"{day.isoformat()} 的规则与 {since.isoformat()} 将要适用的相同，不需要恢复。", field="day")
    async with db.as_tenant(tenant.id) as unit:
        begun = await _begun(unit, tenant, since, f"恢复 {day.isoformat()} 的规则", day, by, now)
        known = await _writable(unit, begun.id)
        if known.version != FIRST_VERSION or known.changes or known.restores != day:
            text = f"{since.isoformat()} 已有一份草案；请先处理那份，或另选一天。"
            raise Conflict(text, field="since")
        for each in changes:
            await _write(unit, known, decide.checked(tenant, known, each), by, now, dropped=False)
            known = await _one(unit, known.id)
        return known


async def by_id(tenant: Tenant | db.Unit, proposal_id: UUID) -> Proposal:
    if isinstance(tenant, Tenant):
        async with db.as_tenant(tenant.id) as unit:
            return await _one(unit, proposal_id)
    return await _one(tenant, proposal_id)


async def listing(
    unit: db.Unit, states: Sequence[str] = (*UNDECIDED, *DECIDED), *, limit: int = MOST_LISTED
) -> tuple[Proposal, ...]:
    """The latest day first."""
    rows = await unit.fetch(Q.listing, unit.tenant, list(states), limit)
    changes = await unit.fetch(Q.changes, unit.tenant, [row["id"] for row in rows])
    return tuple(_made(row, [each for each in changes if each["proposal_id"] == row["id"]]) for row in rows)


async def put(tenant: Tenant, proposal_id: UUID, change: Change, *, version: int, by: Actor, now: datetime) -> Proposal:
    """One key is written; ``version`` is that of the proposal as whoever writes it saw it."""
    async with db.as_tenant(tenant.id) as unit:
        known = await _writable(unit, proposal_id)
        await _refuse_stale(unit, known, change, change.key, version)
        stored = decide.still_taken(known, decide.checked(tenant, known, change))
        await _write(unit, known, stored, by, now, dropped=False)
        return await _one(unit, proposal_id)


async def fill(
    tenant: Tenant, proposal_id: UUID, changes: Sequence[Change], *, version: int, by: Actor, now: datetime
) -> tuple[Proposal, tuple[tuple[Change, Refused], ...]]:
    """Many keys are written at once, over what the proposal says of them; those that may not be come back with why."""
    refused: list[tuple[Change, Refused]] = []
    async with db.as_tenant(tenant.id) as unit:
        known = await _writable(unit, proposal_id)
        _refuse_other(known, version)
        for each in changes:
            try:
                stored = decide.checked(tenant, known, each)
            except Refused as refusal:
                refused.append((each, refusal))
                continue
            await _write(unit, known, stored, by, now, dropped=False)
            known = await _one(unit, proposal_id)
    return known, tuple(refused)


async def drop(tenant: Tenant, proposal_id: UUID, key: str, *, version: int, by: Actor, now: datetime) -> Proposal:
    """The key is not part of the proposal any more."""
    async with db.as_tenant(tenant.id) as unit:
        known = await _writable(unit, proposal_id)
        held = known.change(key)
        if held is None:
            raise NotFound("草案里没有对这一项的修改，可能已被他人去掉；请刷新后再看。")
        await _refuse_stale(unit, known, None, key, version)
        await _write(unit, known, held, by, now, dropped=True)
        return await _one(unit, proposal_id)


async def describe(
    tenant: Tenant, proposal_id: UUID, *, title: str, since: date, version: int, by: Actor, now: datetime
) -> Proposal:
    """Another title or another day, for all of its changes."""
    decide.refuse_day(tenant, since, _today(now))
    async with db.as_tenant(tenant.id) as unit:
        known = await _writable(unit, proposal_id)
        if known.version != version and (known.title, known.since) != (title, since):
            raise Conflict("草案在您打开之后已被修改，请刷新后再改。", field="title")
        other = await unit.fetchval(Q.of_day, tenant.id, since)
        if other is not None and other != proposal_id:
            raise Conflict(
                f"{since.isoformat()} 已有一份草案，一天只有一份；请到那份里修改，或另选一天。", field="since"
            )
        late = next((each for each in known.changes if each.until is not None and each.until < since), None)
        if late is not None:
            text = f"{late.key} 的截止日期 {late.until} 早于新的生效日期，请先改截止日期，或另选一天。"
            raise Invalid(text, field="since")
        await unit.execute(Q.describe, tenant.id, proposal_id, _title(title), since)
        before = {"title": known.title, "since": known.since}
        after = {"title": title, "since": since, **(_hands(by) if since != known.since else {})}
        await audit.write(unit, by, "proposal.describe", "proposal", proposal_id, before, after, now)
        return await _one(unit, proposal_id)


async def stand_on(
    tenant: Tenant, since: date, version: int, changes: Sequence[Change], *, by: Actor, now: datetime
) -> Proposal:
    """The proposal of that day adopts a version of the province's baseline, with what the city gives up for it."""
    async with db.as_tenant(tenant.id) as unit:
        begun = await _begun(unit, tenant, since, f"采用省级基线第 {version} 版", None, by, now)
        known = await _writable(unit, begun.id)
        if not await unit.execute(Q.stand_on, tenant.id, begun.id, version):
            raise Conflict(f"这一天的草案已经写着采用第 {known.baseline_version} 版，请到草案里看。", field="since")
        told = {"version": version, "since": since, **_hands(by)}
        await audit.write(unit, by, "proposal.baseline", "proposal", begun.id, None, told, now)
        for each in changes:
            stored = decide.checked(tenant, known, each)
            await _write(unit, known, stored, by, now, dropped=False)
            known = await _one(unit, begun.id)
        return await _one(unit, begun.id)


async def comment(
    tenant: Tenant, proposal_id: UUID, text: str, *, key: str = "", by: Actor, now: datetime
) -> tuple[Comment, ...]:
    async with db.as_tenant(tenant.id) as unit:
        known = await _one(unit, proposal_id)
        await _say(unit, known, "note", _said(text), key, by, now)
        await audit.write(unit, by, "proposal.comment", "proposal", proposal_id, None, {"key": key}, now)
        return await comments(unit, proposal_id)


async def comments(unit: db.Unit, proposal_id: UUID) -> tuple[Comment, ...]:
    rows = await unit.fetch(Q.comments, unit.tenant, proposal_id)
    return tuple(Comment(**row) for row in rows)


async def submit(
    tenant: Tenant, proposal_id: UUID, *, version: int, text: str = "", by: Actor, now: datetime
) -> Proposal:
    async with db.as_tenant(tenant.id) as unit:
        known = await _writable(unit, proposal_id)
        _refuse_other(known, version)
        _refuse_faulty(tenant, known, now)
        await unit.execute(Q.submit, tenant.id, proposal_id, str(by), by.member, by.behalf, now)
        await _say(unit, known, "submit", text.strip()[:LONGEST_COMMENT], "", by, now)
        await audit.write(unit, by, "proposal.submit", "proposal", proposal_id, None, {"version": known.version}, now)
        return await _one(unit, proposal_id)


async def send_back(
    tenant: Tenant, proposal_id: UUID, text: str, *, version: int, by: Actor, now: datetime
) -> Proposal:
    """Back to those who wrote it, with what should be otherwise."""
    if not text.strip():
        raise ReasonMissing("请写明退回的原因和要修改的地方。", field="text")
    async with db.as_tenant(tenant.id) as unit:
        known = await _locked(unit, proposal_id)
        _refuse_other(known, version)
        if known.state != "submitted":
            raise Conflict("这份草案现在不在待批准状态，请刷新后再看。")
        await _decide(unit, known, "returned", text, by, now)
        return await _one(unit, proposal_id)


async def withdraw(
    tenant: Tenant, proposal_id: UUID, *, version: int, text: str = "", by: Actor, now: datetime
) -> Proposal:
    """Given up for good; it stays readable."""
    async with db.as_tenant(tenant.id) as unit:
        known = await _locked(unit, proposal_id)
        _refuse_other(known, version)
        if not known.undecided:
            raise Conflict("这份草案已经有了结果，不能再撤销。")
        await _decide(unit, known, "withdrawn", text, by, now)
        return await _one(unit, proposal_id)


async def approve(
    tenant: Tenant, proposal_id: UUID, *, version: int, text: str = "", by: Actor, now: datetime,
    weigh: Weigh | None = None,
) -> Proposal:  # fmt: skip
    """From 00:00 of its day its changes are rules of the tenant, for good; ``weigh`` may refuse in the same moment."""
    async with db.as_tenant(tenant.id) as unit:
        # One approval at a time: whatever was approved a moment ago counts in what is weighed here.
        await states.locked(unit)
        tenant = await tenants.read(unit, tenant.id)
        known = await _locked(unit, proposal_id)
        _refuse_other(known, version)
        decide.refuse_approver(known, frozenset(each for each in (by.member, by.behalf) if each))
        _refuse_faulty(tenant, known, now)
        if weigh is not None:
            await weigh(unit, known)
        counting.refuse_too_soon(tenant, known, now)
        await _enforce(unit, known, now)
        await unit.execute(TENANTS.touch, tenant.id)
        await _decide(unit, known, "approved", text, by, now)
        await counting.tell(unit, tenant, known, now)
    tenants.forget(tenant.id)
    return await by_id(tenant, proposal_id)


async def _enforce(unit: db.Unit, known: Proposal, now: datetime) -> None:
    for each in known.changes:
        if each.question:
            said = (each.question, each.value, each.basis, each.document, known.since, each.author)
            await unit.execute(Q.dated_answer, unit.tenant, db.ids.new(), *said, known.id, now)
        else:
            rule = (each.key, each.value, each.clause, known.since, each.until, each.author, each.document)
            await unit.execute(TENANTS.override, unit.tenant, db.ids.new(), *rule, known.id, now)
    if known.baseline_version is not None:
        adopted = (known.baseline_version, known.since, known.id, now)
        await unit.execute(Q.adopt, unit.tenant, db.ids.new(), *adopted)


async def _decide(unit: db.Unit, known: Proposal, state: str, text: str, by: Actor, now: datetime) -> None:
    await unit.execute(Q.decide, unit.tenant, known.id, state, str(by), by.member, now)
    kind = {"approved": "approve", "returned": "return", "withdrawn": "withdraw"}[state]
    await _say(unit, known, kind, text.strip()[:LONGEST_COMMENT], "", by, now)
    changes = [{"key": each.key, "value": each.value, "clause": each.clause} for each in known.changes]
    after = {"state": state, "version": known.version, "since": known.since, "changes": changes}
    await audit.write(unit, by, f"proposal.{kind}", "proposal", known.id, {"state": known.state}, after, now)


def _hands(by: Actor) -> dict[str, list[str]]:
    """Who decides more than a key by this: as good as a hand that writes."""
    return {"hands": [str(each) for each in (by.member, by.behalf) if each]}


async def _say(unit: db.Unit, known: Proposal, kind: str, text: str, key: str, by: Actor, now: datetime) -> None:
    said = (known.id, known.version, kind, key, text, str(by), by.member, now)
    await unit.execute(Q.comment, unit.tenant, db.ids.new(), *said)


async def _write(unit: db.Unit, known: Proposal, change: Change, by: Actor, now: datetime, *, dropped: bool) -> None:
    version = known.version + 1
    before = known.change(change.key)
    what = (change.key, version, change.value, change.clause, change.document, change.basis, change.until, dropped)
    await unit.execute(Q.put, unit.tenant, known.id, *what, change.taken, str(by), by.member, by.behalf, now)
    await unit.execute(Q.turn, unit.tenant, known.id, version)
    after = None if dropped else {"value": change.value, "clause": change.clause, "until": change.until}
    held = None if before is None else {"value": before.value, "clause": before.clause, "until": before.until}
    act = "proposal.drop" if dropped else "proposal.put"
    await audit.write(unit, by, act, "key", change.key, held, after, now)


async def _refuse_stale(unit: db.Unit, known: Proposal, mine: Change | None, key: str, version: int) -> None:
    """Whoever writes must have seen what was last written of the key."""
    row = await unit.fetchrow(Q.newest, unit.tenant, known.id, key)
    if row is None or row["version"] <= version:
        return
    theirs = known.change(key)
    if mine is None or theirs is None or _bare(mine) != _bare(theirs):
        raise Stale(mine, theirs)


def _bare(change: Change) -> Change:
    """What it says, whoever said it and when."""
    return replace(change, author="", at=None, version=0)


async def _writable(unit: db.Unit, proposal_id: UUID) -> Proposal:
    known = await _locked(unit, proposal_id)
    if known.state == "submitted":
        raise Conflict("草案已提交，正在等待批准，现在不能修改；要修改请先退回。")
    if not known.is_open:
        raise Conflict("草案已有结果，不能再修改；请新建一份草案。")
    return known


async def _locked(unit: db.Unit, proposal_id: UUID) -> Proposal:
    if await unit.fetchrow(Q.lock, unit.tenant, proposal_id) is None:
        raise NotFound("没有找到这份草案。")
    return await _one(unit, proposal_id)


def _refuse_other(known: Proposal, version: int) -> None:
    if known.version != version:
        raise Conflict("草案在您打开之后已被修改，请看过新的内容再办理。", field="version")


def _refuse_faulty(tenant: Tenant, known: Proposal, now: datetime) -> None:
    if not known.changes and known.baseline_version is None:
        raise Invalid("草案里还没有任何修改，请先修改规则。", field="changes")
    decide.refuse_day(tenant, known.since, _today(now))
    hard = [each for each in decide.lint(tenant, known) if each.hard]
    if hard:
        more = f"等 {len(hard)} 处" if len(hard) > 1 else ""
        raise Invalid(f"草案有必须改正的问题{more}：{hard[0].text}", field=hard[0].key or "changes")


async def _one(unit: db.Unit, proposal_id: UUID) -> Proposal:
    row = await unit.fetchrow(Q.one, unit.tenant, proposal_id)
    if row is None:
        raise NotFound("没有找到这份草案。")
    changes = await unit.fetch(Q.changes, unit.tenant, [proposal_id])
    hands = await unit.fetch(Q.hands, unit.tenant, proposal_id)
    made = replace(_made(row, changes), hands=frozenset(each["hand"] for each in hands))
    return await _upon_baseline(unit, made) if made.baseline_version else made


async def _upon_baseline(unit: db.Unit, made: Proposal) -> Proposal:
    """With the rules of the version that it adopts, as they would hold from its day on, and what they leave free."""
    every = await tenants.baselines(unit, await unit.fetchval(Q.province, unit.tenant))
    chosen = next((each for each in every if each.version == made.baseline_version), None)
    if chosen is None:
        return made
    return replace(made, baseline=keys.heard(in_force(chosen, made.since, every)), baseline_lets=frozenset(chosen.lets))


def _made(row: db.Row, changes: Sequence[db.Row]) -> Proposal:
    return Proposal(
        id=row["id"], title=row["title"], since=row["since"], state=row["state"], version=row["version"],
        # What was written of the rules of a plugin that has been removed waits until it is back.
        changes=tuple(each for each in map(_change, changes) if each.question or keys.is_heard(each.key)),
        baseline_version=row["baseline_version"], restores=row["restores"], opened_by=row["opened_name"],
        opened_at=row["opened_at"],
        submitted_by=row["submitted_name"], submitted_at=row["submitted_at"], decided_by=row["decided_name"],
        decided_at=row["decided_at"],
    )  # fmt: skip


def _change(row: db.Row) -> Change:
    return Change(
        row["key"], row["value"], row["clause"], row["document"], row["basis"], row["until"], row["author"],
        row["at"], row["version"], row["taken"],
    )  # fmt: skip


def _said(text: str) -> str:
    if not text.strip():
        raise Invalid("请写下要说的话。", field="text")
    if len(text) > LONGEST_COMMENT:
        raise Invalid(f"最多写 {LONGEST_COMMENT} 字。", field="text")
    return db.clean_text(text.strip())


def _title(title: str) -> str:
    if len(title.strip()) > LONGEST_TITLE:
        raise Invalid(f"名称最多 {LONGEST_TITLE} 字。", field="title")
    return db.clean_text(title.strip())


def _today(now: datetime) -> date:
    return now.astimezone(SHANGHAI).date()
