"""Ratings are taken in once and whole: the key, the rating, its marks and its receipt stand or fall together."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from core import db, errors, tokens
from core.intake import decide
from core.intake.actions import Q, fingerprint
from core.intake.decide import Finding, First, Rater, Standing
from core.intake.model import Kept, Mark, Origin, Source, Submission, Target
from core.people import actions as people
from core.policy.policy import Policy
from core.tenants.model import Tenant

USED_ELSEWHERE = "同一个提交编号已用于不同的内容，请更换编号后重新提交。"


@dataclass(frozen=True, slots=True)
class Came:
    """How a rating came in: which origin it may claim and when it counts as made."""

    origin: Origin
    at: datetime
    rater: Rater


async def earlier(unit: db.Unit, submission: Submission, source: Source) -> Mapping[str, Any] | None:
    """The answer once given to this key; refuses ``conflict`` when the key now carries other content."""
    if not submission.key:
        return None
    row = await unit.fetchrow(Q.key_used, unit.tenant, str(source), submission.key)
    if row is None:
        return None
    if bytes(row["fingerprint"]) != _print(submission):
        raise errors.Conflict(USED_ELSEWHERE, field="Idempotency-Key")
    answer: Mapping[str, Any] = row["answer"]
    return answer


def _print(submission: Submission) -> bytes:
    return fingerprint({**msgspec.to_builtins(submission), "rated_at": str(submission.rated_at), "key": ""})


async def remember_key(
    unit: db.Unit, submission: Submission, source: Source, rating: Kept, answer: Mapping[str, Any], now: datetime
) -> None:
    if not submission.key:
        return
    kept = (str(source), submission.key, _print(submission), rating.id, answer, now)
    if not await unit.execute(Q.add_key, unit.tenant, *kept):
        raise errors.Conflict(USED_ELSEWHERE, field="Idempotency-Key")


async def standing(unit: db.Unit, submission: Submission) -> Standing:
    """Locks the invitation this rating is for; refuses ``no-service`` where there is none."""
    row = await unit.fetchrow(*_lookup(unit, submission))
    if row is None:
        raise errors.NoService()
    rated_by = await unit.fetchval(Q.rater_of, unit.tenant, row["rating_id"]) if row["rating_id"] else None
    return Standing(
        id=row["id"], case_id=row["case_id"], case=row["code"], occasion=row["occasion"], state=row["state"],
        dimensions=tuple(row["dimensions"]), required=tuple(row["required"]), opens=row["opens"], closes=row["closes"],
        applicant_id=row["applicant_id"], agent_id=row["agent_id"], rated_by=rated_by, rating_id=row["rating_id"],
        rated_at=row["rated_at"], event_at=row["event_at"], targets=tuple(target_of(t) for t in row["targets"] or ()),
    )  # fmt: skip


def _lookup(unit: db.Unit, submission: Submission) -> tuple[Any, ...]:
    if submission.token is not None:
        return Q.lock_by_token, unit.tenant, tokens.digest(submission.token)
    return Q.lock_by_case, unit.tenant, submission.case, submission.on, submission.nth, submission.number


def target_of(row: Mapping[str, Any]) -> Target:
    return Target(
        dimension=row["dimension"], item=row["item"], staff=row["staff"], institutions=tuple(row["institutions"]),
        lines=tuple(row["lines"]), regions=tuple(row["regions"]), areas=tuple(row["areas"]), channel=row["channel"],
        weight=row["weight"], position=row.get("position", 0),
    )  # fmt: skip


async def rater_of(unit: db.Unit, submission: Submission, standing: Standing) -> Rater:
    """Who rates: the holder of a token counts as the applicant, whom the case knows, unless they stay anonymous."""
    if submission.rater is None:
        return Rater(standing.applicant_id, submission.anonymous)
    for known in (standing.applicant_id, standing.agent_id):
        if known is not None and await people.same(unit, known, submission.rater):
            return Rater(known, submission.anonymous)
    return Rater(await people.remember(unit, submission.rater), submission.anonymous)


def came(submission: Submission, standing: Standing, rater: Rater, source: Source, now: datetime) -> Came:
    """The origin nobody can forge; refuses ``token-required`` and ``not-entitled`` for back-dated ratings."""
    if source.kind == "paper":
        return Came("paper", _written_at(submission, standing, now), rater)
    if submission.rated_at is not None:
        if not source.admin:
            raise errors.NotEntitled("补录过去的评价需要管理权限。", field="rated_at")
        if submission.rated_at > now:
            raise errors.Invalid("评价时间晚于现在，请核对。", field="rated_at")
        return Came("imported", submission.rated_at, rater)
    if submission.channel == "paper" and submission.token is None:
        return Came("paper", now, rater)
    if submission.token is None and not source.trusted:
        if not source.admin:
            raise errors.TokenRequired(field="token")
        return Came("imported", now, rater)
    by_agent = standing.agent_id is not None and rater.person_id == standing.agent_id
    return Came("agent" if by_agent else "citizen", now, rater)


def _written_at(submission: Submission, standing: Standing, now: datetime) -> datetime:
    at = submission.rated_at or now
    if not standing.event_at <= at <= now:
        raise errors.Invalid("纸质评价的填写时间应在服务之后、录入之前，请核对原件。", field="rated_at")
    return at


def check(submission: Submission, standing: Standing, came: Came, source: Source, policy: Policy) -> None:
    """All refusals of a rating, in the order the contract gives."""
    if came.origin == "imported":
        decide.check_unrated(standing)
    else:
        if source.kind == "paper" and standing.state == "closed":
            # Its window was over when the sheet was entered; what counts is when it was written.
            standing = replace(standing, state="open")
        decide.check_rater(came.rater, standing, policy)
        decide.check_open(came.rater, standing, policy, came.at)
    decide.check_grades(submission, standing)
    decide.check_reason(submission, policy)


async def keep(
    unit: db.Unit, tenant: Tenant, submission: Submission, standing: Standing, came: Came, source: Source,
    policy: Policy, now: datetime,
) -> Kept:  # fmt: skip
    """Stores the rating and takes its invitation; a race for the invitation is lost as ``already-rated``."""
    marks = decide.marks(submission, standing.targets, policy)
    kept = _kept(tenant, submission, standing, came, marks)
    usable = ["open", "closed"] if kept.origin == "imported" or source.kind == "paper" else ["open"]
    row = _rating_row(unit, kept, submission, came, source, policy, now)
    if not await unit.execute(Q.take_rating, *row, usable):
        raise errors.AlreadyRated()
    await _add_marks(unit, kept)
    return kept


def _kept(
    tenant: Tenant, submission: Submission, standing: Standing, came: Came, marks: tuple[Mark, ...],
    append_of: UUID | None = None,
) -> Kept:  # fmt: skip
    return Kept(
        id=db.ids.new(), rated_at=came.at, case_id=standing.case_id, case=standing.case, occasion=standing.occasion,
        origin=came.origin, person_id=came.rater.person_id, tags=tuple(sorted(set(submission.tags))),
        text=submission.text.strip(), marks=marks, invitation_id=standing.id,
        receipt=f"{tokens.base36(tenant.id)}-{tokens.receipt_code()}", policy_day=standing.event_at,
        append_of=append_of, declared=submission.declared,
    )  # fmt: skip


def _rating_row(
    unit: db.Unit, kept: Kept, submission: Submission, came: Came, source: Source, policy: Policy, now: datetime
) -> tuple[Any, ...]:
    return (
        unit.tenant, kept.id, kept.rated_at, kept.invitation_id, kept.case_id, kept.occasion, kept.append_of,
        kept.origin, submission.declared, submission.channel, str(source), kept.person_id, came.rater.anonymous,
        list(kept.tags), kept.text, kept.receipt, policy.revision, now,
    )  # fmt: skip


async def _add_marks(unit: db.Unit, kept: Kept) -> None:
    await unit.executemany(Q.add_mark, [_mark_row(unit.tenant, kept, mark) for mark in kept.marks])


def _mark_row(tenant_id: int | None, kept: Kept, mark: Mark) -> tuple[Any, ...]:
    t = mark.target
    return (
        tenant_id, kept.id, kept.rated_at, mark.dimension, t.item, mark.grade, mark.effective, kept.counts_as,
        t.staff, list(t.institutions), list(t.lines), list(t.regions), list(t.areas), t.channel, t.weight, mark.given,
    )  # fmt: skip


async def first_of(unit: db.Unit, standing: Standing) -> First | None:
    if standing.rating_id is None:
        return None
    row = await unit.fetchrow(Q.first_rating, unit.tenant, standing.rating_id, standing.rated_at)
    return First(row["id"], row["rated_at"], row["origin"], row["appends"], row["answered_at"]) if row else None


async def keep_append(
    unit: db.Unit, tenant: Tenant, submission: Submission, standing: Standing, came: Came, source: Source,
    policy: Policy, now: datetime,
) -> Kept:  # fmt: skip
    """Stores an append (追评) as a rating of its own that counts only through the one it adds to."""
    marks = tuple(Mark(code, grade, None, _append_target(code, standing)) for code, grade in submission.grades.items())
    kept = _kept(tenant, submission, standing, came, marks, append_of=standing.rating_id)
    await unit.execute(Q.add_rating, *_rating_row(unit, kept, submission, came, source, policy, now))
    await _add_marks(unit, kept)
    return kept


def _append_target(code: str, standing: Standing) -> Target:
    own = [t for t in standing.targets if t.dimension == code] or list(standing.targets)
    return replace(min(own, key=lambda t: t.position), dimension=code, position=0)


@dataclass(frozen=True, slots=True)
class Change:
    """A mark that counts otherwise than before: ``before`` or ``after`` is None where it does not count."""

    rated_at: datetime
    origin: str
    dimension: str
    before: int | None
    after: int | None
    target: Target


async def settle(unit: db.Unit, rating_id: UUID, findings: Iterable[Finding]) -> tuple[Change, ...]:
    """Brings what a rating counts as in line with its appends and verdicts; what was said stays as it is."""
    root = await unit.fetchval(Q.rating_root, unit.tenant, rating_id)
    family = await unit.fetch(Q.rating_family, unit.tenant, root)
    rows = await unit.fetch(Q.family_marks, unit.tenant, [row["id"] for row in family])
    appended = {row["dimension"]: row["grade"] for row in rows if row["appended"]}
    own = {row["dimension"] for row in rows if not row["appended"]}
    verdicts = tuple(findings)
    changes: list[Change] = []
    for row in rows:
        said = row["dimension"], row["grade"], row["appended"]
        wanted = decide.counted(said, own, appended, verdicts)
        # What it would count as if nobody had found anything: figures before and after findings are both kept.
        unfound = decide.counted(said, own, appended, ())
        found = unfound != wanted
        if (wanted, found, unfound if found else None) != (row["effective"], row["found"], row["unfound"]):
            await unit.execute(
                Q.move_effective, unit.tenant, row["rating_id"], row["rated_at"], row["dimension"], row["item"],
                wanted, found, unfound,
            )  # fmt: skip
        if wanted != row["effective"]:
            changes.append(
                Change(row["rated_at"], row["origin"], row["dimension"], row["effective"], wanted, target_of(row))
            )
    return tuple(changes)
