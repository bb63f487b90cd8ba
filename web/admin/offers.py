"""Only acts that this member may do to this ticket now are offered, as the rules decide and never as a page guesses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from core.audit.model import Actor
from core.clock import SHANGHAI
from core.errors import Invalid, NotEntitled, ReasonMissing, Refused, TooLate, WrongState
from core.policy import keys, vocab
from core.policy.calendar import Calendar
from core.policy.policy import Policy
from core.redaction import left, redact
from core.tickets import decide
from core.tickets.machine import CLOCK_LABELS, RULES
from core.tickets.model import Act, Appeal, Homes, Ticket
from core.tickets.outcomes import until_of
from web.admin.forms import Field

# What moves a ticket on comes first; what is seldom right is folded away.
FIRST = ("audit", "decide", "dispatch", "verdict", "rectify", "feedback", "callback", "resume")
USUAL = ("contact", "explain", "notify", "appeal", "statement", "extend", "transfer", "inspect", "urge", "supervise")
RARE = ("return", "hold", "join", "part", "withdraw", "censure", "refer")
ORDER = (*FIRST, *USUAL, *RARE)
KEYS: Mapping[str, str] = {"verdict": "e", "audit": "e", "dispatch": "a", "transfer": "a"}
LABELS: Mapping[str, str] = {
    "appeal": "提出申诉", "decide": "作出复核决定", "statement": "写陈述", "join": "并入其他工单", "part": "从主单分出",
    "inspect": "登记抽查", "callback": "登记回访",
}  # fmt: skip
NOTE = Field("note", "说明", "text")
REASON = Field("reason", "理由", "text", required=True)
SUPERVISES = frozenset({"supervise"})
CHECKED = "我已核对，没有能认出评价人的内容"
Wrong = Mapping[str, Refused]
WILD = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that an offer depends on; ``known`` are names by which the rater could be recognised."""

    ticket: Ticket
    by: Actor
    policy: Policy
    calendar: Calendar
    homes: Homes
    appeal: Appeal | None
    institutions: Mapping[str, str]
    now: datetime
    known: tuple[str, ...]
    words: str
    tags: tuple[str, ...]
    involved: bool
    beside: Mapping[str, str]

    def refusal(self, act: Act) -> Refused | None:
        try:
            decide.check(self.ticket, act, self.by, self.policy, self.homes, self.appeal,
                         involved=self.involved)  # fmt: skip
        except Refused as refusal:
            return refusal
        return None

    def may(self, act: Act) -> bool:
        return self.refusal(act) is None


@dataclass(frozen=True, slots=True)
class Offer:
    """``also`` says what is wrong with fields that are each right by themselves, ``doubt`` what is asked once more."""

    verb: str
    label: str
    fields: tuple[Field, ...]
    also: Callable[[Mapping[str, Any]], Wrong]
    key: str = ""
    first: bool = False
    rare: bool = False
    doubt: Callable[[Mapping[str, Any]], str] = lambda _: ""

    @property
    def takes_files(self) -> bool:
        return any(each.kind == "files" for each in self.fields)


def offers(facts: Facts, *, supervises: bool) -> tuple[Offer, ...]:
    found = [_offer(verb, facts) for verb in ORDER if supervises or verb not in SUPERVISES]
    return tuple(each for each in found if each is not None)


def _offer(verb: str, facts: Facts) -> Offer | None:
    fields = _ASKED[verb](facts) if verb in _ASKED else _FIXED.get(verb, (NOTE,))
    if not fields or not facts.may(_least(verb, fields)):
        return None
    label = LABELS.get(verb, RULES[verb].label)
    doubt = (lambda data: _doubt(data, facts)) if verb == "extend" else (lambda _: "")
    return Offer(verb, label, fields, _also(verb, facts), KEYS.get(verb, ""), verb in FIRST, verb in RARE, doubt)


def why_not(verb: str, data: Mapping[str, Any], facts: Facts | None, *, supervises: bool) -> Refused:
    """Why an act that is not offered is refused, as the rules say it."""
    if facts is None or (verb in SUPERVISES and not supervises):
        return NotEntitled()
    refusal = facts.refusal(Act(verb, data))
    if refusal is not None:
        return refusal
    if verb == "appeal":
        return TooLate("申诉期限已过，不能再申诉。")
    return WrongState("这张工单现在不能进行这项操作。")


def _also(verb: str, facts: Facts) -> Callable[[Mapping[str, Any]], Wrong]:
    by_verb: Mapping[str, Callable[[Mapping[str, Any]], Wrong]] = {
        "notify": lambda data: _unclean(data, facts), "decide": _undecided, "contact": _untold,
    }  # fmt: skip
    return by_verb.get(verb, lambda _: {})


