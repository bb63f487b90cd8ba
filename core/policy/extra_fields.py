"""What is asked when a record is filed or something is done to it: questions, each of its kind, in a form."""

from dataclasses import dataclass
from typing import Final, Literal

# What a field asks for. "person" and "phone" are always private; "files" are photos and papers.
FieldKind = Literal[
    "line", "text", "whole", "number", "day", "time", "flag", "choice", "many", "scale", "person", "phone", "case",
    "institution", "staff", "region", "item", "member", "files",
]  # fmt: skip
ALWAYS_PRIVATE: Final = frozenset({"person", "phone"})


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. ``private`` is kept encrypted, shown masked, and unmasked for a reason only.

    ``choices`` are code and label; ``least`` and ``most`` bound a number, or the length of words. What the office
    writes is for the office: ``told`` fields are read by whoever filed the record as well, ``open`` ones by everybody.
    ``asked`` names a field of many choices: the question is asked where the record holds its code there. ``graded``: a
    scale of the place's own grades, five the best. ``role``: of the members only those who hold it are offered.
    ``outside``: what it holds where the public page is filled in, which does not ask it.
    """

    code: str
    label: str
    kind: FieldKind = "line"
    required: bool = True
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    least: int | None = None
    most: int | None = None
    private: bool = False
    open: bool = False
    told: bool = False
    low: str = ""
    high: str = ""
    asked: str = ""
    graded: bool = False
    role: Literal["", "partner"] = ""
    outside: str = ""

    @property
    def hidden(self) -> bool:
        return self.private or self.kind in ALWAYS_PRIVATE


@dataclass(frozen=True, slots=True)
class Form:
    """Questions in the order in which they are asked."""

    fields: tuple[Field, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(each.code for each in self.fields)


NO_QUESTIONS: Final = Form()
