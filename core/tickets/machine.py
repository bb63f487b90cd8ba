"""The ticket's life as data: which act is possible in which state, who may do it, and what it leads to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from core.policy.values import ClockName, Since
from core.tickets.model import State

Doer = Literal["bureau", "dispatcher", "handler", "verifier", "rated", "staff", "addressee", "rater"]
Need = Literal["accept", "is", "to", "note", "reason", "until", "grade", "upheld", "evidence"]
FIRST: tuple[State, ...] = ("auditing", "open")
LIVE: tuple[State, ...] = ("open", "verified", "rectifying")
ENDED: tuple[State, ...] = ("closed", "rejected", "withdrawn")
ANY_STATE: tuple[State, ...] = ("auditing", *LIVE, "answered", "closed", "rejected")


@dataclass(frozen=True, slots=True)
class Lead:
    """A state an act may lead to, and when it does, in the words of the diagram."""

    state: State
    when: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One act. Without ``leads`` it leaves the state; ``by_policy`` names what only some regulations ask for."""

    verb: str
    label: str
    doers: tuple[Doer, ...]
    states: tuple[State, ...]
    leads: tuple[Lead, ...] = ()
    needs: tuple[Need, ...] = ()
    by_policy: tuple[Need, ...] = ()
    tells: tuple[Since, ...] = ()
    stops: frozenset[ClockName] = frozenset()

    @property
    def needs_reason(self) -> bool:
        return "reason" in self.needs


def _rules(*rules: Rule) -> dict[str, Rule]:
    return {rule.verb: rule for rule in rules}


def _stops(*clocks: ClockName) -> frozenset[ClockName]:
    return frozenset(clocks)


_ANSWERED = (Lead("answered", "规定由评价人评价反馈"), Lead("closed", "规定没有对反馈的评价"))

RULES: Mapping[str, Rule] = _rules(
    Rule("audit", "审核评价内容", ("bureau",), ("auditing",), (Lead("open", "通过"), Lead("withdrawn", "不通过")),
         ("accept",), tells=("opened", "dispatched"), stops=_stops("audit")),
    Rule("dispatch", "派发", ("dispatcher",), LIVE, tells=("dispatched",), stops=_stops("dispatch")),
    Rule("contact", "联系评价人", ("handler",), LIVE, needs=("note",), tells=("contacted",), stops=_stops("contact")),
    Rule("notify", "通知被评价人", ("handler", "bureau"), LIVE, tells=("noticed",), stops=_stops("notify")),
    Rule("statement", "听取被评价人陈述", ("staff",), (*LIVE, "answered"), needs=("note",)),
    Rule("return", "退回", ("handler",), LIVE, needs=("reason",)),
    Rule("transfer", "转派", ("handler", "dispatcher", "bureau"), LIVE, needs=("to", "reason")),
    Rule("join", "并案", ("handler", "bureau"), LIVE, needs=("to",)),
    Rule("part", "分案", ("handler", "bureau"), LIVE),
    Rule("withdraw", "撤销工单", ("bureau",), ("auditing", *LIVE), (Lead("withdrawn"),), ("reason",)),
    Rule("hold", "挂起", ("handler",), LIVE, needs=("reason",)),
    Rule("resume", "恢复办理", ("handler",), LIVE),
    Rule("verdict", "登记核实结果", ("verifier",), ("open",),
         (Lead("verified", "属实"), Lead("rejected", "误评、恶意或客观原因")), ("is",),
         tells=("verified", "dispatched"), stops=_stops("verify")),
    Rule("extend", "延期", ("handler",), LIVE, needs=("until",), by_policy=("reason",)),
    Rule("explain", "解释说明", ("handler",), ("open", "verified"), _ANSWERED, ("note",), tells=("answered", "closed"),
         stops=_stops("reply", "close")),
    Rule("rectify", "登记整改", ("handler",), ("verified",), (Lead("rectifying"),), ("note",), tells=("rectified",),
         stops=_stops("rectify", "complex")),
    Rule("feedback", "向评价人反馈", ("handler",), ("verified", "rectifying"), _ANSWERED, ("note",),
         tells=("answered", "closed"), stops=_stops("rectify", "complex", "reply", "close")),
    Rule("rate-feedback", "评价人对反馈的评价", ("rater",), ("answered",),
         (Lead("closed"), Lead("rectifying", "最低等级，且规定重新整改")), ("grade",), tells=("closed",)),
    Rule("appeal", "申诉", ("rated",), ANY_STATE, by_policy=("reason", "evidence"), tells=("appealed",),
         stops=_stops("appeal")),
    Rule("decide", "复核决定", ("addressee",), ANY_STATE,
         (Lead("rejected", "成立，误评、恶意或客观原因"), Lead("verified", "成立，属实")), ("upheld",),
         tells=("verified", "dispatched"), stops=_stops("decide")),
    Rule("callback", "回访", ("bureau", "dispatcher"), ("closed", "rejected"), stops=_stops("callback")),
    Rule("inspect", "抽查", ("bureau",), ("answered", "closed", "rejected"), needs=("note",)),
    Rule("urge", "催办", ("bureau", "dispatcher"), LIVE),
    Rule("supervise", "督办", ("bureau",), LIVE),
    Rule("censure", "认定失职", ("bureau",), (*LIVE, "answered", "closed"), needs=("is", "reason")),
    Rule("refer", "移送线索", ("handler", "bureau", "dispatcher"), ANY_STATE, needs=("reason",)),
)  # fmt: skip

