"""A rating on paper counts as it was written: on its own day, marked as paper, through the one door."""

from datetime import datetime
from typing import Any

from core import db, errors, flow
from core.audit.model import Actor
from core.intake.model import ServiceEvent, Submission
from core.people.model import Person
from core.policy.extras import Field
from core.records import offered, stored
from core.records.model import Record
from core.tenants.model import Tenant

# What a sheet says, by the codes of its form.
CASE, ITEM, STAFF, SERVED, WRITTEN = "case", "item", "staff", "served_at", "written_at"
GRADE, MATTER, MANNER, REASON = "grade", "grade_matter", "grade_staff", "reason"


async def rate(
    unit: db.Unit, tenant: Tenant, record: Record, _given: object, _by: Actor, now: datetime
) -> None:  # fmt: skip
    """Without a case number the sheet itself tells of the service; a service that was never reported is one by it."""
    told, written = record.fields, record.fields[WRITTEN]
    rater = await _rater(unit, record)
    case = str(told.get(CASE) or f"ZZ-{record.number}")
    event = None
    if not told.get(CASE):
        event = ServiceEvent(
            case, "served", told.get(SERVED) or written, item=told.get(ITEM), staff=told.get(STAFF), mode="window",
            applicant=rater,
        )  # fmt: skip
    grades = flow.PaperGrades(int(told[GRADE]), told.get(MATTER), told.get(MANNER))
    submission = Submission(
        case=case, text=str(told.get(REASON) or ""), channel="paper", rater=rater, anonymous=rater is None,
        key=f"paper-{record.id}", rated_at=written,
    )  # fmt: skip
    try:
        await flow.rate_on_paper(unit, tenant, event, submission, grades, now=now)
    except errors.Refused as refusal:
        # The form that is being sent has no such field: it is the sheet's, which can be corrected.
        refusal.field = None
        raise


async def _rater(unit: db.Unit, record: Record) -> Person | None:
    """Who signed the sheet; one without a name is anonymous."""
    _, kind = offered.kind_of(record.extra, record.kind)
    found: dict[str, Any] = {}
    for each in kind.form.fields:
        if each.code in record.hidden and each.kind in ("person", "phone"):
            found[each.kind] = await _read(unit, record, each)
    return Person(found.get("person", ""), phone=found.get("phone", "")) if found else None


async def _read(unit: db.Unit, record: Record, field: Field) -> str:
    return await stored.reveal(unit, record.id, field.code)
