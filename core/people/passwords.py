"""A password is long, mixed and new, as 等保 (GB/T 22239) asks; everything wrong with one is said at once."""

import asyncio
import secrets
import string
from collections.abc import Iterable
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from core import db

SHORTEST = 10
LONGEST = 200
CLASSES = 3
# Counted with the one in force.
REMEMBERED = 5
TELLING = 3
LONGEST_AGE = timedelta(days=90)
RULES = (
    f"至少 {SHORTEST} 个字符",
    f"大写字母、小写字母、数字、其他符号中至少有 {CLASSES} 种",
    "不含用户名",
    f"与最近 {REMEMBERED} 次用过的密码不同",
)

# 19 MiB, two passes, one lane: OWASP's smaller profile. More at once than cores would only queue.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turns = asyncio.Semaphore(2)
_GIVEN = 16


async def hashed(password: str) -> str:
    async with _turns:
        return await asyncio.to_thread(_hasher.hash, password)


async def matches(password: str, password_hash: str) -> bool:
    async with _turns:
        try:
            return await asyncio.to_thread(_hasher.verify, password_hash, password)
        except (VerifyMismatchError, InvalidHashError):
            return False


def faults(password: str, username: str) -> tuple[str, ...]:
    """The rules that this password breaks, as far as it can be told without knowing the earlier ones."""
    known = db.clean_text(password, "password")
    long, mixed, others, _ = RULES
    told: list[str] = []
    if len(known) < SHORTEST:
        told.append(long)
    if len(known) > LONGEST:
        told.append(f"不超过 {LONGEST} 个字符")
    if _classes(known) < CLASSES:
        told.append(mixed)
    # A shorter name stands in many a good password by chance.
    if len(username) >= TELLING and username.casefold() in known.casefold():
        told.append(others)
    return tuple(told)


def sentence(broken: Iterable[str]) -> str:
    """Empty when nothing is broken."""
    told = "；".join(broken)
    return f"密码须符合：{told}。" if told else ""


async def is_used(password: str, hashes: Iterable[str]) -> bool:
    return any([await matches(password, each) for each in hashes])


def is_stale(must_change: bool, since: datetime, now: datetime) -> bool:
    return must_change or now - since >= LONGEST_AGE


def given(username: str) -> str:
    """One to hand over, good until its member chooses another."""
    while faults(word := secrets.token_urlsafe(_GIVEN)[:_GIVEN], username):
        pass
    return word


def _classes(password: str) -> int:
    sets = (string.ascii_uppercase, string.ascii_lowercase, string.digits)
    kinds = {next((at for at, each in enumerate(sets) if letter in each), len(sets)) for letter in password}
    return len(kinds)
