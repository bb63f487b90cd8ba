"""What a step does to a record of an extra; where it does not say who, one who is entitled does it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from core import db, ids
from core.audit.model import Actor
from core.errors import NotFound
from core.policy.extras import Act, Form, Kind, Who
from core.records import actions as records
from core.records import reach, stored
from core.records.model import Reach, Record
from core.scenarios import shapes
from core.scenarios.extra_words import WHICH, Spoken, spoken
from core.scenarios.model import Step
from core.scenarios.stage import Moment

Q = db.queries(__file__)
FRAME: Final = frozenset({*WHICH, "by", "channel", "parent"})


async def perform(moment: Moment, step: Step) -> None:
    """Raises ``Refused`` as the core does."""
    what = spoken()[step.word]
    await (_file(moment, step, what) if what.act is None else _act(moment, step, what.kind, what.act))


async def _file(moment: Moment, step: Step, what: Spoken) -> None:
    given = step.given
    by, standing = await _filer(moment, what.kind, given.get("by"))
    as_: tuple[Who, ...] = (*(each for each in what.kind.files if each in standing), *standing, "citizen")
    parent = moment.stage.records.get(given["parent"]) if "parent" in given else None
    filed = await records.file(
        moment.tenant, what.extra.code, what.kind.code, await _said(moment, what.kind.form, given),
        who=as_[0], by=by, channel=given.get("channel", "web"), now=moment.now,
        once=f"step-{step.number}", parent=parent,
    )  # fmt: skip
    moment.stage.records[given.get("record", what.kind.code)] = filed.id


async def _filer(moment: Moment, kind: Kind, said: str | None) -> tuple[Actor | None, tuple[Who, ...]]:
    """Who files and as what; unsaid, the first whom the kind lets."""
    in_public = bool(kind.files) and kind.files[0] == "citizen"
    name = said or ("citizen" if in_public else "bureau")
    if name == "citizen":
        return None, ("citizen",)
    actor = Actor.parse(name)
    if actor.kind == "member":
        await _introduce(moment, [actor.code])
        return actor, ("named",)
    async with db.as_tenant(moment.tenant.id) as unit:
        return actor, tuple((await reach.of_actor(unit, actor)).kinds)


async def _said(moment: Moment, form: Form, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What the form is told; whoever it names as a member has an account."""
    told = {key: value for key, value in given.items() if key not in FRAME or key in form.codes}
    await _introduce(moment, [told[each.code] for each in form.fields if each.kind == "member" and each.code in told])
    return {key: list(value) if isinstance(value, tuple) else value for key, value in told.items()}


async def _introduce(moment: Moment, names: Sequence[str]) -> None:
    if names:
        async with db.as_tenant(moment.tenant.id) as unit:
            await unit.executemany(Q.guest, [(unit.tenant, ids.new(), name, moment.now) for name in names])


async def _act(moment: Moment, step: Step, kind: Kind, act: Act) -> None:
    record = await the_one(moment, kind, step.given)
    by, who = await _doer(moment, record, step.given.get("by") or _entitled(kind, act, record))
    said = await _said(moment, act.form, step.given)
    await records.act(moment.tenant, record.id, act.code, said, who=who, by=by, now=moment.now)


async def _doer(moment: Moment, record: Record, name: str) -> tuple[Actor | None, Reach]:
    if name == "citizen":
        return None, reach.holder(record.receipt)
    actor = Actor.parse(name)
    if actor.kind == "member":
        await _introduce(moment, [actor.code])
    async with db.as_tenant(moment.tenant.id) as unit:
        return actor, await reach.of_actor(unit, actor)


def _entitled(kind: Kind, act: Act, record: Record) -> str:
    """The first who may, of those whom the record knows; where other eyes are asked for, the bureau's by its name."""
    names: Mapping[Who, str] = {
        "citizen": "citizen",
        "filer": record.filed_by if record.filed_by.startswith(("staff:", "institution:", "member:")) else "citizen",
        "handler": f"institution:{record.institution}" if record.institution else "",
        "clerk": record.filed_by,
        "named": _named(kind, record) if record.named else "",
    }
    chosen = next((name for each in act.doers if (name := names.get(each, "bureau"))), "bureau")
    return "institution:bureau" if act.not_by and chosen == record.filed_by == "bureau" else chosen


def _named(kind: Kind, record: Record) -> str:
    field = kind.fields().get(kind.names)
    return f"{'member' if field is not None and field.kind == 'member' else 'staff'}:{record.named}"


async def the_one(moment: Moment, kind: Kind, given: Mapping[str, Any]) -> Record:
    """The record that a step names; else the newest of its kind."""
    found = await those(moment, kind, given)
    if not found:
        raise NotFound(f"没有这条“{kind.label}”。")
    return found[-1]


async def those(moment: Moment, kind: Kind, given: Mapping[str, Any]) -> Sequence[Record]:
    """Oldest first: of this name, made of what has this name, or saying this."""
    name = str(given.get("record", ""))
    known = moment.stage.records
    async with db.as_tenant(moment.tenant.id) as unit:
        if name in known:
            of_name = [known[name]]
        else:
            of_name = [
                row["id"] for row in await unit.fetch(Q.extra_records, unit.tenant, kind.code, _parent(known, name))
            ]
        records_ = [await stored.load(unit, each, moment.now) for each in of_name]
    if name and name not in known:
        records_ = _numbered(records_, name)
    return [each for each in records_ if each.kind == kind.code and says(each, given.get("where", {}))]


def _parent(known: Mapping[str, UUID], name: str) -> UUID | None:
    head = name.partition(".")[0]
    if name and head not in known:
        raise NotFound(f"前面没有登记名为“{head}”的记录。")
    return known.get(head)


def _numbered(found: list[Record], name: str) -> list[Record]:
    """``V1.2`` is the second that was made of V1; ``V1.`` and a word are all of them."""
    nth = name.rpartition(".")[2]
    return found[int(nth) - 1 : int(nth)] if nth.isdigit() else found


def says(record: Record, where: Mapping[str, Any]) -> bool:
    return all(same(value, record.fields.get(code)) for code, value in where.items())


def same(said: Any, found: Any) -> bool:
    """Days and moments stand in a file as text: a moment in Chinese time."""
    if isinstance(found, datetime | date):
        return said in (str(found), found.isoformat(), shapes.as_text(found))
    if isinstance(found, list | tuple) and isinstance(said, list | tuple):
        return [*said] == [*found]
    return (found is None and said == "unset") or said == found