def _untold(data: Mapping[str, Any]) -> Wrong:
    if data.get("note") or data.get("reached") is False:
        return {}
    return {"note": ReasonMissing("联系上了的，请写下谈了什么。", field="note")}


def _doubt(data: Mapping[str, Any], facts: Facts) -> str:
    """An extension that is far longer than the deadline was is asked about once more, where no rule says how far."""
    if facts.policy.extension is None or facts.policy.extension.longest:
        return ""
    running = [each for each in facts.ticket.clocks if each.state == "running" and each.name == data.get("clock")]
    if not running:
        return ""
    (clock, *_), until = running, until_of(data.get("until"))
    more = until - clock.due_at
    if more <= WILD and until - clock.started_at <= 2 * (clock.due_at - clock.started_at):
        return ""
    return f"这样延期比原来的期限多 {more.days} 天。请核对日期，确实需要的，再提交一次。"


def _unclean(data: Mapping[str, Any], facts: Facts) -> Wrong:
    found = left(str(data.get("note") or ""), facts.known)
    if not found:
        return {}
    said = "、".join(f"“{each}”" for each in dict.fromkeys(found))
    return {"note": Invalid(f"还有可能认出评价人的内容：{said}。请删去或改写。", field="note")}


def _undecided(data: Mapping[str, Any]) -> Wrong:
    if data.get("upheld") is not True or data.get("finding"):
        return {}
    return {"finding": Invalid("申诉成立时，请选择认定结果。", field="finding")}


def _least(verb: str, fields: tuple[Field, ...]) -> Act:
    """The act with what decides whether it is allowed at all: a finding may be, where another may not."""
    return Act(verb, {"is": next(iter(fields[0].options or {}))} if verb == "verdict" else {})


def _audit(facts: Facts) -> tuple[Field, ...]:
    rule = facts.policy[keys.audit]
    refused = "不通过，评价不计入" if rule is not None and rule.refused == "withdraw" else "不通过，隐去文字，评价照计"
    return (Field("accept", "评价内容", "yes-no", True, options={"yes": "通过，进入办理", "no": refused}), NOTE)


def _dispatch(facts: Facts) -> tuple[Field, ...]:
    to = Field("to", "派往机构", "institution", True, options=facts.institutions, value=facts.ticket.proposed)
    return (to, NOTE)


def _transfer(facts: Facts) -> tuple[Field, ...]:
    others = {code: name for code, name in facts.institutions.items() if code != facts.ticket.handler}
    return (Field("to", "转往机构", "institution", True, options=others), REASON)


def _notify(facts: Facts) -> tuple[Field, ...]:
    staff = () if facts.ticket.staff else (Field("to", "工号", "text", True, "被评价的工作人员"),)
    words = redact(facts.words, facts.known) or "、".join(facts.tags)
    note = Field(
        "note", "给被评价人的说明", "text", False,
        "已自动隐去姓名、电话、日期等内容，但机器会看漏。发出前请由人再读一遍，只留与事情有关的话。", value=words,
    )  # fmt: skip
    return (*staff, note, Field("checked", CHECKED, "check", True))


def _verdict(facts: Facts) -> tuple[Field, ...]:
    may_be = [name for name in decide.FINDINGS if facts.may(Act("verdict", {"is": name}))]
    allowed = {name: _finding(name, facts.policy) for name in may_be}
    if not allowed:
        return ()
    found = Field("is", "核实结果", "choice", True, options=allowed)
    told_apart = any(row.complexity != "*" for row in facts.policy[keys.clocks] or ())
    depth = (Field("complexity", "问题", "choice", True, options=vocab.COMPLEXITIES),) if told_apart else ()
    return (found, *depth, NOTE)


def _finding(name: str, policy: Policy) -> str:
    """The finding with what it does to the rating."""
    effects = policy[keys.verdict_effects]
    effect = getattr(effects, name, "") if effects else ""
    if effect.startswith("count-as:"):
        return f"{vocab.FINDINGS[name]}（按{_label(int(effect.removeprefix('count-as:')), policy)}计入）"
    said = vocab.EFFECTS.get(effect, "")
    return f"{vocab.FINDINGS[name]}（{said}）" if said else vocab.FINDINGS[name]


def _label(grade: int, policy: Policy) -> str:
    labels = policy[keys.grade_labels]
    return labels[5 - grade] if labels else vocab.GRADES[grade]


