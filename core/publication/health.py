"""Whether a city is ready, and whether its machinery runs, as it says so itself."""

from datetime import datetime, timedelta
from typing import Any

from core import db
from core.clock import SHANGHAI
from core.intake.model import ACTIVE
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.publication.model import Content, Entry
from core.tenants.model import Tenant

Q = db.queries(__file__)
LOOKED_BACK = timedelta(days=30)
# What is due for longer than this is behind, and not merely next.
BEHIND = timedelta(minutes=15)
YEARS_AHEAD = 1


def standing(tenant: Tenant, policy: Policy) -> Entry:
    """What is still open before a place goes live, or that it is."""
    questions = [
        {"id": each.id, "text": each.text, "clause": each.clause, "document": each.document}
        for each in policy.open_questions
    ]
    content: Content = {
        "live": tenant.live, "baseline": tenant.baseline_version, "revision": policy.revision,
        "day": policy.on.isoformat(), "questions": questions,
        "set": sum(each.value is not None for each in policy.entries()), "keys": len(keys.ALL),
        "documents": [
            {"name": each.name, "issued": each.issued.isoformat() if each.issued else None}
            for each in policy.documents if each.document or each.issued
        ],
    }  # fmt: skip
    return Entry("standing", "", content, same_as={name: each for name, each in content.items() if name != "day"})


async def health(unit: db.Unit, tenant: Tenant, policy: Policy, now: datetime) -> Entry:
    """News is what somebody might act on, and once a day that it still runs; the rest is told with it."""
    work: Any = await unit.fetchrow(Q.work, unit.tenant, now)
    messages: Any = await unit.fetchrow(Q.messages, unit.tenant, now)
    rated = await unit.fetch(Q.last_rated, unit.tenant, now - LOOKED_BACK, now, list(ACTIVE))
    provisional: Any = await unit.fetchrow(Q.provisional, unit.tenant)
    last = {row["channel"]: row["at"] for row in rated}
    declared = {each.base for each in policy[keys.channels] or ()}
    year = now.astimezone(SHANGHAI).year
    unpublished = [each for each in range(year, year + YEARS_AHEAD + 1) if not tenant.calendar.published(each)]
    behind = work["oldest"] is not None and work["oldest"] < now - BEHIND
    content: Content = {
        "at": now.isoformat(),
        "jobs": {"due": work["due"], "dead": work["dead"], "oldest": _text(work["oldest"]), "behind": behind},
        "outbox": {"waiting": messages["waiting"], "dead": messages["dead"]},
        "channels": [
            {"code": code, "label": vocab.CAME_THROUGH.get(code, code), "at": _text(last.get(code))}
            for code in sorted({*declared, *last})
        ],
        "calendar": {"unpublished": unpublished, "clocks": provisional["clocks"],
                     "invitations": provisional["invitations"]},
    }  # fmt: skip
    return Entry("health", "", content, same_as=_telling(content, now, {code: at.date() for code, at in last.items()}))


def _telling(content: Content, now: datetime, days: Content) -> Content:
    return {
        "day": now.astimezone(SHANGHAI).date().isoformat(),
        "dead": [content["jobs"]["dead"], content["outbox"]["dead"]],
        "behind": content["jobs"]["behind"], "channels": {code: str(day) for code, day in days.items()},
        "calendar": content["calendar"]["unpublished"],
    }  # fmt: skip


def _text(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
