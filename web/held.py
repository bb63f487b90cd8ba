"""What somebody typed is not lost when a session ends or a proof is asked: it goes along sealed, files excepted."""

import base64
import binascii
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Request

from core import clock, db, people
from core.crypto import CryptoFailed, Place, provider
from core.errors import Malformed, NotEntitled, Refused, Unauthorized
from core.people import Session, WrongProof, sessions
from web import csrf
from web.agents import browser_of
from web.forms import CONTINUED
from web.hx import own_path
from web.visit import AnyConnection, Visit, bound_to

HELD, PASSWORD, CODE = "_held", "_password", "_code"
_OURS = {csrf.FIELD, HELD, PASSWORD, CODE}
GOOD_FOR = timedelta(minutes=30)
# Before a proof, which is asked of a session that lives: as long as one can live.
WAITS_FOR = sessions.LONGEST
# What unpacks to more was not packed here.
MOST = 1 << 20


class Owing(NotEntitled):
    """请先完成账号的安全设置，再进行其他操作。"""


class SessionOver(Unauthorized):
    """登录已过期。您填写的内容没有丢失，登录后可以接着提交。"""

    def __init__(self, sealed: str, kept: "Held", token: str) -> None:
        super().__init__()
        self.sealed, self.kept, self.token = sealed, kept, token


class ProofWanted(Unauthorized):
    """这项操作影响重大，请再次确认是您本人。"""

    def __init__(self, sealed: str, kept: "Held", problem: str = "") -> None:
        super().__init__()
        self.sealed, self.kept, self.problem = sealed, kept, problem


class Lapsed(Malformed):
    """这个页面打开太久，已经失效。请返回重新填写后提交。"""


@dataclass(frozen=True, slots=True)
class Held:
    """A form as it was posted; ``files`` are the names of those that could not be kept, ``page`` is where it stood.

    ``away`` names in whose place it was written, if not in one's own: signed in anew one stands in one's own.
    """

    path: str
    fields: Mapping[str, list[str]]
    files: tuple[str, ...]
    page: str
    at: datetime
    away: str = ""

    @property
    def inputs(self) -> Iterator[tuple[str, str]]:
        return ((name, value) for name, values in self.fields.items() for value in values)


async def kept(connection: AnyConnection, secret: str, found: Visit) -> Refused:
    """Nobody is signed in: what was sent is kept for whose session this was, when it came from a page of theirs."""
    if found.tenant is None or not found.session or not isinstance(connection, Request):
        return Unauthorized()
    async with db.as_tenant(found.tenant.id) as unit:
        former = await sessions.former(unit, found.session)
    if former is None:
        return Unauthorized()
    away = await _stood_away(connection, secret, former)
    if away is None:
        return Unauthorized()
    where = resumed(found.tenant.id, former.member_id)
    words = await _carried(connection, (where, _grave(found.tenant.id, former.id)), clock.now())
    words = replace(words, away=words.away or away)
    return SessionOver(seal(words, where), words, csrf.token(secret, former.family))


async def _stood_away(connection: Request[Any, Any, Any], secret: str, former: sessions.Former) -> str | None:
    """In whose place the form was opened, empty where in one's own; None where it is no form of this session."""
    own = {former.family: ""}
    places = own | ({bound_to(former.family, former.acting_for): former.place} if former.acting_for else {})
    for bound, away in places.items():
        with suppress(csrf.ForgedForm):
            await csrf.refuse_forgery(connection, secret, bound)
            return away
    return None


async def demand_proof(connection: AnyConnection, sitting: Session, now: datetime) -> None:
    """Lets pass who has proven lately who they are; else asks, and goes on with what was sent once it is proven."""
    if not isinstance(connection, Request):
        raise Unauthorized
    form = await connection.form()
    sealed, where = form.get(HELD), _grave(sitting.member.tenant_id, sitting.id)
    if not isinstance(sealed, str):
        if sitting.is_proven(now):
            return
        words = await read(connection, now)
        raise ProofWanted(seal(words, where), words)
    words = unseal(sealed, where, now, WAITS_FOR)
    if words.path != _address(connection):
        raise Lapsed
    password, code = (form.get(name) for name in (PASSWORD, CODE))
    try:
        await people.prove(
            sitting.member.tenant_id, sitting, str(password or "")[:256], str(code or "")[:40], now,
            browser_of(connection),
        )  # fmt: skip
    except WrongProof as refusal:
        raise ProofWanted(sealed, words, refusal.detail) from refusal
    connection.state[CONTINUED] = words.fields


def resumed(tenant_id: int, member_id: UUID) -> Place:
    return Place(tenant_id, "session", "resume", member_id)


def _grave(tenant_id: int, session_id: UUID) -> Place:
    return Place(tenant_id, "session", "grave", session_id)


async def _carried(connection: Request[Any, Any, Any], places: Iterable[Place], now: datetime) -> Held:
    """What this form carries on from an earlier one, else what was typed into it."""
    form = await connection.form()
    for where in places:
        with suppress(Lapsed):
            # The half hour begins anew, at this page.
            return replace(unseal(str(form.get(HELD, "")), where, now, WAITS_FOR), at=now)
    return await read(connection, now)


async def read(connection: Request[Any, Any, Any], now: datetime) -> Held:
    form = await connection.form()
    fields: dict[str, list[str]] = {}
    files: list[str] = []
    for name, value in form.multi_items():
        if not isinstance(value, str):
            files += [value.filename] if value.filename else []
        elif name not in _OURS:
            fields.setdefault(name, []).append(value)
    await form.close()
    return Held(_address(connection), fields, tuple(files), _referring(connection), now)


def seal(words: Held, where: Place) -> str:
    told = [words.path, words.fields, words.files, words.page, words.at.timestamp(), words.away]
    packed = zlib.compress(json.dumps(told, ensure_ascii=False).encode("utf-8", "replace"))
    return base64.urlsafe_b64encode(provider().seal(packed, where)).decode()


def unseal(sealed: str, where: Place, now: datetime, good_for: timedelta = GOOD_FOR) -> Held:
    try:
        packed = provider().unseal(base64.urlsafe_b64decode(sealed.encode("ascii")), where)
        path, fields, files, page, at, away = json.loads(zlib.decompressobj().decompress(packed, MOST))
    except (CryptoFailed, binascii.Error, ValueError, zlib.error) as error:
        raise Lapsed from error
    made = datetime.fromtimestamp(at, clock.SHANGHAI)
    if now - made >= good_for:
        raise Lapsed
    return Held(path, fields, tuple(files), page, made, away)


def _address(connection: AnyConnection) -> str:
    query = connection.scope["query_string"].decode("latin-1")
    return connection.scope["path"] + (f"?{query}" if query else "")


def _referring(connection: AnyConnection) -> str:
    """The page of ours that the form stood on, if the browser tells."""
    try:
        found = urlsplit(connection.headers.get("referer", ""))
    except ValueError:
        return ""
    if found.netloc != connection.headers.get("host"):
        return ""
    return own_path(found.path + (f"?{found.query}" if found.query else ""), "")
