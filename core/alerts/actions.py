"""Facts are weighed in the transaction that adds one, under a lock, so that the third of three finds the other two."""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from core import db, errors, stack
from core.alerts import decide
from core.alerts.model import Fact, Raised
from core.assignments import actions as assignments
from core.assignments import decide as tasks
from core.audit.model import Actor
from core.intake.model import Kept
from core.policy import columns, keys
from core.policy.calendar import Calendar
from core.policy.policy import Policy
from core.policy.values import Alert
from core.tenants.model import Tenant
from core.tickets import actions as tickets
from core.tickets import opening, stored
from core.tickets.clocks import words_of
from core.tickets.model import Homes, Notice

Q = db.queries(__file__)
VERDICTS: Mapping[str, str] = {"valid-bad": "valid", "malicious": "malicious"}
BEST = (5,)


@dataclass(frozen=True, slots=True)
class Scales:
    """What one weighing shares."""

    unit: db.Unit
    tenant: Tenant
    policy: Policy
    now: datetime


async def weigh_ticket(scales: Scales, ticket_id: UUID, verdict: str) -> None:
    """Asks every rule that counts verdicts whether this one makes its number full."""
    unit, tenant, policy = scales.unit, scales.tenant, scales.policy
    rules = [
        row for row in policy[keys.alerts] or () if VERDICTS.get(row.what) == verdict and row.kind != decide.MONTHLY
    ]
    row = await unit.fetchrow(Q.subjects_of_ticket, unit.tenant, ticket_id) if rules else None
    if row is None:
        return
    for rule, code in _named(rules, _codes_of_ticket(row)):
        await _lock(unit, rule, code)
        since, until = decide.reach(row["rated_at"], rule, tenant.calendar)
        facts = await _ticket_facts(unit, tenant, rule, code, since, until, ticket_id)
        trigger = next((each for each in facts if each.id == ticket_id), None)
        if trigger is None:
            continue
        # Only where the rule asks for an unbroken row do better ratings between matter.
        between = await _better(unit, rule, code, since, until, policy) if rule.streak else []
        found = decide.gathered([*facts, *between], rule, trigger, tenant.calendar)
        await _raise(scales, rule, code, found)


def _named(rules: Iterable[Alert], codes: Mapping[str, Sequence[str]]) -> list[tuple[Alert, str]]:
    """Each rule with each subject it is about, in one order for everybody who takes their locks."""
    pairs = [(rule, code) for rule in rules for code in codes.get(rule.of, ()) if code]
    return sorted(pairs, key=lambda pair: (pair[0].kind, pair[0].of, pair[1]))


def _codes_of_ticket(row: db.Row) -> dict[str, Sequence[str]]:
    one = {name: row[name] for name in ("staff", "item", "institution", "line", "region")}
    known = {
        **one,
        "channel": row["mode"],
        "platform": row["mode"],
        "window": row["window_code"],
        "rater": row["person_id"],
    }
    return {**{name: (str(code),) for name, code in known.items() if code}, "tag": tuple(map(str, row["tags"]))}


async def _lock(unit: db.Unit, rule: Alert, code: str) -> None:
    await unit.execute(Q.alone, f"{rule.kind}:{rule.of}:{code}", unit.tenant)


async def _ticket_facts(
    unit: db.Unit, tenant: Tenant, rule: Alert, code: str, since: datetime, until: datetime, trigger: UUID
) -> list[Fact]:
    """One fact for each rating, whatever number of tickets it opened: what counts is how often somebody rated."""
    rows = await unit.fetch(Q.ticket_facts, unit.tenant, rule.of, code, VERDICTS[rule.what], since, until)
    concerned = [
        row for row in rows if rule.of != "staff" or concerns_staff(row, stack.policy(tenant, row["policy_day"]))
    ]
    by_rating = {row["rating_id"]: row for row in sorted(concerned, key=lambda row: row["id"] == trigger)}
    return [Fact(row["id"], row["rated_at"], True, row["case"], row["number"]) for row in by_rating.values()]


