"""An API key belongs to one tenant, can only what its scopes say, and ends on its day or when it is revoked."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from core import db, ids, tokens
from core.audit import actions as audit
from core.audit.model import Actor
from core.errors import Invalid, NotFound, Unauthorized

Q = db.queries(__file__)

SCOPES = (
    "events:write", "ratings:write", "ratings:read", "scores:read", "tickets:read", "tickets:write", "admin",
)  # fmt: skip
USED_EVERY = timedelta(minutes=1)


# A key just looked at is good for a second more, in any process that did not revoke it itself.
FRESH = timedelta(seconds=1)
REMEMBERED = 1_000
_seen: dict[bytes, "tuple[datetime, ApiKey]"] = {}


@dataclass(frozen=True, slots=True)
class ApiKey:
    """``window``: the key of one device, good for what is done at its window and for no other call."""

    id: UUID
    tenant_id: int
    label: str
    scopes: frozenset[str]
    expires_at: datetime | None = None
    used_at: datetime | None = None
    revoked_at: datetime | None = None
    created_at: datetime | None = None
    window: str | None = None

    @property
    def actor(self) -> Actor:
        return Actor("key", str(self.id))


async def issue_key(
    unit: db.Unit, label: str, scopes: Iterable[str], *, expires_at: datetime | None = None, window: str | None = None,
    by: Actor, now: datetime,
) -> str:  # fmt: skip
    """The key's text. It is shown once and stored nowhere."""
    wanted = sorted(set(scopes))
    unknown = [scope for scope in wanted if scope not in SCOPES]
    if unknown:
        raise Invalid(f"没有权限范围“{unknown[0]}”，可选：{'、'.join(SCOPES)}。", field="scopes")
    key_id, secret = ids.new(), tokens.new_secret()
    row = (key_id, db.clean_text(label, "label"), tokens.digest(secret), wanted, expires_at, now, window)
    await unit.execute(Q.add_key, unit.tenant, *row)
    told = {"label": label, "scopes": wanted} | ({"window": window} if window else {})
    await audit.write(unit, by, "key.issue", "key", key_id, None, told, now)
    return tokens.api_key(unit.tenant, key_id, secret)


async def key_of(text: str, now: datetime) -> ApiKey:
    """The key this text is, if it may be used now. All that is wrong with it is answered alike."""
    said = tokens.parse_api_key(text)
    digest = tokens.digest(text)
    seen, key = _seen.get(digest, (None, None))
    if seen is not None and key is not None and timedelta(0) <= now - seen < FRESH:
        return key
    async with db.as_tenant(said.tenant_id) as unit:
        row = await unit.fetchrow(Q.key, said.tenant_id, said.id)
        if row is None or not hmac.compare_digest(row["secret_hash"], tokens.digest(said.secret)):
            raise Unauthorized
        if row["revoked_at"] or (row["expires_at"] and now >= row["expires_at"]):
            raise Unauthorized
        if row["used_at"] is None or now - row["used_at"] >= USED_EVERY:
            await unit.execute(Q.used_key, said.tenant_id, said.id, now)
    key = _read(said.tenant_id, row)
    if len(_seen) > REMEMBERED:
        _seen.clear()
    _seen[digest] = (now, key)
    return key


async def keys(unit: db.Unit) -> tuple[ApiKey, ...]:
    return tuple(_read(unit.tenant, row) for row in await unit.fetch(Q.keys, unit.tenant))


async def revoke_key(unit: db.Unit, key_id: UUID, *, by: Actor, now: datetime) -> None:
    if not await unit.execute(Q.revoke_key, unit.tenant, key_id, now):
        raise NotFound
    _seen.clear()
    await audit.write(unit, by, "key.revoke", "key", key_id, None, None, now)


def _read(tenant_id: int, row: db.Row) -> ApiKey:
    when = (row["expires_at"], row["used_at"], row["revoked_at"], row["created_at"], row["window_code"])
    return ApiKey(row["id"], tenant_id, row["label"], frozenset(row["scopes"]), *when)
