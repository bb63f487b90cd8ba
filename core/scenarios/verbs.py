"""Each verb of the language is one verb of the core, done by whom the step names."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from core import duties, flow
from core.errors import Refused
from core.intake.model import Composite, ServiceEvent, Source, Submission
from core.records import remarks
from core.scenarios import exchange_acts, extra_acts, extra_words
from core.scenarios.acts import act
from core.scenarios.grammar import ACTS, SERVICE_EVENTS
from core.scenarios.model import Step
from core.scenarios.stage import Moment, person
from core.tenants import actions as tenants

Perform = Callable[[Moment, Step], Awaitable[None]]

SOURCE = Source("scenario", admin=True, trusted=True)


async def perform(moment: Moment, step: Step) -> None:
    """Raises ``Refused`` as the core does."""
    what = extra_words.spoken().get(step.word)
    if what is not None and what.reports:
        await exchange_acts.perform(moment, step, what.kind)
        return
    await VERBS.get(step.word, extra_acts.perform)(moment, step)


async def _receive(moment: Moment, step: Step) -> None:
    given = step.given
    if "applicant" in given:
        moment.stage.applicants[given["case"]] = given["applicant"]
    event = ServiceEvent(
        case=given["case"],
        event=step.word,
        at=moment.now,
        item=given.get("item"),
        staff=given.get("staff"),
        mode=given.get("mode"),
        kind=given.get("kind"),
        certificate=given.get("certificate"),
        applicant=person(moment.stage.applicant(given["case"])),
        agent=person(given["agent"]) if "agent" in given else None,
        composite=_composite(given),
    )
    (answer,) = await flow.receive(moment.tenant, [event], source=SOURCE, now=moment.now)
    if isinstance(answer, Refused):
        raise answer


def _composite(given: Mapping[str, Any]) -> Composite | None:
    if "batch" in given:
        return Composite("batch", given["batch"])
    for kind in ("theme", "package"):
        if kind in given:
            return Composite(kind, items=given[kind])
    return None


async def _rate(moment: Moment, step: Step) -> None:
    await flow.rate(moment.tenant, _submission(moment, step), source=SOURCE, now=moment.now)


async def _append(moment: Moment, step: Step) -> None:
    await flow.append(moment.tenant, _submission(moment, step), source=SOURCE, now=moment.now)


def _submission(moment: Moment, step: Step) -> Submission:
    """The key is the step's own: two steps that say the same are two ratings."""
    given = step.given
    anonymous = given.get("anonymous", False)
    known = not anonymous or "by" in given
    return Submission(
        case=given["case"],
        on=given.get("on"),
        nth=given.get("nth"),
        grades=given.get("grades", {}),
        items=given.get("items", {}),
        tags=given.get("tags", ()),
        text=given.get("text", ""),
        channel=given.get("channel", "web"),
        rater=person(given.get("by", moment.stage.applicant(given["case"]))) if known else None,
        anonymous=anonymous,
        key=f"step-{step.number}",
    )


async def _load_calendar(moment: Moment, step: Step) -> None:
    given = step.given
    off, work = given.get("off", ()), given.get("work", ())
    await tenants.load_notice(moment.tenant.id, given["year"], off, work, now=moment.now)
    await duties.notice_loaded(moment.tenant, moment.now)


async def _comment(moment: Moment, step: Step) -> None:
    channel = step.given.get("channel", "mailbox")
    await remarks.take(moment.tenant, step.given["text"], channel, source=SOURCE, now=moment.now)


VERBS: Mapping[str, Perform] = {
    **dict.fromkeys(SERVICE_EVENTS, _receive),
    "rate": _rate,
    "append": _append,
    "calendar": _load_calendar,
    "comment": _comment,
    **dict.fromkeys(ACTS, act),
}
