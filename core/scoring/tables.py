"""Counts, as the migrations made them."""

from piccolo.columns import BigInt
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class TallyDelta(Table, tablename="tally_delta", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    day = columns.day()
    dimension = columns.code()
    origin = columns.code()
    grade = columns.number()
    n = columns.number()
    item = columns.code()
    staff = columns.code(null=True)
    institutions = columns.codes()
    lines = columns.codes()
    regions = columns.codes()
    areas = columns.codes()
    channel = columns.code()


class Tally(Table, tablename="tally", db=ENGINE):
    tenant_id = columns.number(primary_key=True)
    subject = columns.code()
    code = columns.code()
    day = columns.day()
    dimension = columns.code()
    origin = columns.code()
    grade = columns.number()
    member = columns.code()
    n = BigInt(default=None)
