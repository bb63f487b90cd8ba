"""Questions and answers of the machine interface have these shapes and no others."""

from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType

from core.intake.wire import NO_NUL, PLAIN, Answers, Code, Moment, OneText, Text, Token

Limit = Annotated[int, Meta(ge=1, le=200)]

Origin = Literal["citizen", "agent", "paper", "default", "imported"]
Subject = Literal["staff", "institution", "line", "region", "item", "channel"]
Finding = Literal["valid", "mistaken", "malicious", "objective"]
Censure = Literal["unsolved", "false-report"]
State = Literal["auditing", "open", "verified", "rectifying", "answered", "closed", "rejected", "withdrawn"]


class InvitationOut(Struct, frozen=True):
    """一次评价机会；token 只在这里交给你，请转给办件人。"""

    token: str
    url: str
    dimensions: tuple[str, ...]
    required: tuple[str, ...]
    opens: Moment
    closes: Moment | None


class EventOut(Struct, frozen=True):
    """已收下的服务事件；invitation 为空表示现行规定这时没有评价。"""

    case: str
    number: int
    invitation: InvitationOut | None


class RefusedOut(Struct, frozen=True):
    """一组事件中未被接受的一条；其余的照常收下。"""

    status: int
    code: str
    detail: str
    field: str | None = None


class RatingOut(Struct, frozen=True, omit_defaults=True):
    """评价已收下；receipt 可查处理结果，ticket 为因此产生的工单，unkept 为没有收下的问卷回答和原因。"""

    id: UUID
    receipt: str
    ticket: UUID | None
    unkept: dict[str, str] = {}


class QuestionOut(Struct, frozen=True):
    """问卷的一个问题：choices 是可选的答案（值和文字）；文字题没有。"""

    code: str
    label: str
    kind: str
    required: bool
    choices: dict[str, str]
    low: str
    high: str


class QuestionnaireQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """token 是这次评价的 token。"""

    token: Token


class QuestionnaireOut(Struct, frozen=True):
    """这次评价附带的问卷；没有问卷时 version 和 questions 为空。"""

    version: str
    voluntary: bool
    questions: list[QuestionOut]


class AnswersIn(Struct, frozen=True, forbid_unknown_fields=True):
    """评价之后回答问卷，凭评价所用的 token。"""

    token: Token
    answers: Answers


class AnswersOut(Struct, frozen=True):
    """unkept 是没有收下的回答：问题编码 → 原因；改好后可以重新提交。"""

    unkept: dict[str, str]


class RefusedLine(Struct, frozen=True, omit_defaults=True):
    """批量提交中未被接受的一行。"""

    line: int
    code: str
    detail: str
    field: str | None = None


class Totals(Struct, frozen=True):
    """批量提交的最后一行；这里计入的都已保存。"""

    accepted: int = 0
    repeated: int = 0
    refused: int = 0


class CommentIn(Struct, frozen=True, forbid_unknown_fields=True):
    """综合点评：不计分。"""

    token: Token
    text: Annotated[str, Meta(min_length=1, max_length=1000, pattern=NO_NUL)]
    channel: Literal["mailbox", "email", "phone"] = "mailbox"


class CommentOut(Struct, frozen=True):
    id: UUID


class FeedbackGradeIn(Struct, frozen=True, forbid_unknown_fields=True):
    """评价人对办理结果的评价；等级按现行规定的评定标准，数字最大的最好。"""

    token: Token
    grade: Annotated[int, Meta(ge=1, le=10)]


class ScoreQuery(Struct, frozen=True, forbid_unknown_fields=True, rename={"start": "from", "end": "to"}):
    """统计谁、哪项评价、哪些来源、从哪天到哪天（含）。"""

    subject: Subject
    code: Code | None = None
    dimension: Code | None = None
    origin: Origin | None = None
    start: date | None = None
    end: date | None = None


class ScoreRow(Struct, frozen=True):
    """一个对象的得分；现行规定没有分值时 mean 为空。before_ 是核实和复核认定之前的数字，没有认定改变它时为空。"""

    subject: str
    code: str
    name: str
    dimensions: tuple[str, ...]
    mean: float | None
    n: int
    distribution: dict[str, int]
    active_n: int
    active_mean: float | None
    formula: str
    before_n: int | None
    before_mean: float | None


class ScoresOut(Struct, frozen=True):
    rows: list[ScoreRow]


class TicketQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """筛选工单；cursor 取上一页的 next。"""

    state: State | None = None
    handler: Code | None = None
    case: Code | None = None
    cursor: Annotated[str, Meta(max_length=300)] | None = None
    limit: Limit = 50


class ActOut(Struct, frozen=True):
    at: Moment
    act: str
    by: str
    note: str


class ClockOut(Struct, frozen=True):
    clock: str
    start: Moment
    due: Moment
    state: str
    clause: str
    document: str
    provisional: bool


class TicketOut(Struct, frozen=True):
    """一张工单：due 和 clause 按期限名称列出。"""

    id: UUID
    number: str
    case: str
    ticket: int
    item: str | None
    state: str
    handler: str
    co_handlers: tuple[str, ...]
    dimensions: tuple[str, ...]
    grade: int
    tags: tuple[int, ...]
    text: str
    opened_at: Moment
    due: dict[str, Moment]
    clause: dict[str, str]
    overdue: list[str]
    provisional: bool
    clocks: list[ClockOut]
    acts: list[ActOut]


