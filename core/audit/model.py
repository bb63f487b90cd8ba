"""Who did it is said in one form everywhere: a kind and a code."""

from dataclasses import dataclass, field
from typing import Literal, Self
from uuid import UUID

Kind = Literal["member", "key", "rater", "system", "staff", "institution", "bureau", "hotline", "platform"]


@dataclass(frozen=True, slots=True)
class Actor:
    """``code`` is the natural code of that kind: user name, key id, staff or institution code.

    ``behalf`` is the member in whose place ``member`` acts; who is entitled does not depend on it.
    """

    kind: Kind
    code: str = ""
    member: UUID | None = None
    behalf: UUID | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}" if self.code else self.kind

    @classmethod
    def parse(cls, text: str) -> Self:
        kind, _, code = text.partition(":")
        return cls(kind, code)  # pyright: ignore[reportArgumentType]  # written by __str__


SYSTEM = Actor("system")
