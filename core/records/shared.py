"""Rating data that an office was granted: a file of what those who are rated may know, and of nobody who rated."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Final

from core import db, errors, sheets, stack
from core.audit import actions as audit
from core.audit.model import Actor
from core.clock import SHANGHAI
from core.intake import listing
from core.policy import keys, vocab
from core.policy.calendar import midnight_after
from core.policy.policy import Policy
from core.records import keeping
from core.records.model import Handed, Record
from core.redaction import redact
from core.tenants.model import Tenant

# What was granted, by the codes of the act that granted it.
UNIT, SINCE, UNTIL, GRANTED, FILE = "unit", "granted_since", "granted_until", "granted", "shared_file"
WORDS, REASONS = "words", "reasons"
MOST: Final = 50_000


async def make(unit: db.Unit, tenant: Tenant, record: Record, _given: object, by: Actor, now: datetime) -> None:
    """The days only, in no order within one; without numbers of cases, names, and words that could name anybody."""
    since, until, office = record.fields[SINCE], record.fields[UNTIL], str(record.fields[UNIT])
    wanted = listing.Wanted(
        institutions_of=(office,), since=_begin(since), before=min(midnight_after(until), now), limit=MOST
    )
    found = await listing.page_by_day(unit, wanted, 0)
    if found.more:
        raise errors.TooLarge(f"要共享的评价超过 {MOST} 条，请把时间范围改短，分几次共享。")
    policy = stack.policy(tenant, record.policy_day)
    table = rows(found.rows, policy, frozenset(record.fields[GRANTED]))
    content = await asyncio.to_thread(sheets.workbook, "评价数据", *table)
    name = f"评价数据 {since:%Y%m%d}-{until:%Y%m%d} {record.number}.xlsx"
    await keeping.keep(unit, record.id, (Handed(FILE, name, content),), by, now)
    said = {"institution": office, "since": str(since), "until": str(until), "rows": len(found.rows)}
    await audit.write(unit, by, "extra.share", "extra", record.id, None, said, now)


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def rows(
    found: Sequence[listing.Row], policy: Policy, granted: frozenset[str]
) -> tuple[list[str], list[list[str]]]:  # fmt: skip
    """Grades always; reasons and words only where they were granted."""
    dimensions = {each.code: each.label for each in policy[keys.dimensions] or ()}
    tags: Mapping[int, str] = {each.code: each.label for each in policy[keys.tags] or ()}
    head = ["评价日期", "事项", "评价渠道", "来源", "是否追评", *dimensions.values()]
    head += ["原因标签"] * (REASONS in granted) + ["文字（已隐去个人信息）"] * (WORDS in granted)
    return head, [_row(each, dimensions, tags, granted) for each in found]


def _row(
    row: listing.Row, dimensions: Mapping[str, str], tags: Mapping[int, str], granted: frozenset[str]
) -> list[str]:  # fmt: skip
    grades = {mark.dimension: str(mark.grade) for mark in row.marks}
    told = [
        f"{row.rated_at.astimezone(SHANGHAI):%Y-%m-%d}", row.item_name or "",
        vocab.CAME_THROUGH.get(row.channel, row.channel), vocab.ORIGINS.get(row.origin, row.origin),
        "是" if row.appended else "否", *(grades.get(code, "") for code in dimensions),
    ]  # fmt: skip
    told += ["、".join(tags.get(code, str(code)) for code in row.tags)] * (REASONS in granted)
    return told + [redact(row.text)] * (WORDS in granted)
