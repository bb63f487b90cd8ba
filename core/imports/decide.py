"""What one row means, by our own names or the national ones, decided from the row and what is known of the place."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import Invalid, UnknownCode
from core.imports import cells
from core.imports.national import FIELDS, MODES, STATUSES, UNUSED, Dialect
from core.intake.model import ServiceEvent, Submission
from core.intake.told import converted, event_of, moment, person_of
from core.intake.wire import EventIn, RatingLine

OURS = frozenset(
    {
        "case", "number", "event", "at", "item", "staff", "window", "mode", "kind", "certificate",
        "composite.kind", "composite.count", "composite.items", "grade", "tags", "text", "channel", "anonymous",
        "rated_at", "declared", "key", "applicant.name", "applicant.id_type", "applicant.id_number",
        "applicant.phone", "agent.name", "agent.id_type", "agent.id_number", "agent.phone", "rater.name",
        "rater.id_type", "rater.id_number", "rater.phone",
    }
)  # fmt: skip
FAMILIES = ("grades.", "items.")  # followed by the code of a dimension, or of a linked item
EVENT_FIELDS = frozenset(
    {
        "case", "event", "number", "item", "staff", "window", "mode", "kind", "applicant", "agent", "composite",
    }
)  # fmt: skip
RATING_FIELDS = frozenset(
    {
        "case", "number", "grades", "items", "text", "channel", "rater", "declared", "key",
    }
)  # fmt: skip

MAIN_ITEM_LENGTH = 31
DEEPEST = 3

Fields = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Book:
    """What rows are read with: how their codes are meant, and which codes the place has."""

    dialect: Dialect
    dimension: str
    labels: Mapping[str, int]
    items: frozenset[str]
    staff: frozenset[str]
    windows: frozenset[str]
    declared: str = "unknown"


@dataclass(frozen=True, slots=True)
class Understood:
    """The event of a row, its rating, or both; ``assess`` above 1 is a 追评."""

    event: ServiceEvent | None
    rating: Submission | None
    assess: int = 1


def understood(row: Mapping[str, Any], book: Book) -> Understood:
    """Refuses what cannot be understood, naming the field."""
    fields = _coded(_named(row), book)
    if not any(name == "grade" or name.startswith(FAMILIES) for name in fields):
        return Understood(_event(fields, book), None)
    event = _event(fields, book) if _is_whole_event(fields) else None
    return Understood(event, _rating(fields, book), cells.number(fields.get("assess", 1), "assess"))


def unknown(names: Iterable[str]) -> tuple[str, ...]:
    """Columns that nothing is done with and that are not known to be so."""
    return tuple(name for name in names if _our_name(name) is None and name.strip().lower() not in UNUSED)


def _our_name(name: str) -> str | None:
    lower = name.strip().lower()
    if lower in OURS:
        return lower
    family, dot, code = name.strip().partition(".")
    if code and f"{family.lower()}{dot}" in FAMILIES:
        return f"{family.lower()}.{code}"
    return FIELDS.get(lower)


def _named(row: Mapping[str, Any]) -> Fields:
    """Every cell that says something, under our name for it; of two that mean one thing the first stands."""
    fields: Fields = {}
    for name, value in _flat(row, 1):
        ours = _our_name(name)
        said = value.strip() if isinstance(value, str) else value
        if ours is not None and said not in ("", None, [], {}):
            fields.setdefault(ours, said)
    return fields


def _flat(row: Mapping[str, Any], depth: int) -> Iterable[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict) and depth < DEEPEST:
            yield from ((f"{name}.{inner}", each) for inner, each in _flat(value, depth + 1))
        else:
            yield name, value


def _coded(fields: Fields, book: Book) -> Fields:
    """The same row with the national codes said in ours."""
    _translate(fields, "status", "event", STATUSES)
    _translate(fields, "pro_channel", "mode", MODES)
    _translate(fields, "project_type", "kind", book.dialect.kinds)
    _channel(fields, book.dialect)
    if "is_default" in fields:
        fields.setdefault("declared", "default" if cells.yes(fields["is_default"], "is_default") else "citizen")
    if "anonymity" in fields:
        fields.setdefault("anonymous", fields["anonymity"])
    own = fields.get("closed_at" if fields.get("event") == "closed" else "accepted_at")
    if own is not None:
        fields.setdefault("at", own)
    return fields


def _translate(fields: Fields, national: str, ours: str, codes: Mapping[str, str]) -> None:
    said = fields.pop(national, None)
    if said is None or ours in fields:
        return
    code = cells.text(said, national)
    if code not in codes:
        raise UnknownCode(f"这一栏的编码只能是 {'、'.join(codes)}。", field=national)
    fields[ours] = codes[code]


def _channel(fields: Fields, dialect: Dialect) -> None:
    said = fields.pop("pf", None)
    if said is None:
        return
    channel = dialect.channels.get(cells.text(said, "pf"))
    if channel is None:
        raise UnknownCode("渠道编码 pf 在各地含义不同，请用 --dialect 指明本文件采用哪一种。", field="pf")
    fields.setdefault("channel", channel.code)
    if channel.declared:
        fields.setdefault("declared", channel.declared)


def _is_whole_event(fields: Fields) -> bool:
    """A rating's row that tells all of the event it is about brings that event too."""
    return {"case", "event", "at"} <= fields.keys() and bool({"item", "task", "staff"} & fields.keys())


