"""Versions of questionnaires and what was answered, as the migration made them."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Questionnaire(Table, tablename="questionnaire", db=ENGINE):
    tenant_id = columns.number()
    id = columns.code(primary_key=True)
    number = columns.number()
    mode = columns.code()
    item = columns.code()
    line = columns.code()
    questions = columns.Jsonb()
    clause = columns.code()
    document = columns.code()
    first_at = columns.moment()


class QuestionnaireAnswer(Table, tablename="questionnaire_answer", db=ENGINE):
    tenant_id = columns.number()
    rating_id = columns.uuid(primary_key=True)
    rated_at = columns.moment()
    version = columns.code()
    answers = columns.Jsonb()
    complete = Boolean(default=None)
    at = columns.moment()
