"""Who did what, when, from where, and what it was before: searched by the auditor, changed by nobody."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from litestar import Response, get

from core import db, people
from core.audit import actions, listing, seal
from core.audit.actions import Entry
from core.audit.listing import Wanted
from core.clock import SHANGHAI
from core.errors import Invalid
from core.policy.policy import Policy
from web.admin import deeds
from web.admin.called import names_of
from web.admin.chips import Filter, asked, day_of, id_of, read
from web.admin.deeds import Deed
from web.admin.download import table
from web.deps import InMember, InPolicy, InTenant, Now
from web.forms import NO_DAY
from web.page import Page, page
from web.visit import HttpRequest

# What the page itself looks at; the whole chain is verified on a page of its own or at the command line.
NEWEST_SEALS, MANY_SEALS = 4, 200
MOST_ROWS = 50_000
# What is a member's own, or no single thing, has no history page.
UNTRAILED = frozenset({"key", "audit", "demo", "check", "export", "view", "wording"})
# The log's kinds, and under which name the trail of such a thing is read.
TRAILS: Mapping[str, str] = {
    "key": "rule", **{kind: kind for kind in deeds.KINDS if kind not in UNTRAILED},
}  # fmt: skip
HEAD = ("时间", "谁", "以谁的名义", "操作", "对象", "项目、原来、现在", "来源", "地址", "请求编号", "编号")


@dataclass(frozen=True, slots=True)
class Asked:
    """The search as the address has it, with what is wrong in it."""

    wanted: Wanted
    filters: tuple[Filter, ...]
    wrong: str = ""


@get("/t/{slug:str}/admin/audit", opt={"perm": "audit.read"})
async def index(request: HttpRequest, tenant: InTenant, policy: InPolicy) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        search = await _asked(unit, request)
        found, more = await listing.page(unit, search.wanted)
        lines = await told(unit, policy, found)
        state, verdict = await seal.state(unit), await seal.verify(unit, NEWEST_SEALS)
    return page(
        "admin/audit/index.html", lines=lines, more=more, search=search, wanted=search.wanted,
        first=search.wanted.after is None, state=state, verdict=verdict, fates=seal.FATES,
        among=listing.WORDS_AMONG, trails=TRAILS,
    )  # fmt: skip


@get("/t/{slug:str}/admin/audit.csv", opt={"perm": "audit.read"})
async def export(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now
) -> Response[bytes]:
    """What the page has found, as far as one file goes; that it was taken away is written down as well."""
    async with db.as_tenant(tenant.id, patience=60) as unit:
        wanted = replace((await _asked(unit, request)).wanted, after=None, limit=MOST_ROWS)
        found, _ = await listing.page(unit, wanted)
        lines = await told(unit, policy, found)
        after = {"rows": len(found), "reason": request.url.query}
        await actions.write(unit, member.actor, "audit.export", "audit", tenant.slug, None, after, now)
    return table(f"{tenant.short or tenant.slug}操作记录", "audit", HEAD, map(_cells, lines))


@get("/t/{slug:str}/admin/audit/seal", opt={"perm": "audit.read"})
async def sealed(tenant: InTenant) -> Page:
    """All that was sealed, or as much of it as one page may wait for, is read again entry by entry."""
    async with db.as_tenant(tenant.id, patience=60) as unit:
        state, verdict = await seal.state(unit), await seal.verify(unit, MANY_SEALS)
    return page(
        "admin/audit/seal.html", state=state, verdict=verdict, fates=seal.FATES, grace=seal.GRACE_SECONDS // 60,
        most=MANY_SEALS * seal.AT_ONCE,
    )  # fmt: skip


async def told(unit: db.Unit, policy: Policy, entries: Sequence[Entry]) -> list[Deed]:
    """Entries with the names of those who did it, where they are still known."""
    members = {each.username: each.name for each in await people.members(unit)}
    names = await names_of(unit, policy, {each.actor for each in entries} | deeds.handlers(entries))
    numbers = await listing.numbers(unit, entries)
    named = [replace(each, object_id=numbers.get(each.object_id, each.object_id)) for each in entries]
    return [deeds.told(each, members, names) for each in named]


async def _asked(unit: db.Unit, request: HttpRequest) -> Asked:
    filters = read(request, _filters(await listing.acts(unit)))
    chosen = {each.name: each.value for each in filters}
    days, wrong = _days(request)
    wanted = Wanted(
        act=chosen["act"], group=chosen["group"], kind=chosen["kind"], source=chosen["source"],
        who=asked(request, "who"), about=asked(request, "about"), address=asked(request, "ip"),
        words=asked(request, "q"), since=days[0], until=days[1], after=id_of(request, "after"),
    )  # fmt: skip
    return Asked(wanted, filters, wrong)


def _filters(acts: Iterable[str]) -> tuple[Filter, ...]:
    known = {act: deeds.act_name(act) for act in acts}
    begun = {act.partition(".")[0] for act in known}
    return (
        Filter("group", "类别", {name: said for name, said in deeds.GROUPS.items() if name in begun}),
        Filter("act", "操作", known), Filter("kind", "对象", deeds.KINDS), Filter("source", "来源", _sources()),
    )  # fmt: skip


def _sources() -> Mapping[str, str]:
    return {name: deeds.SOURCES[name] for name in ("web", "key", "command", "job", "import", "demo")}


def _days(request: HttpRequest) -> tuple[tuple[date | None, date | None], str]:
    """``day`` is both ends at once."""
    try:
        one = day_of(request, "day")
        return (one or day_of(request, "since"), one or day_of(request, "until")), ""
    except Invalid:
        return (None, None), f"{NO_DAY}。"


def _cells(line: Deed) -> Sequence[str]:
    changed = "；".join(f"{each.item}：{each.was or '无'} → {each.now or '无'}" for each in line.changes)
    entry = line.entry
    return (_moment(entry.at), line.who, line.place, line.what, line.about, changed, line.source, entry.address,
            entry.trace, str(entry.id))  # fmt: skip


def _moment(at: datetime) -> str:
    return at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