def _event(fields: Fields, book: Book) -> ServiceEvent:
    told = _nested(fields, EVENT_FIELDS)
    item = _item(fields, book.items)
    told |= {"item": item} if item is not None else {}
    if "at" in fields:
        told["at"] = cells.time(fields["at"], "at")
    if "number" in fields:
        told["number"] = cells.number(fields["number"], "number")
    if "certificate" in fields:
        told["certificate"] = cells.yes(fields["certificate"], "certificate")
    if isinstance(items := fields.get("composite.items"), str):
        told["composite"]["items"] = cells.SEPARATORS.split(items)
    _require_known(fields, "staff", book.staff, "工作人员")
    _require_known(fields, "window", book.windows, "窗口")
    return event_of(converted(told, EventIn))


def _item(fields: Fields, known: frozenset[str]) -> str | None:
    """业务办理项 33 位，主项 31 位：whichever of them the place keeps."""
    given = [cells.text(fields[name], name) for name in ("item", "task") if name in fields]
    if not given:
        return None
    for code in (*given, *(each[:MAIN_ITEM_LENGTH] for each in given)):
        if code in known:
            return code
    raise UnknownCode(f"没有编码为“{given[0][:60]}”的事项，请先导入事项。", field="item")


def _require_known(fields: Fields, name: str, known: frozenset[str], called: str) -> None:
    if name not in fields:
        return
    code = cells.text(fields[name], name)
    if code not in known:
        raise UnknownCode(f"没有编号为“{code[:60]}”的{called}，请先导入。", field=name)


def _rating(fields: Fields, book: Book) -> Submission:
    told = _nested(fields, RATING_FIELDS)
    for family in ("grades", "items"):
        told[family] = {
            code: cells.grade(value, book.labels, f"{family}.{code}") for code, value in told.get(family, {}).items()
        }
    if "grade" in fields:
        told["grades"].setdefault(book.dimension, cells.grade(fields["grade"], book.labels, "grade"))
    if "tags" in fields:
        told["tags"] = cells.tags(fields["tags"], "tags")
    if "anonymous" in fields:
        told["anonymous"] = cells.yes(fields["anonymous"], "anonymous")
    if "number" in fields:
        told["number"] = cells.number(fields["number"], "number")
    told.setdefault("declared", book.declared)
    return _submission(converted(told, RatingLine), _rated_at(fields))


def _submission(line: RatingLine, rated_at: datetime) -> Submission:
    if line.case is None:
        raise Invalid("缺少办件编号。", field="case")
    return Submission(
        case=line.case.strip(), number=line.number, grades=line.grades, items=line.items, tags=tuple(line.tags),
        text=line.text, channel=line.channel, rater=person_of(line.rater, "rater"), anonymous=line.anonymous,
        key=line.key or "", declared=line.declared or "", rated_at=rated_at,
    )  # fmt: skip


def _rated_at(fields: Fields) -> datetime:
    for name in ("rated_at", "at"):
        if name in fields:
            return moment(cells.time(fields[name], name), name)
    raise Invalid("缺少评价时间。", field="rated_at")


def _nested(fields: Fields, wanted: frozenset[str]) -> dict[str, Any]:
    """The fields of one shape, dotted names as objects again."""
    told: dict[str, Any] = {}
    for name, value in fields.items():
        first, _, rest = name.partition(".")
        said = value if isinstance(value, list) else cells.text(value, name)
        if first in wanted and rest:
            told.setdefault(first, {})[rest] = said
        elif first in wanted:
            told[first] = said
    return told
