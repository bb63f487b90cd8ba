"""Whoever must write something beside a ticket's own facts does it in their transaction, or neither is written."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core import db, stack
from core.audit.model import SYSTEM, Actor
from core.tenants.model import Tenant
from core.tickets.model import State, Ticket


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened to a ticket: an act, its opening, a deadline. ``was`` is the state it was in before.

    ``opens``: from now on there is something to be handled; while its words are audited there is not.
    """

    ticket: Ticket
    event: str
    at: datetime
    was: State | None = None
    opens: bool = False
    data: Mapping[str, Any] = field(default_factory=dict[str, Any])
    by: Actor = SYSTEM


Watcher = Callable[[db.Unit, Tenant, Happening], Awaitable[None]]
_watchers: list[Watcher] = []


def watch(watcher: Watcher) -> None:
    """Once in each process, whoever is told."""
    if watcher not in _watchers:
        _watchers.append(watcher)


async def tell(unit: db.Unit, tenant: Tenant, happening: Happening) -> None:
    """A process that opens tickets and would leave a partner untold stops instead."""
    if not _watchers and any(each.exchange for each in stack.extras()):
        raise RuntimeError("core.exchange is not loaded: tickets would be kept from those they are exchanged with")
    for watcher in _watchers:
        await watcher(unit, tenant, happening)
