"""What a handler asks for by name: the tenant, the member, the key, the policy of today, and this moment."""

from datetime import datetime

from litestar.di import NamedDependency, Provide

from core import clock, stack
from core.people import ApiKey, Member
from core.policy.policy import Policy
from core.settings import Settings
from core.tenants import Tenant
from web.auth import settings_of
from web.visit import HttpRequest, key_of, member_of, tenant_of

InTenant = NamedDependency[Tenant]
InMember = NamedDependency[Member]
InKey = NamedDependency[ApiKey]
InPolicy = NamedDependency[Policy]
InSettings = NamedDependency[Settings]
Now = NamedDependency[datetime]


async def _tenant(request: HttpRequest) -> Tenant:
    return tenant_of(request)


async def _member(request: HttpRequest) -> Member:
    return member_of(request)


async def _key(request: HttpRequest) -> ApiKey:
    return key_of(request)


async def _policy(request: HttpRequest) -> Policy:
    return stack.policy(tenant_of(request), clock.now().date())


async def _settings(request: HttpRequest) -> Settings:
    return settings_of(request)


async def _now() -> datetime:
    return clock.now()


DEPENDENCIES = {
    "tenant": Provide(_tenant),
    "member": Provide(_member),
    "key": Provide(_key),
    "policy": Provide(_policy),
    "settings": Provide(_settings),
    "now": Provide(_now),
}
