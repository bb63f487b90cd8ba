"""Who serves where, as the migrations made it."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Region(Table, tablename="region", db=ENGINE):
    tenant_id = columns.number()
    code = columns.code(primary_key=True)
    name = columns.code()
    parent = columns.code(null=True)
    level = columns.code()


class Line(Table, tablename="line", db=ENGINE):
    tenant_id = columns.number()
    code = columns.code(primary_key=True)
    name = columns.code()


class Institution(Table, tablename="institution", db=ENGINE):
    tenant_id = columns.number()
    code = columns.code(primary_key=True)
    name = columns.code()
    region = columns.code()
    line = columns.code(null=True)
    parent = columns.code(null=True)
    duty = columns.code()


class ServiceWindow(Table, tablename="service_window", db=ENGINE):
    tenant_id = columns.number()
    code = columns.code(primary_key=True)
    name = columns.code()
    institution = columns.code()
    kiosk = Boolean(default=None)


class Staff(Table, tablename="staff", db=ENGINE):
    tenant_id = columns.number()
    code = columns.code(primary_key=True)
    name = columns.code()
    institution = columns.code()
    active = Boolean(default=None)


class Item(Table, tablename="item", db=ENGINE):
    tenant_id = columns.number()
    code = columns.code(primary_key=True)
    name = columns.code()
    institution = columns.code()
    systems = columns.code(null=True)
    in_centre = Boolean(default=None)
    in_scope = Boolean(default=None)
    exempt_reason = columns.code()
    promised = columns.code()
    legal = columns.code()
