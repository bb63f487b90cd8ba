"""What provinces publish for their cities, as the migrations made it."""

from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Baseline(Table, tablename="baseline", db=ENGINE):
    province = columns.number(primary_key=True)
    version = columns.number()
    title = columns.code()
    document = columns.code()
    since = columns.day()
    overrides = columns.Jsonb()
    lets = columns.codes()
    note = columns.code()
    digest = columns.code()
    published_by = columns.code()
    published_at = columns.moment()
