"""The words of tickets, as the migration made them."""

from piccolo.columns import BigInt
from piccolo.table import Table

from core import columns
from core.db import ENGINE


class TicketWord(Table, tablename="ticket_word", db=ENGINE):
    tenant_id = columns.number()
    word = columns.code(primary_key=True)
    newest = BigInt(default=None)
    ticket_id = columns.uuid()
