"""What a list shows, found the long way: every ticket is looked at, as it was before tickets had seats."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from core import db
from core.clock import SHANGHAI
from core.tickets import listing
from core.tickets.listing import Eyes, Wanted

SEEN = Path(__file__).with_suffix(".sql").read_text("utf-8")


async def seen(unit: db.Unit, eyes: Eyes, now: datetime) -> list[db.Row]:
    return await unit.fetch(
        SEEN, unit.tenant, eyes.everything, eyes.institution, eyes.staff, eyes.is_bureau, list(eyes.addresses),
        eyes.bureau_verifies, list(eyes.oversees), now,
    )  # fmt: skip


async def everybody(unit: db.Unit) -> list[Eyes]:
    """Those who see all, each institution, pairs of them as a district has, and each member of staff."""
    codes = [row["code"] for row in await unit.fetch("SELECT code FROM institution WHERE tenant_id = $1", unit.tenant)]
    staff = [row["code"] for row in await unit.fetch("SELECT code FROM staff WHERE tenant_id = $1", unit.tenant)]
    one = [Eyes(institution=each, oversees=(each,), addresses=(f"institution:{each}",)) for each in codes[:9]]
    bureaus = [
        Eyes(True, codes[0] if codes else "", is_bureau=True, addresses=("institution:bureau", "bureau")),
        Eyes(institution=codes[0] if codes else "", oversees=tuple(codes[:3]), is_bureau=True, addresses=("bureau",)),
    ]
    clerks = [Eyes(staff=each, addresses=(f"staff:{each}",)) for each in staff[:9]]
    plain = [Eyes(True), *bureaus, *one, *clerks]
    return [*plain, *(replace(each, bureau_verifies=True) for each in (*bureaus, *one))]


def under(tab: str, rows: Sequence[db.Row], now: datetime) -> list[db.Row]:
    midnight = (now.astimezone(SHANGHAI) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    holds: dict[str, Any] = {
        "mine": lambda row: row["mine"], "today": lambda row: now < row["urgent"] <= midnight,
        "over": lambda row: row["urgent"] <= now, "audit": lambda row: row["state"] == "auditing",
        "callback": lambda row: row["callback"],
    }  # fmt: skip
    return [row for row in rows if holds.get(tab, lambda _: True)(row)]


def ordered(rows: Sequence[db.Row], sort: str) -> list[db.Row]:
    keys: dict[str, Any] = {
        "due": lambda row: (row["urgent"], row["newest"], row["id"]), "newest": lambda row: (row["newest"], row["id"]),
        "oldest": lambda row: (row["newest"], row["id"]),
        "grade": lambda row: (row["grade"], row["urgent"], row["newest"], row["id"]),
        "handler": lambda row: (row["handler"], row["urgent"], row["newest"], row["id"]),
        "day": lambda row: (row["opened_at"].astimezone(SHANGHAI).date(), row["number"]),
    }  # fmt: skip
    return sorted(rows, key=keys[sort], reverse=sort in ("oldest", "day"))


async def differences(unit: db.Unit, now: datetime) -> list[str]:
    """For whom the list is not what the facts say, under any tab."""
    found: list[str] = []
    for eyes in await everybody(unit):
        rows = await seen(unit, eyes, now)
        page = await listing.page(unit, eyes, Wanted(limit=10_000), now)
        listed = [(row.number, row.mine) for row in page.rows]
        wanted = [(row["number"], bool(row["mine"])) for row in ordered(rows, "due")]
        if listed != wanted:
            found.append(f"{eyes}: lists {listed}, not {wanted}")
        counted = await listing.counts(unit, eyes, now)
        if counted != {tab: len(under(tab, rows, now)) for tab in listing.TABS}:
            found.append(f"{eyes}: {counted}")
    return found
