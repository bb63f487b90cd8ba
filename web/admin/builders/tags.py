"""Tags are built by grade; a code tells its grade, national codes are marked, and what is retired stays readable."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from core import stack
from core.clock import SHANGHAI
from core.national_tags import TAGS
from core.policy import keys, vocab
from core.policy.columns import TAG
from core.policy.values import Tag
from web.admin.builders import frame
from web.admin.builders.frame import Desk, Saved
from web.admin.builders.rows import MOST, Pieces, Row, Values, numbered, operated, sent
from web.deps import InMember, InTenant, Now
from web.forms import posted, whole_number
from web.page import Page
from web.visit import HttpRequest, HttpResponse

AT: Final = f"{frame.AT}/tags"
KEY: Final = keys.tags
NATIONAL: Final[Mapping[int, Tag]] = {each.code: each for each in TAGS}
LONGEST_LABEL: Final = 30
DIGITS: Final = (3, 6)
LARGEST_CODE: Final = 10 ** DIGITS[1] - 1
GRADES: Final = tuple(str(each) for each in vocab.GRADES)


@get(AT, opt=frame.SEES)
async def index(tenant: InTenant, proposal: FromPath[UUID], now: Now) -> Page:
    desk = await frame.opened(tenant, proposal)
    return _shown(desk, desk.typed(KEY), numbered([_spelt(each) for each in _held(desk)]), None, _now(desk, now))


@post(AT, opt=frame.WRITES, status_code=303)
async def work(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form, desk = await posted(request), await frame.opened(tenant, proposal)
    op, begun, held = form.text("op"), frame.typed(form), _now(desk, now)
    verb, _, code = op.partition(":")
    known = held | NATIONAL
    taken = known.get(whole_number(code, LARGEST_CODE) or 0) if verb == "take" else None
    if taken is not None:
        pieces = operated(sent(form), "add", _spelt(taken))
    else:
        pieces = operated(sent(form), op, {"grade": [code], "about": ["process"]} if verb == "add" else None)
    pieces = _by_grade(pieces)
    if op != "save":
        return _shown(desk, begun, pieces, None, held)
    made, errors = _made(pieces)
    if errors:
        return _shown(desk, begun, pieces, Saved(status=422), held, errors)
    value: Any = [TAG.dump(each) for each in sorted(made, key=lambda each: -each.grade)] or keys.UNSET
    saved = await frame.put(request, desk, member, KEY, value, form, now, f"{desk.home}/builders/tags")
    return saved.answer or _shown(desk, begun, pieces, saved, held)


def _held(desk: Desk) -> tuple[Tag, ...]:
    return tuple(sorted(desk.value(KEY) or (), key=lambda each: -each.grade))


def _now(desk: Desk, now: datetime) -> dict[int, Tag]:
    """What citizens can tick today."""
    today = stack.policy(desk.tenant, now.astimezone(SHANGHAI).date())
    return {each.code: each for each in today[KEY] or ()}


def _spelt(tag: Tag) -> Values:
    core = {"core": ["yes"]} if tag.core else {}
    return {"code": [str(tag.code)], "grade": [str(tag.grade)], "label": [tag.label], "about": [tag.about], **core}


def _made(pieces: Pieces) -> tuple[list[Tag], dict[str, str]]:
    made: list[Tag] = []
    errors: dict[str, str] = {}
    for row in pieces.there:
        wrong = {row.name(name): text for name, text in _wrong(row, made).items()}
        errors |= wrong
        if not wrong:
            about: Any = row.one("about")
            code, grade = int(row.one("code")), int(row.one("grade"))
            made.append(Tag(code, grade, row.one("label"), about, row.one("core") == "yes"))
    return made, errors


def _wrong(row: Row, made: list[Tag]) -> dict[str, str]:
    said = {"grade": "", "code": _code_wrong(row, made), "label": _label_wrong(row, made), "about": ""}
    if row.one("grade") not in GRADES:
        said |= {"grade": "请选择等级。", "code": ""}
    if row.one("about") not in vocab.ABOUTS:
        said["about"] = "请选择涉及什么。"
    return {name: text for name, text in said.items() if text}


def _code_wrong(row: Row, made: list[Tag]) -> str:
    code, grade = row.one("code"), row.one("grade")
    if not (code.isascii() and code.isdigit() and DIGITS[0] <= len(code) <= DIGITS[1]):
        return "编码是 3 到 6 位数字，第一位是等级。"
    if code[0] != grade:
        return f"编码的第一位应是等级 {grade}，如 {grade}{code[1:]}。"
    if any(each.code == int(code) for each in made):
        return f"编码 {code} 用了两次，一个编码只给一个标签。"
    national = NATIONAL.get(int(code))
    if national is not None and national.label != row.one("label"):
        return f"{code} 是国家标签“{national.label}”的编码，改了文字请换一个本地编码。"
    return ""


def _label_wrong(row: Row, made: list[Tag]) -> str:
    label = row.one("label")
    if not label:
        return "请写标签文字。"
    if len(label) > LONGEST_LABEL:
        return f"最多 {LONGEST_LABEL} 个字，现在是 {len(label)} 个字。"
    if any((str(each.grade), each.label) == (row.one("grade"), label) for each in made):
        return "这个等级已有同样文字的标签。"
    return ""


def _by_grade(pieces: Pieces) -> Pieces:
    """Where the page shows them, so that a step up is one that is seen."""
    return replace(pieces, rows=tuple(sorted(pieces.rows, key=lambda row: row.one("grade"), reverse=True)))


def _shown(
    desk: Desk, begun: Mapping[str, str], pieces: Pieces, saved: Saved | None, held: Mapping[int, Tag],
    errors: Mapping[str, str] | None = None,
) -> Page:  # fmt: skip
    there = {whole_number(row.one("code"), LARGEST_CODE) for row in pieces.there}
    labels = desk.policy[keys.grade_labels] or tuple(vocab.GRADES.values())
    words = {str(5 - place): label for place, label in enumerate(labels)}
    return frame.shown(
        "tags", desk, KEY, begun, saved, errors=dict(errors or {}), pieces=pieces, words=words, abouts=vocab.ABOUTS,
        national=NATIONAL, retired=[each for code, each in sorted(held.items()) if code not in there],
        unused=[each for code, each in NATIONAL.items() if code not in there and code not in held],
        full=len(pieces.rows) >= MOST, strays=[row for row in pieces.rows if row.one("grade") not in words],
        groups={grade: [row for row in pieces.rows if row.one("grade") == grade] for grade in words},
    )  # fmt: skip
