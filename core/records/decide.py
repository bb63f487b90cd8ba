"""What a form was told, who may do what with a record, and when its timers end, decided from values alone."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from math import isfinite
from typing import Any, Final

from core import errors
from core.clock import SHANGHAI
from core.people.model import Person, normal
from core.policy import keys
from core.policy.calendar import Calendar, Due, due, midnight_after
from core.policy.extras import Act, Fault, Field, Form, Kind, Timer, Who
from core.policy.policy import Policy
from core.policy.shapes import nearest
from core.policy.spans import Span
from core.records.model import Deed, Reach, Record

LONGEST: Final[Mapping[str, int]] = {"line": 200, "person": 60, "phone": 30, "case": 100, "text": 2000}
WORDS: Final = frozenset({"line", "text", "person", "phone", "case"})
# What names a place or a person of the house: whether there is one is asked of the database.
PLACES: Final = ("region", "institution", "staff", "item", "member")
LONGEST_TITLE: Final = 60
OFFICE: Final[frozenset[Who]] = frozenset({"bureau", "operator"})
SCALE: Final = (1, 5)
# No count and no measure of an office is larger.
LARGEST: Final = 10**15
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2999, 12, 31)
_PHONE = re.compile(r"\+?\d{7,15}")
_YES, _NO = frozenset({"1", "true", "on", "yes", "是"}), frozenset({"", "0", "false", "off", "no", "否"})
_UNFIT: Final[Mapping[str, str]] = {
    "whole": "请填写整数。", "number": "请填写数字。", "day": "请填写日期，例如 2026-03-09。",
    "time": "请填写日期和时间，例如 2026-03-09 09:30。", "flag": "请选择是或否。", "scale": "请选择一个等级。",
    "phone": "请填写 11 位手机号，或者带区号的固定电话。",
}  # fmt: skip


def read_form(form: Form, given: Mapping[str, Any], files: Sequence[str]) -> tuple[dict[str, Any], tuple[Fault, ...]]:
    """The values of what was told, empty ones left out, and all that is wrong; ``files`` names fields with files."""
    known = {each.code: each for each in form.fields}
    faults = [Fault(code, f"没有“{code}”这一项。{nearest(code, known)}") for code in given if code not in known]
    faults += [Fault(code, "这里不能上传文件。") for code in files if code not in known or known[code].kind != "files"]
    values: dict[str, Any] = {}
    for each in form.fields:
        if each.kind == "files":
            if each.required and each.code not in files:
                faults.append(Fault(each.code, f"请上传{each.label}。"))
            continue
        try:
            value = value_of(each, given.get(each.code))
        except errors.Invalid as wrong:
            faults.append(Fault(each.code, wrong.detail))
            continue
        if value is not None:
            values[each.code] = value
        elif each.required:
            faults.append(Fault(each.code, _please(each)))
    return values, tuple(faults)


def _please(field: Field) -> str:
    chosen = field.kind in ("choice", "many", "scale", "flag", *PLACES)
    return f"请{'选择' if chosen else '填写'}“{field.label}”。"


def value_of(field: Field, raw: Any) -> Any:
    """The value of one field, None where nothing was said; refuses what the field cannot hold."""
    if raw is None or (isinstance(raw, str) and not raw.strip() and field.kind != "flag"):
        return None
    read = _READ.get(field.kind, _said)
    try:
        return read(field, raw)
    except (ValueError, TypeError, AttributeError) as wrong:
        raise errors.Invalid(_UNFIT.get(field.kind, "填写的内容不符合要求，请核对。"), field=field.code) from wrong


def _said(field: Field, raw: Any) -> str | None:
    """Words of which nothing can be seen are none."""
    return _words(field, raw) or None


def _words(field: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        raise TypeError
    spaced = "".join(" " if unicodedata.category(each) == "Zs" else each for each in raw)
    kept = "".join(each for each in spaced.strip() if each in "\n\t" or each.isprintable())
    text = "\n".join(line.rstrip() for line in kept.split("\n")) if field.kind == "text" else " ".join(kept.split())
    most = field.most or LONGEST.get(field.kind, LONGEST["line"])
    if len(text) > most:
        raise errors.Invalid(f"最多 {most} 个字，现在是 {len(text)} 个字，请缩短。", field=field.code)
    if field.least and len(text) < field.least and field.kind in WORDS:
        raise errors.Invalid(f"至少写 {field.least} 个字。", field=field.code)
    return text


def _phone(field: Field, raw: Any) -> str:
    plain = normal(Person("", phone=_words(field, str(raw)))).phone
    if not _PHONE.fullmatch(plain):
        raise ValueError
    return plain


def _whole(field: Field, raw: Any) -> int:
    value = int(raw) if not isinstance(raw, float) or raw.is_integer() else int("")
    if abs(value) > LARGEST:
        raise ValueError
    least, most = SCALE if field.kind == "scale" else (None, None)
    return int(_bounded(field, value, least, most))


def _number(field: Field, raw: Any) -> float:
    value = float(raw)
    if not isfinite(value) or abs(value) > LARGEST:
        raise ValueError
    return float(_bounded(field, value, None, None))


def _bounded(field: Field, value: float, least: int | None, most: int | None) -> float:
    least = field.least if field.least is not None else least
    most = field.most if field.most is not None else most
    if least is not None and value < least:
        raise errors.Invalid(f"不能小于 {least}。", field=field.code)
    if most is not None and value > most:
        raise errors.Invalid(f"不能大于 {most}。", field=field.code)
    return value


def _day(_: Field, raw: Any) -> date:
    value = raw.astimezone(SHANGHAI).date() if isinstance(raw, datetime) else raw
    found = value if isinstance(value, date) else date.fromisoformat(str(value).strip())
    if not FIRST_DAY <= found <= LAST_DAY:
        raise ValueError
    return found


def _time(field: Field, raw: Any) -> datetime:
    value = raw if isinstance(raw, datetime) else datetime.fromisoformat(str(raw).strip().replace("/", "-"))
    found = value.replace(tzinfo=SHANGHAI) if value.tzinfo is None else value.astimezone(SHANGHAI)
    _day(field, found)
    return found


def _flag(_: Field, raw: Any) -> bool:
    text = str(raw).strip().lower()
    if text not in _YES | _NO:
        raise ValueError
    return text in _YES


def _choice(field: Field, raw: Any) -> str:
    code = _words(field, raw)
    known = dict(field.choices)
    by_label = {label: each for each, label in field.choices}
    if code not in known and code not in by_label:
        raise errors.Invalid(f"没有“{code}”这个选项，请从{'、'.join(known.values())}中选择。", field=field.code)
    return code if code in known else by_label[code]


def _many(field: Field, raw: Any) -> list[str] | None:
    given: list[Any] = [raw] if isinstance(raw, str) else list(raw)
    return list(dict.fromkeys(_choice(field, each) for each in given if each)) or None


_READ: Final[Mapping[str, Callable[[Field, Any], Any]]] = {
    "phone": _phone, "whole": _whole, "scale": _whole, "number": _number, "day": _day, "time": _time, "flag": _flag,
    "choice": _choice, "many": _many,
}  # fmt: skip


def plain(value: Any) -> Any:
    """As it is stored."""
    return value.isoformat() if isinstance(value, date) else value


def revived(kind: Kind, stored: Mapping[str, Any]) -> dict[str, Any]:
    """As it was before it was stored: days and moments again."""
    known = kind.fields()
    return {code: _revived(known.get(code), value) for code, value in stored.items()}


def _revived(field: Field | None, value: Any) -> Any:
    if field is not None and isinstance(value, str):
        if field.kind == "day":
            return date.fromisoformat(value)
        if field.kind == "time":
            return datetime.fromisoformat(value).astimezone(SHANGHAI)
    return value


def title_of(kind: Kind, values: Mapping[str, Any]) -> str:
    """What a record is called by: the one field its kind names, or the kind."""
    field = kind.fields().get(kind.title)
    value = values.get(kind.title)
    if field is None or field.hidden or value in (None, ""):
        return kind.label
    text = " ".join(str(shown(field, value)).split())
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"


def shown(field: Field, value: Any) -> Any:
    """A value as people read it; names of places are for whoever knows them."""
    labels: dict[str, str] = dict(field.choices)
    if field.kind == "choice":
        return labels.get(value, value)
    if field.kind == "many":
        return "、".join(labels.get(each) or str(each) for each in value)
    if field.kind == "flag":
        return "是" if value else "否"
    if isinstance(value, datetime):
        return f"{value.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return value


def first_of(form: Form, values: Mapping[str, Any], of: str) -> str:
    """The first value of a field of this sort, in the order of the form."""
    return next((str(values[each.code]) for each in form.fields if each.kind == of and values.get(each.code)), "")


def own_name(reach: Reach, kind: Kind) -> str:
    """By what a record of this kind would name whoever comes."""
    names = kind.fields().get(kind.names)
    return reach.member if names is not None and names.kind == "member" else reach.staff


def stands_as(reach: Reach, kind: Kind, record: Record) -> frozenset[Who]:
    """As what somebody stands before this record."""
    own = bool({record.filed_by, f"{record.filed_by}:{record.filer_id}"} & set(reach.signatures))
    holder = bool(reach.receipt) and reach.receipt == record.receipt
    near = bool(record.institution) and record.institution in reach.institutions
    name = own_name(reach, kind)
    found: Mapping[Who, bool] = {
        "citizen": "citizen" in reach.kinds,
        "filer": own or holder,
        "clerk": "clerk" in reach.kinds and (own or near),
        "handler": "handler" in reach.kinds and near,
        "bureau": "bureau" in reach.kinds and (reach.regions is None or record.region in reach.regions or own),
        "operator": "operator" in reach.kinds,
        "named": bool(name) and name == record.named,
        "exchange": "exchange" in reach.kinds,
    }  # fmt: skip
    return frozenset(who for who, is_so in found.items() if is_so)


def may_see(reach: Reach, kind: Kind, record: Record) -> bool:
    """Whoever sees its kind, and whoever may once do something with it, of the records within their reach."""
    doers = {who for each in kind.acts for who in each.doers if who != "citizen"}
    return bool(stands_as(reach, kind, record) & ({"filer", *kind.sees} | doers) - {"citizen"})


def open_acts(reach: Reach, kind: Kind, record: Record) -> tuple[Act, ...]:
    """What they may do with it now."""
    as_ = stands_as(reach, kind, record)
    return tuple(asking(each, record) for each in kind.acts if _is_open(each, record) and as_ & set(each.doers))


def _is_open(act: Act, record: Record) -> bool:
    return record.state in act.states and (not act.asked or record.perhaps_of is not None)


def asking(act: Act, record: Record) -> Act:
    """The act with the questions that this record asks."""
    asked = tuple(
        each for each in act.form.fields if not each.asked or each.code in (record.fields.get(each.asked) or ())
    )
    return act if asked == act.form.fields else replace(act, form=Form(asked))


def for_reader(reach: Reach, kind: Kind, record: Record) -> Record:
    """What the kind keeps for the office's own counting is read by the office."""
    if stands_as(reach, kind, record) & OFFICE:
        return record
    hidden = tuple(code for code in record.hidden if code not in kept_codes(kind))
    return replace(record, fields=_without_kept(kind, record.fields), hidden=hidden)


