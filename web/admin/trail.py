"""What happened to one thing is read where the thing is read, by those who may read it, oldest first."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from litestar import get
from litestar.params import FromPath

from core import db
from core.alerts import listing as alerts
from core.alerts.listing import Wanted as WantedAlert
from core.assignments import actions as assignments
from core.assignments.model import Given
from core.audit import actions as audit
from core.audit import listing as search
from core.audit.actions import Entry
from core.errors import NotFound
from core.people import Member
from core.places.model import KINDS as PLACES
from core.policy import vocab
from core.records import listing as records
from core.tickets import listing
from core.tickets.listing import Eyes
from web.admin import deeds
from web.admin.audit import told
from web.admin.extras.sight import reach_of
from web.admin.sight import actor_of, eyes_of, is_protected
from web.deps import InMember, InPolicy, InTenant, Now
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest, visit

AUDITS = "audit.read"
# What tells of a rating: the rated read of it no more than their own part.
OF_RATINGS = frozenset({"ticket", "task", "alert"})
Find = Callable[["Asking"], Awaitable[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Asking:
    """Whose trail is asked for, and by whom."""

    unit: db.Unit
    member: Member
    eyes: Eyes
    code: str
    now: Now


@dataclass(frozen=True, slots=True)
class Kind:
    """``kept`` is the kind under which the log keeps it; ``find`` refuses what this member may not see.

    ``acts``: of what is kept under this kind no other act is its own, as another thing may be kept under it too.
    """

    label: str
    permission: str
    kept: str
    find: Find
    back: str = ""
    acts: tuple[str, ...] = ()


@get("/t/{slug:str}/admin/history/{kind:str}/{code:str}", opt={"perm": "home"})
async def show(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, kind: FromPath[str],
    code: FromPath[str], now: Now,
) -> Page:  # fmt: skip
    wanted, every = _kind(kind), visit(request).may(AUDITS)
    if not every and not visit(request).may(wanted.permission):
        raise NotFound
    async with db.as_tenant(tenant.id) as unit:
        asking = Asking(unit, member, await eyes_of(unit, member, policy), db.clean_text(code), now)
        ids = await (_as_kept(asking, wanted) if every else wanted.find(asking))
        found = [each for one in ids for each in await audit.of(unit, wanted.kept, one)]
        lines = await told(unit, policy, _readable(found, wanted, member))
    if every and not lines:
        raise NotFound("没有找到这个对象的操作记录。")
    return page(
        "admin/audit/trail.html", lines=lines, kind=wanted, code=code, every=every, protected=is_protected(member),
        back=f"/t/{tenant.slug}/admin{wanted.back.format(code=code)}" if wanted.back and not every else "",
    )  # fmt: skip


def _kind(name: str) -> Kind:
    if name not in OBJECTS:
        raise NotFound
    return OBJECTS[name]


def _readable(entries: list[Entry], kind: Kind, member: Member) -> list[Entry]:
    """The rated read of their own acts alone: others' would tell who else was there, and when."""
    own = str(actor_of(member))
    guarded = is_protected(member) and kind.kept in OF_RATINGS
    wanted = [each for each in entries if not kind.acts or each.act in kind.acts]
    return [each for each in wanted if each.actor == own or not guarded]


async def _as_kept(asking: Asking, kind: Kind) -> tuple[str, ...]:
    """The auditor sees no tickets, only what was done to them: a number is as good as an id."""
    if kind.kept == "ticket":
        return (await search.ticket_id(asking.unit, asking.code) or asking.code,)
    return (asking.code,)


async def _itself(asking: Asking) -> tuple[str, ...]:
    return (asking.code,)


async def _ticket(asking: Asking) -> tuple[str, ...]:
    return (str((await listing.seen(asking.unit, asking.eyes, asking.code, asking.now)).id),)


async def _alert(asking: Asking) -> tuple[str, ...]:
    within = None if asking.eyes.everything else asking.eyes.oversees
    found = await alerts.one(asking.unit, WantedAlert(within, id=_id(asking.code), limit=1))
    return (str(found.id),)


async def _record(asking: Asking) -> tuple[str, ...]:
    found = await records.one(asking.unit, _id(asking.code), await reach_of(asking.unit, asking.member), asking.now)
    return (str(found[2].id),)


async def _task(asking: Asking) -> tuple[str, ...]:
    found = await assignments.load(asking.unit, _id(asking.code))
    if not _concerns(found, asking):
        raise NotFound("没有找到这项任务。")
    return (str(found.id),)


def _concerns(task: Given, asking: Asking) -> bool:
    if task.addressee in asking.eyes.addresses:
        return True
    overseen = {f"institution:{each}" for each in asking.eyes.oversees}
    return may(asking.member.role, "tasks.oversee") and (asking.eyes.everything or task.addressee in overseen)


def _id(code: str) -> UUID:
    try:
        return UUID(code)
    except ValueError as error:
        raise NotFound from error


APPEALS = ("ticket.appeal", "ticket.decide", "ticket.appeal.refused", "ticket.decide.refused")
# The log keeps jobs beside the tasks of members, and keys of callers beside the rules.
RULED = ("policy.override", "proposal.put", "proposal.drop")
TASKS = (*(f"task.{kind}" for kind in vocab.TASKS), "task.done.refused")
AUDITED = ("calendar", "proposal", "whatif", "paper", "example", "notice", "roster", "round", "baseline", "step")
OBJECTS: Mapping[str, Kind] = {
    "ticket": Kind("工单", "tickets.read", "ticket", _ticket, "/tickets/{code}"),
    "appeal": Kind("申诉", "tickets.read", "ticket", _ticket, "/tickets/{code}#appeals", APPEALS),
    "task": Kind("任务", "tickets.read", "task", _task, "/tasks", TASKS),
    "alert": Kind("预警", "alerts.read", "alert", _alert, "/alerts/{code}"),
    "extra": Kind("记录", "extras.read", "extra", _record, "/extras/records/{code}"),
    **{name: Kind(each.label, "places.read", name, _itself, f"/places?kind={name}") for name, each in PLACES.items()},
    "rule": Kind("规则项", "policy.read", "key", _itself, "/policy#k-{code}", RULED),
    "question": Kind("开放问题", "policy.read", "question", _itself, "/policy#q-{code}"),
    "day": Kind("日期", "policy.read", "day", _itself),
    "year": Kind("年份", "policy.read", "year", _itself),
    "message": Kind("消息", "messages.read", "message", _itself, "/messages"),
    "job": Kind("后台任务", "jobs.read", "task", _itself, "/jobs", ("task.retry",)),
    "member": Kind("账号", "members.read", "member", _itself),
    # What came of them is read where they are read; act by act, by the auditor alone.
    **{name: Kind(deeds.KINDS[name], AUDITS, name, _itself) for name in AUDITED},
    "key": Kind("接口密钥", AUDITS, "key", _itself, acts=("key.issue", "key.revoke")),
    "person": Kind("个人信息", AUDITS, "person", _itself),
    "tenant": Kind("本级", "policy.write", "tenant", _itself, "/policy"),
}
