"""What was noted, tried and signed on the way to the first day, as the migrations made it."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class SignOff(Table, tablename="sign_off", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    member_id = columns.uuid()
    name = columns.code()
    stamp = columns.code()
    note = columns.code()
    at = columns.moment()


class OnboardingNote(Table, tablename="onboarding_note", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    step = columns.code()
    waiting_for = columns.code()
    text = columns.code()
    member_id = columns.uuid()
    name = columns.code()
    at = columns.moment()


class Trial(Table, tablename="trial", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    stamp = columns.code()
    passed = Boolean(default=None)
    outcome = columns.Jsonb()
    member_id = columns.uuid()
    name = columns.code()
    at = columns.moment()
