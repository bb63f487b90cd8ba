"""Somebody from outside is invited from the record that they are to serve by; their way in is shown this once."""

from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.db import as_tenant
from core.errors import NotFound, Refused
from core.people import guests
from core.people.accounts import Misfit
from web.admin.extras import dossier as dossiers
from web.admin.extras.records import INVITE, Tried, shown
from web.admin.sight import actor_of
from web.auth import settings_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import posted
from web.page import Page, page
from web.visit import HttpRequest

HOME = "/t/{slug:str}/admin/extras/records/{record:uuid}/invite"


@get(HOME, opt={"perm": "extras.invite"})
async def again(tenant: InTenant, record: FromPath[UUID]) -> Redirect:
    """Whoever reloads the page that told a link gets the record."""
    return Redirect(f"/t/{tenant.slug}/admin/extras/records/{record}", status_code=303)


@post(HOME, opt={"perm": "extras.invite", "grave": True}, status_code=200)
async def invite(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, record: FromPath[UUID], now: Now
) -> Page:
    """An account with the least rights for whoever was not invited yet, or another link for who was."""
    found = await dossiers.one(tenant, member, policy, record, now)
    if not found.invites:
        raise NotFound("这条记录不能邀请登录，或者不由您邀请。")
    form, by = await posted(request), actor_of(member)
    try:
        if found.guest is None:
            username, name = form.text("username"), form.text("name")
            secret = await guests.invite(tenant.id, username, name, record, by=by, now=now)
        else:
            async with as_tenant(tenant.id) as unit:
                secret = await guests.link_again(unit, found.guest, by=by, now=now)
    except Refused as refusal:
        errors = refusal.errors if isinstance(refusal, Misfit) else {refusal.field or "": refusal.detail}
        return await shown(tenant, policy, found, Tried(INVITE, form, errors), status_of(refusal))
    async with as_tenant(tenant.id) as unit:
        guest = await guests.of_record(unit, record)
    address = f"{settings_of(request).public_url}/t/{tenant.slug}/invited/{secret}"
    return page("admin/extras/invited.html", tenant=tenant, record=found.record, guest=guest, address=address)
