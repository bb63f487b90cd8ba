"""What stands above a tenant and binds its own rules: its province's plugin, the adopted baseline, its base."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from core import stack
from core.policy import keys
from core.policy.bounds import Breach, Limits, breaches
from core.policy.bounds import reserved as _reserved
from core.policy.compile import holds
from core.policy.policy import Policy
from core.tenants.model import Tenant

# A province's division code ends so; a municipality's own plugin bears the name of its tenant.
PROVINCE_CODE = "0000"
DIVISION = 6


def exceeded(tenant: Tenant, on: date) -> tuple[Breach, ...]:
    """What goes past its bounds from a day on, whenever the rules above or below change after it."""
    found: dict[tuple[str, str], Breach] = {}
    for day in (on, *(turn for turn in stack.turns(tenant) if turn > on)):
        below = stack.policy(bare(tenant), day)
        for each in breaches(below, stack.policy(tenant, day), limits(tenant, below)):
            text = each.text if day == on else f"{day.isoformat()} 起，{each.text}"
            found.setdefault((each.key, each.text), replace(each, text=text))
    return tuple(found.values())


def bare(tenant: Tenant) -> Tenant:
    """The tenant with nothing of its own but its answers to what others ask."""
    return replace(tenant, overrides=(), asks=(), revision=-abs(tenant.revision) * 2 - 1)


def reserved(tenant: Tenant, on: date) -> Mapping[str, str]:
    """The keys that a tenant may not set, each with who does."""
    below = stack.policy(bare(tenant), on)
    bounds = limits(tenant, below)
    return {each.key: each.text for key in keys.ALL.values() for each in _reserved(key, below, bounds)}


def limits(tenant: Tenant, below: Policy) -> Limits:
    own = own_layers(tenant)
    return Limits(
        calendar=tenant.calendar,
        free=_free(tenant, below, own) | tenant.let(below.on),
        own=own,
        papers=frozenset(each.cited for each in tenant.papers),
        province=not tenant.province and has_province(tenant),
        published=bool(tenant.baseline),
    )


def own_layers(tenant: Tenant) -> frozenset[str]:
    """The plugins that hold the place's own regulation and not that of somebody above it."""
    cities = {name: stack.city(name) for name in tenant.stack}
    return frozenset(
        name for name, city in cities.items()
        if city is not None and len(tenant.division) == DIVISION and city.division == tenant.division
    )  # fmt: skip


def has_province(tenant: Tenant) -> bool:
    if tenant.parent is not None or tenant.baseline:
        return True
    above = set(tenant.stack) - own_layers(tenant)
    return any((city := stack.city(name)) is not None and city.division.endswith(PROVINCE_CODE) for name in above)


def _free(tenant: Tenant, below: Policy, own: frozenset[str]) -> frozenset[str]:
    layers = [each for each in stack.Stack.of(tenant.stack).layers if each.name not in own]
    regulations = [each for layer in layers for each in layer.regulations]
    return frozenset(
        name
        for each in regulations
        if holds(each, below.answers, below.on, timeless=tenant.timeless)
        for freedom in each.freedoms
        for name in freedom.keys
    )
