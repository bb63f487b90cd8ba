"""Whether a record may tell of the same as an earlier one is asked, and answered by whoever sees both."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from core import db
from core.audit.model import Actor
from core.policy.extras import Kind
from core.records.model import Record
from core.records.stored import Q
from core.tenants.model import Tenant

WORDS: Final = frozenset({"line", "text"})
# How near words must be where something else agrees as well, and where nothing else does.
NEAR, VERY_NEAR = 0.5, 0.8
# So far back, and so many, are looked at.
BACK, MOST = timedelta(days=90), 300


async def marked(unit: db.Unit, kind: Kind, record: Record, same: bytes | None) -> Record:
    """With the earlier record that it may repeat, where there is one.

    Two that could be told apart by ``same``, such as the numbers that were left, are two, unless it is one case.
    """
    if not kind.alike or record.repeat_of is not None:
        return record
    known = kind.fields()
    facts = [code for code in kind.alike if known[code].kind not in WORDS]
    told = [str(record.fields.get(code) or "") for code in facts]
    since = record.filed_at - BACK
    rows = await unit.fetch(Q.like, unit.tenant, kind.code, since, record.filed_at, record.case, facts, told, MOST)
    found = [(_alike(kind, record, row, same), row["filed_at"], row["id"]) for row in rows]
    best = max(found, default=None)
    return record if best is None or not best[0] else replace(record, perhaps_of=best[2])


def _alike(kind: Kind, record: Record, row: Mapping[str, Any], same: bytes | None) -> float:
    """How far they tell of the same: the same case is the same; words count where nothing that is known differs."""
    if record.case and row["case_code"]:
        return 1.0 if record.case == row["case_code"] else 0.0
    if same is not None and row["same_hash"] is not None:
        return 0.0
    known, other = kind.fields(), row["fields"]
    facts = [(record.fields.get(code), other.get(code)) for code in kind.alike if known[code].kind not in WORDS]
    both = [(one, two) for one, two in facts if one and two]
    if any(one != two for one, two in both):
        return 0.0
    words = [code for code in kind.alike if known[code].kind in WORDS]
    how = near(_said(record.fields, words), _said(other, words))
    return how if how >= (NEAR if both else VERY_NEAR) else 0.0


def _said(fields: Mapping[str, Any], codes: Sequence[str]) -> str:
    return "".join(letter for code in codes for letter in str(fields.get(code) or "").lower() if letter.isalnum())


def near(one: str, two: str) -> float:
    """The share of pairs of letters that both have, from 0 to 1."""
    first, second = _pairs(one), _pairs(two)
    return 2 * len(first & second) / (len(first) + len(second)) if first and second else 0.0


def _pairs(text: str) -> frozenset[str]:
    return frozenset(text[at : at + 2] for at in range(len(text) - 1))


async def is_same(unit: db.Unit, _tenant: Tenant, record: Record, _given: object, _by: Actor, _now: datetime) -> None:
    """From now on it repeats that one, or the first that that one repeats itself."""
    await unit.execute(Q.is_same, unit.tenant, record.id)


async def is_other(unit: db.Unit, _tenant: Tenant, record: Record, _given: object, _by: Actor, _now: datetime) -> None:
    await unit.execute(Q.is_other, unit.tenant, record.id)


def reason(kind: Kind, record: Record, earlier: Record) -> str:
    """Why it is asked."""
    if record.case and record.case == earlier.case:
        return "办件编号相同"
    known = kind.fields()
    same = [known[code].label for code in kind.alike
            if known[code].kind not in WORDS and record.fields.get(code) and _same(code, record, earlier)]  # fmt: skip
    return "、".join([*(f"“{each}”相同" for each in same), "说的话相近"])


def _same(code: str, record: Record, earlier: Record) -> bool:
    return record.fields.get(code) == earlier.fields.get(code)
