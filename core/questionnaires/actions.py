"""Answers are kept with the rating they came with, or after it, and the questions they were given to with them."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from core import db, errors, stack
from core.intake import ratings
from core.intake.model import Kept, Submission
from core.policy import columns, keys
from core.policy.keys import Key
from core.policy.policy import Policy
from core.policy.values import Questionnaire
from core.questionnaires import decide
from core.questionnaires.model import Answered, Reading, Version
from core.tenants.model import Tenant
from core.tickets import actions as tickets

Q = db.queries(__file__)


async def asked(unit: db.Unit, policy: Policy, invitation_id: UUID) -> Questionnaire | None:
    """The questions that go with this invitation by the rules of its own day."""
    rows = forms(policy)
    concerns = await unit.fetchrow(Q.concerns, unit.tenant, invitation_id) if rows else None
    if concerns is None:
        return None
    return decide.asked(rows, concerns["mode"], concerns["items"], concerns["lines"])


def forms(policy: Policy) -> tuple[Questionnaire, ...]:
    """A place's own questionnaires, then those that its extras bring."""
    brought = (form for extra in stack.extras() if policy[extra.switch] for form in extra.forms)
    return (*(policy[keys.questionnaire] or ()), *brought)


def _brings(policy: Policy, form: Questionnaire) -> Key[Any]:
    """The rule that this questionnaire stands by: the place's own, or the switch of the extra that brings it."""
    if form in (policy[keys.questionnaire] or ()):
        return keys.questionnaire
    return next((each.switch for each in stack.extras() if form in each.forms), keys.questionnaire)


async def by_token(unit: db.Unit, tenant: Tenant, token: str) -> tuple[Policy, Questionnaire | None]:
    """The rules of this invitation's day, and its questions where it has any."""
    standing = await ratings.standing(unit, Submission(token=token))
    policy = stack.policy(tenant, tickets.day(standing.event_at))
    return policy, await asked(unit, policy, standing.id)


async def keep(
    unit: db.Unit, kept: Kept, given: Mapping[str, object] | None, policy: Policy, now: datetime
) -> Mapping[str, str]:
    """Keeps what can be kept and answers why the rest cannot; the rating itself stands in any case."""
    if not given:
        return {}
    form = await asked(unit, policy, kept.invitation_id)
    reading = decide.read(form or Questionnaire(()), given)
    if form is not None and reading.answers:
        await _put(unit, form, policy, reading, kept.id, kept.rated_at, now)
    return reading.faults


async def _put(
    unit: db.Unit, form: Questionnaire, policy: Policy, reading: Reading, rating_id: UUID, rated_at: datetime,
    now: datetime,
) -> bool:  # fmt: skip
    version = decide.version_of(form)
    if await unit.fetchrow(Q.version, unit.tenant, version) is None:
        why = policy.why(_brings(policy, form))
        document = next((each.document for each in why.rows if each.row == form), why.document)
        await unit.execute(
            Q.add_version, unit.tenant, version, form.mode, form.item, form.line, columns.QUESTIONNAIRE.dump(form),
            form.clause or why.clause, document, now,
        )  # fmt: skip
    answers, complete = dict(reading.answers), not reading.faults
    return bool(await unit.execute(Q.put, unit.tenant, rating_id, rated_at, version, answers, complete, now))


async def answer(tenant: Tenant, token: str, given: Mapping[str, object], now: datetime) -> Mapping[str, str]:
    """Answers given after the rating, while its window is open; refuses ``conflict`` where all was answered before."""
    async with db.as_tenant(tenant.id) as unit:
        standing = await ratings.standing(unit, Submission(token=token))
        if standing.rating_id is None or standing.rated_at is None:
            raise errors.NotFound("还没有收到评价，请先评价再回答问卷。", field="token")
        if standing.closes is not None and now >= standing.closes:
            raise errors.WindowClosed("回答问卷的时间已过，您的评价不受影响。")
        policy = stack.policy(tenant, tickets.day(standing.event_at))
        form = await asked(unit, policy, standing.id)
        if form is None:
            raise errors.NotOffered("这次服务没有问卷。")
        reading = decide.read(form, given)
        if reading.answers and not await _put(unit, form, policy, reading, standing.rating_id, standing.rated_at, now):
            raise errors.Conflict("这份问卷已经提交过，不能再改。")
        return reading.faults


async def of_rating(unit: db.Unit, rating_id: UUID) -> Answered | None:
    row = await unit.fetchrow(Q.answered, unit.tenant, rating_id)
    return Answered(row["rating_id"], version(row), row["answers"], row["complete"]) if row else None


def version(row: db.Row) -> Version:
    form = columns.QUESTIONNAIRE.parse(row["questions"], "questionnaire")
    return Version(row["id"], row["number"], form, row["clause"], row["document"], row["first_at"])
