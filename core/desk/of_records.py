"""A list of an extra's records is a list like the others: its columns, its conditions, and what of it may leave."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import msgspec

from core import db
from core.clock import SHANGHAI
from core.desk.cells import Asked, Cells, Chunk
from core.desk.lists import Column, Kind
from core.policy import extras
from core.policy.extras import Extra
from core.records import listing, offered, words
from core.records.model import CHANNELS, Record
from core.records.words import Names
from core.tenants.model import Tenant

# Codes are "x-<extra>-<page>"; neither has a dash in it.
MARK, APART = "x", "-"
OF_FIELD, BY_FIELD = "f.", "w."
ORDINARY = ("state", "how", "mine", "institution", "since", "until")
_TAKEN = {
    "number": "编号", "title": "名称", "state": "状态", "filed": "登记时间", "channel": "登记方式",
    "institution": "承办单位", "due": "截止时间", "late": "超期", "ended": "办结时间",
}  # fmt: skip


def code_of(extra: Extra, page: str) -> str:
    return APART.join((MARK, extra.code, page))


def door_of(code: str) -> str:
    """The extra whose door the list stands behind; "" for a list that is none of an extra."""
    mark, _, rest = code.partition(APART)
    return rest.partition(APART)[0] if mark == MARK else ""


def find(code: str) -> Kind | None:
    """None also where the extra has been removed, or has no such list any more."""
    found = _shown(code)
    return described(code, found[0], found[1], found[2]) if found else None


def _shown(code: str) -> tuple[Extra, str, extras.Kind] | None:
    mark, _, rest = code.partition(APART)
    name, _, page = rest.partition(APART)
    extra = next((each for each in offered.known() if each.code == name), None)
    own = next((each for each in offered.pages_of(extra) if each.code == page and each.shows == "list"), None) \
        if extra and mark == MARK else None  # fmt: skip
    kind = extra.kind(own.kind) if extra and own else None
    return (extra, page, kind) if extra and kind else None


def described(code: str, extra: Extra, page: str, kind: extras.Kind) -> Kind:
    """Every field that is not private can be a column; those that the kind names are the usual ones."""
    known, usual = open_fields(kind), usual_fields(kind)
    where = "承办单位" if kind.goes_to and not kind.names else "单位和人员"
    columns = (
        Column("number", "编号", always=True, css="w-l"), Column("title", kind.label, always=True),
        *(Column(OF_FIELD + field, each.label, usual=field in usual, css="w-l") for field, each in known.items()
          if field != kind.title),
        Column("where", where, css="w-l"), Column("state", "状态", css="w-m"),
        Column("filed", "登记", usual=False, css="w-l"),
        Column("due", "期限" if kind.timers else "办结", always=True, css="w-xl" if kind.timers else "w-l"),
    )  # fmt: skip
    chosen = tuple(f"{BY_FIELD}{each.code}" for each in narrowing(kind))
    taken = {**_TAKEN, **{OF_FIELD + field: each.label for field, each in known.items()}}
    label = next(each.label for each in offered.pages_of(extra) if each.code == page)
    called = label if extra.label in label else f"{extra.label}：{label}"
    return Kind(code, called, f"/extras/{extra.code}/{page}", "条", columns, (*ORDINARY, *chosen), taken=taken)


def open_fields(kind: extras.Kind) -> Mapping[str, extras.Field]:
    """Nothing private, and no files."""
    return {code: each for code, each in kind.fields().items() if not each.hidden and each.kind != "files"}


def usual_fields(kind: extras.Kind) -> tuple[str, ...]:
    """Those that the kind names; with whom a record is has a column anyway, whatever the extra calls it."""
    told_anyway = {kind.goes_to, kind.names, kind.title, *(act.sends for act in kind.acts)}
    return tuple(code for code in kind.columns if code not in told_anyway)


def narrowing(kind: extras.Kind) -> tuple[extras.Field, ...]:
    """The fields with choices that its list shows: the list is narrowed by them."""
    return tuple(each for each in kind.form.fields if each.kind == "choice" and each.code in kind.columns)


async def read(unit: db.Unit, tenant: Tenant, asked: Asked, place: str, limit: int, now: datetime) -> Chunk:  # noqa: ARG001 - as every list is read
    """In the order of their filing, which nothing that is done meanwhile changes."""
    wanted = msgspec.convert(asked.wanted, listing.Asked)
    _, kind = offered.kind_of(wanted.extra, wanted.kind)
    after = UUID(place) if place else None
    found = await listing.page(unit, replace(wanted, after=after, size=limit, as_filed=True), now)
    names = await words.names_of(unit, [(kind, each.fields) for each in found.rows], found.rows)
    last = str(found.rows[-1].id) if found.rows else place
    return Chunk(tuple(_cells(kind, each, names) for each in found.rows), last, found.next is not None)


def _cells(kind: extras.Kind, record: Record, names: Names) -> Cells:
    state = kind.state(record.state)
    said = {OF_FIELD + code: words.said(each, record.fields.get(code), names)
            for code, each in open_fields(kind).items()}  # fmt: skip
    return {
        "number": record.number, "title": record.title, "state": state.label if state else record.state,
        "filed": _at(record.filed_at), "channel": CHANNELS.get(record.channel, record.channel),
        "institution": names.get(("institution", record.institution), record.institution),
        "due": _at(record.due_at), "late": "是" if record.overdue() else "", "ended": _at(record.ended_at), **said,
    }  # fmt: skip


def _at(at: datetime | None) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""
