"""Every version of the rules stays readable: what turned them on which day, and how any two days differ."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from litestar import get, post
from litestar.response import Redirect

from core import db, stack
from core.clock import SHANGHAI
from core.errors import Refused
from core.proposals import actions as proposals
from core.proposals import decide
from core.proposals.difference import changed
from core.proposals.model import STATES, Proposal
from core.tenants import Tenant
from web.admin import rulebook
from web.admin.chips import asked, day_of
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import day_of_field, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

ONE_DAY = timedelta(days=1)
FIELDS = ("day", "since")


@dataclass(frozen=True, slots=True)
class Version:
    """The rules from one day to the day before the next version; ``count`` keys differ from the version before."""

    since: date | None
    until: date | None
    revision: str
    proposals: tuple[Proposal, ...]
    documents: tuple[str, ...]
    count: int

    @property
    def day(self) -> date:
        """A day on which it holds."""
        return self.since or (self.until or date.max)


@get("/t/{slug:str}/admin/rules/history", opt={"perm": "policy.read"})
async def history(tenant: InTenant, now: Now) -> Page:
    return await _listed(tenant, now, {}, {})


@post("/t/{slug:str}/admin/rules/restore", opt={"perm": "policy.write"}, status_code=303)
async def restore(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    """The rules of an earlier day as a proposal for a new one."""
    form = await posted(request)
    try:
        earlier, since = day_of_field(form.text("day"), "day"), day_of_field(form.text("since"), "since")
        known = await proposals.restore(tenant, earlier, since, by=member.actor, now=now)
    except Refused as refusal:
        typed = {name: form.kept(name) for name in FIELDS}
        name = refusal.field if refusal.field in FIELDS else "since"
        return await _listed(tenant, now, typed, {name: refusal.detail}, status_of(refusal))
    return Redirect(f"/t/{tenant.slug}/admin/rules/{known.id}/diff", status_code=303)


@get("/t/{slug:str}/admin/rules/compare", opt={"perm": "policy.read"})
async def compare(request: HttpRequest, tenant: InTenant, now: Now) -> Page:
    today = now.astimezone(SHANGHAI).date()
    errors: dict[str, str] = {}
    one, other = (_day(request, name, usual, errors) for name, usual in (("one", today - ONE_DAY), ("other", today)))
    before, after = stack.policy(tenant, one), stack.policy(tenant, other)
    lines = decide.difference(before, after)
    everything = asked(request, "all") == "1"
    return page(
        "admin/rules/compare.html", status=422 if errors else 200, tenant=tenant, one=before, other=after,
        lines=lines if everything else changed(lines), everything=everything, errors=errors,
        names=rulebook.layer_names(tenant),
    )  # fmt: skip


def _day(request: HttpRequest, name: str, usual: date, errors: dict[str, str]) -> date:
    try:
        return day_of(request, name) or usual
    except Refused as refusal:
        errors[name] = refusal.detail
        return usual


async def _listed(
    tenant: Tenant, now: datetime, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        approved = await proposals.listing(unit, ("approved",))
    today = now.astimezone(SHANGHAI).date()
    versions = tuple(_versions(tenant, approved))[::-1]
    first = decide.earliest(tenant, today)
    return page(
        "admin/rules/history.html", status=status, tenant=tenant, versions=versions, today=today, states=STATES,
        typed={"day": "", "since": (first or today + ONE_DAY).isoformat(), **typed}, errors=errors, first=first,
    )  # fmt: skip


def _versions(tenant: Tenant, approved: Sequence[Proposal]) -> Iterator[Version]:
    """Days on which nothing turned but the calendar of documents that say the same are no versions of their own."""
    turns = (None, *stack.turns(tenant))
    before = None
    for at, since in enumerate(turns):
        until = turns[at + 1] - ONE_DAY if at + 1 < len(turns) and turns[at + 1] else None  # pyright: ignore[reportOptionalOperand]
        policy = stack.policy(tenant, since or (until or date.max))
        told = tuple(each for each in approved if each.since == since)
        if before is not None and policy.revision == before.revision and not told:
            continue
        documents = tuple(each.name for each in policy.documents if since is not None and each.issued == since)
        count = len(changed(decide.difference(before, policy))) if before is not None else 0
        yield Version(since, until, policy.revision, told, documents, count)
        before = policy
