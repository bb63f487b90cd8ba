"""What a place lacks before it may go live is said in one form, with the way to where it is put right."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Missing:
    """``text`` says what to do; ``href`` begins after /t/<slug>/admin and leads to the very field."""

    text: str
    href: str = ""
