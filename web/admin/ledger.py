"""Complex and extended tickets stand in a ledger (台账): what was due, what is due now and why, and the last day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from litestar import Response, get

from core import db, stack
from core.clock import SHANGHAI
from core.places import actions as places
from core.policy import keys, vocab
from core.policy.calendar import due
from core.policy.values import Extension
from core.tenants import Tenant
from core.tickets import registers
from core.tickets.listing import Eyes
from core.tickets.machine import STATE_LABELS
from core.tickets.registers import Kept
from web.admin.case import MOST_INSTITUTIONS
from web.admin.chips import Filter, asked, read
from web.admin.download import table
from web.admin.sight import eyes_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.filters import deadline, remaining, word
from web.page import Page, page
from web.visit import HttpRequest

STATES: Mapping[str, str] = {str(state): label for state, label in STATE_LABELS.items()}
HEAD = (
    "工单编号", "事项", "承办单位", "立单日期", "情形", "期限", "原期限", "现期限", "延期理由",
    "最晚期限", "剩余", "状态",
)  # fmt: skip
LIVE = ("running", "paused")


@dataclass(frozen=True, slots=True)
class Move:
    before: datetime
    after: datetime
    why: str


@dataclass(frozen=True, slots=True)
class Line:
    """``limit`` is the last day that the rules allow: the complex clock's own, or the longest extension."""

    kept: Kept
    why: str
    clock: str
    moves: tuple[Move, ...]
    limit: datetime | None

    @property
    def original(self) -> datetime | None:
        return self.moves[0].before if self.moves else self.kept.until

    @property
    def runs(self) -> bool:
        return self.kept.clock_state in LIVE and self.kept.until is not None


@get("/t/{slug:str}/admin/ledger", opt={"perm": "ledger.read"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    after = asked(request, "after")
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        filters = read(request, await _filters(unit, eyes))
        found = await registers.ledger(unit, eyes, now, *_chosen(filters), after=after)
    return page(
        "admin/ledger.html", lines=[_line(each, tenant) for each in found.rows], found=found, filters=filters,
        states=STATES, first=not after,
    )  # fmt: skip


@get("/t/{slug:str}/admin/ledger.csv", opt={"perm": "ledger.read"})
async def export(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now
) -> Response[bytes]:
    """Exactly what the list shows under the same conditions, all pages of it."""
    async with db.as_tenant(tenant.id, patience=60) as unit:
        eyes = await eyes_of(unit, member, policy)
        filters = read(request, await _filters(unit, eyes))
        found = await registers.ledger(unit, eyes, now, *_chosen(filters), limit=None)
    rows = (_cells(_line(each, tenant), now) for each in found.rows)
    return table(f"{tenant.short or tenant.slug}复杂与延期工单台账", "ledger", HEAD, rows)


async def _filters(unit: db.Unit, eyes: Eyes) -> tuple[Filter, ...]:
    every = await places.listing(unit, "institution", limit=MOST_INSTITUTIONS)
    known = {each.code: each.name for each in every if eyes.everything or each.code in eyes.oversees}
    handlers = (Filter("handler", "承办单位", known),) if len(known) > 1 else ()
    return (*handlers, Filter("state", "状态", STATES))


def _chosen(filters: tuple[Filter, ...]) -> tuple[str, str]:
    """Handler and state."""
    chosen = {each.name: each.value for each in filters}
    return chosen.get("handler", ""), chosen["state"]


def _line(kept: Kept, tenant: Tenant) -> Line:
    moves = tuple(
        Move(datetime.fromisoformat(each["due"][0]), datetime.fromisoformat(each["due"][1]), str(each["why"] or ""))
        for each in kept.moves if each["due"]
    )  # fmt: skip
    said = [word for word, holds in (
        (vocab.COMPLEXITIES["complex"], kept.complexity == "complex" or kept.clock == "complex"),
        ("已延期", kept.extended or bool(moves)),
    ) if holds]  # fmt: skip
    clock = word(kept.clock, "clock") if kept.clock else ""
    return Line(kept, "、".join(said), clock, moves, _limit(kept, tenant))


def _limit(kept: Kept, tenant: Tenant) -> datetime | None:
    if kept.complex_due is not None:
        return kept.complex_due
    rule = stack.policy(tenant, kept.policy_day)[keys.extension]
    if not isinstance(rule, Extension) or rule.longest is None or kept.started_at is None:
        return None
    return due(kept.started_at, rule.longest, tenant.calendar).at


def _cells(line: Line, now: datetime) -> tuple[str, ...]:
    kept = line.kept
    left = "已暂停" if kept.clock_state == "paused" else remaining(kept.until, now) if line.runs and kept.until else ""
    return (
        kept.number, kept.item_name or "", kept.handler_name, kept.opened_at.astimezone(SHANGHAI).date().isoformat(),
        line.why, line.clock, _until(line.original, now), _until(kept.until, now),
        "；".join(each.why for each in line.moves if each.why), _until(line.limit, now), left, STATES[kept.state],
    )  # fmt: skip


def _until(at: datetime | None, now: datetime) -> str:
    """With its year: a file is read long after it was made."""
    return "" if at is None else deadline(at, now.replace(year=now.year - 1)).striptags()
