"""Every extra that is installed works in every place: each kind of record is kept, and each page opens."""

from datetime import datetime
from typing import Final
from uuid import UUID

import pytest

from core import db
from core.policy.extras import Extra
from core.policy.model import Override
from core.records import figures, offered
from core.tenants import Tenant
from tests.core.every_kind import kept
from tests.core.town import town
from tests.web.api_world import Times
from tests.web.office import Seat, seat

STACKS: Final = ((), ("beijing",), ("shenzhen",), ("jilin",), ("guangxi",), ("taian",))


def paths(extra: Extra, kept_: dict[str, UUID]) -> list[str]:
    """All that its pages, forms, records and files are asked for at."""
    home = f"/admin/extras/{extra.code}"
    found = [f"{home}/{each.code}" for each in extra.pages]
    for kind in extra.kinds:
        found.append(f"/admin/extras/records/{kept_[kind.code]}")
        if {"bureau", "operator"} & set(kind.files) and not kind.parent:
            found.append(f"{home}/{kind.code}/new")
        if "citizen" in kind.files:
            found += [f"/x/{extra.code}/{kind.code}", f"{home}/{kind.code}/code"]
        if kind.public:
            found.append(f"/x/{extra.code}/{kind.code}/list")
        if kind.sheet:
            found.append(f"{home}/{kind.code}/sheet")
    return found


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: "-".join(stack) or "national")
async def test_every_extra_is_at_home_wherever_it_is_switched_on(
    stack: tuple[str, ...], address: str, pool: object, times: Times, now: datetime
) -> None:
    times.now = now
    switches = [Override(each.switch.name, value=True, clause="第三条") for each in offered.known()]
    async with (
        town(now, *stack, overrides=switches) as place, seat(address, place, "partner", now),
        seat(address, place, "supervisor", now) as reader,
    ):  # fmt: skip
        for extra in offered.known():
            assert await opened(place, extra, reader, now) == {}
        async with db.as_tenant(place.id) as unit:
            counted = {of: await figures.every(unit, place, of, now) for of in ("institution", "region")}

    assert counted["institution"]["tax-east"], "what extras count stands beside the other figures"


async def opened(place: Tenant, extra: Extra, reader: Seat, now: datetime) -> dict[str, int]:
    """What did not open."""
    known = {kind.code: await kept(place, extra, kind, now) for kind in extra.kinds}
    answers = {path: (await reader.get(path)).status_code for path in paths(extra, known)}
    return {path: status for path, status in answers.items() if status != 200}
