"""What may be drawn from: opaque references, each with what strata can be made of, in an order that never changes."""

from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from uuid import UUID

from core import db, errors
from core.clock import SHANGHAI
from core.people import actions as people
from core.people.model import Person
from core.policy.calendar import midnight_after
from core.policy.extras import Entry
from core.policy.scenery import Unit

Q = db.Queries(Path(__file__).with_name("frames.sql"))
MOST = 200_000
# The days of a record that say from when to when something is drawn.
SINCE, UNTIL = "since", "until"


async def of(unit: db.Unit, frame: str, record: Entry | None) -> tuple[Unit, ...]:
    """``ratings`` are those given from the record's day ``since`` to its day ``until``; the rest are registers.

    ``raters`` are the people behind them who left a number and did not ask to stay unknown, each once, by their last.
    """
    if frame in _PERIODS:
        begins, ends = _period(record)
        rows = await unit.fetch(_PERIODS[frame], unit.tenant, begins, ends, MOST + 1)
    else:
        rows = await unit.fetch(getattr(Q, _REGISTERS[frame]), unit.tenant, MOST + 1)
    if len(rows) > MOST:
        raise errors.TooLarge(f"可抽取的对象超过 {MOST} 个，请缩短时间范围。", field=UNTIL)
    return tuple(Unit(row["ref"], {name: row[name] or "" for name in row if name != "ref"}) for row in map(dict, rows))


_PERIODS: Mapping[str, str] = {"ratings": Q.rated, "raters": Q.raters}
_REGISTERS: Mapping[str, str] = {"staff": "all_staff", "institutions": "all_institutions", "items": "all_items"}


def _period(record: Entry | None) -> tuple[datetime, datetime]:
    fields = record.fields if record else {}
    since, until = fields.get(SINCE), fields.get(UNTIL)
    if not isinstance(since, date) or not isinstance(until, date):
        raise errors.Invalid("请先填写抽取的起止日期。", field=SINCE)
    return datetime.combine(since, time(), SHANGHAI), midnight_after(until)


async def rater(unit: db.Unit, ref: str) -> tuple[UUID, Person] | None:
    """Who a unit of the frame of raters is; None where they have been erased since."""
    person_id = await unit.fetchval(Q.rater, unit.tenant, ref)
    return None if person_id is None else (person_id, await people.in_clear(unit, person_id))
