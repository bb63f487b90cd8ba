"""The ticket's life as data: which act is possible in which state, who may do it, and what it leads to."""

from dataclasses import dataclass
from typing import Literal

from core.tickets.model import State

Doer = Literal["bureau", "dispatcher", "handler", "verifier", "rated", "addressee", "rater"]
LIVE: tuple[State, ...] = ("open", "verified", "rectifying")
ANY_STATE: tuple[State, ...] = ("auditing", "open", "verified", "rectifying", "answered", "closed", "rejected")


@dataclass(frozen=True, slots=True)
class Rule:
    """``leads`` is None where the act leaves the state or where its content decides."""

    verb: str
    label: str
    doers: tuple[Doer, ...]
    states: tuple[State, ...]
    leads: State | None = None
    needs_reason: bool = False
    stops: frozenset[str] = frozenset()


def _rules(*rules: Rule) -> dict[str, Rule]:
    return {rule.verb: rule for rule in rules}


RULES = _rules(
    Rule("audit", "审核评价内容", ("bureau",), ("auditing",), stops=frozenset({"audit"})),
    Rule("dispatch", "派发", ("dispatcher",), LIVE, stops=frozenset({"dispatch"})),
    Rule("contact", "联系评价人", ("handler",), LIVE, stops=frozenset({"contact"})),
    Rule("notify", "通知被评价人", ("handler", "bureau"), LIVE, stops=frozenset({"notify"})),
    Rule("return", "退回", ("handler",), LIVE, needs_reason=True),
    Rule("transfer", "转派", ("handler", "dispatcher", "bureau"), LIVE, needs_reason=True),
    Rule("withdraw", "撤销工单", ("bureau",), ("auditing", *LIVE), leads="withdrawn", needs_reason=True),
    Rule("hold", "挂起", ("handler",), LIVE, needs_reason=True),
    Rule("resume", "恢复办理", ("handler",), LIVE),
    Rule("verdict", "登记核实结果", ("verifier",), ("open",), stops=frozenset({"verify"})),
    Rule("extend", "延期", ("handler",), LIVE),
    Rule("explain", "解释说明", ("handler",), ("open", "verified"), leads="answered",
         stops=frozenset({"reply", "close"})),
    Rule("rectify", "登记整改", ("handler",), ("verified",), leads="rectifying",
         stops=frozenset({"rectify", "complex"})),
    Rule("feedback", "向评价人反馈", ("handler",), ("verified", "rectifying"), leads="answered",
         stops=frozenset({"rectify", "complex", "reply", "close"})),
    Rule("rate-feedback", "评价人对反馈的评价", ("rater",), ("answered",)),
    Rule("appeal", "申诉", ("rated",), ANY_STATE, stops=frozenset({"appeal"})),
    Rule("decide", "复核决定", ("addressee",), ANY_STATE, stops=frozenset({"decide"})),
    Rule("callback", "回访", ("bureau",), ("closed",), stops=frozenset({"callback"})),
    Rule("urge", "催办", ("bureau", "dispatcher"), LIVE),
    Rule("supervise", "督办", ("bureau",), LIVE),
)  # fmt: skip

STATE_LABELS: dict[State, str] = {
    "auditing": "待审核", "open": "待核实", "verified": "待整改", "rectifying": "整改中", "answered": "已反馈",
    "closed": "已办结", "rejected": "不予采纳", "withdrawn": "已撤销",
}  # fmt: skip

CLOCK_LABELS: dict[str, str] = {
    "audit": "审核", "dispatch": "派发", "contact": "联系评价人", "notify": "通知被评价人", "verify": "核实",
    "reply": "回复", "rectify": "整改", "close": "办结", "complex": "复杂事项整改", "appeal": "申诉", "decide": "复核",
    "callback": "回访",
}  # fmt: skip

# The finding of a supervisor who refuses a rating's words where the rule then does not count it.
REFUSED = "refused"

VERDICT_LABELS: dict[str, str] = {
    "valid": "有效差评", "mistaken": "误评", "malicious": "恶意差评", "objective": "系统或客观原因",
    REFUSED: "审核不通过",
}  # fmt: skip
