"""Where a tenant's provider is reached is kept with it, its secret sealed; whom it names must be a member already."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID

from core import db
from core.audit import actions as audit
from core.audit.model import Actor
from core.crypto import Place, provider
from core.errors import Invalid, NotFound

Q = db.queries(__file__)

CLAIM = "preferred_username"
LABEL = "统一身份认证登录"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
NOWHERE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Provider:
    """``claim`` holds the user name of ours; ``label`` stands on the button."""

    issuer: str
    client_id: str
    secret: str
    claim: str = CLAIM
    label: str = LABEL
    enabled: bool = True


async def provider_of(unit: db.Unit) -> Provider | None:
    row = await unit.fetchrow(Q.provider, unit.tenant)
    if row is None:
        return None
    secret = provider().decrypt(row["secret_enc"], _place(unit.tenant))
    return Provider(row["issuer"], row["client_id"], secret, row["claim"], row["label"], row["enabled"])


async def save(unit: db.Unit, told: Provider, plain_hosts: Collection[str], *, by: Actor, now: datetime) -> None:
    _check(told, plain_hosts)
    before = await provider_of(unit)
    sealed = provider().encrypt(told.secret, _place(unit.tenant))
    row = (told.issuer, told.client_id, sealed, told.claim, told.label, told.enabled)
    await unit.execute(Q.save, unit.tenant, *row, now)
    await audit.write(
        unit, by, "openid.set", "tenant", unit.tenant, before and before.issuer, told.issuer, now
    )  # fmt: skip


async def switch(unit: db.Unit, enabled: bool, *, by: Actor, now: datetime) -> None:
    if not await unit.execute(Q.switch, unit.tenant, enabled, now):
        raise NotFound("还没有设置统一身份认证，请先用 oidc set 设置。")
    await audit.write(unit, by, "openid.switch", "tenant", unit.tenant, not enabled, enabled, now)


async def member_named(unit: db.Unit, username: str) -> UUID | None:
    return await unit.fetchval(Q.member_named, unit.tenant, username)


def _check(told: Provider, plain_hosts: Collection[str]) -> None:
    address = urlsplit(told.issuer)
    if not address.hostname or address.query or address.fragment or address.username:
        raise Invalid("认证服务地址（issuer）应写成 https://域名/路径，不带参数。", field="issuer")
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in {*LOOPBACK, *plain_hosts}):
        raise Invalid(
            "认证服务须用 https；内网地址确需 http 时，请列入 HAOCHAPING_PLAIN_HOSTS。", field="issuer"
        )  # fmt: skip
    if not (told.client_id and told.secret and told.claim and told.label):
        raise Invalid("客户端编号、密钥、用户名字段和按钮文字都须填写。", field="client_id")


def _place(tenant_id: int) -> Place:
    return Place(tenant_id, "identity_provider", "secret", NOWHERE)
