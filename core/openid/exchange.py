"""The authorization code flow with PKCE: what comes back is believed only when all of it fits what was sent."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from core.errors import Unauthorized, Unavailable
from core.openid.actions import Provider

SECONDS = 5
LEEWAY = 60
MOST = 1 << 20
SCOPE = "openid profile"
# What providers write for a second factor (RFC 8176); a password alone is "pwd".
STRONG = frozenset({"mfa", "otp", "hwk", "swk", "sc", "fpt", "face"})
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
KNOWN_AS = "identity provider"

_json: Any = httpx.Response.json


class Silent(Unavailable):
    """统一身份认证没有正常回应。请稍后再试，或用本系统的密码登录；多次出现请告诉系统管理员。"""


class Unbelieved(Unauthorized):
    """统一身份认证返回的结果没有通过校验，没有登录。请回到登录页重新开始。"""


@dataclass(frozen=True, slots=True)
class Flow:
    """What only this browser knows of the sign-in under way."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the provider names, and whether it asked for more than a password."""

    username: str
    strong: bool


def new_flow() -> Flow:
    return Flow(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


async def entrance(provider: Provider, flow: Flow, back: str) -> str:
    """The provider's page on which the member signs in there."""
    async with _client() as client:
        found = await _discovered(client, provider)
    challenge: str = create_s256_code_challenge(flow.verifier)
    asked: dict[str, str] = {
        "redirect_uri": back, "scope": SCOPE, "state": flow.state, "nonce": flow.nonce, "code_challenge": challenge,
        "code_challenge_method": "S256",
    }  # fmt: skip
    uri: str = prepare_grant_uri(found["authorization_endpoint"], provider.client_id, "code", **asked)
    return uri


async def vouched(provider: Provider, flow: Flow, back: str, query: Mapping[str, str], now: datetime) -> Vouched:
    code, state = query.get("code", ""), query.get("state", "")
    if not code or not secrets.compare_digest(state.encode(), flow.state.encode()):
        raise Unbelieved
    # RFC 9207: who answers says who they are, so that no other provider's answer is taken for this one's.
    if query.get("iss", provider.issuer) != provider.issuer:
        raise Unbelieved
    async with _client() as client:
        found = await _discovered(client, provider)
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": back, "code_verifier": flow.verifier}
        basic = httpx.BasicAuth(provider.client_id, provider.secret)
        answer = await _asked(client, "POST", found["token_endpoint"], data=form, auth=basic)
        if "id_token" not in answer:
            raise Unbelieved
        keys = await _asked(client, "GET", found["jwks_uri"])
        claims = _claims(provider, flow, str(answer["id_token"]), keys, now)
        named = claims if provider.claim in claims else await _named(client, found, answer, claims)
    username = named.get(provider.claim)
    if not isinstance(username, str) or not username:
        raise Unbelieved("统一身份认证没有给出用户名，没有登录。请告诉系统管理员核对用户名字段的设置。")
    return Vouched(username, is_strong(claims))


def is_strong(claims: Mapping[str, Any]) -> bool:
    methods = claims.get("amr")
    return isinstance(methods, list) and bool(STRONG & {str(each) for each in methods})


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=SECONDS, follow_redirects=False, headers={"accept": "application/json"})


async def _discovered(client: httpx.AsyncClient, provider: Provider) -> Mapping[str, str]:
    url: str = get_well_known_url(provider.issuer, external=True)
    found = await _asked(client, "GET", url)
    wanted = ("authorization_endpoint", "token_endpoint", "jwks_uri")
    if found.get("issuer") != provider.issuer or any(not isinstance(found.get(each), str) for each in wanted):
        raise Silent
    return found


async def _asked(client: httpx.AsyncClient, method: str, url: str, **more: Any) -> Mapping[str, Any]:
    try:
        answer = await client.request(method, url, **more)
        told: Any = answer.json() if len(answer.content) <= MOST else None
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        raise Silent from error
    if answer.status_code in (httpx.codes.BAD_REQUEST, httpx.codes.UNAUTHORIZED):
        # The code was used, is old, or was given to somebody else.
        raise Unbelieved
    if not answer.is_success or not isinstance(told, dict):
        raise Silent
    return told


def _claims(provider: Provider, flow: Flow, id_token: str, keys: Mapping[str, Any], now: datetime) -> Mapping[str, Any]:
    options = {
        "iss": {"essential": True, "value": provider.issuer},
        "aud": {"essential": True, "value": provider.client_id},
    }
    try:
        token = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # pyright: ignore[reportArgumentType]
        params = {"nonce": flow.nonce, "client_id": provider.client_id}
        claims: Any = CodeIDToken(token.claims, token.header, options, params)
        claims.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except (JoseError, ValueError, KeyError, TypeError) as error:
        raise Unbelieved from error
    return token.claims


async def _named(
    client: httpx.AsyncClient, found: Mapping[str, str], answer: Mapping[str, Any], claims: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Many providers tell the name only at a second asking; it must be of the same subject."""
    url, token = found.get("userinfo_endpoint"), answer.get("access_token")
    if not url or not isinstance(token, str):
        return claims
    told = await _asked(client, "GET", url, headers={"authorization": f"Bearer {token}"})
    if told.get("sub") != claims.get("sub"):
        raise Unbelieved
    return told