def concerns_staff(row: db.Row, policy: Policy) -> bool:
    """A ticket counts against a person only where a bad grade or its reason was about that person."""
    grade: int = row["grade"]
    grades = dict.fromkeys(row["dimensions"], grade)
    return any("staff" in words_of(reason) for reason in opening.reasons(grades, row["tags"], policy))


async def _better(
    unit: db.Unit, rule: Alert, code: str, since: datetime, until: datetime, policy: Policy
) -> list[Fact]:
    good = [grade for grade in range(1, 6) if grade not in (policy[keys.bad_grades] or ())]
    rows = await unit.fetch(Q.rating_facts, unit.tenant, rule.of, code, since, until, good, False)
    return [Fact(row["id"], row["rated_at"], False, row["case"]) for row in rows if row["counts"]]


async def to_weigh(unit: db.Unit, kept: Kept, policy: Policy, now: datetime) -> bool:
    """Whether a rule may count this rating's grades: it is then weighed by itself, when the rating is safely stored.

    What is brought in from elsewhere has had its consequences there; it only counts beside what is new.
    """
    counted = {each for row in policy[keys.alerts] or () if row.what in GRADED for each in GRADED[row.what](policy)}
    if kept.origin == "imported" or not counted & {mark.grade for mark in kept.marks}:
        return False
    await unit.execute(Q.to_weigh, unit.tenant, kept.append_of or kept.id, now)
    return True


async def weigh_rating(scales: Scales, rating_id: UUID) -> None:
    """Asks every rule that counts grades whether this rating makes its number or its share full."""
    unit, tenant, policy = scales.unit, scales.tenant, scales.policy
    rules = [row for row in policy[keys.alerts] or () if row.what in GRADED and row.kind != decide.MONTHLY]
    row = await unit.fetchrow(Q.subjects_of_rating, unit.tenant, rating_id) if rules else None
    if row is None or not row["grades"]:
        return
    for rule, code in _named(rules, _codes_of_rating(row)):
        counted = GRADED[rule.what](policy)
        if not set(counted) & set(row["grades"]):
            continue
        await _lock(unit, rule, code)
        since, until = decide.reach(row["rated_at"], rule, tenant.calendar)
        # All ratings are needed only for a share, or where a better one between breaks a streak.
        every = rule.share is not None or rule.streak
        rows = await unit.fetch(Q.rating_facts, unit.tenant, rule.of, code, since, until, list(counted), every)
        facts = [Fact(each["id"], each["rated_at"], each["counts"], each["case"]) for each in rows]
        trigger = next((each for each in facts if each.id == rating_id), None)
        if trigger is not None:
            await _raise(scales, rule, code, found_by(facts, rule, trigger, tenant.calendar))


def found_by(facts: Sequence[Fact], rule: Alert, trigger: Fact, calendar: Calendar) -> tuple[Fact, ...]:
    """The facts about grades that make an alert with this trigger; empty where none do."""
    if rule.share is None:
        wanted = facts if rule.streak else [each for each in facts if each.counts]
        return decide.gathered(wanted, rule, trigger, calendar)
    past = [each for each in facts if each.at <= trigger.at] if rule.rolling else facts
    return decide.concentrated(past, len(past), rule)


def _low(policy: Policy) -> tuple[int, ...]:
    """“基本满意”以下：不是好评的等级。"""
    good = policy[keys.good_grades] or ()
    return tuple(grade for grade in range(1, 6) if grade not in good)


def _best(_: Policy) -> tuple[int, ...]:
    return BEST


GRADED = {"low-grade": _low, "top-grade": _best}


