"""A tenant as it would be with a proposal in force: a value like any other tenant, with nothing stored."""

from dataclasses import replace

from core.proposals.model import Proposal
from core.tenants.model import Tenant


def applied(tenant: Tenant, proposal: Proposal) -> Tenant:
    """The tenant as if the proposal were in force; itself where it has been approved."""
    if proposal.state == "approved":
        return tenant
    rules = tuple(each.override(proposal.since) for each in proposal.changes if not each.question)
    answers = tuple(each.answer(proposal.since) for each in proposal.changes if each.question)
    return replace(
        tenant,
        overrides=(*tenant.overrides, *rules),
        dated=(*tenant.dated, *answers),
        baseline=(*tenant.baseline, *proposal.baseline),
        baseline_version=proposal.baseline_version or tenant.baseline_version,
        lets=(*tenant.lets, (proposal.since, proposal.baseline_lets)) if proposal.baseline_version else tenant.lets,
        revision=_revision(tenant, proposal),
    )


def without(tenant: Tenant, proposal: Proposal) -> Tenant:
    """The tenant as it was before this proposal was approved; itself where it was not."""
    if proposal.state != "approved":
        return tenant
    rules = [each.override(proposal.since) for each in proposal.changes if not each.question]
    answers = [each.answer(proposal.since) for each in proposal.changes if each.question]
    return replace(
        tenant,
        overrides=tuple(each for each in tenant.overrides if each not in rules),
        dated=tuple(each for each in tenant.dated if each not in answers),
        revision=_revision(tenant, proposal),
    )


def _revision(tenant: Tenant, proposal: Proposal) -> int:
    """Negative, as no tenant's own is, and another for each version of each proposal."""
    return -(hash((proposal.id, proposal.version, tenant.revision)) % 2**62) - 1