class TicketsOut(Struct, frozen=True):
    """一页工单；next 为空表示没有下一页。"""

    rows: list[TicketOut]
    next: str | None


class ActIn(Struct, frozen=True, forbid_unknown_fields=True, rename={"finding_is": "is"}):
    """工单操作的各个键；每种操作只用其中几个。"""

    by: Annotated[str, Meta(min_length=1, max_length=120, pattern=PLAIN)] | UnsetType = UNSET
    accept: bool | UnsetType = UNSET
    to: Annotated[str, Meta(min_length=1, max_length=120, pattern=PLAIN)] | UnsetType = UNSET
    note: Text | UnsetType = UNSET
    reason: Text | UnsetType = UNSET
    finding_is: Finding | Censure | UnsetType = UNSET
    complexity: Literal["simple", "complex"] | UnsetType = UNSET
    until: Annotated[str, Meta(min_length=1, max_length=40, description="日期指当日 24:00")] | UnsetType = UNSET
    clock: Annotated[str, Meta(min_length=1, max_length=20, pattern=PLAIN)] | UnsetType = UNSET
    evidence: Annotated[list[Text], Meta(max_length=20)] | OneText | UnsetType = UNSET
    upheld: bool | UnsetType = UNSET
    finding: Finding | UnsetType = UNSET
    way: Annotated[Literal["phone", "sms", "visit", "online"], Meta(description="联系评价人的方式")] | UnsetType = UNSET
    reached: Annotated[bool, Meta(description="没有联系上的为 false，联系期限照常计算")] | UnsetType = UNSET
    when: Annotated[str, Meta(min_length=1, max_length=40, description="何时联系，缺省为现在")] | UnsetType = UNSET


class OrderQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """筛选对接工单：since、until 是产生的日期（含）；cursor 取上一页的 next。"""

    state: Annotated[str, Meta(min_length=1, max_length=40, pattern=PLAIN)] | None = None
    since: date | None = None
    until: date | None = None
    cursor: Annotated[str, Meta(max_length=300)] | None = None
    limit: Limit = 50


class OrderOut(Struct, frozen=True):
    """一张对接工单：pushed 是已产生的事件数，acknowledged 是对方已收下的，failed 是多次未送达、已停下的。"""

    number: str
    state: str
    ticket: str
    ticket_state: str
    handler: str
    theirs: str
    opened_at: Moment
    ended_at: Moment | None
    pushed: int
    acknowledged: int
    failed: int
    status: str
    said_at: Moment | None
    disagrees: str


class OrdersOut(Struct, frozen=True):
    """一页对接工单，按产生的先后；next 为空表示没有下一页。"""

    rows: list[OrderOut]
    next: str | None


class OrderEventIn(Struct, frozen=True, forbid_unknown_fields=True, rename={"finding_is": "is"}):
    """对方系统里发生的一件事；id 是对方的事件编号，同一编号只算一次。"""

    id: Annotated[str, Meta(min_length=1, max_length=100, pattern=PLAIN)]
    status: Annotated[str, Meta(min_length=1, max_length=40, pattern=PLAIN)]
    at: Moment
    by: Annotated[str, Meta(max_length=60, pattern=PLAIN, description="承办单位的编码")] = ""
    to: Annotated[str, Meta(min_length=1, max_length=60, pattern=PLAIN)] | UnsetType = UNSET
    note: Text | UnsetType = UNSET
    reason: Text | UnsetType = UNSET
    finding_is: Finding | UnsetType = UNSET
    complexity: Literal["simple", "complex"] | UnsetType = UNSET
    until: Annotated[str, Meta(min_length=1, max_length=40, description="日期指当日 24:00")] | UnsetType = UNSET
    grade: Annotated[int, Meta(ge=1, le=10)] | UnsetType = UNSET
    way: Literal["phone", "sms", "visit", "online"] | UnsetType = UNSET
    reached: bool | UnsetType = UNSET
    when: Annotated[str, Meta(min_length=1, max_length=40)] | UnsetType = UNSET


class PolicyQuery(Struct, frozen=True, forbid_unknown_fields=True):
    on: date | None = None


class PolicyRow(Struct, frozen=True):
    """一项规定：值、依据的条款、来自哪一层、从何时起。"""

    key: str
    label: str
    value: Any
    clause: str
    document: str
    layer: str
    since: date | None


class QuestionRow(Struct, frozen=True):
    id: str
    keys: list[str]
    clause: str
    question: str


class PolicyOut(Struct, frozen=True):
    on: date
    revision: str
    rows: list[PolicyRow]
    open_questions: list[QuestionRow]


class DayOut(Struct, frozen=True):
    date: date
    counted: bool
    why: str


class WhyOut(Struct, frozen=True):
    """一个期限的由来：从何时起、到何时止、每一天是否计入及原因。"""

    ticket: UUID
    clock: str
    since: str
    start: Moment
    span: str
    due: Moment
    state: str
    days: list[DayOut]
    clause: str
    document: str
    rule: str
    calendar: str
    provisional: bool


class LiveOut(Struct, frozen=True):
    status: str


class Check(Struct, frozen=True):
    name: str
    ok: bool
    detail: str


class ReadyOut(Struct, frozen=True):
    """能否工作，以及每一项检查。"""

    status: Literal["ready", "not-ready"]
    checks: list[Check]


class Problem(Struct, frozen=True, omit_defaults=True):
    """出错时的回答（application/problem+json）。"""

    title: str
    status: int
    code: str
    detail: str
    correlation_id: str
    field: str | None = None
    type: str = "about:blank"
