"""A throw-away tenant leaves nothing behind, even where its maker died: its number is kept until it is swept up."""

import secrets
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from graphlib import TopologicalSorter

from core import db
from core.errors import Conflict
from core.tenants import actions, directory
from core.tenants.model import Founding, Tenant

Q = db.queries(__file__)

# Nothing that is tried takes so long: what stands after it was left by a process that died.
LASTS = timedelta(days=1)
# Whoever has so many rows of a kind is swept up with patience, by plans made for that many.
MANY = 1000

_order: list[str] = []


@asynccontextmanager
async def throwaway(
    founding: Founding, *, now: datetime, tenant_id: int | None = None, lasts: timedelta = LASTS
) -> AsyncGenerator[Tenant]:
    """``founding.slug`` gets the number behind it, so that many may live at once; none stands longer than it lasts."""
    tenant_id = tenant_id or number()
    async with db.as_system() as unit:
        await unit.execute(Q.lives_until, tenant_id, lasts)
    named = replace(founding, slug=f"{founding.slug}-{-tenant_id}")
    tenant = await actions.create(named, now=now, tenant_id=tenant_id)
    try:
        yield tenant
    finally:
        await sweep(tenant_id)


def number() -> int:
    """One that nobody else has: who keeps it can sweep up after a run that died."""
    return -secrets.randbelow(2**31 - 2) - 1


async def sweep(tenant_id: int) -> None:
    """Every row of it is gone, those that point at others first."""
    if tenant_id >= 0:
        raise Conflict("只有临时的地区可以删除。")
    held = await _held(tenant_id)
    async with db.as_tenant(tenant_id, patience=120 if MANY in held.values() else 10) as unit:
        # In one go, since so many goes take longer than the rows do; the names are the catalogue's own.
        rows = (f"DELETE FROM {table} WHERE tenant_id = {tenant_id:d}" for table in held)  # noqa: S608
        await unit.execute(";".join((*rows, f"DELETE FROM task WHERE tenant = {tenant_id:d}")))  # noqa: S608
        await unit.execute("DELETE FROM baseline WHERE province = $1", tenant_id)
        await unit.execute("DELETE FROM tenant WHERE id = $1", tenant_id)
        await unit.execute(Q.swept, tenant_id)
    directory.forget(tenant_id)


async def _held(tenant_id: int) -> Mapping[str, int]:
    """The tables in which it has rows, those that point at others first, and how many it has up to ``MANY``.

    One question that is planned once: to look in a hundred tables is quicker than to delete nothing from them.
    """
    async with db.as_tenant(tenant_id) as unit:
        names = await ordered(unit)
        counts = (f"(SELECT count(*) FROM (SELECT FROM {name} WHERE tenant_id = $1 LIMIT {MANY}) t)" for name in names)  # noqa: S608
        found: list[int] = await unit.fetchval(f"SELECT ARRAY[{','.join(counts)}]", tenant_id)
    return {name: count for name, count in zip(names, found, strict=True) if count}


async def outlived() -> list[int]:
    """Those whose time is over and that nobody swept up."""
    async with db.as_system() as unit:
        return [row["id"] for row in await unit.fetch(Q.outlived)]


async def ordered(unit: db.Unit) -> list[str]:
    """The tables of tenants, those that point at others first."""
    if not _order:
        rows = await unit.fetch(Q.tenant_tables)
        points: Mapping[str, list[str]] = {row["name"]: row["points_at"] for row in rows}
        _order[:] = [name for name in TopologicalSorter(points).static_order() if name in points][::-1]
    return _order