def _extend(facts: Facts) -> tuple[Field, ...]:
    rule = facts.policy.extension
    if rule is None:
        return ()
    running = {
        each.name: CLOCK_LABELS.get(each.name, each.name) for each in facts.ticket.clocks
        if each.state == "running" and each.name not in ("appeal", "decide", "callback")
        and (facts.now < each.due_at or not rule.before_due)
    }  # fmt: skip
    if not running:
        return ()
    longest = f"最长 {rule.longest.chinese}" if rule.longest else ""
    only = next(iter(running)) if len(running) == 1 else ""
    which = Field("clock", "期限", "choice", True, options=running, value=only)
    until = Field("until", "延长至", "date", True, f"当日 24:00 为止{'，' if longest else ''}{longest}")
    why = replace(REASON if "reason" in rule.needs else NOTE, hint=_SEEN_BY_RATER if rule.tell_rater else "")
    return (which, until, why)


def _contact(facts: Facts) -> tuple[Field, ...]:
    at = facts.now.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")
    return (
        Field("way", "联系方式", "choice", True, options=vocab.WAYS, value="phone"),
        Field("reached", "是否联系上", "yes-no", True, "没有联系上的也登记，联系期限照常计算",
              options={"yes": "联系上了", "no": "没有联系上"}),
        Field("when", "联系时间", "moment", False, value=at),
        Field("note", "联系情况", "text", False, "联系上了的，写下谈了什么"),
    )  # fmt: skip


def _appeal(facts: Facts) -> tuple[Field, ...]:
    ends = [each for each in facts.ticket.clocks if each.name == "appeal"]
    kinds = facts.policy[keys.appellants] or ()
    if facts.by.kind not in kinds or any(each.state == "lapsed" or facts.now >= each.due_at for each in ends):
        return ()
    needs = facts.policy.or_off(keys.appeal_needs)
    reason = Field("reason", "申诉理由", "text", needs.reason)
    proof = Field("evidence", "证据", "lines", needs.evidence, "材料的名称、编号或存放位置，每行一项；也可以在下面上传")
    return (reason, proof, FILES_FIELD)


def _decide(facts: Facts) -> tuple[Field, ...]:
    findings = {name: _finding(name, facts.policy) for name in decide.FINDINGS if name != "valid"}
    return (
        Field("upheld", "申诉是否成立", "yes-no", True, options={"yes": "成立", "no": "不成立，维持原结果"}),
        Field("finding", "认定结果", "choice", False, "申诉成立时选择", options=findings),
        Field("note", "理由", "text", True, "写明查到了什么、依据什么这样决定。申诉人会看到。"),
    )  # fmt: skip


def _join(facts: Facts) -> tuple[Field, ...]:
    hint = "并入后，联系、核实、解释、整改和反馈在主单上办理一次，两张工单都有记录。"
    return (Field("to", "并入工单编号", "ticket", True, hint, options=facts.beside), NOTE)


_KINDS = "PDF、图片、Word、Excel、纯文本，每份 10 MB 以内；录音录像 50 MB 以内"
FILES_FIELD = Field("files", "上传材料", "files", False, _KINDS)
_SEEN_BY_RATER = "评价人凭回执可以看到"
_FIXED: Mapping[str, tuple[Field, ...]] = {
    "return": (REASON,), "withdraw": (REASON,),
    "hold": (replace(REASON, hint="挂起只作标记，提醒暂不办理。各项期限照常计算，到期仍算超期。"),),
    "urge": (Field("note", "催办内容", "text", True),), "supervise": (Field("note", "督办要求", "text", True),),
    "explain": (Field("note", "解释说明", "text", True, _SEEN_BY_RATER),),
    "rectify": (Field("note", "整改情况", "text", True, "评价人凭回执看到“已作整改”，看不到这里写的话"),),
    "feedback": (Field("note", "答复内容", "text", True, _SEEN_BY_RATER),),
    "statement": (Field("note", "陈述", "text", True, "写明当时的情况，供核实和复核的人参考；评价人看不到。"),),
    "callback": (Field("note", "回访情况", "text", True, "评价人是否满意，还有什么没有解决"),),
    "inspect": (Field("note", "抽查情况", "text", True, "看了哪些材料，办理是否属实、规范"),),
    "censure": (
        Field("is", "失职情形", "choice", True, options=vocab.CENSURES),
        Field("reason", "认定理由", "text", True, "写明查实的情况和依据；规定的追责任务会随之下达。"),
    ),
    "refer": (Field("reason", "移送理由", "text", True, "写明什么线索、移送哪个机关"),),
}  # fmt: skip
_ASKED: Mapping[str, Callable[[Facts], tuple[Field, ...]]] = {
    "audit": _audit, "dispatch": _dispatch, "transfer": _transfer, "notify": _notify, "verdict": _verdict,
    "extend": _extend, "contact": _contact, "appeal": _appeal, "decide": _decide, "join": _join,
}  # fmt: skip
