"""Wordings for replies belong to a unit or to everybody; whoever changes one is written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from core import db, errors, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.desk.decide import PLACEHOLDERS, VERBS, unknown
from core.policy.shapes import nearest

Q = db.Queries(Path(__file__).with_name("wordings.sql"))
LONGEST_TITLE, LONGEST_BODY = 40, 1500
MOST = 200


@dataclass(frozen=True, slots=True)
class Wording:
    """``institution`` is None for everybody's; ``used_at`` is when the member who asks last used it."""

    id: UUID
    institution: str | None
    title: str
    body: str
    verbs: tuple[str, ...]
    changed_at: datetime | None = None
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who asks: a member of ``home``; ``shares`` who may keep wordings for everybody."""

    member: UUID
    home: str | None
    shares: bool
    by: Actor

    def may_change(self, wording: Wording) -> bool:
        if wording.institution is None:
            return self.shares
        return wording.institution == self.home


async def listing(unit: db.Unit, keeper: Keeper, verb: str = "") -> tuple[Wording, ...]:
    """Those of the member's own unit and everybody's, the last used first; ``verb`` only those for one act."""
    rows = await unit.fetch(Q.listing, unit.tenant, keeper.member, keeper.home, verb, MOST)
    return tuple(_wording(row) for row in rows)


async def one(unit: db.Unit, keeper: Keeper, wording_id: UUID) -> Wording:
    """Refuses ``not-found`` for another unit's."""
    row = await unit.fetchrow(Q.one, unit.tenant, keeper.member, keeper.home, wording_id)
    if row is None:
        raise errors.NotFound("没有找到这个模板，可能已被删除。")
    return _wording(row)


async def add(unit: db.Unit, keeper: Keeper, wording: Wording, now: datetime) -> UUID:
    checked = replace(_checked(wording, keeper), id=ids.new())
    if await unit.fetchval(Q.count, unit.tenant, checked.institution) >= MOST:
        raise errors.TooLong(f"一个单位最多保存 {MOST} 个模板，请先删除不用的。", field="title")
    await unit.execute(Q.add, unit.tenant, checked.id, *_row(checked), str(keeper.by), now)
    await audit.write(unit, keeper.by, "wording.add", "wording", checked.id, None, _told(checked), now)
    return checked.id


async def change(unit: db.Unit, keeper: Keeper, wording: Wording, now: datetime) -> None:
    before = await one(unit, keeper, wording.id)
    _check_keeper(before, keeper)
    checked = _checked(wording, keeper)
    await unit.execute(Q.change, unit.tenant, checked.id, *_row(checked), str(keeper.by), now)
    await audit.write(unit, keeper.by, "wording.change", "wording", checked.id, _told(before), _told(checked), now)


async def remove(unit: db.Unit, keeper: Keeper, wording_id: UUID, now: datetime) -> Wording:
    before = await one(unit, keeper, wording_id)
    _check_keeper(before, keeper)
    await unit.execute(Q.remove, unit.tenant, wording_id)
    await audit.write(unit, keeper.by, "wording.remove", "wording", wording_id, _told(before), None, now)
    return before


async def used(unit: db.Unit, keeper: Keeper, wording_id: UUID, now: datetime) -> Wording:
    """The wording, from now on the first that this member is offered."""
    found = await one(unit, keeper, wording_id)
    await unit.execute(Q.used, unit.tenant, keeper.member, wording_id, now)
    return found


def _check_keeper(wording: Wording, keeper: Keeper) -> None:
    if not keeper.may_change(wording):
        raise errors.NotEntitled("全市通用的模板由政务服务管理部门维护，请另存为本单位的模板。")


def _checked(wording: Wording, keeper: Keeper) -> Wording:
    clean = replace(wording, title=wording.title.strip(), body=wording.body.strip())
    if not clean.title:
        raise errors.Invalid("请填写模板名称。", field="title")
    if len(clean.title) > LONGEST_TITLE:
        raise errors.TooLong(f"模板名称最多 {LONGEST_TITLE} 个字。", field="title")
    if not clean.body:
        raise errors.Invalid("请填写模板内容。", field="body")
    if len(clean.body) > LONGEST_BODY:
        raise errors.TooLong(f"模板内容最多 {LONGEST_BODY} 个字，现在是 {len(clean.body)} 个字。", field="body")
    strange = unknown(clean.body)
    if strange:
        named, known = "、".join(f"{{{each}}}" for each in strange), "、".join(f"{{{each}}}" for each in PLACEHOLDERS)
        meant = nearest(strange[0], PLACEHOLDERS)
        hint = meant if meant.startswith("是否") else f"可以用：{known}。"
        raise errors.Invalid(f"没有这些变量：{named}。{hint}", field="body")
    if not clean.verbs or not set(clean.verbs) <= set(VERBS):
        raise errors.Invalid("请选择用在哪些操作里。", field="verbs")
    _check_keeper(clean, keeper)
    return clean


def _row(wording: Wording) -> Sequence[Any]:
    return wording.institution, wording.title, wording.body, list(wording.verbs)


def _told(wording: Wording) -> Mapping[str, Any]:
    return {"institution": wording.institution, "title": wording.title, "body": wording.body,
            "verbs": list(wording.verbs)}  # fmt: skip


def _wording(row: db.Row) -> Wording:
    return Wording(
        row["id"], row["institution"], row["title"], row["body"], tuple(row["verbs"]), row["changed_at"],
        row["used_at"],
    )  # fmt: skip
