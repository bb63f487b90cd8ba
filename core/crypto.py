"""Personal data is readable only in the row it was written for, with the key of its tenant."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FORMAT = 1
_NONCE = 12
_TAG = 16
_HEAD = 2


class CryptoFailed(RuntimeError):
    """密文与所在的记录不符或密钥不对，无法解密。"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a ciphertext belongs; moved anywhere else it cannot be read."""

    tenant_id: int
    table: str
    column: str
    row: UUID

    @property
    def bound(self) -> bytes:
        return f"{self.tenant_id}|{self.table}|{self.column}|{self.row.hex}".encode()


class CryptoProvider(Protocol):
    """What a certified device must be able to do to take this one's place."""

    def encrypt(self, text: str, place: Place) -> bytes: ...

    def decrypt(self, data: bytes, place: Place) -> str: ...

    def seal(self, content: bytes, place: Place) -> bytes:
        """For whole files; what it makes can only be unsealed."""
        ...

    def unseal(self, data: bytes, place: Place) -> bytes: ...

    def lookup(self, tenant_id: int, purpose: str, text: str) -> bytes:
        """Equal texts of one tenant and purpose have equal hashes; without the key nobody can try texts."""
        ...


class SoftwareProvider:
    """SM4-GCM and HMAC-SM3 in software; ``secrets_by_id`` keeps old keys readable, the largest id writes."""

    def __init__(self, secrets_by_id: Mapping[int, bytes]) -> None:
        self._secrets = dict(secrets_by_id)
        self._current = max(self._secrets)
        self._keys: dict[tuple[int, int, str, int], bytes] = {}

    def encrypt(self, text: str, place: Place) -> bytes:
        return self._sealed(text.encode(), place, "field")

    def decrypt(self, data: bytes, place: Place) -> str:
        return self._unsealed(data, place, "field").decode()

    def seal(self, content: bytes, place: Place) -> bytes:
        return self._sealed(content, place, "file")

    def unseal(self, data: bytes, place: Place) -> bytes:
        return self._unsealed(data, place, "file")

    def lookup(self, tenant_id: int, purpose: str, text: str) -> bytes:
        # The oldest key, always: a rotation must not make anybody a stranger.
        key = self._key(min(self._secrets), tenant_id, f"lookup {purpose}", 32)
        keyed = hmac.HMAC(key, hashes.SM3())
        keyed.update(text.encode())
        return keyed.finalize()

    def _sealed(self, content: bytes, place: Place, purpose: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE)
        key = self._key(self._current, place.tenant_id, purpose, 16)
        head = bytes((_FORMAT, self._current))
        encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(head + place.bound)
        return head + nonce + encryptor.update(content) + encryptor.finalize() + encryptor.tag

    def _unsealed(self, data: bytes, place: Place, purpose: str) -> bytes:
        head, nonce, body, tag = _taken_apart(data)
        if head[1] not in self._secrets:
            raise CryptoFailed
        key = self._key(head[1], place.tenant_id, purpose, 16)
        decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(head + place.bound)
        try:
            return decryptor.update(body) + decryptor.finalize()
        except InvalidTag as error:
            raise CryptoFailed from error

    def _key(self, key_id: int, tenant_id: int, purpose: str, length: int) -> bytes:
        name = (key_id, tenant_id, purpose, length)
        if name not in self._keys:
            info = f"haochaping {purpose} {tenant_id}".encode()
            self._keys[name] = HKDF(hashes.SM3(), length, salt=None, info=info).derive(self._secrets[key_id])
        return self._keys[name]


def _taken_apart(data: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    if len(data) < _HEAD + _NONCE + _TAG or data[0] != _FORMAT:
        raise CryptoFailed
    start = _HEAD + _NONCE
    return data[:_HEAD], data[_HEAD:start], data[start:-_TAG], data[-_TAG:]


_installed: list[CryptoProvider] = []


def install(provider: CryptoProvider) -> None:
    """The program's first act with people's data: from now on this one is used."""
    _installed[:] = [provider]


def use_secret(secret: str | bytes) -> None:
    """Software keys made from the installation's one secret."""
    install(SoftwareProvider({1: secret.encode() if isinstance(secret, str) else secret}))


def provider() -> CryptoProvider:
    if not _installed:
        raise CryptoFailed("还没有设置密钥：启动时须先调用 crypto.install。")
    return _installed[0]
