"""Proposals, as the migration made them."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Proposal(Table, tablename="proposal", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    title = columns.code()
    since = columns.day()
    state = columns.code()
    version = columns.number()
    baseline_version = columns.number(null=True)
    restores = columns.day(null=True)
    opened_by = columns.code()
    opened_member = columns.uuid(null=True)
    opened_at = columns.moment()
    submitted_by = columns.code(null=True)
    submitted_member = columns.uuid(null=True)
    submitted_behalf = columns.uuid(null=True)
    submitted_at = columns.moment(null=True)
    decided_by = columns.code(null=True)
    decided_member = columns.uuid(null=True)
    decided_at = columns.moment(null=True)


class ProposalChange(Table, tablename="proposal_change", db=ENGINE):
    tenant_id = columns.number()
    proposal_id = columns.uuid(primary_key=True)
    key = columns.code()
    version = columns.number()
    value = columns.Jsonb(null=True)
    clause = columns.code()
    document = columns.code()
    basis = columns.code()
    until = columns.day(null=True)
    dropped = Boolean(default=None)
    author = columns.code()
    member_id = columns.uuid(null=True)
    behalf_id = columns.uuid(null=True)
    at = columns.moment()
    taken = columns.code()


class ProposalComment(Table, tablename="proposal_comment", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    proposal_id = columns.uuid()
    version = columns.number()
    kind = columns.code()
    key = columns.code()
    text = columns.code()
    author = columns.code()
    member_id = columns.uuid(null=True)
    at = columns.moment()
