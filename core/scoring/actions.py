"""Counts are added with the rating they come from, folded behind it, and read as exact figures."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from uuid import UUID

from core import clock, db, errors, stack
from core.intake.model import Kept
from core.intake.ratings import Change
from core.policy import keys
from core.policy.policy import Policy
from core.policy.values import Formula
from core.scoring import decide
from core.scoring.decide import Count, Metric, Score
from core.tenants.model import Tenant

Q = db.queries(__file__)
FOLD_CHUNK = 20_000
SUBJECTS = ("staff", "institution", "line", "region", "item", "channel")
METRICS = ("active", "good", "rectified", "on-time")


async def count(unit: db.Unit, kept: Kept) -> None:
    """Adds a rating's counted marks, in the rating's own transaction."""
    rows = [
        _delta(unit, kept.rated_at, kept.counts_as, mark.effective, 1, Change(
            kept.rated_at, kept.counts_as, mark.dimension, None, mark.effective, mark.target))
        for mark in kept.marks if mark.effective is not None
    ]  # fmt: skip
    await unit.executemany(Q.add_delta, rows)


async def recount(unit: db.Unit, changes: Iterable[Change]) -> None:
    """Moves what has changed: the old grade is taken away, the new one added, nothing is overwritten."""
    rows = [
        _delta(unit, c.rated_at, c.origin, grade, sign, c)
        for c in changes
        for grade, sign in ((c.before, -1), (c.after, 1))
        if grade is not None
    ]
    await unit.executemany(Q.add_delta, rows)


def _delta(unit: db.Unit, at: datetime, origin: str, grade: int, sign: int, change: Change) -> tuple[object, ...]:
    t = change.target
    return (
        unit.tenant, db.ids.new(), at.astimezone(clock.SHANGHAI).date(), change.dimension, origin, grade,
        sign * t.weight, t.item, t.staff, list(t.institutions), list(t.lines), list(t.regions), list(t.areas),
        t.channel,
    )  # fmt: skip


async def count_defaults(unit: db.Unit, ended: Mapping[UUID, datetime]) -> None:
    """Counts defaults, each named with the instant its window ended."""
    await unit.execute(Q.count_defaults, unit.tenant, list(ended), list(ended.values()))


async def fold(unit: db.Unit) -> int:
    """Folds one chunk of deltas; how many there were."""
    return await unit.fetchval(Q.fold, unit.tenant, FOLD_CHUNK)


def subject_of(subject: str, policy: Policy) -> str:
    if subject not in SUBJECTS:
        raise errors.Invalid("统计对象只能是：" + "、".join(SUBJECTS) + "。", field="subject")
    return "area" if subject == "region" and policy[keys.region_includes_below] else subject


async def _counts(
    unit: db.Unit, policy: Policy, subject: str, code: str | None, dimensions: Iterable[str], start: date | None,
    end: date | None,
) -> dict[str, list[Count]]:  # fmt: skip
    stored = subject_of(subject, policy)
    rows = await unit.fetch(Q.counts, unit.tenant, stored, code, list(dimensions), start, end, True)
    return _by_code(rows)


async def counted(
    unit: db.Unit, stored: str, dimensions: Iterable[str], start: date, end: date, *, members: bool
) -> dict[str, list[Count]]:
    """What was counted for everybody of a kind (``area``: with what lies below), its staff told apart or not."""
    return _by_code(await unit.fetch(Q.counts, unit.tenant, stored, None, list(dimensions), start, end, members))


def _by_code(rows: Iterable[db.Row]) -> dict[str, list[Count]]:
    found: dict[str, list[Count]] = defaultdict(list)
    for row in rows:
        found[row["code"]].append(Count(row["dimension"], row["origin"], row["grade"], row["member"], row["n"]))
    return found


async def _found(
    unit: db.Unit, policy: Policy, subject: str, code: str | None, dimensions: Iterable[str], start: date | None,
    end: date | None,
) -> dict[str, list[Count]]:  # fmt: skip
    rows = await unit.fetch(Q.found, unit.tenant, subject_of(subject, policy), code, list(dimensions), start, end)
    return _by_code(rows)


async def score(
    unit: db.Unit, tenant: Tenant, policy: Policy, subject: str, code: str, dimension: str | None = None,
    origin: str | None = None, start: date | None = None, end: date | None = None,
) -> Score:  # fmt: skip
    """One subject's score; ``start`` and ``end`` are inclusive days of the rating."""
    formula = decide.formula_of(subject, dimension, policy)
    counts = await _counts(unit, policy, subject, code, formula.weights, start, end)
    found = await _found(unit, policy, subject, code, formula.weights, start, end)
    plain = figure(tenant, policy, subject, code, counts.get(code, ()), formula, origin)
    return decide.before_findings(plain, counts.get(code, ()), found.get(code, ()), formula, origin, policy)


