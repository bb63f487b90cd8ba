"""Shares are written as percent, however a Chinese keyboard writes them."""

import unicodedata
from decimal import Decimal, InvalidOperation

NOT_A_SHARE = "请填 0 到 100 之间的数，如 20 或 16.67。"
HUNDRED = Decimal(100)
LONGEST = 12
MOST_COUNTED = 9_999_999


def read(text: str) -> Decimal | None:
    """A share of one; None where nothing is written, and ``ValueError`` where it is no share."""
    plain = unicodedata.normalize("NFKC", text).replace("%", "").strip()
    if not plain:
        return None
    try:
        number = Decimal(plain) if len(plain) <= LONGEST else HUNDRED + 1
    except InvalidOperation as error:
        raise ValueError(NOT_A_SHARE) from error
    if not number.is_finite() or not 0 <= number <= HUNDRED:
        raise ValueError(NOT_A_SHARE)
    return number / HUNDRED


def written(share: Decimal | float) -> str:
    text = f"{(Decimal(str(share)) * HUNDRED):.4f}"
    return text.rstrip("0").rstrip(".")


def count(text: str) -> int:
    """A whole number; nothing written is none, and what is no number is none either."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return min(int(plain), MOST_COUNTED) if plain.isascii() and plain.isdigit() and len(plain) <= LONGEST else 0
