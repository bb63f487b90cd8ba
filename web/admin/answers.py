"""What people answered is told by version: each answer with its count, words only where enough people wrote."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from litestar import get

from core import db
from core.citizen.actions import LABELS
from core.intake.groups import LEAST
from core.places import actions as places
from core.policy import keys, vocab
from core.policy.values import ANY, Questionnaire
from core.questionnaires import results
from core.questionnaires.decide import options
from web.admin.chips import asked
from web.deps import InPolicy, InTenant, Now
from web.page import Page, page
from web.visit import HttpRequest

PERIODS: Final[Mapping[str, str]] = {"30": "近 30 天", "90": "近 90 天", "365": "近一年", "all": "全部"}
LONG_AGO = timedelta(days=36_500)


@get("/t/{slug:str}/admin/questionnaires", opt={"perm": "questionnaires.read"})
async def index(request: HttpRequest, tenant: InTenant, policy: InPolicy, now: Now) -> Page:
    period = asked(request, "days") if asked(request, "days") in PERIODS else "90"
    since, until = _since(period, now), now + timedelta(seconds=1)
    labels = tuple(policy[keys.grade_labels] or LABELS)
    async with db.as_tenant(tenant.id) as unit:
        every = await results.sums(unit, since, until)
        forms = [each.version.questions for each in every]
        items = await places.names(unit, "item", {each.item for each in forms} - {ANY})
        lines = await places.names(unit, "line", {each.line for each in forms} - {ANY})
        wanted = asked(request, "version")
        chosen = next((each for each in every if each.version.id == wanted), every[0] if every else None)
        told = (await results.of_version(unit, chosen.version.id, since, until, labels))[1] if chosen else ()
    questions = chosen.version.questions.fields if chosen else ()
    return page(
        "admin/answers.html", every=every, chosen=chosen, rows=list(zip(questions, told, strict=True)), period=period,
        periods=PERIODS, names={each.version.id: _named(each.version.questions, items, lines) for each in every},
        words={each.code: options(each, labels) for each in questions}, kinds=vocab.QUESTIONS, least=LEAST,
    )  # fmt: skip


def _since(period: str, now: datetime) -> datetime:
    return now - (LONG_AGO if period == "all" else timedelta(days=int(period)))


def _named(form: Questionnaire, items: Mapping[str, str], lines: Mapping[str, str]) -> str:
    said = [vocab.MODES.get(form.mode, ""), items.get(form.item, form.item.strip(ANY)),
            lines.get(form.line, form.line.strip(ANY))]  # fmt: skip
    return "、".join(each for each in said if each) or "全部服务"
