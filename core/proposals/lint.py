"""A proposal's faults are told before anybody approves it, each where it stands and with what to do."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from core import stack
from core.policy import decision, keys
from core.policy.policy import Policy
from core.proposals.applied import applied
from core.proposals.limits import exceeded
from core.proposals.model import Proposal
from core.tenants.model import Tenant


@dataclass(frozen=True, slots=True)
class Fault:
    """``hard``: nobody approves it like this. ``rows`` counts from 1; ``key`` may be empty or ``answer:Q1``."""

    key: str
    text: str
    hard: bool
    rows: tuple[int, ...] = ()


def lint(tenant: Tenant, proposal: Proposal) -> tuple[Fault, ...]:
    """What is wrong with the rules as they would be on its day, its own changes first."""
    tried = applied(tenant, proposal)
    after = stack.policy(tried, proposal.since)
    before = stack.policy(tenant, proposal.since)
    written = {keys.whole(each.key).name for each in proposal.changes if not each.question}
    found = [*_problems(before, after), *_tables(after, written), *_bounds(tried, proposal, written)]
    return tuple(sorted(found, key=lambda each: not each.hard))


def _bounds(tried: Tenant, proposal: Proposal, written: set[str]) -> Iterator[Fault]:
    """What stood past its bounds before is told, what this proposal puts there is refused."""
    adopts = proposal.baseline_version is not None
    for each in exceeded(tried, proposal.since):
        yield Fault(each.key, each.text, adopts or each.key in written, each.rows)


def _problems(before: Policy, after: Policy) -> Iterator[Fault]:
    known = set(before.problems)
    yield from (Fault("", text, text not in known) for text in after.problems)


def _tables(policy: Policy, written: set[str]) -> Iterator[Fault]:
    for key in keys.ALL.values():
        value: Any = policy[key]
        if key.table and value:
            for found in decision.lint(value):
                hard = found.fault != "overlap" and key.name in written
                yield Fault(key.name, f"{key.label}：{found.text}", hard, found.rows)
