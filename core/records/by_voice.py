"""An invitation to rate is spoken: the voice gateway gets what to say, which keys mean what, and the way to answer."""

from collections.abc import Sequence
from datetime import datetime

from core import db, errors, stack
from core.audit.model import Actor
from core.intake import actions as intake
from core.outbox import actions as outbox
from core.outbox.voice import INVITE
from core.policy import keys
from core.records.model import Record
from core.tenants.model import Tenant


async def invite(unit: db.Unit, tenant: Tenant, record: Record, _given: object, _by: Actor, now: datetime) -> None:
    """Only where there is still something to rate, and only to a number that was told for it."""
    if record.person_id is None:
        raise errors.Invalid("没有可以拨打的电话，请重新登记并填写评价人的电话。")
    invitations = [
        each for each in await intake.invitations_of_case(unit, record.case)
        if each.state == "open" and each.opens <= now and (each.closes is None or each.closes > now)
    ]  # fmt: skip
    if not invitations:
        raise errors.NoService("这个办件现在没有可以评价的服务：编号不对、已经评价过，或者评价期已过，不能邀请。")
    chosen = invitations[-1]
    labels = stack.policy(tenant, record.policy_day)[keys.grade_labels] or ()
    await outbox.post(
        unit, INVITE,
        {
            "text": said(tenant.short or tenant.name, labels), "case": record.case, "token": chosen.token,
            "path": chosen.url_path, "dimensions": list(chosen.required or chosen.dimensions),
            "keys": {str(5 - place): label for place, label in enumerate(labels)},
        },
        now, person_id=record.person_id,
    )  # fmt: skip


def said(place: str, labels: Sequence[str]) -> str:
    """Every grade is offered alike, and nobody has to answer."""
    choices = "，".join(f"{label}请按 {5 - number}" for number, label in enumerate(labels))
    return f"您好，这里是{place}政务服务好差评。您办理的事项可以评价了：{choices}。不想评价请直接挂断。"
