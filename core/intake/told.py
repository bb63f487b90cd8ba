"""What is told is understood exactly or refused with a code, a sentence and the field to blame; nothing is guessed."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeVar

import msgspec

from core import errors
from core.clock import SHANGHAI
from core.intake.model import Composite, ServiceEvent, Submission
from core.intake.wire import AppendIn, CompositeIn, EventIn, PersonIn, RatingIn
from core.people.model import Person

T = TypeVar("T")

BOM = b"\xef\xbb\xbf"
# The calendar and every regulation here are younger than this; older years are typing errors.
OLDEST, NEWEST = 2000, 2100

_TYPE_NAMES = {
    "object": "对象",
    "array": "数组",
    "str": "文字",
    "int": "整数",
    "float": "数字",
    "bool": "true 或 false",
    "null": "空值",
    "datetime": "时间",
    "date": "日期",
    "uuid": "编号",
}
_NOT_JSON = "内容不是有效的 JSON，请检查格式和编码（UTF-8）后重新提交。"


def read(decoder: msgspec.json.Decoder[T], raw: bytes | msgspec.Raw, at: str = "") -> T:
    """The value in ``raw``; ``at`` is where it stands in a larger body."""
    text = bytes(raw).removeprefix(BOM)
    if not text.strip():
        raise errors.Malformed("请求没有内容，请按接口文档提交 JSON。", field=at or None)
    try:
        return decoder.decode(text)
    except msgspec.ValidationError as error:
        _require_json(text, at)
        raise explained(str(error), at) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise errors.Malformed(_NOT_JSON, field=at or None) from error


def converted(value: Any, shape: type[T]) -> T:
    """A row or a query whose every value came as text, in its shape."""
    try:
        return msgspec.convert(value, shape, strict=False)
    except msgspec.ValidationError as error:
        raise explained(str(error), "") from error


def moment(value: datetime, field: str) -> datetime:
    """A time as China reads it: without an offset it is China's own."""
    if not OLDEST <= value.year < NEWEST:
        raise errors.Invalid("时间的年份不对，请核对。", field=field)
    return value.replace(tzinfo=SHANGHAI) if value.tzinfo is None else value.astimezone(SHANGHAI)


def _require_json(text: bytes, at: str) -> None:
    """The first wrong field stops a typed decoder before it has seen whether the rest is JSON at all."""
    try:
        msgspec.json.decode(text)
    except msgspec.ValidationError:
        return
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise errors.Malformed(_NOT_JSON, field=at or None) from error


def explained(message: str, at: str) -> errors.Refused:
    """msgspec's English sentence as the refusal it means."""
    told, _, where = message.partition(" - at ")
    path = ".".join(part for part in (at, _path(where)) if part)
    for pattern, refusal in _SENTENCES:
        if found := pattern.match(told):
            return refusal(found, path)
    return errors.Invalid("这一项不符合要求，请按接口文档核对。", field=path or None)


def _path(where: str) -> str:
    found = re.search(r"\$([^`]*)", where)
    return found.group(1).lstrip(".").replace("[...]", "") if found else ""


