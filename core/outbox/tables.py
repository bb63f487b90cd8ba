"""What must leave the system and what must be done later, as the migrations made them."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Outbox(Table, tablename="outbox", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    kind = columns.code()
    person_id = columns.uuid(null=True)
    payload = columns.Jsonb()
    state = columns.code()
    attempts = columns.number()
    run_after = columns.moment()
    last_error = columns.code(null=True)
    created_at = columns.moment()
    sent_at = columns.moment(null=True)
    member_id = columns.uuid(null=True)
    line = columns.uuid(null=True)
    nth = columns.number(null=True)


class Task(Table, tablename="task", db=ENGINE):
    id = columns.uuid(primary_key=True)
    tenant = columns.number()
    kind = columns.code()
    ref_ = columns.code(db_column_name="ref")
    run_after = columns.moment()
    state = columns.code()
    attempts = columns.number()
    leased_until = columns.moment(null=True)
    lease_token = columns.uuid(null=True)
    last_error = columns.code(null=True)


class NoticeText(Table, tablename="notice_text", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    kind = columns.code()
    number = columns.number()
    subject = columns.code(null=True)
    body = columns.code(null=True)
    changed_at = columns.moment()
    changed_by = columns.code()
