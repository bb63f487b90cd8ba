"""The questions that go with a rating are asked for by its token, and answered with it or after it."""

from typing import Any

import msgspec
from litestar import Request, Response, get, post

from core import db
from core.intake.told import read
from core.policy import keys
from core.policy.values import Questionnaire
from core.questionnaires import actions as questionnaires
from core.questionnaires.decide import options, version_of
from web.api.answers import Sent, answered
from web.api.body import asked
from web.api.calls import ANSWERS, QUESTIONNAIRE
from web.api.shapes import AnswersIn, AnswersOut, QuestionnaireOut, QuestionnaireQuery, QuestionOut
from web.deps import InTenant, Now

GIVEN = msgspec.json.Decoder(AnswersIn)


@get("/questionnaire", opt=QUESTIONNAIRE.opt)
async def questionnaire(request: Request[Any, Any, Any], tenant: InTenant) -> Response[Any]:
    query = asked(request.query_params, QuestionnaireQuery)
    async with db.as_tenant(tenant.id) as unit:
        policy, form = await questionnaires.by_token(unit, tenant, query.token)
    labels = tuple(policy[keys.grade_labels] or ())
    return answered(_out(form, labels))


@post("/questionnaire", opt=ANSWERS.opt, status_code=200)
async def answers(sent: Sent, tenant: InTenant, now: Now) -> Response[Any]:
    told = read(GIVEN, sent)
    return answered(AnswersOut(dict(await questionnaires.answer(tenant, told.token, told.answers, now))))


def _out(form: Questionnaire | None, labels: tuple[str, ...]) -> QuestionnaireOut:
    if form is None:
        return QuestionnaireOut("", True, [])
    return QuestionnaireOut(version_of(form), form.voluntary, [
        QuestionOut(q.code, q.label, q.kind, q.required, dict(options(q, labels)), q.low, q.high) for q in form.fields
    ])  # fmt: skip
