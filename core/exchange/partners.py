"""Where a tenant's partner is, and the key that signs what it is sent: sealed, never shown again, tried by a button."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import httpx
import msgspec

from core import crypto, db, ids
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import Invalid, NotFound
from core.outbox.sms import SIGNATURE, TIMEOUT_SECONDS, DeliveryFailed, sign
from core.policy.exchanges import Exchange
from core.policy.extras import Extra

Q = db.queries(__file__)

LONGEST_URL: Final = 500
SHORTEST_KEY, LONGEST_KEY = 16, 200
# An answer says little; more of it is not read.
LONGEST_ANSWER: Final = 65_536
TESTED_WELL: Final = "ok"
LOCAL: Final = frozenset({"localhost", "localhost.localdomain"})


@dataclass(frozen=True, slots=True)
class Partner:
    """``tested`` is "ok", or why the last try failed; empty before the first."""

    id: UUID
    extra: str
    url: str
    changed_at: datetime
    changed_by: str
    tested_at: datetime | None
    tested: str

    @property
    def works(self) -> bool:
        return self.tested == TESTED_WELL


async def partner_of(unit: db.Unit, extra: str) -> Partner | None:
    row = await unit.fetchrow(Q.partner, unit.tenant, extra)
    return Partner(**{name: row[name] for name in Partner.__dataclass_fields__}) if row is not None else None


async def settle(
    unit: db.Unit, extra: Extra, url: str, key: str, *, by: Actor, now: datetime, local: bool = False
) -> None:
    """Without a ``key`` the one that is known stays. ``local``: this machine may be the partner, as in a demo."""
    known = await partner_of(unit, extra.code)
    address = _address(url, local=local)
    if key or known is None:
        _check_key(key)
    elif known.url != address:
        # A key that was given for one address must not be carried to another.
        raise Invalid("地址变了，请同时重新填写密钥。", field="key")
    row_id = known.id if known is not None else ids.new()
    if key:
        sealed = crypto.provider().encrypt(key, _place(unit.tenant, row_id))
        await unit.execute(Q.keep_partner, unit.tenant, row_id, extra.code, address, sealed, now, str(by))
    told = {"url": address, "key": "已更换" if key else "未变"}
    await audit.write(unit, by, "exchange.settle", "extra", extra.code, known and {"url": known.url}, told, now)


def _address(url: str, *, local: bool) -> str:
    text = url.strip()
    if not text:
        raise Invalid("请填写对方系统接收工单的地址。", field="url")
    if len(text) > LONGEST_URL:
        raise Invalid(f"地址最多 {LONGEST_URL} 个字符。", field="url")
    try:
        parts = urlsplit(text)
        host, _ = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise Invalid("地址写得不对，请照对方给的地址填写。", field="url") from error
    if parts.scheme not in ("http", "https") or not host or not text.isprintable() or " " in text:
        raise Invalid("地址应以 https:// 开头，例如 https://12345.example.gov.cn/orders。", field="url")
    if parts.username or parts.password:
        raise Invalid("地址里不要写用户名和口令，密钥填在下面。", field="url")
    if not local and (_is_local(host) or parts.scheme != "https"):
        raise Invalid("地址应以 https:// 开头，也不能是本机。", field="url")
    return text


def _is_local(host: str) -> bool:
    """This machine, and the addresses by which a machine asks its own host."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host in LOCAL
    return address.is_loopback or address.is_link_local or address.is_unspecified


def _check_key(key: str) -> None:
    if not key:
        raise Invalid("请填写与对方约定的签名密钥。", field="key")
    if not SHORTEST_KEY <= len(key) <= LONGEST_KEY or not key.isprintable():
        raise Invalid(f"密钥须为 {SHORTEST_KEY} 到 {LONGEST_KEY} 个可见字符。", field="key")


def _place(tenant_id: int, row: UUID) -> crypto.Place:
    return crypto.Place(tenant_id, "exchange_partner", "key_enc", row)


async def access(unit: db.Unit, extra: str) -> tuple[str, bytes]:
    """Address and key; refuses ``not-found`` where nobody has said where the partner is."""
    row = await unit.fetchrow(Q.partner, unit.tenant, extra)
    if row is None:
        raise NotFound("还没有填写对方系统的地址和密钥。")
    return row["url"], crypto.provider().decrypt(row["key_enc"], _place(unit.tenant, row["id"])).encode()


async def send(url: str, key: bytes, message: UUID, content: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Posts one signed message and reads what it is answered with; raises ``DeliveryFailed`` where it was not taken."""
    body = msgspec.json.encode({"id": str(message), **content})
    headers = {
        "Content-Type": "application/json", "Idempotency-Key": str(message),
        SIGNATURE: sign(key, body, int(now.timestamp())),
    }  # fmt: skip
    try:
        async with (
            httpx.AsyncClient(timeout=TIMEOUT_SECONDS, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=headers) as answer,
        ):
            if not answer.is_success:
                raise DeliveryFailed(f"HTTP {answer.status_code}")
            return await _read(answer)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise DeliveryFailed(type(error).__name__) from error


async def _read(answer: httpx.Response) -> dict[str, Any]:
    """What is no small JSON object was taken all the same: it says nothing more."""
    content = b""
    async for part in answer.aiter_bytes():
        content += part
        if len(content) > LONGEST_ANSWER:
            return {}
    try:
        return msgspec.json.decode(content, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}


async def test(tenant_id: int, extra: Extra, exchange: Exchange, *, by: Actor, now: datetime) -> str:
    """Sends what says of itself that it is a test; empty where the partner took it, else why it did not."""
    async with db.as_tenant(tenant_id) as unit:
        url, key = await access(unit, extra.code)
    try:
        await send(url, key, ids.new(), {"event": "test", "extra": extra.code, "partner": exchange.partner}, now)
        wrong = ""
    except DeliveryFailed as failure:
        wrong = str(failure)
    async with db.as_tenant(tenant_id) as unit:
        await unit.execute(Q.tested, unit.tenant, extra.code, now, wrong or TESTED_WELL)
        await audit.write(unit, by, "exchange.test", "extra", extra.code, None, {"outcome": wrong or TESTED_WELL}, now)
    return wrong
