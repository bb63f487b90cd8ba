"""Appeals against a finding: who must decide which by when, and how many of those decided were upheld."""

from collections.abc import Mapping

from litestar import get

from core import db
from core.policy import vocab
from core.tickets import registers
from core.tickets.registers import Lodged
from web.admin.called import names_of
from web.admin.chips import Filter, asked, id_of, read
from web.admin.sight import eyes_of, is_protected
from web.deps import InMember, InPolicy, InTenant, Now
from web.page import Page, page
from web.visit import HttpRequest

TABS: Mapping[str, str] = {"mine": "待我决定", "all": "全部"}
STATES: Mapping[str, str] = {"open": "待决定", "upheld": "成立", "refused": "不成立"}


@get("/t/{slug:str}/admin/appeals", opt={"perm": "tickets.read"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    filters, after = read(request, (Filter("state", "状态", STATES),)), id_of(request, "after")
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        counts = await registers.appeal_counts(unit, eyes, now)
        tab = asked(request, "tab")
        tab = tab if tab in TABS else ("mine" if counts["mine"] and not filters[0].value else "all")
        found = await registers.appeals(unit, eyes, now, tab=tab, state=filters[0].value, after=after)
        names = await names_of(unit, policy, _parties(found.rows))
    return page(
        "admin/appeals.html", found=found, counts=counts, names=names, filters=filters, states=STATES, tab=tab,
        tabs={} if is_protected(member) else TABS, findings=vocab.FINDINGS, first=after is None,
        protected=is_protected(member),
    )  # fmt: skip


def _parties(rows: tuple[Lodged, ...]) -> list[str]:
    return [party for each in rows for party in (each.appellant, each.addressee)]