# What the clock does where nobody acts: an audit that the rule takes as accepted by silence.
SILENCE: Mapping[State, Lead] = {"auditing": Lead("open", "到期未审核，视为通过")}

# Done to a ticket, these are done to those joined to it as well: one conversation, several raters.
FOLLOWED = frozenset({"contact", "verdict", "explain", "rectify", "feedback"})


def moves() -> Iterator[tuple[State, Lead, Rule | None]]:
    """Every change of state there is: from where, to where and when, by which act (None: by silence)."""
    for rule in RULES.values():
        for state in rule.states:
            for lead in rule.leads:
                yield state, lead, rule
    for state, lead in SILENCE.items():
        yield state, lead, None


def lint() -> tuple[str, ...]:
    """States that nothing reaches and states that nothing leads out of, in words; empty when the life is whole."""
    ways: dict[State, set[State]] = {state: set() for state in STATE_LABELS}
    for state, lead, _ in moves():
        ways[state].add(lead.state)
    reached = _from(FIRST, ways)
    unreachable: list[State] = [state for state in STATE_LABELS if state not in reached]
    stuck: list[State] = [state for state in STATE_LABELS if not _from((state,), ways) & set(ENDED)]
    idle = [rule.verb for rule in RULES.values() if not rule.states or not rule.doers]
    return (
        *(f"没有任何操作能到达“{STATE_LABELS[state]}”。" for state in unreachable),
        *(f"从“{STATE_LABELS[state]}”没有路能走到结束。" for state in stuck),
        *(f"操作“{RULES[verb].label}”没有可用的状态或办理人。" for verb in idle),
    )


def _from(first: tuple[State, ...], ways: Mapping[State, set[State]]) -> set[State]:
    reached, fresh = set(first), list(first)
    while fresh:
        new = ways[fresh.pop()] - reached
        reached |= new
        fresh.extend(new)
    return reached


STATE_LABELS: dict[State, str] = {
    "auditing": "待审核", "open": "待核实", "verified": "待整改", "rectifying": "整改中", "answered": "已反馈",
    "closed": "已办结", "rejected": "不予采纳", "withdrawn": "已撤销",
}  # fmt: skip

DOER_LABELS: Mapping[Doer, str] = {
    "bureau": "政务服务管理部门", "dispatcher": "派单方", "handler": "承办单位", "verifier": "核实方",
    "rated": "规定可以申诉的被评价方", "staff": "被评价的工作人员", "addressee": "受理申诉的单位", "rater": "评价人",
}  # fmt: skip

NEED_LABELS: Mapping[Need, str] = {
    "accept": "是否通过", "is": "认定结果", "to": "去向", "note": "说明", "reason": "理由", "until": "新的期限",
    "grade": "等级", "upheld": "是否成立", "evidence": "证据",
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