def _named(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _unknown_field(found: re.Match[str], path: str) -> errors.Refused:
    name = found.group(1)[:60]
    return errors.Invalid(f"没有名为“{name}”的字段，请删除或核对名称。", field=_named(path, name))


def _missing_field(found: re.Match[str], path: str) -> errors.Refused:
    return errors.Invalid(f"缺少必填的“{found.group(1)}”。", field=_named(path, found.group(1)))


def _too_long(found: re.Match[str], path: str) -> errors.Refused:
    unit = "个字" if found.group(1) == "str" else "项"
    return errors.TooLong(f"内容过长，最多 {found.group(2)} {unit}。", field=path or None)


def _wrong_type(found: re.Match[str], path: str) -> errors.Refused:
    names = [_TYPE_NAMES.get(name, name) for name in found.group(1).split(" | ") if name != "null"]
    return errors.Invalid(f"类型不对，应为{'或'.join(names) or '空值'}。", field=path or None)


def _says(refusal: type[errors.Refused], sentence: str) -> "_Explain":
    return lambda found, path: refusal(sentence.format(*found.groups()), field=path or None)


_Explain = Callable[[re.Match[str], str], errors.Refused]
_SENTENCES: tuple[tuple[re.Pattern[str], _Explain], ...] = tuple(
    (re.compile(pattern, re.DOTALL), explain)
    for pattern, explain in (
        (r"Object contains unknown field `(.*)`", _unknown_field),
        (r"Object missing required field `(.*)`", _missing_field),
        (r"Expected `(\w+)` of length <= (\d+)", _too_long),
        (r"Expected `\w+` of length >= 1\b", _says(errors.Invalid, "不能为空。")),
        (r"Expected `\w+` of length >= (\d+)", _says(errors.Invalid, "长度不够，至少 {0}。")),
        (r"Expected `str` matching regex", _says(errors.Invalid, "不能是空白，也不能含有换行或看不见的字符。")),
        (r"Expected `\w+` <= (\S+)", _says(errors.Invalid, "应不大于 {0}。")),
        (r"Expected `\w+` >= (\S+)", _says(errors.Invalid, "应不小于 {0}。")),
        (r"Invalid enum value", _says(errors.UnknownCode, "取值不在允许的范围内，可用的值见接口文档。")),
        (r"Invalid RFC3339", _says(errors.Invalid, "时间或日期的格式不对，应如 2026-03-02T10:00:00+08:00。")),
        (r"Invalid UUID", _says(errors.Invalid, "编号的格式不对。")),
        (r"Number out of range", _says(errors.Invalid, "数字超出范围。")),
        (r"Expected `([^`]+)`, got", _wrong_type),
    )
)


def event_of(told: EventIn, at: str = "") -> ServiceEvent:
    """``at`` is where the event stands in a larger body."""
    inside = f"{at}." if at else ""
    return ServiceEvent(
        case=told.case.strip(), event=told.event, at=moment(told.at, f"{inside}at"), number=told.number, item=told.item,
        staff=told.staff, window=told.window, mode=told.mode, kind=told.kind, certificate=told.certificate,
        applicant=person_of(told.applicant, f"{inside}applicant"), agent=person_of(told.agent, f"{inside}agent"),
        composite=composite_of(told.composite),
    )  # fmt: skip


def person_of(told: PersonIn | None, field: str) -> Person | None:
    if told is None:
        return None
    if not (told.name.strip() or told.id_number.strip() or told.phone.strip()):
        raise errors.Invalid("请填写姓名、证件号码或手机号中的至少一项。", field=field)
    return Person(name=told.name, id_type=told.id_type, id_number=told.id_number, phone=told.phone)


def composite_of(told: CompositeIn | None) -> Composite | None:
    return Composite(told.kind, told.count, tuple(told.items)) if told is not None else None


def submission_of(told: RatingIn, key: str) -> Submission:
    if told.token is None and (told.case is None or told.number is None):
        raise errors.Invalid("请提供 token，或办件编号 case 和事件序号 number。", field="token")
    if told.token is not None and (told.case is not None or told.number is not None):
        raise errors.Invalid("token 与 case、number 只能提供一种。", field="token")
    return Submission(
        token=told.token, case=told.case.strip() if told.case else None, number=told.number, grades=told.grades,
        items=told.items, tags=tuple(told.tags), text=told.text, channel=told.channel,
        rater=person_of(told.rater, "rater"), anonymous=told.anonymous, key=key, declared=told.declared or "",
        answers=told.answers or None,
        rated_at=moment(told.rated_at, "rated_at") if told.rated_at is not None else None,
    )  # fmt: skip


def append_of(told: AppendIn, key: str) -> Submission:
    return Submission(
        token=told.token, grades=told.grades, tags=tuple(told.tags), text=told.text, channel=told.channel,
        rater=person_of(told.rater, "rater"), anonymous=told.anonymous, key=key,
        rated_at=moment(told.rated_at, "rated_at") if told.rated_at is not None else None,
    )  # fmt: skip
