"""Only acts that this member may do to this ticket now are offered, as the rules decide and never as a page guesses."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.audit.model import Actor
from core.errors import Refused
from core.policy import keys, vocab
from core.policy.calendar import Calendar
from core.policy.policy import Policy
from core.tickets import decide
from core.tickets.machine import CLOCK_LABELS, RULES
from core.tickets.model import Act, Appeal, Homes, Ticket
from web.admin.forms import YES_NO, Field

# What moves a ticket on comes first.
FIRST = ("audit", "decide", "dispatch", "verdict", "rectify", "feedback", "callback")
ORDER = (*FIRST, "contact", "explain", "notify", "extend", "transfer", "return", "appeal", "hold", "resume", "urge",
         "supervise", "withdraw")  # fmt: skip
KEYS: Mapping[str, str] = {"verdict": "e", "audit": "e", "dispatch": "a", "transfer": "a"}
LABELS: Mapping[str, str] = {"appeal": "提出申诉", "decide": "作出复核决定", "withdraw": "撤销工单"}
NOTE = Field("note", "说明", "text")
REASON = Field("reason", "理由", "text", required=True)
SUPERVISES = frozenset({"supervise"})


@dataclass(frozen=True, slots=True)
class Offer:
    verb: str
    label: str
    fields: tuple[Field, ...]
    key: str = ""
    first: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that an offer depends on."""

    ticket: Ticket
    by: Actor
    policy: Policy
    calendar: Calendar
    homes: Homes
    appeal: Appeal | None
    institutions: Mapping[str, str]
    now: datetime

    def may(self, act: Act) -> bool:
        try:
            decide.check(self.ticket, act, self.by, self.policy, self.homes, self.appeal)
        except Refused:
            return False
        return True


def offers(facts: Facts, *, supervises: bool) -> tuple[Offer, ...]:
    found = [_offer(verb, facts) for verb in ORDER if supervises or verb not in SUPERVISES]
    return tuple(each for each in found if each is not None)


def _offer(verb: str, facts: Facts) -> Offer | None:
    fields = _ASKED[verb](facts) if verb in _ASKED else _FIXED.get(verb, (NOTE,))
    if not fields or not facts.may(_least(verb, fields)):
        return None
    label = LABELS.get(verb, RULES[verb].label)
    return Offer(verb, label, fields, KEYS.get(verb, ""), verb in FIRST)


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
    return (*staff, NOTE)


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
    return (which, until, REASON if "reason" in rule.needs else NOTE)


def _appeal(facts: Facts) -> tuple[Field, ...]:
    ends = [each for each in facts.ticket.clocks if each.name == "appeal"]
    kinds = facts.policy[keys.appellants] or ()
    if facts.by.kind not in kinds or any(each.state == "lapsed" or facts.now >= each.due_at for each in ends):
        return ()
    needs = facts.policy.or_off(keys.appeal_needs)
    reason = Field("reason", "申诉理由", "text", needs.reason)
    proof = Field("evidence", "证据", "lines", needs.evidence, "材料的名称、编号或存放位置，每行一项")
    return (reason, proof)


def _decide(facts: Facts) -> tuple[Field, ...]:
    findings = {name: _finding(name, facts.policy) for name in decide.FINDINGS if name != "valid"}
    return (
        Field("upheld", "申诉是否成立", "yes-no", True, options=YES_NO),
        Field("finding", "认定结果", "choice", False, "申诉成立时选择", options=findings), NOTE,
    )  # fmt: skip


_SEEN_BY_RATER = "评价人凭回执可以看到"
_FIXED: Mapping[str, tuple[Field, ...]] = {
    "return": (REASON,), "withdraw": (REASON,), "hold": (REASON,),
    "contact": (Field("note", "联系情况", "text", True),),
    "urge": (Field("note", "催办内容", "text", True),), "supervise": (Field("note", "督办要求", "text", True),),
    "explain": (Field("note", "解释说明", "text", True, _SEEN_BY_RATER),),
    "rectify": (Field("note", "整改情况", "text", True, _SEEN_BY_RATER),),
    "feedback": (Field("note", "答复内容", "text", True, _SEEN_BY_RATER),),
}  # fmt: skip
_ASKED: Mapping[str, Callable[[Facts], tuple[Field, ...]]] = {
    "audit": _audit, "dispatch": _dispatch, "transfer": _transfer, "notify": _notify, "verdict": _verdict,
    "extend": _extend, "appeal": _appeal, "decide": _decide,
}  # fmt: skip
