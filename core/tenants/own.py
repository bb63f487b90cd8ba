"""A tenant registers its own papers, and writes down where one is silent or ambiguous: that is a question to answer."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from core import db
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import Conflict, Invalid, NotFound, Refused
from core.policy import keys
from core.policy.keys import UNSET, Part
from core.policy.model import heading
from core.policy.questions import Suggestion
from core.policy.shapes import Choice, Flag, Shape
from core.tenants.directory import Q, forget
from core.tenants.model import Tenant

LONGEST_TITLE: Final = 200
LONGEST_NUMBER: Final = 60
LONGEST_TEXT: Final = 500
MOST_SUGGESTED: Final = 10


async def register(tenant: Tenant, title: str, number: str, issued: date | None, *, by: Actor, now: datetime) -> None:
    """A paper is cited from then on; it is never changed, since rules of other days cite it."""
    title, number = title.strip().strip("《》"), number.strip()
    if not title:
        raise Invalid("请写文件标题。", field="title")
    if len(title) > LONGEST_TITLE or len(number) > LONGEST_NUMBER:
        raise Invalid(f"标题最多 {LONGEST_TITLE} 字，文号最多 {LONGEST_NUMBER} 字。", field="title")
    if (number or title) in {each.cited for each in tenant.papers}:
        raise Conflict("这份文件已经登记过。", field="number" if number else "title")
    async with db.as_tenant(tenant.id) as unit:
        made = db.ids.new()
        await unit.execute(Q.touch, tenant.id)
        await unit.execute(Q.register, tenant.id, made, title, number, issued, str(by), now)
        after = {"title": title, "number": number, "issued": issued}
        await audit.write(unit, by, "paper.register", "paper", made, None, after, now)
    forget(tenant.id)


async def ask(
    tenant: Tenant, key: str, clause: str, document: str, text: str, lines: Sequence[str], *, by: Actor, now: datetime
) -> str:
    """The id of the question that must now be answered before the place goes live."""
    shape = _shape(key)
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise Invalid(f"请写明文件哪里没有规定或者有歧义，最多 {LONGEST_TEXT} 字。", field="text")
    if document not in {each.cited for each in tenant.papers}:
        raise Invalid("请选择是哪份文件；没有的先在上面登记。", field="document")
    cited = _clause(clause)
    suggested = [{"value": each.value, "reason": each.reason, "label": each.label} for each in _suggested(shape, lines)]
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(Q.touch, tenant.id)
        made = f"T{int(await unit.fetchval(Q.own_count, tenant.id)) + 1}"
        await unit.execute(
            Q.ask, tenant.id, made, key, cited, document, text.strip(), suggested, str(by), now
        )  # fmt: skip
        after = {"key": key, "clause": cited, "document": document, "text": text.strip()}
        await audit.write(unit, by, "question.ask", "question", made, None, after, now)
    forget(tenant.id)
    return made


async def take_back(tenant: Tenant, question: str, *, by: Actor, now: datetime) -> None:
    """A question that nobody has answered was perhaps none; one that was answered stays for good."""
    if question in tenant.answers or question in {each.question for each in tenant.dated}:
        raise Conflict("已经回答过的问题不能撤回，它的回答是规则的依据。")
    async with db.as_tenant(tenant.id) as unit:
        await unit.execute(Q.touch, tenant.id)
        if not await unit.execute(Q.take_back, tenant.id, question, now):
            raise NotFound("没有找到这个问题，可能已经撤回。")
        await audit.write(unit, by, "question.take-back", "question", question, None, None, now)
    forget(tenant.id)


def _shape(key: str) -> Shape[Any]:
    try:
        found = keys.find(key)
    except Refused as refusal:
        raise Invalid("请选择这个问题涉及哪一项规则。", field="key") from refusal
    if isinstance(found, Part):
        return keys.record_of(found.key).column(found.written, found.key.name).shape
    return found.shape


def _clause(text: str) -> str:
    try:
        return heading(text)
    except Refused as refusal:
        raise Invalid(refusal.detail, field="clause") from refusal


def _suggested(shape: Shape[Any], lines: Sequence[str]) -> list[Suggestion]:
    """``5wd 与省里一致`` on each line; of a choice and of a switch every value there is, where nothing is written."""
    written = [line.strip() for line in lines if line.strip()]
    if len(written) > MOST_SUGGESTED:
        raise Invalid(f"最多写 {MOST_SUGGESTED} 个可能的回答。", field="suggestions")
    if not written and isinstance(shape, Flag):
        return [Suggestion(True, "", "是"), Suggestion(False, "", "否")]
    if not written and isinstance(shape, Choice):
        names = shape.names
        return [Suggestion(code, "", word) for code, word in names.items()]
    return [_suggestion(shape, line) for line in written]


def _suggestion(shape: Shape[Any], line: str) -> Suggestion:
    value, _, reason = line.partition(" ")
    raw: Any = int(value) if value.isascii() and value.isdigit() else value
    if raw == UNSET:
        raise Invalid("“不作规定”总可以选，不用写。", field="suggestions")
    try:
        parsed = shape.parse(raw, "可能的回答")
    except Refused as refusal:
        raise Invalid(refusal.detail, field="suggestions") from refusal
    return Suggestion(shape.dump(parsed), reason.strip(), shape.chinese(parsed))
