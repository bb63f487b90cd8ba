"""Whoever a record concerns is told at their desk, and its filer by a short message if they left a number."""

from datetime import datetime
from uuid import UUID

from core import db, notify
from core.clock import SHANGHAI
from core.outbox import actions as outbox
from core.policy.extras import Kind, Who
from core.records.model import Record
from core.records.stored import Q
from core.tickets import stored as tickets
from core.tickets.model import Notice

NEWS = "extra"
MESSAGE = "sms.extra"


async def tell(
    unit: db.Unit, kind: Kind, record: Record, on: str, at: datetime, *, due: datetime | None = None, clause: str = ""
) -> None:
    """What the kind has to say of this, to each once; a second time of the same instant it is told to nobody."""
    for each in kind.tells:
        if each.on != on:
            continue
        about = says(each.says, kind, record, due)
        for who in each.to:
            if addressee := _addressee(kind, record, who):
                await _to(unit, kind, record, f"{kind.code}.{on}", addressee, about, at, clause)


def says(text: str, kind: Kind, record: Record, due: datetime | None) -> str:
    """Only these four are ever put into words that leave the record."""
    end = due or record.due_at
    known = {
        "{number}": record.number, "{title}": record.title, "{kind}": kind.label,
        "{due}": f"{end.astimezone(SHANGHAI):%m月%d日 %H:%M}" if end else "",
    }  # fmt: skip
    for name, value in known.items():
        text = text.replace(name, value)
    return text


def _addressee(kind: Kind, record: Record, who: Who) -> str:
    """Empty where there is nobody."""
    field = kind.fields().get(kind.names)
    named = "member" if field is not None and field.kind == "member" else "staff"
    return {
        "filer": "filer", "bureau": "bureau", "operator": "role:operator",
        "handler": f"institution:{record.institution}" if record.institution else "",
        "clerk": record.filed_by if record.filed_by.startswith("staff:") else "",
        "named": f"{named}:{record.named}" if record.named else "",
    }.get(who, "")  # fmt: skip


async def _to(
    unit: db.Unit, kind: Kind, record: Record, about: str, addressee: str, text: str, at: datetime, clause: str
) -> None:
    once = f"extra:{record.id}:{about}:{addressee}:{at.isoformat()}"
    body = {"id": str(record.id), "record": record.number, "kind": kind.label, "says": text}
    notice = Notice(at, addressee, about, once, clause, body)
    await unit.execute(
        tickets.Q.add_notice, unit.tenant, db.ids.new(), notice.at, notice.addressee, notice.about, None, None,
        notice.clause, dict(notice.body), [], notice.once,
    )  # fmt: skip
    desk: UUID | str | None = addressee
    if addressee == "filer":
        desk = record.filer_id
        # Who was only drawn holds no receipt, and has nothing to follow.
        if record.person_id is not None and record.receipt:
            await outbox.post(unit, MESSAGE, {"path": f"/x/{record.receipt}"}, at, person_id=record.person_id)
    elif addressee.startswith("member:"):
        desk = await unit.fetchval(Q.member_named, unit.tenant, addressee.partition(":")[2])
    if desk is not None:
        link = f"/extras/records/{record.id}"
        await notify.tell(
            unit, desk, NEWS, text, link, at, title=f"{kind.label}：{record.number}", once=once,
            institution=record.institution, region=record.region,
        )  # fmt: skip
