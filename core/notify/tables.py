"""What members are told and how they want to be told, as the migrations made them."""

from piccolo.columns import Boolean
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class Notification(Table, tablename="notification", db=ENGINE):
    tenant_id = columns.number()
    id = columns.uuid(primary_key=True)
    member_id = columns.uuid()
    kind = columns.code()
    title = columns.code()
    about = columns.code()
    link = columns.code()
    at = columns.moment()
    shown_from = columns.moment()
    ticket_id = columns.uuid(null=True)
    read_at = columns.moment(null=True)
    once = columns.code()


class NotificationWay(Table, tablename="notification_way", db=ENGINE):
    tenant_id = columns.number()
    member_id = columns.uuid(primary_key=True)
    kind = columns.code()
    way = columns.code()


class NotificationHours(Table, tablename="notification_hours", db=ENGINE):
    tenant_id = columns.number()
    member_id = columns.uuid(primary_key=True)
    quiet_from = columns.code()
    quiet_to = columns.code()
    digest = Boolean(default=None)
    gathered = columns.moment(null=True)