def deed_for(reach: Reach, kind: Kind, record: Record, deed: Deed) -> Deed:
    """What was written beside an act is read as what the record holds is."""
    return deed if stands_as(reach, kind, record) & OFFICE else replace(deed, given=_without_kept(kind, deed.given))


def kept_codes(kind: Kind) -> frozenset[str]:
    return frozenset(each.code for each in kind.kept)


def _without_kept(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    return {code: value for code, value in values.items() if code not in kept_codes(kind)}


def told(kind: Kind, deed: Deed) -> Deed:
    """A deed as whoever filed the record reads it: their own words, and of the office's what is meant for them."""
    act = kind.act(deed.act)
    theirs = act is None or not set(act.doers) - {"filer", "citizen"}
    known = kind.fields()
    given = {
        code: value for code, value in deed.given.items()
        if (theirs and code not in kept_codes(kind)) or (code in known and (known[code].told or known[code].open))
    }  # fmt: skip
    by = deed.by if deed.by.startswith("institution:") or deed.by == "bureau" else ""
    return replace(deed, given=given, by=by, member=None)


def for_filer(kind: Kind, record: Record) -> Record:
    """What they told themselves, and of what the office wrote what is meant for them."""
    known, own = kind.fields(), set(kind.form.codes)
    fields = {
        code: value for code, value in record.fields.items()
        if code in own or (code in known and (known[code].told or known[code].open))
    }  # fmt: skip
    return replace(record, fields=fields, filed_by="", filer_id=None, person_id=None)


def check_act(reach: Reach, kind: Kind, record: Record, code: str) -> Act:
    act = kind.act(code)
    if act is None:
        raise errors.UnknownCode(f"“{kind.label}”没有“{code}”这项操作。{nearest(code, [a.code for a in kind.acts])}")
    if not stands_as(reach, kind, record) & set(act.doers):
        raise errors.NotEntitled(f"您不能对这条记录“{act.label}”。")
    if record.state not in act.states:
        state = kind.state(record.state)
        raise errors.WrongState(f"“{record.number}”现在是“{state.label if state else record.state}”，不能{act.label}。")
    if act.asked and record.perhaps_of is None:
        raise errors.WrongState(f"“{record.number}”没有待认定的重复，不能{act.label}。")
    return asking(act, record)


def ends(timer: Timer, values: Mapping[str, Any], at: datetime, policy: Policy, calendar: Calendar) -> Due | None:
    """When a timer that starts now runs out; None where no rule and no day says when."""
    if timer.until:
        day = values.get(timer.until)
        return Due(midnight_after(day), provisional=False, days=()) if isinstance(day, date) else None
    span = policy[timer.within] if timer.within is not None else None
    return None if span is None else due(at, span, calendar, rest_day_moves=rest_moves(policy))


def already_over(kind: Kind, since: str, form: Form, values: Mapping[str, Any], today: date) -> tuple[Fault, ...]:
    """A day until which a timer is about to run, and which is over, is a slip of the pen."""
    asked = [each.until for each in kind.timers if since in each.begins and each.until in form.codes]
    late = [code for code in dict.fromkeys(asked) if isinstance(values.get(code), date) and values[code] < today]
    return tuple(Fault(code, f"{values[code]} 已经过去，请填写今天或以后的日子。") for code in late)


def rest_moves(policy: Policy) -> bool:
    return bool(policy[keys.rest_day_moves])


def before(end: datetime, lead: Span, calendar: Calendar) -> datetime:
    """So many hours, days or working days ahead of a due time."""
    if lead.unit == "h":
        return end - timedelta(hours=lead.amount)
    if lead.unit == "m":
        return end - timedelta(days=30 * lead.amount)
    if lead.unit == "d":
        return end - timedelta(days=lead.amount)
    day, amount = end, lead.amount
    while amount > 0:
        day -= timedelta(days=1)
        amount -= calendar.is_workday(day.astimezone(SHANGHAI).date())
    return day


def prefix(kind: Kind, at: datetime) -> str:
    """A kind's own series, anew each year."""
    series = kind.series or "".join(part[:1] for part in kind.code.split("_")).upper()
    return f"{series}-{at.astimezone(SHANGHAI):%Y}-"


def after(record: Record, kind: Kind, act: Act, values: Mapping[str, Any], now: datetime) -> Record:
    """The record as an act leaves it, its timers aside."""
    state = act.leads or record.state
    target = kind.state(state)
    fields = {**record.fields, **values}
    for code in act.form.codes:
        if code not in values:
            fields.pop(code, None)
    sent = str(values.get(act.sends) or "") if act.sends else ""
    ended = target is not None and target.ended
    return replace(
        record, state=state, version=record.version + 1, fields=fields, title=title_of(kind, fields),
        institution=sent or record.institution, named=str(fields.get(kind.names) or record.named),
        ended_at=(record.ended_at or now) if ended else None,
    )  # fmt: skip


def calendar_day(kind: Kind, values: Mapping[str, Any]) -> date | None:
    value = values.get(kind.day) if kind.day else None
    if isinstance(value, datetime):
        return value.astimezone(SHANGHAI).date()
    return value if isinstance(value, date) else None
