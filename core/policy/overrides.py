"""A tenant's own rule is read from TOML or a form, and is either fit to stand above the law's layers or refused."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from core.errors import Invalid
from core.policy import keys
from core.policy.model import Override
from core.policy.shapes import Plain, unknown

FIELDS = ("key", "value", "clause", "since", "until", "author")


def parse(raw: Mapping[str, Any]) -> Override:
    """``key`` and ``value`` as in keys.md, ``clause``, and the first and the last day it holds."""
    for name in raw:
        if name not in FIELDS:
            raise unknown(name, FIELDS, "override", "字段")
    for name in ("key", "value"):
        if name not in raw:
            raise Invalid(f"override：缺少 {name}。", field=name)
    own = Override(
        key=str(raw["key"]),
        value=raw["value"],
        clause=str(raw.get("clause", "")).replace("(", "（").replace(")", "）"),
        since=_day(raw.get("since"), "since"),
        until=_day(raw.get("until"), "until"),
        author=str(raw.get("author", "")),
    )
    keys.parse(own.key, own.value)
    if own.since and own.until and own.until < own.since:
        raise Invalid(f"{own.key}：终止日期 {own.until} 早于生效日期 {own.since}。", field="until")
    return own


def _day(raw: object, field: str) -> date | None:
    if raw is None or type(raw) is date:
        return raw
    try:
        return date.fromisoformat(str(raw))
    except ValueError:
        raise Invalid(f"{field}：“{raw}”不是日期，应写如 2026-01-31。", field=field) from None


def dump(own: Override) -> Plain:
    """As it is stored and exported; what is empty is left out."""
    written = {name: getattr(own, name) for name in FIELDS}
    days = {name: day.isoformat() for name in ("since", "until") if (day := written.pop(name)) is not None}
    return {**{name: value for name, value in written.items() if value != ""}, **days}
