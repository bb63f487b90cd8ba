"""What a record's fields hold becomes words: names for codes, labels for choices, days as everywhere."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, cast

from core import db
from core.clock import SHANGHAI
from core.people import members
from core.places import actions as places
from core.places.model import KINDS, KindName
from core.policy.extras import Field, Kind
from core.records import decide, offered
from core.records.model import Record

Names = Mapping[tuple[str, str], str]


async def names_of(unit: db.Unit, told: Iterable[tuple[Kind, Mapping[str, Any]]], more: Iterable[Record] = ()) -> Names:
    """The names of every place and person that stands in what was told, and of where records lie."""
    wanted: dict[str, set[str]] = {}
    for kind, values in told:
        known = kind.fields()
        for code, value in values.items():
            if code in known and known[code].kind in decide.PLACES and value:
                wanted.setdefault(known[code].kind, set()).add(str(value))
    for each in more:
        wanted.setdefault("institution", set()).add(each.institution)
        wanted.setdefault("region", set()).add(each.region)
        wanted.setdefault(_namer(each), set()).add(each.named)
    found: dict[tuple[str, str], str] = {}
    for kind_name, codes in wanted.items():
        if kind_name == "member":
            every = {each.username: each.name for each in await members(unit)}
            found |= {("member", code): every[code] for code in codes if code in every}
        elif kind_name in KINDS and codes - {""}:
            named = await places.names(unit, cast("KindName", kind_name), codes - {""})
            found |= {(kind_name, code): name for code, name in named.items()}
    return found


def _namer(record: Record) -> str:
    """Whether a record names a member or somebody of the staff is said by its kind."""
    known = offered.find_kind(record.kind)
    field = known[1].fields().get(known[1].names) if known else None
    return "member" if field is not None and field.kind == "member" else "staff"


def said(field: Field, value: Any, names: Names) -> str:
    """A value as people read it; nothing where nothing was said."""
    if value is None:
        return ""
    if field.kind in decide.PLACES:
        return names.get((field.kind, str(value)), str(value))
    if field.kind == "scale":
        return _scaled(field, value)
    return _plain(field, value)


def _plain(field: Field, value: Any) -> str:
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(decide.shown(field, value))


def _scaled(field: Field, value: Any) -> str:
    most = decide.SCALE[1] if field.most is None else field.most
    return f"{value}（满分 {most}）"
