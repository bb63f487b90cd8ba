"""Appeals against a finding: who must decide which by when, and how many of those decided were upheld."""

from collections.abc import Mapping
from datetime import datetime

from litestar import get
from litestar.response import Redirect

from core import db
from core.desk.cells import APPEAL_STATES
from core.desk.lists import KINDS
from core.policy import vocab
from core.tickets import registers
from core.tickets.listing import Eyes
from core.tickets.registers import Lodged
from web.admin.called import names_of
from web.admin.chips import Filter, asked, read
from web.admin.lists.kit import listed, opens_with
from web.admin.sight import eyes_of, is_protected
from web.deps import InMember, InPolicy, InTenant, Now
from web.page import Page, page
from web.visit import HttpRequest

TABS: Mapping[str, str] = {"mine": "待我决定", "all": "全部"}
STATES: Mapping[str, str] = APPEAL_STATES
FILTERS = (Filter("state", "状态", STATES),)


@get("/t/{slug:str}/admin/appeals", opt={"perm": "tickets.read"})
async def index(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now
) -> Page | Redirect:
    kind, protected = KINDS["appeals"], is_protected(member)
    async with db.as_tenant(tenant.id) as unit:
        if view := await opens_with(unit, request, member, kind):
            return Redirect(view, status_code=303)
        eyes = await eyes_of(unit, member, policy)
        counts = await registers.appeal_counts(unit, eyes, now)
        filters = read(request, FILTERS)
        tab = _tab(request, filters, counts)
        shown = await listed(unit, request, member, kind, FILTERS, tab=tab, tabs={} if protected else TABS)
        found = await registers.appeals(
            unit, eyes, now, tab=tab, state=filters[0].value, after=shown.last_id, limit=shown.size
        )
        names = await names_of(unit, policy, _parties(found.rows))
    return page(
        "admin/appeals.html", list=shown, found=found, counts=counts, names=names, states=STATES,
        findings=vocab.FINDINGS, protected=protected,
    )  # fmt: skip


async def asked_for(
    unit: db.Unit, request: HttpRequest, eyes: Eyes, now: datetime
) -> tuple[str, tuple[Filter, ...], int]:
    """What the address asks for, and how many there are."""
    filters = read(request, FILTERS)
    tab = _tab(request, filters, await registers.appeal_counts(unit, eyes, now))
    found = await registers.appeals(unit, eyes, now, tab=tab, state=filters[0].value, limit=1)
    return tab, filters, found.total


def _tab(request: HttpRequest, filters: tuple[Filter, ...], counts: Mapping[str, int]) -> str:
    wanted = asked(request, "tab")
    return wanted if wanted in TABS else ("mine" if counts["mine"] and not filters[0].value else "all")


def _parties(rows: tuple[Lodged, ...]) -> list[str]:
    return [party for each in rows for party in (each.appellant, each.addressee)]
