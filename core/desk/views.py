"""A list as somebody likes it is kept under a name: for themselves, or for all of their institution."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qsl
from uuid import UUID

from core import db
from core.audit import actions as audit
from core.desk.known import kind_of
from core.desk.lists import SIZES, USUAL_SIZE, Kind
from core.errors import Conflict, Invalid, NotEntitled, NotFound, TooMany
from core.people import Member
from core.search.decide import names_phone

Q = db.queries(__file__)
LONGEST_NAME = 20
# Fewer digits are as well the end of a ticket's number.
WHOLE_PHONE = 7
MOST_VIEWS = 50
MOST_PINS = 5


@dataclass(frozen=True, slots=True)
class View:
    """``mine`` may be changed by who looks; ``default`` is what the list opens with for them."""

    id: UUID
    list: str
    name: str
    query: str
    shared: bool
    pinned: bool
    mine: bool
    default: bool
    owner: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody wrote into the form of a view."""

    list: str
    name: str
    query: str
    shared: bool = False
    pinned: bool = False
    default: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """How one member likes one list; no columns chosen are the usual ones."""

    shown: tuple[str, ...] = ()
    size: int = USUAL_SIZE
    view: UUID | None = None


async def seen_by(unit: db.Unit, member: Member, list_: str = "") -> tuple[View, ...]:
    """One's own and those shared in one's institution, in the order of their names."""
    rows = await unit.fetch(Q.views, unit.tenant, member.id, member.institution or "", list_, member.region or "")
    return tuple(_view(row) for row in rows)


async def one(unit: db.Unit, member: Member, view_id: UUID) -> View:
    found = next((each for each in await seen_by(unit, member) if each.id == view_id), None)
    if found is None:
        raise NotFound("没有找到这个视图，可能已被删除。")
    return found


async def keep(
    unit: db.Unit, member: Member, wish: Wish, *, may_share: bool, now: datetime, view_id: UUID | None = None
) -> UUID:
    """Keeps a new view, or changes the one that ``view_id`` names."""
    kind = kind_of(wish.list)
    _check(wish, may_share=may_share)
    query = kind.query(wish.query)
    if names_phone(dict(parse_qsl(query)).get("q", ""), least=WHOLE_PHONE):
        raise Invalid("视图里不能保存电话号码。", field="query")
    known = await seen_by(unit, member)
    before = _own(known, view_id) if view_id else None
    if before is None and sum(each.mine for each in known) >= MOST_VIEWS:
        raise TooMany(f"最多保存 {MOST_VIEWS} 个视图，请先删除不用的。", field="name")
    if any(each.name == wish.name and each.list == wish.list and each.mine and each.id != view_id for each in known):
        raise Conflict(f"您已有名为“{wish.name}”的视图，请换一个名称。", field="name")
    _check_pins(known, wish, view_id)
    kept = view_id or db.ids.new()
    await unit.execute(
        Q.keep_view, unit.tenant, kept, member.id, wish.list, wish.name, query, wish.shared, member.institution or "",
        wish.pinned, now,
    )  # fmt: skip
    await _make_default(unit, member, kind, kept, wanted=wish.default, was=before.default if before else False)
    told = {"list": wish.list, "name": wish.name, "query": query, "shared": wish.shared, "pinned": wish.pinned}
    await audit.write(unit, member.actor, "view.keep", "view", kept, _told(before), told, now)
    return kept


async def drop(unit: db.Unit, member: Member, view_id: UUID, now: datetime) -> View:
    before = _own(await seen_by(unit, member), view_id)
    await unit.execute(Q.drop_view, unit.tenant, view_id)
    await unit.execute(Q.forget_default, unit.tenant, view_id)
    await audit.write(unit, member.actor, "view.drop", "view", view_id, _told(before), None, now)
    return before


async def prefer(unit: db.Unit, member: Member, list_: str, view_id: UUID | None) -> None:
    """What the list opens with for this member; None: the list as it is."""
    await unit.execute(Q.prefer, unit.tenant, member.id, list_, USUAL_SIZE, view_id)


async def choice_of(unit: db.Unit, member: Member, list_: str) -> Choice:
    row = await unit.fetchrow(Q.choice, unit.tenant, member.id, list_)
    return Choice(tuple(row["shown"]), row["size"], row["view_id"]) if row else Choice()


async def choose(unit: db.Unit, member: Member, kind: Kind, shown: Sequence[str], size: int) -> None:
    """Columns and rows to a page; what the list does not have is left out."""
    known = [each.code for each in kind.columns if each.code in shown or each.always]
    usual = [each.code for each in kind.chosen(())]
    columns = [] if known == usual else known
    rows = size if size in SIZES else USUAL_SIZE
    await unit.execute(Q.choose, unit.tenant, member.id, kind.code, columns, rows)


def _view(row: db.Row) -> View:
    return View(row["id"], row["list"], row["name"], row["query"], row["shared"], row["pinned"], row["mine"],
                row["preferred"], row["owner"])  # fmt: skip


def _own(known: Sequence[View], view_id: UUID) -> View:
    found = next((each for each in known if each.id == view_id), None)
    if found is None:
        raise NotFound("没有找到这个视图，可能已被删除。")
    if not found.mine:
        raise NotEntitled("这是同事共享的视图，只有他本人可以修改或删除。您可以另存为自己的视图。")
    return found


def _check(wish: Wish, *, may_share: bool) -> None:
    if not wish.name:
        raise Invalid("请填写视图名称。", field="name")
    if len(wish.name) > LONGEST_NAME:
        raise Invalid(f"名称最多 {LONGEST_NAME} 个字。", field="name")
    if wish.shared and not may_share:
        raise NotEntitled("本机构共享的视图由监督管理人员或运营人员保存。", field="shared")


def _check_pins(known: Sequence[View], wish: Wish, view_id: UUID | None) -> None:
    pins = sum(each.pinned and each.mine and each.id != view_id for each in known)
    if wish.pinned and pins >= MOST_PINS:
        raise TooMany(f"侧栏最多固定 {MOST_PINS} 个视图，请先取消一个。", field="pinned")


async def _make_default(
    unit: db.Unit, member: Member, kind: Kind, view_id: UUID, *, wanted: bool, was: bool
) -> None:  # fmt: skip
    if wanted != was:
        await prefer(unit, member, kind.code, view_id if wanted else None)


def _told(view: View | None) -> dict[str, object] | None:
    if view is None:
        return None
    return {"list": view.list, "name": view.name, "query": view.query, "shared": view.shared, "pinned": view.pinned}
