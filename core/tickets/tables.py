"""Tickets, their acts, clocks, appeals and notices, as the migrations made them."""

from piccolo.columns import BigInt, Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Ticket(Table, tablename="ticket", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    number = columns.code()
    nth = columns.number()
    rating_id = columns.uuid()
    rated_at = columns.moment()
    case_id = columns.uuid()
    item = columns.code(null=True)
    staff = columns.code(null=True)
    dimensions = columns.codes()
    grade = columns.number()
    state = columns.code()
    on_hold = Boolean(default=None)
    dispatched_at = columns.moment(null=True)
    handler = columns.code()
    proposed = columns.code()
    co_handlers = columns.codes()
    verdict = columns.code(null=True)
    complexity = columns.code(null=True)
    opened_at = columns.moment()
    answered_at = columns.moment(null=True)
    closed_at = columns.moment(null=True)
    policy = columns.code()
    policy_day = columns.day()
    version = columns.number()
    joined_to = columns.uuid(null=True)
    assignee = columns.uuid(null=True)


class TicketAct(Table, tablename="ticket_act", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    ticket_id = columns.uuid()
    at = columns.moment()
    act = columns.code()
    actor = columns.code()
    note = columns.code()
    data = columns.Jsonb()


class Clock(Table, tablename="clock", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    ticket_id = columns.uuid()
    name = columns.code()
    since = columns.code()
    started_at = columns.moment()
    span = columns.code()
    due_at = columns.moment()
    clause = columns.code()
    document = columns.code()
    policy = columns.code()
    calendar = columns.code()
    provisional = Boolean(default=None)
    moves = Boolean(default=None)
    extended = Boolean(default=None)
    pauses = columns.Jsonb()
    days = columns.Jsonb()
    state = columns.code()
    stopped_at = columns.moment(null=True)
    warned_at = columns.moment(null=True)
    overdue_at = columns.moment(null=True)


class FeedbackGrade(Table, tablename="feedback_grade", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    ticket_id = columns.uuid()
    at = columns.moment()
    grade = columns.number()


class Notice(Table, tablename="notice", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    at = columns.moment()
    addressee = columns.code()
    about = columns.code()
    case_id = columns.uuid(null=True)
    ticket_id = columns.uuid(null=True)
    clause = columns.code()
    body = columns.Jsonb()
    hides = columns.codes()
    once = columns.code()


class Appeal(Table, tablename="appeal", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    ticket_id = columns.uuid()
    appellant = columns.code()
    addressee = columns.code()
    state = columns.code()
    reason = columns.code()
    evidence = columns.Jsonb()
    finding = columns.code(null=True)
    filed_at = columns.moment()
    decided_at = columns.moment(null=True)
    decided_by = columns.code(null=True)
    number = columns.code()
    words = columns.code()


class TicketNumber(Table, tablename="ticket_number", db=ENGINE):
    tenant_id = columns.number()
    prefix = columns.code(primary_key=True)
    last = columns.number()


class TicketSeat(Table, tablename="ticket_seat", db=ENGINE):
    tenant_id = columns.number()
    ticket_id = columns.uuid(primary_key=True)
    seat = columns.code()
    urgent = columns.moment()
    newest = BigInt(default=None)
    state = columns.code()
    grade = columns.number()
    handler = columns.code()
    rated_at = columns.moment()
