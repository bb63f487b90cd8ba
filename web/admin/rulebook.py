"""A policy laid out for reading: each value with where it comes from, each silence with its reason."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core import stack
from core.policy import keys
from core.policy.checks import silent
from core.policy.compile import holds
from core.policy.keys import Key, record_of
from core.policy.model import Ending, Provision, Regulation
from core.policy.policy import Policy, Why
from core.policy.questions import Question
from core.policy.records import CLAUSE, Column
from core.tenants import Tenant
from web.admin.rules.brings import Part, by_extra, together

FIXED: Mapping[str, str] = {"national": "国家", "province": "省级基线", "answer": "问题的回答", "override": "本级设置"}
# Columns that say themselves in a sentence still need a head in a table.
HEADS: Mapping[str, str] = {
    "code": "编码", "label": "名称", "grade": "等级", "name": "名称", "within": "期限", "clock": "事项",
    "subject": "对象", "group": "范围", "metric": "指标", "of": "对象", "kind": "种类", "task": "工作", "every": "频次",
    "fields": "问题",
}  # fmt: skip
# Where silence means more than that a feature stays off.
SILENCE: Mapping[str, str] = {
    "rating_window": "没有规定期限，评价入口一直开放。",
    "scores": "没有规定分值，不计算平均分，只公布各等级的数量。",
    "append": "没有规定追加评价，评价之后不能补充。",
    "feedback_scale": "没有规定对答复的评价，答复后工单即办结。",
    "appellants": "没有规定谁可以申诉，不受理申诉。",
    "extension": "没有规定延期，期限不能延长。",
    "dispatcher": "没有规定派单方，工单直接派给责任单位。",
    "verified_by": "没有规定核实方，由责任单位核实。",
    "handler_finds": "没有限制，责任单位可以认定各种结果。",
    "objective_grades": "没有限制等级。",
    "audit": "没有规定审核，差评直接成为工单。",
    "ticket_for": "没有规定，差评不生成工单。",
    "min_sample": "没有规定最少评价数，都参加排名。",
    "public_min": "没有规定，不论多少都公布。",
}
SUGGESTED_LENGTH = 300


@dataclass(frozen=True, slots=True)
class TableRow:
    cells: tuple[str, ...]
    clause: str
    document: str
    layer: str


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table as it is read: from the top, the first row that fits decides."""

    heads: tuple[str, ...]
    conditions: int
    rows: tuple[TableRow, ...]


@dataclass(frozen=True, slots=True)
class Below:
    layer: str
    said: str
    clause: str
    document: str
    since: date | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One key; ``silence`` says what holds while nothing sets it, ``remarks`` what of its value decides nothing."""

    key: Key[Any]
    why: Why
    layer: str
    said: str
    table: Table | None
    below: tuple[Below, ...]
    parts: tuple[Below, ...]
    silence: str
    gap: str
    remarks: tuple[str, ...]

    @property
    def is_set(self) -> bool:
        return self.why.value is not None


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with what decides it now: an answer of the tenant, the demo's, or none."""

    question: Question
    labels: tuple[str, ...]
    state: str
    said: str
    basis: str = ""
    by: str = ""
    at: datetime | None = None
    since: date | None = None


@dataclass(frozen=True, slots=True)
class GapLine:
    labels: tuple[str, ...]
    clause: str
    document: str
    why: str


@dataclass(frozen=True, slots=True)
class Document:
    """``ended`` is the day a document ended by its own words; ``holds`` whether it is applied all the same."""

    regulation: Regulation
    ended: date | None
    clause: str
    holds: bool
    answers: tuple[Answer, ...]


def layer_names(tenant: Tenant) -> Mapping[str, str]:
    found = {name: place.short for name in tenant.stack if (place := stack.city(name)) is not None}
    return {**found, **FIXED}


def groups(policy: Policy, names: Mapping[str, str]) -> Mapping[str, tuple[Part[Entry], ...]]:
    """Every key, set or not, under its heading and its extra, in the order of the settings form."""
    told = {name: gap.why for gap in policy.gaps for name in gap.keys}
    found: dict[str, list[Entry]] = {}
    known = {each.key.name: each for each in policy.entries()}
    for why in (known[name] for name in together(known)):
        found.setdefault(why.key.group, []).append(_entry(policy, why, names, told.get(why.key.name, "")))
    return {name: by_extra(each, lambda entry: entry.key) for name, each in found.items()}


def _entry(policy: Policy, why: Why, names: Mapping[str, str], gap: str) -> Entry:
    key = why.key
    said = "" if why.value is None else keys.chinese(key, why.value, policy.words)
    table = _table(policy, why, names) if key.table and why.value else None
    return Entry(
        key, why, names.get(why.layer, why.layer), said, table,
        tuple(_below(policy, each, names) for each in why.below),
        tuple(_part(policy, field, each, names) for field, each in why.parts.items()), silence(policy, key), gap,
        tuple(text for about, text in silent(policy) if about is key),
    )  # fmt: skip


