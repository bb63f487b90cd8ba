"""Random checks, as the migration made them."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class RandomCheck(Table, tablename="random_check", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    number = columns.code()
    at = columns.moment()
    by_actor = columns.code()
    by_member = columns.uuid()
    by_name = columns.code()
    institution = columns.code()
    since = columns.day()
    until = columns.day()
    handler = columns.code()
    method = columns.code()
    wanted = columns.number()
    seed = columns.code()
    strata = columns.Jsonb()
    population = columns.codes()
    drawn = columns.codes()
