"""A partner's own order system takes tickets and answers them; whoever imports this room has it told of tickets."""

from core.exchange import orders
from core.tickets import watching

watching.watch(orders.happened)
