"""What a proposal would make of a tenant, and whether a change may stand in it at all."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from core import stack
from core.errors import Conflict, Invalid, NotEntitled, Refused, quoted
from core.policy import keys
from core.policy.keys import UNSET, Part
from core.policy.model import INHERIT, heading
from core.policy.questions import plain
from core.proposals.applied import applied, without
from core.proposals.difference import Line, difference
from core.proposals.limits import exceeded
from core.proposals.lint import Fault, lint
from core.proposals.model import Change, Proposal
from core.tenants.model import Tenant

__all__ = ["Fault", "Line", "applied", "checked", "difference", "earliest", "lint", "may_approve", "refuse_day",
           "still_taken", "without"]  # fmt: skip

SEVERAL = 3
ONE_DAY = timedelta(days=1)
# Further than this nobody legislates: a year typed wrong is meant more often.
FURTHEST = timedelta(days=3660)


def earliest(tenant: Tenant, today: date) -> date | None:
    """The first day from which a proposal may hold; any day before a place has first been live.

    A place that only shows the program shows at once what was changed.
    """
    if tenant.live_since is None:
        return None
    return today if tenant.demo else today + ONE_DAY


def refuse_day(tenant: Tenant, since: date, today: date) -> None:
    first = earliest(tenant, today)
    if first is not None and since < first:
        raise Invalid(f"已经开通，规则不能倒回生效；最早从 {first.isoformat()} 起，请改选生效日期。", field="since")
    if since > today + FURTHEST:
        raise Invalid("生效日期太远，请核对年份。", field="since")


def may_approve(proposal: Proposal, hands: frozenset[UUID]) -> bool:
    """Nobody approves what they wrote or submitted, neither themselves nor in another's place."""
    return proposal.state == "submitted" and not (hands & proposal.hands)


def refuse_approver(proposal: Proposal, hands: frozenset[UUID]) -> None:
    if proposal.state != "submitted":
        raise Conflict("这份草案现在不在待批准状态，请刷新后再看。")
    if not may_approve(proposal, hands):
        raise NotEntitled("写过或提交过这份草案的人不能批准它，请由另一位有批准权限的人批准。")


def checked(tenant: Tenant, proposal: Proposal, change: Change) -> Change:
    """The change as it is stored, or a refusal at the field that is wrong."""
    if change.question:
        return _answer(tenant, proposal, change)
    value = _value(change)
    # Whoever inherits says nothing of their own: what speaks again has its clause.
    clause = "" if change.inherits and not change.clause.strip() else _clause(change.clause)
    _document(tenant, change.document)
    if change.until is not None and change.until < proposal.since:
        raise Invalid(f"截止日期早于生效日期 {proposal.since.isoformat()}，请核对。", field="until")
    _alone(proposal, change.key)
    stored = replace(change, value=value, clause=clause, basis="")
    _within_bounds(tenant, proposal, stored)
    return stored


def still_taken(proposal: Proposal, change: Change) -> Change:
    """What was taken from elsewhere remains so until a paper is named for it."""
    before = proposal.change(change.key)
    return replace(change, taken=before.taken) if before and not (change.document or change.inherits) else change


def _value(change: Change) -> Any:
    """In the plain form of TOML and JSON, parsed once to be sure that it can be."""
    try:
        found = keys.find(change.key)
    except Refused as refusal:
        raise Invalid(refusal.detail, field="key") from refusal
    if change.value in (INHERIT, UNSET):
        return change.value
    try:
        parsed = found.parse(change.value)
    except Refused as refusal:
        raise Invalid(refusal.detail, field=refusal.field or "value") from refusal
    if isinstance(found, Part):
        column = keys.record_of(found.key).column(found.written, found.key.name)
        return None if parsed is None else column.shape.dump(parsed)
    if found.table and not parsed:
        raise Invalid(
            f"{found.label}一行也没有。要停用它，请选“不作规定”；要用下一层的，请选“恢复继承”。", field="value"
        )
    return keys.dump(found, parsed)


def _clause(text: str) -> str:
    if not text.strip():
        raise Invalid("请写明依据的条款，照文件原文写，例如 第十五条第二款。", field="clause")
    try:
        return heading(text)
    except Refused as refusal:
        raise Invalid(refusal.detail, field="clause") from refusal


def _document(tenant: Tenant, cited: str) -> None:
    layers = stack.Stack.of(tenant.stack).layers
    known = {each.document or each.title for layer in layers for each in layer.regulations}
    known |= {each.cited for each in tenant.papers}
    known |= {each.document for each in (*tenant.baseline, *tenant.overrides)}
    if cited and cited not in known:
        raise Invalid(
            f"没有登记名为“{cited}”的文件，请先在“本级文件”里登记它的标题、文号和印发日期。", field="document"
        )


def _within_bounds(tenant: Tenant, proposal: Proposal, change: Change) -> None:
    """The key as it would be with this change and all the others must not go past what stands above the place."""
    others = tuple(each for each in proposal.changes if each.key != change.key)
    tried = applied(tenant, replace(proposal, changes=(*others, change), version=proposal.version + 1))
    name = keys.whole(change.key).name
    found = [each for each in exceeded(tried, proposal.since) if each.key == name]
    if found:
        raise Invalid("".join(each.text for each in found[:SEVERAL]), field="value")


def _alone(proposal: Proposal, key: str) -> None:
    """Two rules for one thing and one day would leave open which holds."""
    whole = keys.whole(key).name
    for each in proposal.changes:
        if each.question or each.key == key or keys.whole(each.key).name != whole:
            continue
        if whole in (key, each.key):
            label = keys.whole(key).label
            raise Invalid(
                f"草案里已经有对{quoted(label)}的修改（{each.key}），同一项同一天只能有一条规则；请改那一条。",
                field="key",
            )


def _answer(tenant: Tenant, proposal: Proposal, change: Change) -> Change:
    policy = stack.policy(tenant, proposal.since)
    asked = next((each for each in policy.questions if each.id == change.question), None)
    if asked is None:
        raise Invalid(f"没有编号为 {change.question} 的开放问题。", field="key")
    if change.inherits:
        raise Invalid("回答过的问题不能再变成没有回答；请选另一个回答。", field="value")
    try:
        value = plain(asked.accept(change.value))
    except Refused as refusal:
        raise Invalid(refusal.detail, field="value") from refusal
    if not change.basis.strip():
        raise Invalid("请写明这样决定的依据，例如会议纪要或文件的名称和编号。", field="basis")
    _document(tenant, change.document)
    stored = replace(change, value=value, clause=asked.clause, until=None, basis=change.basis.strip())
    others = tuple(each for each in proposal.changes if each.key != change.key)
    before = applied(tenant, replace(proposal, changes=others, version=proposal.version + 1))
    after = applied(tenant, replace(proposal, changes=(*others, stored), version=proposal.version + 2))
    _refuse_new(before, after, proposal.since)
    return stored


def refuse_answer(tenant: Tenant, question: str, value: Any, on: date) -> None:
    """An answer given without a proposal must not go past what stands above the place either."""
    # Revision 0 is nobody's own.
    _refuse_new(tenant, replace(tenant, answers={**tenant.answers, question: value}, revision=0), on)


def _refuse_new(before: Tenant, after: Tenant, on: date) -> None:
    known = {(each.key, each.text) for each in exceeded(before, on)}
    found = [each.text for each in exceeded(after, on) if (each.key, each.text) not in known]
    if found:
        raise Invalid("".join(found[:SEVERAL]), field="value")