def silence(policy: Policy, key: Key[Any]) -> str:
    if key.name in SILENCE:
        return SILENCE[key.name]
    if key.when_unset in (None, (), False):
        return "没有规定，有关功能不启用。"
    return f"没有规定时：{keys.chinese(key, key.when_unset, policy.words)}。"


def _below(policy: Policy, why: Why, names: Mapping[str, str]) -> Below:
    said = keys.chinese(why.key, why.value, policy.words)
    return Below(names.get(why.layer, why.layer), said, why.clause, why.document, why.since)


def _part(policy: Policy, field: str, why: Why, names: Mapping[str, str]) -> Below:
    column = record_of(why.key).column(field, why.key.name)
    shown = "未设置" if why.value is None else column.shape.chinese(why.value, policy.words)
    return Below(names.get(why.layer, why.layer), f"{column.label}：{shown}", why.clause, why.document, why.since)


def _table(policy: Policy, why: Why, names: Mapping[str, str]) -> Table:
    columns = [each for each in record_of(why.key).columns if each is not CLAUSE and _speaks(each, why.value)]
    columns.sort(key=lambda each: not each.condition)
    sources = {id(each.row): each for each in why.rows}
    rows = [_row(policy, row, columns, sources.get(id(row)), why, names) for row in why.value]
    heads = tuple(each.label.rstrip("：") or HEADS.get(each.name, each.name) for each in columns)
    return Table(heads, sum(each.condition for each in columns), tuple(rows))


def _speaks(column: Column, rows: Iterable[Any]) -> bool:
    held = [getattr(row, column.name) for row in rows]
    return any(column.worth_saying(each) and not column.silent(each) for each in held)


def _row(
    policy: Policy, row: Any, columns: Sequence[Column], source: Any, why: Why, names: Mapping[str, str]
) -> TableRow:
    cells = tuple(_cell(policy, each, getattr(row, each.name)) for each in columns)
    if source is None:
        clause = getattr(row, "clause", "") or why.clause
        return TableRow(cells, clause, why.document, names.get(why.layer, why.layer))
    return TableRow(cells, source.clause, source.document, names.get(source.layer, source.layer))


def _cell(policy: Policy, column: Column, held: Any) -> str:
    if held is None or held == "":
        return ""
    return column.shape.chinese(held, policy.words)


def answers(policy: Policy, tenant: Tenant, rows: Mapping[str, Any]) -> tuple[Answer, ...]:
    """``rows`` are the stored answers with their basis and author."""
    return tuple(_answer(policy, tenant, each, rows.get(each.id)) for each in policy.questions)


def _answer(policy: Policy, tenant: Tenant, question: Question, row: Any) -> Answer:
    labels = tuple(label(name) for name in question.keys)
    if question.id not in policy.answers:
        return Answer(question, labels, "open", "")
    said = question.said(policy.answers[question.id])[:SUGGESTED_LENGTH]
    dated = [each for each in tenant.dated if each.question == question.id and each.since <= policy.on]
    if dated:
        last = max(dated, key=lambda each: each.since)
        return Answer(question, labels, "answered", said, last.basis, last.author, None, last.since)
    if row is None or (tenant.demo and not row["basis"] and row["answered_by"] == "system"):
        return Answer(question, labels, "demo", said)
    return Answer(question, labels, "answered", said, row["basis"], _author(row["answered_by"]), row["answered_at"])


def _author(actor: str) -> str:
    kind, _, code = actor.partition(":")
    return "" if kind == "system" else code or kind


def label(name: str) -> str:
    """The Chinese of a key or of one field of it."""
    found = keys.find(name)
    if isinstance(found, Key):
        return found.label
    column = record_of(found.key).column(found.written, found.key.name)
    return f"{found.key.label}的{column.label or HEADS.get(column.name, column.name)}"


def gaps(policy: Policy) -> tuple[GapLine, ...]:
    return tuple(
        GapLine(tuple(label(name) for name in each.keys), each.clause, each.document, each.why) for each in policy.gaps
    )


def documents(policy: Policy, known: Sequence[Answer]) -> tuple[Document, ...]:
    return tuple(_document(policy, each, known) for each in policy.documents)


def _document(policy: Policy, regulation: Regulation, known: Sequence[Answer]) -> Document:
    own = Ending("", regulation.until, None)
    over = next((each for each in (*regulation.endings, own) if each.on is not None and each.on < policy.on), None)
    if over is None:
        return Document(regulation, None, "", True, ())
    asks: frozenset[str] = frozenset() if over.when is None else over.when.needs
    decided = tuple(each for each in known if each.question.id in asks)
    return Document(regulation, over.on, over.clause, holds(regulation, policy.answers, policy.on), decided)


def provisions(tenant: Tenant) -> Mapping[str, tuple[Provision, ...]]:
    """The rules by id, of each layer of this tenant, its own first."""
    names = ("national", *(name for name in tenant.stack if name != "national"))
    return {stack.layer(name).title: stack.layer(name).provisions for name in reversed(names)}
