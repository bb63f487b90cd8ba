"""A token names its tenant in clear and proves itself by 128 bits that only the secret can make."""

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

from core.errors import NotFound, Unauthorized

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
_INVITATION = re.compile(r"(n?[0-9a-z]{1,7})-([A-Za-z0-9_-]{22})")
_API_KEY = re.compile(r"hcp_(n?[0-9a-z]{1,7})_([0-9a-f]{32})_([A-Za-z0-9_-]{43})")
_RECEIPT = re.compile(r"(n?[0-9a-z]{1,7})-([0-9A-Z]{12})")
_LARGEST = 2**31


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What the text of an API key says: whose it is, which it is, and its secret."""

    tenant_id: int
    id: UUID
    secret: str


def invitation_token(secret: bytes, tenant_id: int, invitation_id: UUID) -> str:
    """The same for the same invitation, so that it need not be stored."""
    message = f"invitation:{tenant_id}:".encode() + invitation_id.bytes
    return f"{base36(tenant_id)}-{_text(hmac.digest(secret, message, hashlib.sha256)[:16])}"


def tenant_of(token: str) -> int:
    """Whose it claims to be. Nothing else about it is true yet."""
    found = _INVITATION.fullmatch(token)
    if found is None:
        raise NotFound
    return from_base36(found[1])


def digest(token: str) -> bytes:
    """What is stored of a token. It is random enough that a plain hash cannot be turned back."""
    return hashlib.sha256(token.encode()).digest()


def new_secret() -> str:
    """256 random bits."""
    return secrets.token_urlsafe(32)


def api_key(tenant_id: int, key_id: UUID, secret: str) -> str:
    return f"hcp_{base36(tenant_id)}_{key_id.hex}_{secret}"


def parse_api_key(text: str) -> ApiKey:
    found = _API_KEY.fullmatch(text)
    if found is None:
        raise Unauthorized
    try:
        return ApiKey(from_base36(found[1]), UUID(found[2]), found[3])
    except NotFound:
        # A tenant that cannot be is told no otherwise than a key that is wrong.
        raise Unauthorized from None


def receipt_code() -> str:
    """Twelve letters and digits that are not mistaken for each other when read aloud."""
    return "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTVWXYZ") for _ in range(12))


def plain_receipt(text: str) -> str:
    """A receipt as it is stored, however a person typed it."""
    tenant, _, code = "".join(text.split()).partition("-")
    return f"{tenant.lower()}-{code.upper()}"


def tenant_of_receipt(text: str) -> int:
    found = _RECEIPT.fullmatch(plain_receipt(text))
    if found is None:
        raise NotFound("没有这个回执编号，请核对后重新输入。")
    return from_base36(found[1])


def base36(number: int) -> str:
    """A leading ``n`` is the sign, so a positive number that would begin with that digit gets a nought before it."""
    rest, text = abs(number), ""
    while rest or not text:
        rest, digit = divmod(rest, 36)
        text = _DIGITS[digit] + text
    if number < 0:
        return f"n{text}"
    return f"0{text}" if text.startswith("n") else text


def from_base36(text: str) -> int:
    number = int(text.removeprefix("n"), 36)
    signed = -number if text.startswith("n") else number
    if number >= _LARGEST or base36(signed) != text:
        raise NotFound
    return signed


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