def _codes_of_rating(row: db.Row) -> dict[str, Sequence[str]]:
    several = {name: tuple(row[name] or ()) for name in ("staff", "item", "institution", "line", "region")}
    one = {"channel": row["mode"], "platform": row["mode"], "window": row["window_code"], "rater": row["person_id"]}
    return {
        **several,
        **{name: (str(code),) for name, code in one.items() if code},
        "tag": tuple(map(str, row["tags"])),
    }


async def _raise(scales: Scales, rule: Alert, code: str, facts: Sequence[Fact]) -> None:
    if facts:
        span = (min(each.at for each in facts), max(each.at for each in facts))
        await put(scales, rule, code, [each.plain for each in facts], span)


async def put(
    scales: Scales, rule: Alert, code: str, facts: Sequence[Mapping[str, Any]], span: tuple[datetime, datetime]
) -> None:
    """A new alert with its tasks; facts that join an open one are added to it, and nobody is called twice for them."""
    unit = scales.unit
    told = {each["id"] for each in facts}
    own = _measure(columns.ALERT.dump(rule))
    for row in await unit.fetch(Q.standing, unit.tenant, rule.kind, rule.of, code):
        if _measure(row["rule"]) != own:
            continue
        known = {each["id"] for each in row["facts"]}
        if told <= known:
            return
        if row["state"] == "open" and told & known:
            every = [*row["facts"], *(each for each in facts if each["id"] not in known)]
            ends = min(span[0], row["since"]), max(span[1], row["until"])
            await unit.execute(Q.change_facts, unit.tenant, row["id"], every, len(every), *ends)
            return
    await _new(scales, rule, code, facts, span)


def _measure(rule: Mapping[str, Any]) -> dict[str, Any]:
    """Two rules that measure alike are one, whichever clause they stand under."""
    return {name: value for name, value in rule.items() if name not in ("clause", "task_within")}


async def _new(
    scales: Scales, rule: Alert, code: str, facts: Sequence[Mapping[str, Any]], span: tuple[datetime, datetime]
) -> None:
    unit, policy, now = scales.unit, scales.policy, scales.now
    alert_id, document = db.ids.new(), document_of(rule, policy)
    await unit.execute(
        Q.add, unit.tenant, alert_id, rule.kind, rule.of, code, now, *span, len(facts), list(facts),
        columns.ALERT.dump(rule), rule.clause, document, policy.revision,
    )  # fmt: skip
    homes = await _homes(unit, rule.of, code)
    of = f"{rule.of}:{code}"
    body = {"of": of, "kind": rule.kind, "counted": len(facts), "alert": str(alert_id)}
    told = Notice(now, tasks.bureau_of(homes), "alert", f"alert:{alert_id}", rule.clause, body, hides=("rater",))
    await stored.tell(unit, (told,), None)
    for task in tasks.measures(rule.kind, of, homes, policy):
        own = replace(
            task, alert_id=alert_id, once=f"{task.once}:{alert_id}", clause=task.clause or rule.clause,
            document=task.document or document,
        )  # fmt: skip
        await assignments.give(unit, tasks.due_within(own, rule.task_within, now, policy, scales.tenant.calendar), now)
    unit.after_commit(_teller(scales, alert_id))


def _teller(scales: Scales, alert_id: UUID) -> Callable[[], Awaitable[None]]:
    async def tell() -> None:
        stack.tell("alert_raised", scales.tenant, tenant_id=scales.tenant.id, alert=alert_id, at=scales.now)

    return tell


async def _homes(unit: db.Unit, subject: str, code: str) -> Homes:
    item, staff = (code if subject == name else None for name in ("item", "staff"))
    region = await unit.fetchval(Q.region_of, unit.tenant, subject, code)
    return await tickets.homes_of(unit, item, staff, None, region=region)


def document_of(rule: Alert, policy: Policy) -> str:
    why = policy.why(keys.alerts)
    return next((each.document for each in why.rows if each.row == rule), why.document)


