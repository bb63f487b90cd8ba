"""Reads for the citizen's pages, and the half-made rating that one tap leaves behind."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from core import db, errors, stack
from core.citizen.model import Appended, Asked, Opened, Progress, Promise, Receipt, Step
from core.flow import fold_time
from core.intake import actions as intake
from core.intake import decide as rules
from core.intake import ratings
from core.intake.jobs import DRAFT_RIPENS
from core.intake.model import InvitationView, Submission
from core.outbox import actions as outbox
from core.outbox import tasks
from core.people import actions as people
from core.policy import keys
from core.policy.policy import Policy
from core.policy.values import Tag
from core.questionnaires import actions as questionnaires
from core.tenants import states
from core.tenants.model import Tenant
from core.tickets import actions as tickets

Q = db.queries(__file__)
FRESH = timedelta(minutes=10)
# Acts whose words were written for the rater.
TOLD = ("feedback", "explain", "extend")
# Acts of which the rater reads that they were done.
SHOWN = (
    *TOLD, "opened", "audit", "dispatch", "contact", "verdict", "rectify", "rate-feedback", "decide", "callback",
    "withdraw", "recount", "unmask",
)  # fmt: skip
LABELS = ("非常满意", "满意", "基本满意", "不满意", "非常不满意")


async def invitation(tenant: Tenant, token: str) -> Opened:
    """Everything the rating page shows, whatever the invitation's state; refuses ``not-found`` for a wrong token."""
    async with db.as_tenant(tenant.id) as unit:
        return await _opened(unit, tenant, await intake.by_token(unit, token))


async def at_window(tenant: Tenant, window: str, now: datetime) -> Opened | None:
    """The newest open invitation given at this window in the last ten minutes."""
    async with db.as_tenant(tenant.id) as unit:
        view = await intake.at_window(unit, window, now - FRESH, now)
        return await _opened(unit, tenant, view) if view is not None else None


async def _opened(unit: db.Unit, tenant: Tenant, view: InvitationView) -> Opened:
    row = await unit.fetchrow(Q.service, tenant.id, view.id)
    if row is None:
        raise errors.NotFound
    policy = stack.policy(tenant, tickets.day(row["at"]))
    return Opened(
        view=view, case=row["case_code"], number=row["number"], event=row["event"], at=row["at"], mode=row["mode"],
        item_name=row["item_name"] or "", institution_name=row["institution_name"] or "",
        window_code=row["window_code"] or "", window_name=row["window_name"] or "", staff_code=row["staff_code"] or "",
        staff_name=row["staff_name"] or "", asked=await _asked(unit, view, policy), labels=_labels(policy),
        bad_grades=tuple(policy[keys.bad_grades] or ()), reason_needed=policy[keys.bad_needs] == "tag-or-text",
        tags=tuple(policy[keys.tags] or ()), identity=policy[keys.identity] or "none", applicant_known=row["known"],
        questionnaire=await questionnaires.asked(unit, policy, view.id), draft=row["draft"] or {},
        receipt=row["receipt"] or "", screened=bool(policy[keys.screened]),
        device_shows=tuple(policy[keys.device_shows] or ()),
    )  # fmt: skip


def _labels(policy: Policy) -> tuple[str, ...]:
    return tuple(policy[keys.grade_labels] or LABELS)


async def _asked(unit: db.Unit, view: InvitationView, policy: Policy) -> tuple[Asked, ...]:
    labels = {d.code: d.label for d in policy[keys.dimensions] or ()}
    linked = await unit.fetch(Q.linked, unit.tenant, view.id)
    return tuple(
        Asked(
            code, labels.get(code, code), code in view.required,
            tuple((row["item"], row["name"]) for row in linked if row["dimension"] == code),
        )
        for code in view.dimensions
    )  # fmt: skip


async def keep_draft(
    tenant: Tenant, token: str, grades: Mapping[str, int], *, now: datetime, channel: str = "web"
) -> None:
    """One tap: the grade is kept; a draft that needs nothing more becomes the rating after half an hour."""
    async with db.as_tenant(tenant.id) as unit:
        submission = Submission(token=token, grades=grades, channel=channel)
        standing = await ratings.standing(unit, submission)
        policy = stack.policy(tenant, tickets.day(standing.event_at))
        rater = await ratings.rater_of(unit, submission, standing)
        rules.check_open(rater, standing, policy, now)
        for code, grade in grades.items():
            if code not in standing.dimensions or grade not in range(1, 6):
                raise errors.DimensionNotAllowed(field=f"grades.{code}")
        ready = _is_ready(submission, standing, rater, policy)
        draft = {"grades": dict(grades), "ready": ready, "channel": channel}
        await unit.execute(intake.Q.keep_draft, tenant.id, standing.id, draft, now)
        hints = tasks.Hints(tenant.id)
        hints.add("drafts", fold_time(now + DRAFT_RIPENS))
        unit.after_commit(hints.give)


