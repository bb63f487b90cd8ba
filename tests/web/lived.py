"""A small town that has lived through what every installed extra tells for a demo, with people of every role in it."""

import heapq
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from core import duties, flow, people, stack
from core.audit.model import SYSTEM
from core.demo import extras
from core.intake.model import Submission
from core.people import NewMember
from core.people.model import Person
from core.policy.model import Override
from core.tenants import Tenant
from tests.core.town import CITIZEN, invited, town

SEATS: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("supervisor", "supervisor", {"institution": "bureau"}), ("operator", "operator", {"institution": "bureau"}),
    ("handler", "handler", {"institution": "tax-east"}),
    ("clerk", "clerk", {"institution": "tax-east", "staff": "li"}),
    ("partner", "partner", {}), ("surveyor", "partner", {}),
)  # fmt: skip
RATED, BEGUN = 30, 85
WAITING = 8


@asynccontextmanager
async def lived(now: datetime) -> AsyncGenerator[Tenant]:
    """Standing on one city, with what the others bring switched on by its own rules."""
    on = tuple(Override(each.switch.name, True, "第一条") for each in stack.extras())
    async with town(now, "taian", overrides=on) as place:
        for username, role, more in SEATS:
            new = NewMember(username, f"{username}某", role, "A long pass phrase", must_change=False, **more)  # pyright: ignore[reportArgumentType]
            await people.add_member(place.id, new, by=SYSTEM, now=now)
        await _served(place, now)
        waiting, order = list[Any](), count()

        def at(moment: datetime, deed: Callable[[datetime], Awaitable[None]]) -> None:
            if moment < now:
                heapq.heappush(waiting, (moment, next(order), deed))

        for ago in (BEGUN, 40):
            at(now - timedelta(days=ago), lambda moment: duties.run_due(place, moment))
        await extras.plan(place, now, at)
        while waiting:
            moment, _, deed = heapq.heappop(waiting)
            await deed(moment)
        yield place


async def _served(place: Tenant, now: datetime) -> None:
    """People who rated before the survey's days ended, and some of lately who may still rate."""
    for nth in range(RATED):
        at = now - timedelta(days=BEGUN - nth)
        who = Person(f"办事人{nth}", phone=f"138000000{nth:02}")
        where = {"item": "invoice", "staff": "li"} if nth % 3 else {"item": "refund", "staff": "sun"}
        invitation = await invited(place, f"L{nth}", at, applicant=who, **where)
        given = Submission(token=invitation.token, grades={"overall": 5})
        await flow.rate(place, given, source=CITIZEN, now=at + timedelta(hours=1))
    for nth in range(WAITING):
        await invited(place, f"W{nth}", now - timedelta(days=11 - nth, hours=1))