async def scores(
    unit: db.Unit, tenant: Tenant, policy: Policy, subject: str, dimension: str | None = None,
    origin: str | None = None, start: date | None = None, end: date | None = None,
) -> tuple[Score, ...]:  # fmt: skip
    """The scores of every subject of this kind that has any count, in the order of their codes."""
    formula = decide.formula_of(subject, dimension, policy)
    counts = await _counts(unit, policy, subject, None, formula.weights, start, end)
    found = await _found(unit, policy, subject, None, formula.weights, start, end)
    every = sorted({*counts, *found})
    figures = (figure(tenant, policy, subject, code, counts.get(code, ()), formula, origin) for code in every)
    return tuple(
        decide.before_findings(
            each, counts.get(each.code, ()), found.get(each.code, ()), formula, origin, policy
        ) for each in figures
    )  # fmt: skip


async def standing(
    unit: db.Unit, tenant: Tenant, policy: Policy, subject: str, start: date, end: date
) -> tuple[Score, ...]:
    """Everybody's score between two inclusive days, for ranking them.

    Where the rules give this subject no formula, over all that judges it: 第三十条用到工作人员的结果而没有给出公式。
    """
    formula = decide.ranking(subject, policy)
    counts = await _counts(unit, policy, subject, None, formula.weights, start, end)
    return tuple(figure(tenant, policy, subject, code, counts[code], formula, None) for code in sorted(counts))


def figure(
    tenant: Tenant, policy: Policy, subject: str, code: str, counts: Sequence[Count], formula: Formula,
    origin: str | None,
) -> Score:  # fmt: skip
    """The policy's figure, or what the tenant's own hook makes of the same counts."""
    plain = decide.score(subject, code, counts, formula, origin, policy)
    own = stack.ask("score", tenant, tally=decide.tally(plain, counts, policy), policy=policy)
    return plain if own is None else replace(plain, mean=own.mean, n=own.n)


async def metric(
    unit: db.Unit, policy: Policy, name: str, subject: str, code: str, now: datetime, start: date | None = None,
    end: date | None = None,
) -> Metric:  # fmt: skip
    """``active`` · ``good`` · ``rectified`` · ``on-time`` for one subject, with both of its counts."""
    if name == "good":
        # Every counted grade, of whichever dimension: a good rate speaks of all that was said.
        every = [d.code for d in policy[keys.dimensions] or ()]
        return _good((await _counts(unit, policy, subject, code, every, start, end)).get(code, ()), policy)
    if name == "active":
        row = await unit.fetchrow(Q.active_cases, unit.tenant, subject_of(subject, policy), code, start, end)
        return decide.ratio(name, row["count"] if row else 0, row["over"] if row else 0)
    if name not in METRICS:
        raise errors.Invalid("统计指标只能是：" + "、".join(METRICS) + "。", field="name")
    rows = await unit.fetch(Q.ticket_outcomes, unit.tenant, subject_of(subject, policy), code, start, end)
    return _rectified(rows, policy) if name == "rectified" else _on_time(rows, now)


async def metrics(
    unit: db.Unit, policy: Policy, subject: str, now: datetime, start: date | None = None, end: date | None = None
) -> Mapping[str, Mapping[str, Metric]]:
    """``good``, ``rectified`` and ``on-time`` of every subject of this kind, as ``metric`` has each for one.

    Also ``callback``: closed tickets that were called back, of those that were drawn for it.
    """
    every = [d.code for d in policy[keys.dimensions] or ()]
    counts = await _counts(unit, policy, subject, None, every, start, end)
    tickets: dict[str, list[db.Row]] = defaultdict(list)
    for row in await unit.fetch(Q.every_outcome, unit.tenant, subject_of(subject, policy), start, end):
        tickets[row["code"]].append(row)
    return {
        code: {each.name: each for each in (
            _good(counts.get(code, ()), policy), _rectified(tickets.get(code, ()), policy),
            _on_time(tickets.get(code, ()), now), _called_back(tickets.get(code, ())),
        )}
        for code in {*counts, *tickets}
    }  # fmt: skip


def _good(counts: Sequence[Count], policy: Policy) -> Metric:
    counted = decide.considered(counts, None, policy)
    good = frozenset(policy[keys.good_grades] or ())
    return decide.ratio("good", sum(c.n for c in counted if c.grade in good), sum(c.n for c in counted))


def _rectified(rows: Sequence[db.Row], policy: Policy) -> Metric:
    live = [row for row in rows if row["state"] not in ("rejected", "withdrawn")]
    if policy[keys.rectified_of] == "item":
        items = {d.code for d in policy[keys.dimensions] or () if d.of == "item"}
        live = [row for row in live if items & set(row["dimensions"])]
    rule = policy[keys.explained]
    counts = rule is None or rule.counts_as_rectified
    done = sum(row["state"] in ("answered", "closed") and (counts or not row["explained"]) for row in live)
    return decide.ratio("rectified", done, len(live))


def _called_back(rows: Sequence[db.Row]) -> Metric:
    drawn = [row["callback"] for row in rows if row["callback"] is not None]
    return decide.ratio("callback", drawn.count("done"), len(drawn))


def _on_time(rows: Sequence[db.Row], now: datetime) -> Metric:
    stopped = [row for row in rows if row["clock_state"] == "stopped"]
    late = [row for row in rows if row["clock_state"] == "running" and row["due_at"] <= now]
    kept = sum(row["stopped_at"] < row["due_at"] for row in stopped)
    return decide.ratio("on-time", kept, len(stopped) + len(late))
