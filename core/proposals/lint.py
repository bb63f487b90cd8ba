"""A proposal's faults are told before anybody approves it, each where it stands and with what to do."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from core import stack
from core.policy import checks, decision, idle, keys, naming
from core.policy.policy import Policy
from core.proposals.applied import applied
from core.proposals.limits import exceeded
from core.proposals.model import Change, Proposal
from core.tenants.model import Tenant


@dataclass(frozen=True, slots=True)
class Fault:
    """``hard``: nobody approves it like this. ``rows`` counts from 1; ``key`` may be empty or ``answer:Q1``."""

    key: str
    text: str
    hard: bool
    rows: tuple[int, ...] = ()


def lint(tenant: Tenant, proposal: Proposal) -> tuple[Fault, ...]:
    """What is wrong with the rules as they would be on its day; what was so before is told and hinders nobody."""
    tried = applied(tenant, proposal)
    before, after = stack.policy(tenant, proposal.since), stack.policy(tried, proposal.since)
    written = {keys.whole(each.key).name for each in proposal.changes if not each.question}
    known = {(each.key, each.text) for each in _policy(before)}
    found = [each for each in _policy(after) if each.key in written or (each.key, each.text) not in known]
    found += [replace(each, hard=False) for each in _policy(after) if each.hard and each not in found]
    found += [*_bounds(tenant, tried, proposal, written), *_changes(tenant, proposal), *_names(tenant, proposal)]
    return tuple(sorted(dict.fromkeys(found), key=lambda each: not each.hard))


def _policy(policy: Policy) -> Iterator[Fault]:
    yield from (Fault("", text, hard=True) for text in policy.problems)
    yield from (Fault(key.name, text, hard=True) for key, text in checks.of_keys(policy))
    yield from (Fault(key.name, f"{key.label}：{text}", hard=False) for key, text in checks.silent(policy))
    yield from _tables(policy)
    clocks, window = keys.clocks, keys.rating_window
    yield from (Fault(clocks.name, f"{clocks.label}：{text}", True, (row,)) for row, text in idle.idle_clocks(policy))
    yield from (Fault(window.name, f"{window.label}：{text}", True, (row,)) for row, text in idle.unasked(policy))
    yield from (Fault(window.name, f"{window.label}：{text}", False) for text in idle.endless(policy))
    yield from (Fault(f"answer:{each.id}", f"开放问题 {each.id} 还没有回答：{each.text}", False)
                for each in policy.open_questions)  # fmt: skip


def _tables(policy: Policy) -> Iterator[Fault]:
    for key in keys.ALL.values():
        value: Any = policy[key]
        if not key.table or not value:
            continue
        found = decision.lint(value)
        for each in found:
            yield Fault(key.name, f"{key.label}：{each.text}", each.fault != "overlap", each.rows)


def _bounds(tenant: Tenant, tried: Tenant, proposal: Proposal, written: set[str]) -> Iterator[Fault]:
    """What stood past its bounds before is told; what this proposal puts there, by a rule or an answer, is refused."""
    known = {(each.key, each.text) for each in exceeded(tenant, proposal.since)}
    adopts = proposal.baseline_version is not None
    for each in exceeded(tried, proposal.since):
        new = (each.key, each.text) not in known
        yield Fault(each.key, each.text, adopts or new or each.key in written, each.rows)


def _changes(tenant: Tenant, proposal: Proposal) -> Iterator[Fault]:
    for each in proposal.changes:
        if each.question:
            continue
        label = keys.whole(each.key).label
        if not each.clause and not each.inherits:
            yield Fault(each.key, f"{label}：没有写明依据的条款。", hard=True)
        elif each.taken and not each.document:
            yield Fault(each.key, f"{label}：取用自{each.taken}，请写明本级的哪份文件、哪一条这样规定。", hard=True)
        elif not each.document and not each.inherits:
            yield Fault(each.key, f"{label}：没有写明{each.clause}出自哪份文件。", hard=False)
        if each.until is not None and each.until < proposal.since:
            text = f"{label}：截止日期 {each.until.isoformat()} 早于生效日期 {proposal.since.isoformat()}，请核对。"
            yield Fault(each.key, text, hard=True)
        if any(_same(own.key, each.key) and own.since == proposal.since for own in tenant.overrides):
            day = proposal.since.isoformat()
            text = f"{label}：{day} 起已有批准的规则，同一项同一天只能有一条；请把生效日期改到以后。"
            yield Fault(each.key, text, tenant.live_since is not None)


def _same(one: str, other: str) -> bool:
    return keys.whole(one) is keys.whole(other)


def _names(tenant: Tenant, proposal: Proposal) -> Iterator[Fault]:
    """Rules taken over from elsewhere, with the name of elsewhere still in them."""
    own = {tenant.name, tenant.short, *(each.title for each in tenant.papers)}
    for name in tenant.stack:
        city = stack.city(name)
        own |= {city.name, city.short} if city else set()
    for each in proposal.changes:
        found = naming.strangers("　".join(_said(each)), own, stack.divisions())
        if found:
            names = "、".join(found)
            yield Fault(
                each.key, f"{_label(each)}：文字里写着{names}，不是本级的名称；请核对是否照抄了别处的规定。", True
            )


def _said(change: Change) -> Iterator[str]:
    yield from naming.texts(change.value)
    yield from (change.clause, change.document, change.basis)


def _label(change: Change) -> str:
    return f"问题 {change.question}" if change.question else keys.whole(change.key).label
