"""An installed plugin's rules are taken into a proposal at once, as answered here, and then looked at one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from core import stack
from core.errors import Invalid, Refused
from core.packing.adopt import Adoption, adoption, offered
from core.policy import keys
from core.policy.questions import plain
from core.proposals import actions
from core.proposals.model import Proposal
from core.tenants import Tenant
from web.admin import rulebook
from web.admin.chips import asked
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import posted, whole_number
from web.page import Page, page
from web.visit import HttpRequest

HOME = "/t/{slug:str}/admin/rules/{proposal:uuid}/adopt"


@dataclass(frozen=True, slots=True)
class Shown:
    """``chosen`` are places of suggestions by question; ``refused`` the keys that were not written, and why."""

    plugin: str = ""
    chosen: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    written: int | None = None
    refused: tuple[tuple[str, str, str], ...] = ()


@get(HOME, opt={"perm": "policy.write"})
async def show(request: HttpRequest, tenant: InTenant, proposal: FromPath[UUID]) -> Page:
    known = await actions.by_id(tenant, proposal)
    return _page(tenant, known, Shown(_named(tenant, asked(request, "plugin"))))


@post(HOME, opt={"perm": "policy.write"}, status_code=200)
async def take(request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now) -> Page:
    form = await posted(request)
    known = await actions.by_id(tenant, proposal)
    plugin = _named(tenant, form.text("plugin"))
    chosen = form.starting("a.")
    try:
        if not plugin:
            raise Invalid("请选择一个插件。", field="plugin")
        found = _adoption(tenant, plugin, chosen, known)
        version = form.number("version") or 0
        known, refused = await actions.fill(tenant, proposal, found.changes, version=version, by=member.actor, now=now)
    except Refused as refusal:
        errors = {refusal.field or "plugin": refusal.detail}
        return _page(tenant, known, Shown(plugin, chosen, errors), status_of(refusal))
    told = tuple((each.key, rulebook.label(each.key), why.detail) for each, why in refused)
    return _page(tenant, known, Shown(plugin, chosen, {}, len(found.changes) - len(refused), told))


def _named(tenant: Tenant, name: str) -> str:
    return name if name in offered(tenant) else ""


def _adoption(tenant: Tenant, plugin: str, chosen: Mapping[str, str], known: Proposal) -> Adoption:
    return adoption(tenant, plugin, dict(_answers(plugin, chosen)), known.since)


def _answers(plugin: str, chosen: Mapping[str, str]) -> list[tuple[str, Any]]:
    """A question without a choice stays open, and what waits for it stays out."""
    found: list[tuple[str, Any]] = []
    for question in stack.layer(plugin).questions:
        at = whole_number(chosen.get(question.id, ""), len(question.values) - 1)
        if at is not None:
            found.append((question.id, plain(question.values[at].value)))
    return found


def _page(tenant: Tenant, known: Proposal, shown: Shown, status: int = 200) -> Page:
    found = _adoption(tenant, shown.plugin, shown.chosen, known) if shown.plugin else None
    changes = found.changes if found else ()
    rows = [(keys.ALL[each.key].label, _said(each.key, each.value), each) for each in changes]
    return page(
        "admin/rules/adopt.html", status=status, tenant=tenant, proposal=known, shown=shown, rows=rows,
        plugins={name: stack.layer(name).title for name in offered(tenant)},
        questions=stack.layer(shown.plugin).questions if shown.plugin else (),
    )  # fmt: skip


def _said(name: str, value: Any) -> str:
    key = keys.ALL[name]
    return keys.chinese(key, None if value == keys.UNSET else key.parse(value))