def _is_ready(submission: Submission, standing: rules.Standing, rater: rules.Rater, policy: Policy) -> bool:
    try:
        rules.check_rater(rater, standing, policy)
        rules.check_grades(submission, standing)
        rules.check_reason(submission, policy)
    except errors.Refused:
        return False
    return True


async def send_link(
    tenant: Tenant, window: str | None, phone: str, now: datetime, *, item: str | None = None, channel: str = ""
) -> None:
    """Sends this phone the links of its open invitations at this window, of this item, or all of them.

    It never tells whether there were any.
    """
    async with db.as_tenant(tenant.id) as unit:
        for person_id in await people.by_phone(unit, phone):
            for row in await unit.fetch(intake.Q.open_for_person, tenant.id, window, person_id, item):
                path = f"/r/{intake.token_of(tenant.id, row['id'])}" + (f"?c={channel}" if channel else "")
                await outbox.post(unit, "sms.link", {"case": row["code"], "path": path}, now, person_id=person_id)


async def receipt(tenant: Tenant, code: str, now: datetime) -> Receipt:
    """What became of the rating with this receipt; refuses ``not-found``."""
    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow(Q.by_receipt, tenant.id, code)
        if row is None:
            raise errors.NotFound("没有找到这个回执编号，请核对后再输入。")
        policy = stack.policy(tenant, tickets.day(row["at"]))
        progress = [
            await _progress(unit, each["id"], policy)
            for each in await unit.fetch(Q.tickets_of_rating, tenant.id, row["rating_id"])
        ]
        appends = await unit.fetch(Q.appends, tenant.id, row["rating_id"])
        appended = tuple(
            Appended(each["at"], each["grades"] or {}, each["text"], _tags(each["tags"], policy)) for each in appends
        )
        until = await _append_until(unit, tenant, row, policy, now)
        return replace(_receipt(code, row, policy, tuple(progress)), appended=appended, append_until=until)


def _tags(codes: Iterable[int], policy: Policy) -> tuple[Tag, ...]:
    chosen = set(codes)
    return tuple(tag for tag in policy[keys.tags] or () if tag.code in chosen)


async def _append_until(unit: db.Unit, tenant: Tenant, row: db.Row, policy: Policy, now: datetime) -> datetime | None:
    rule = policy[keys.append]
    if rule is None or row["append_of"] is not None or rule.since != "rated" or row["appends"] >= rule.max:
        return None
    return rules.append_ends(row["rated_at"], rule, policy, tenant.calendar, await states.pauses(unit, now))


def _receipt(code: str, row: db.Row, policy: Policy, progress: tuple[Progress, ...]) -> Receipt:
    return Receipt(
        code=code, case=row["case_code"], item_name=row["item_name"] or "", rated_at=row["rated_at"],
        origin=row["origin"], grades=row["grades"] or {},
        dimension_labels={d.code: d.label for d in policy[keys.dimensions] or ()}, labels=_labels(policy),
        text=row["text"], tags=_tags(row["tags"], policy),
        counted=row["counted"], progress=progress,
    )  # fmt: skip


async def _progress(unit: db.Unit, ticket_id: UUID, policy: Policy) -> Progress:
    ticket = await tickets.read(unit, ticket_id)
    steps = await unit.fetch(Q.told_acts, unit.tenant, ticket_id, list(SHOWN))
    return Progress(
        ticket_id=ticket.id, number=ticket.number, state=ticket.state, verdict=ticket.verdict or "",
        promises=tuple(
            Promise(c.name, c.due_at, c.clause, c.document, c.provisional, c.state)
            for c in ticket.clocks if c.name not in ("appeal", "notify", "callback")
        ),
        steps=tuple(
            Step(s["at"], s["act"], s["note"] if s["act"] in TOLD else "", s["until"] or "", s["finding"] or "",
                 s["unit"] or "", s["purpose"] or "")
            for s in steps
        ),
        feedback_scale=tuple(policy[keys.feedback_scale] or ()),
    )  # fmt: skip


async def token_of_receipt(tenant: Tenant, code: str) -> str:
    """The rating's own token, for its holder to append or to rate the reply."""
    async with db.as_tenant(tenant.id) as unit:
        row = await unit.fetchrow(Q.by_receipt, tenant.id, code)
        if row is None:
            raise errors.NotFound("没有找到这个回执编号，请核对后再输入。")
        return intake.token_of(tenant.id, row["invitation_id"])