async def take_back(scales: Scales, ticket_id: UUID, verdict: str) -> None:
    """A verdict that no longer stands is no fact any more: alerts lose it, and fall where too few are left."""
    for row in await scales.unit.fetch(Q.with_fact, scales.unit.tenant, str(ticket_id)):
        rule = columns.ALERT.parse(row["rule"], "alert")
        counted = VERDICTS.get(rule.what)
        if counted is None or counted == verdict:
            continue
        await _lose(scales, row, rule, str(ticket_id))
        for other in await scales.unit.fetch(Q.siblings, scales.unit.tenant, ticket_id, counted):
            await weigh_ticket(scales, other["id"], other["verdict"])


async def take_back_rating(scales: Scales, rating_id: UUID) -> None:
    """A rating that no longer counts with a grade that was counted is no fact of an alert about grades."""
    for row in await scales.unit.fetch(Q.with_fact, scales.unit.tenant, str(rating_id)):
        rule = columns.ALERT.parse(row["rule"], "alert")
        if rule.what not in GRADED:
            continue
        grades = list(GRADED[rule.what](scales.policy))
        if not await scales.unit.fetchval(Q.counts_still, scales.unit.tenant, rating_id, grades):
            await _lose(scales, row, rule, str(rating_id))


async def _lose(scales: Scales, row: db.Row, rule: Alert, fact: str) -> None:
    """The alert keeps what still adds up without this fact; nothing left that does, and it is taken back."""
    left = [each for each in row["facts"] if each["id"] != fact]
    known = {each["id"]: datetime.fromisoformat(each["at"]) for each in left}
    held = decide.remaining(known, rule, scales.tenant.calendar)
    if held:
        kept = [each for each in left if each["id"] in held]
        span = (min(known[name] for name in held), max(known[name] for name in held))
        await scales.unit.execute(Q.change_facts, scales.unit.tenant, row["id"], kept, len(kept), *span)
        return
    why = "计入的评价经认定不再计入，次数不足"
    await scales.unit.execute(
        Q.change_facts, scales.unit.tenant, row["id"], left, len(left), row["since"], row["until"]
    )
    await scales.unit.execute(Q.end, scales.unit.tenant, row["id"], "revoked", why, scales.now, "system")
    await assignments.cancel_of_alert(scales.unit, row["id"], why, scales.now)


async def load(unit: db.Unit, alert_id: UUID) -> Raised:
    row = await unit.fetchrow(Q.load, unit.tenant, alert_id)
    if row is None:
        raise errors.NotFound("没有找到这条预警。")
    return raised_of(row)


def raised_of(row: db.Row) -> Raised:
    named: dict[str, Any] = {each.name: row[each.name] for each in fields(Raised)}
    named["facts"] = tuple(row["facts"])
    return Raised(**named)


async def listing(
    unit: db.Unit, *, state: str | None = None, kind: str | None = None, alert_id: UUID | None = None, limit: int = 100
) -> tuple[Raised, ...]:
    """Newest first."""
    return tuple(raised_of(row) for row in await unit.fetch(Q.listing, unit.tenant, state, kind, alert_id, limit))


async def settle_review(unit: db.Unit, alert_id: UUID, note: str, by: Actor, now: datetime) -> None:
    """The task of looking into an alert, once done, is what came of it."""
    if (await load(unit, alert_id)).state == "open":
        await handle(unit, alert_id, note, by, now)


async def handle(unit: db.Unit, alert_id: UUID, note: str, by: Actor, now: datetime) -> Raised:
    """The supervisor has looked into it; refuses ``wrong-state`` and ``reason-missing``."""
    alert = await load(unit, alert_id)
    if alert.state != "open":
        raise errors.WrongState("这条预警已经处理过。")
    if not note.strip():
        raise errors.ReasonMissing("请写明核查情况和处理结果。", field="note")
    await unit.execute(Q.end, unit.tenant, alert_id, "handled", note.strip(), now, str(by))
    await assignments.looked_into(unit, alert_id, note.strip(), by, now)
    return await load(unit, alert_id)
