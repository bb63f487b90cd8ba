"""What was typed says what is meant: a number, a telephone, the sound of a matter's name, or words."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

LAST = 4
PHONE = re.compile(rf"[0-9]{{{LAST},11}}")
NUMBER = re.compile(r"[0-9-]+")
SOUND = re.compile(r"[a-z0-9]+")
# Beyond every character that a number or a code may hold.
BEYOND = chr(0x10FFFF)


@dataclass(frozen=True, slots=True)
class Typed:
    """``ranges`` are the first and the last word of each stretch of the index; ``phone`` ends a telephone number."""

    text: str
    ranges: tuple[tuple[str, str], ...]
    phone: str


def typed(said: str, *, knows_case: bool) -> Typed:
    """``knows_case`` whether the number of a case, or who is behind it, may be told to whoever looks."""
    text = plain(said)
    ranges: list[str] = []
    if NUMBER.fullmatch(text):
        ranges += [f"n:{text}", f"r:{text[::-1]}"]
    if knows_case and len(text) >= LAST:
        ranges += [f"c:{text}", f"d:{text[::-1]}"]
    phone = text if knows_case and PHONE.fullmatch(text) else ""
    return Typed(text, tuple((each, each + BEYOND) for each in ranges), phone)


def names_phone(said: str, *, least: int = 0) -> bool:
    """Whether this may be somebody's telephone, or ``least`` digits or more of one."""
    return PHONE.fullmatch(plain(said)) is not None and len(plain(said)) >= least


def plain(said: str) -> str:
    return "".join(unicodedata.normalize("NFKC", said).lower().split())


def sounding(text: str, names: Mapping[str, str]) -> Iterable[str]:
    """The codes of those whose name holds the text, or sounds like it: ``bdcdj`` and ``budongchan`` find 不动产登记."""
    by_sound = bool(SOUND.fullmatch(text))
    return [
        code for code, name in names.items()
        if text in plain(name) or (by_sound and any(text in sound for sound in sounds(name)))
    ]  # fmt: skip


@lru_cache(maxsize=100_000)
def sounds(name: str) -> tuple[str, ...]:
    """First letters, and the whole."""
    return tuple("".join(lazy_pinyin(name, style=style)).lower() for style in (Style.FIRST_LETTER, Style.NORMAL))
