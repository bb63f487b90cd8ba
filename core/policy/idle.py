"""Rules that can never do anything: a clock that nothing starts, a window for what nobody is asked."""

from collections.abc import Iterator

from core.policy import decision, keys, vocab
from core.policy.policy import Policy
from core.policy.values import ANY, Clock


def idle_clocks(policy: Policy) -> Iterator[tuple[int, str]]:
    """The row and why: its clock never starts under these rules."""
    for place, row in enumerate(policy[keys.clocks] or (), 1):
        if why := _idle(policy, row):
            yield place, f"第 {place} 行“{vocab.CLOCKS[row.clock]}”的期限永远不会开始：{why}。"


def _idle(policy: Policy, row: Clock) -> str:
    tickets = policy[keys.ticket_for]
    offered = {code for each in policy[keys.occasions] or () for code in each.dimensions}
    named = policy.words.get(row.dimension, row.dimension)
    reasons = {
        "没有规定哪些评价生成工单": tickets is None or not tickets.grades,
        "没有规定差评审核": row.clock == "audit" and policy[keys.audit] is None,
        "工单由系统直接派出，不需要派单": row.clock == "dispatch" and policy[keys.dispatcher] in (None, "direct"),
        "没有规定谁可以申请复核": (row.clock in ("appeal", "decide") or row.since == "appealed")
        and not policy[keys.appellants],
        "没有规定办结后回访": row.clock == "callback" and not policy[keys.callback],
        f"没有哪个环节可以评价“{named}”": row.dimension != ANY and row.dimension not in offered,
    }
    return next((why for why, holds in reasons.items() if holds), "")


def unasked(policy: Policy) -> Iterator[tuple[int, str]]:
    """Rows of the rating window for events after which nobody is asked to rate."""
    asked = {each.event for each in policy[keys.occasions] or ()}
    for place, row in enumerate(policy[keys.rating_window] or (), 1):
        if row.event not in asked and ANY not in (row.event, *asked):
            yield place, f"第 {place} 行用不上：没有规定在“{vocab.EVENTS.get(row.event, row.event)}”环节可以评价。"


def endless(policy: Policy) -> Iterator[str]:
    """Events whose rating stays open for ever although others have their time."""
    windows = policy[keys.rating_window]
    if not windows:
        return
    for event in dict.fromkeys(each.event for each in policy[keys.occasions] or ()):
        if event != ANY and decision.first_match(windows, event=event) is None:
            yield f"“{vocab.EVENTS[event]}”环节的评价没有期限，入口会一直开放。"
