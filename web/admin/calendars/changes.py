"""What waits to be published shows every day and deadline that it moves; another than its authors publishes it."""

from datetime import date
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db, tenants
from core.calendars import actions
from core.calendars.decide import differences
from core.calendars.model import Change, DayDiff
from core.errors import Invalid, NotFound, Refused
from core.tenants import Tenant
from web import flash
from web.admin.calendars.year import months
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse


@get("/t/{slug:str}/admin/calendar/changes/{change:uuid}", opt={"perm": "calendar.publish"})
async def show(tenant: InTenant, change: FromPath[UUID]) -> Page:
    return await _shown(tenant, change)


@post(
    "/t/{slug:str}/admin/calendar/changes/{change:uuid}/publish", opt={"perm": "calendar.publish", "grave": True},
    status_code=303,
)  # fmt: skip
async def publish(
    request: HttpRequest, tenant: InTenant, member: InMember, change: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    try:
        if form.text("name") != tenant.name:
            raise Invalid(f"请输入“{tenant.name}”来确认公布。", field="name")
        version, calendar = form.number("version") or 0, form.text("calendar")
        done = await actions.publish(tenant, change, version=version, calendar=calendar, by=member, now=now)
    except NotFound:
        raise
    except Refused as refusal:
        return await _shown(tenant, change, refusal)
    home = f"/t/{tenant.slug}/admin"
    answer = Redirect(f"{home}/calendar?year={done.year}", status_code=303)
    said = f"已公布{done.title}，{member.name} {hour(now)}。暂定的期限正在重新计算。"
    return flash.leave(request, answer, said, f"{home}/moved", "看期限变动")


@post("/t/{slug:str}/admin/calendar/changes/{change:uuid}/withdraw", opt={"perm": "calendar.write"}, status_code=303)
async def withdraw(
    request: HttpRequest, tenant: InTenant, member: InMember, change: FromPath[UUID], now: Now
) -> HttpResponse:
    try:
        await actions.withdraw(tenant, change, by=member, now=now)
    except NotFound:
        raise
    except Refused as refusal:
        return await _shown(tenant, change, refusal)
    answer = Redirect(f"/t/{tenant.slug}/admin/calendar", status_code=303)
    return flash.leave(request, answer, f"已撤回，日历没有变化，{member.name} {hour(now)}")


@get(
    ["/t/{slug:str}/admin/calendar/changes/{change:uuid}/publish",
     "/t/{slug:str}/admin/calendar/changes/{change:uuid}/withdraw"], opt={"perm": "calendar.publish"},
)  # fmt: skip
async def again(tenant: InTenant, change: FromPath[UUID]) -> Redirect:
    """Whoever reloads a refused form gets the page it stood on."""
    return Redirect(f"/t/{tenant.slug}/admin/calendar/changes/{change}", status_code=303)


async def _shown(tenant: Tenant, change_id: UUID, refusal: Refused | None = None) -> Page:
    # What was published a moment ago is in the directory, not yet in what this request was given.
    tenant = await tenants.by_id(tenant.id)
    async with db.as_tenant(tenant.id) as unit:
        change = await actions.by_id(unit, change_id)
        after = actions.calendar_after(tenant, change)
        years = sorted({*change.years, *(each.day.year for each in change.days)})
        diff = differences(tenant.calendar, after, years) if change.state == "open" else ()
        moves = await actions.moves(unit, tenant, after, _days(diff)) if change.state == "open" else None
    return page(
        "admin/calendars/change.html", status=status_of(refusal) if refusal else 200, tenant=tenant, change=change,
        diff=diff, moves=moves, errors={refusal.field or "name": refusal.detail} if refusal else {},
        shown=[(year, months(after, year, _days(diff))) for year in years], bases=_bases(change),
    )  # fmt: skip


def _days(diff: tuple[DayDiff, ...]) -> list[date]:
    return [each.day for each in diff]


def _bases(change: Change) -> list[str]:
    """The documents that days of one's own rest on."""
    return list(dict.fromkeys(each.basis for each in change.days if each.basis))
