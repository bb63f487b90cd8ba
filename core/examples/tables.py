"""Examples, their versions and runs, as the migration made them."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Example(Table, tablename="example", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    version = columns.number()
    says = columns.code()
    body = columns.Jsonb()
    problem = columns.code()
    changed_by = columns.code()
    changed_at = columns.moment()
    removed_at = columns.moment(null=True)


class ExampleVersion(Table, tablename="example_version", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    example_id = columns.uuid()
    version = columns.number()
    back = columns.number(null=True)
    body = columns.Jsonb()
    by_actor = columns.code()
    by_name = columns.code()
    at = columns.moment()


class ExampleRun(Table, tablename="example_run", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    proposal_id = columns.uuid(null=True)
    rules = columns.code()
    examples = columns.code()
    scope = columns.code()
    example_id = columns.uuid(null=True)
    stage = columns.number()
    asked_by = columns.code()
    asked_at = columns.moment()
    state = columns.code()
    problem = columns.code()
    turned_at = columns.moment()
    ended_at = columns.moment(null=True)


class ExampleResult(Table, tablename="example_result", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    run_id = columns.uuid()
    nth = columns.number()
    example_id = columns.uuid(null=True)
    version = columns.number(null=True)
    source = columns.code()
    says = columns.code()
    covers = columns.codes()
    ok = Boolean(default=None, null=True)
    readable = Boolean(default=None)
    step = columns.number(null=True)
    word = columns.code()
    expected = columns.Jsonb(null=True)
    found = columns.Jsonb(null=True)


class ExampleDeparture(Table, tablename="example_departure", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    source = columns.code()
    step = columns.number(null=True)
    says = columns.code()
    basis = columns.code()
    by_actor = columns.code()
    by_name = columns.code()
    at = columns.moment()
    withdrawn_at = columns.moment(null=True)
