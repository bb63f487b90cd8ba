"""A questionnaire is built question by question beside what the citizen will see; saving makes its next version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from core import db
from core.citizen.actions import LABELS
from core.errors import NotFound
from core.places import actions as places
from core.policy import forms, keys, vocab
from core.policy.columns import QUESTIONNAIRE
from core.policy.values import ANY, FormField, QuestionKind, Questionnaire
from core.questionnaires.decide import LONGEST_TEXT, SCALES, options
from web.admin.builders import frame
from web.admin.builders.frame import Desk, Saved
from web.admin.builders.rows import Pieces, Row, Values, numbered, operated, sent
from web.deps import InMember, InTenant, Now
from web.forms import Posted, posted, whole_number
from web.page import Page
from web.visit import HttpRequest, HttpResponse

AT: Final = f"{frame.AT}/questionnaire"
KEY: Final = keys.questionnaire
BLANK: Values = {"kind": ["choice"]}
DROP: Final = "drop"


@dataclass(frozen=True, slots=True)
class Preview:
    """What the citizen's own template asks of a sheet; ``labels`` are the grades' words, best first."""

    questions: tuple[FormField, ...]
    labels: Sequence[str]

    def answers(self, question: FormField) -> Mapping[str, str]:
        return options(question, self.labels)


@dataclass(frozen=True, slots=True)
class Head:
    """For whom: ``number`` is its place among the questionnaires, from 1; one more is a new one."""

    number: int
    mode: str = ""
    item: str = ""
    line: str = ""
    must: bool = False


@get(AT, opt=frame.SEES)
async def index(request: HttpRequest, tenant: InTenant, proposal: FromPath[UUID]) -> Page:
    desk = await frame.opened(tenant, proposal)
    rows = desk.value(KEY) or ()
    number = _number(request.query_params.get("form", ""), len(rows))
    form = rows[number - 1] if number <= len(rows) else Questionnaire(())
    pieces = numbered([_spelt(each) for each in form.fields] or [BLANK])
    return await _shown(desk, desk.typed(KEY), _head(form, number), pieces, None, {})


@post(AT, opt=frame.WRITES, status_code=303)
async def work(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form, desk = await posted(request), await frame.opened(tenant, proposal)
    rows = tuple(desk.value(KEY) or ())
    head, op = _headed(form, len(rows)), form.text("op")
    pieces = operated(sent(form), op, BLANK)
    begun = frame.typed(form)
    back = f"{desk.home}/builders/questionnaire"
    if op == DROP and head.number <= len(rows):
        kept = [*rows[: head.number - 1], *rows[head.number :]]
        value: Any = [QUESTIONNAIRE.dump(each) for each in kept] if kept else keys.UNSET
        saved = await frame.put(request, desk, member, KEY, value, form, now, back)
        return saved.answer or await _shown(desk, begun, head, pieces, saved, {})
    made = _made(head, pieces)
    if op != "save":
        return await _shown(desk, begun, head, pieces, None, {})
    errors = {**await _places_wrong(desk, head), **_named(forms.faults(made), pieces)}
    if errors:
        return await _shown(desk, begun, head, pieces, Saved(status=422), errors)
    whole = [*rows[: head.number - 1], made, *rows[head.number :]]
    value = [QUESTIONNAIRE.dump(each) for each in whole]
    saved = await frame.put(request, desk, member, KEY, value, form, now, f"{back}?form={head.number}")
    return saved.answer or await _shown(desk, begun, head, pieces, saved, {})


def _number(text: str, known: int) -> int:
    number = 1 if (said := whole_number(text, 999)) is None else said
    if not 1 <= number <= known + 1:
        raise NotFound
    return number


def _head(form: Questionnaire, number: int) -> Head:
    mode, item, line = ("" if each == ANY else each for each in (form.mode, form.item, form.line))
    return Head(number, mode, item, line, not form.voluntary)


def _headed(form: Posted, known: int) -> Head:
    number = _number(form.text("form"), known)
    mode = form.text("mode") if form.text("mode") in vocab.MODES else ""
    return Head(number, mode, form.text("item"), form.text("line"), form.text("must") == "yes")


def _spelt(field: FormField) -> Values:
    return {
        "code": [field.code], "label": [field.label], "kind": [field.kind], "choices": ["\n".join(field.choices)],
        "low": [field.low], "high": [field.high], **({"required": ["yes"]} if field.required else {}),
    }  # fmt: skip


def _made(head: Head, pieces: Pieces) -> Questionnaire:
    used = {row.one("code") for row in pieces.there}
    fields: list[FormField] = []
    for row in pieces.there:
        code = row.one("code") or _free(used)
        used.add(code)
        fields.append(_field(row, code))
    mode, item, line = (each or ANY for each in (head.mode, head.item, head.line))
    return Questionnaire(tuple(fields), mode, item, line, not head.must)


def _free(used: set[str]) -> str:
    return next(f"q{number}" for number in range(1, len(used) + 2) if f"q{number}" not in used)


def _field(row: Row, code: str) -> FormField:
    kind = row.one("kind") if row.one("kind") in vocab.QUESTIONS else "choice"
    low, high = (row.one("low"), row.one("high")) if kind in SCALES else ("", "")
    choices = row.lines("choices") if kind in forms.LISTED else ()
    return FormField(
        code, row.one("label"), cast(QuestionKind, kind), choices, row.one("required") == "yes", low, high
    )  # fmt: skip


def _named(faults: Mapping[str, str], pieces: Pieces) -> dict[str, str]:
    """What the policy says of the second question, at the fields of the second row."""
    found: dict[str, str] = {}
    for place, text in faults.items():
        number, _, name = place.partition(".")
        row = pieces.there[int(number) - 1] if name else None
        found[row.name(name if name != "code" else "label") if row else "value"] = text
    return found


async def _places_wrong(desk: Desk, head: Head) -> dict[str, str]:
    """A matter or a line that is not in the register would never be asked."""
    async with db.as_tenant(desk.tenant.id) as unit:
        items = await places.names(unit, "item", [head.item]) if head.item else {}
        lines = await places.names(unit, "line", [head.line]) if head.line else {}
    found: dict[str, str] = {}
    if head.item and head.item not in items:
        found["item"] = f"名录里没有编码为“{head.item}”的事项，请核对；全部事项请留空。"
    if head.line and head.line not in lines:
        found["line"] = f"名录里没有编码为“{head.line}”的条线，请核对；全部条线请留空。"
    return found


async def _shown(
    desk: Desk, begun: Mapping[str, str], head: Head, pieces: Pieces, saved: Saved | None, errors: Mapping[str, str]
) -> Page:
    rows = tuple(desk.value(KEY) or ())
    async with db.as_tenant(desk.tenant.id) as unit:
        items = await places.names(unit, "item", [each.item for each in rows if each.item != ANY])
        lines = await places.names(unit, "line", [each.line for each in rows if each.line != ANY])
        known = {each.code: each.name for each in await places.listing(unit, "line")}
    said = [
        "、".join([vocab.MODES.get(each.mode, ""), items.get(each.item, ""), lines.get(each.line, "")]).strip("、")
        for each in rows
    ]
    labels = tuple(desk.policy[keys.grade_labels] or LABELS)
    return frame.shown(
        "questionnaire", desk, KEY, begun, saved, errors=errors, forms=[each or "全部服务" for each in said], head=head,
        pieces=pieces, kinds=vocab.QUESTIONS, listed=forms.LISTED, scales=SCALES, modes=vocab.MODES, lines=known,
        preview=Preview(_made(head, pieces).fields, labels), nothing=Posted({}), longest=LONGEST_TEXT,
    )  # fmt: skip
