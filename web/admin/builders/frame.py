"""A builder shows one key of a proposal, takes it with its clause and hands it to the proposal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar.response import Redirect

from core import stack
from core.errors import Invalid, Refused, quoted
from core.people import Member
from core.policy import keys
from core.policy.keys import Key
from core.policy.policy import Policy
from core.proposals import actions as proposals
from core.proposals.applied import applied
from core.proposals.model import Change, Proposal, Stale
from core.tenants import Tenant
from web import flash
from web.admin.rules.sheet import CITED, last_document
from web.errors import status_of
from web.filters import hour
from web.forms import Posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

AT = "/t/{slug:str}/admin/rules/{proposal:uuid}/builders"
SEES = {"perm": "policy.write"}
WRITES = {"perm": "policy.write"}
BUILDERS: Mapping[str, str] = {
    "questionnaire": "问卷", "tags": "评价标签", "formulas": "得分公式", "index": "综合排名",
    "alerts": "预警",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Desk:
    """A proposal with the rules as they would be by it."""

    tenant: Tenant
    proposal: Proposal
    policy: Policy

    def value(self, key: Key[Any]) -> Any:
        return self.policy[key]

    def typed(self, key: Key[Any]) -> Mapping[str, str]:
        """Clause, document and version as a form begins with them."""
        change = self.proposal.change(key.name)
        clause, document = (
            (change.clause, change.document) if change else ("", last_document(self.tenant, self.proposal))
        )
        return {"clause": clause, "document": document, "version": str(self.proposal.version)}

    @property
    def home(self) -> str:
        return f"/t/{self.tenant.slug}/admin/rules/{self.proposal.id}"

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that a rule of this place may cite."""
        layers = stack.Stack.of(self.tenant.stack).layers
        of_layers = [each.document or each.title for layer in layers for each in layer.regulations]
        return tuple(dict.fromkeys([*(each.cited for each in self.tenant.papers), *of_layers]))


async def opened(tenant: Tenant, proposal_id: UUID) -> Desk:
    found = await proposals.by_id(tenant, proposal_id)
    return Desk(tenant, found, stack.policy(applied(tenant, found), found.since))


def typed(form: Posted) -> dict[str, str]:
    """What a form says beside its pieces, to be shown again."""
    return {name: form.kept(name)[:200] for name in ("clause", "document", "version")}


@dataclass(frozen=True, slots=True)
class Saved:
    """Where the proposal took it, ``answer``; else what was wrong, and over whose change it was written."""

    answer: HttpResponse | None = None
    errors: Mapping[str, str] | None = None
    status: int = 200
    stale: Stale | None = None


async def put(
    request: HttpRequest, desk: Desk, member: Member, key: Key[Any], value: Any, form: Posted, now: datetime, back: str
) -> Saved:
    """``back`` is the page of the builder that says so."""
    change = Change(key.name, value, form.text("clause"), form.text("document"))
    if change.clause and not change.document:
        return Saved(errors={"document": CITED["document"]}, status=status_of(Invalid()))
    try:
        await proposals.put(
            desk.tenant, desk.proposal.id, change, version=form.number("version") or 0, by=member.actor, now=now
        )
    except Stale as stale:
        return Saved(errors={"value": stale.detail}, status=status_of(stale), stale=stale)
    except Refused as refusal:
        if not refusal.field:
            raise
        return Saved(errors={_at(refusal.field): refusal.detail}, status=status_of(refusal))
    done = Redirect(back, status_code=303)
    told = f"{quoted(key.label)}已存入草案“{desk.proposal.name}”：{member.name} {hour(now)}"
    return Saved(flash.leave(request, done, told, f"{desk.home}/diff", "看改了什么"))


def _at(field: str) -> str:
    return field if field in ("clause", "document") else "value"


def shown(name: str, desk: Desk, key: Key[Any], begun: Mapping[str, str], saved: Saved | None, **values: Any) -> Page:
    """The builder's page; a newer version of the proposal is taken along, so that saving again is meant."""
    saved = saved or Saved()
    begun = dict(begun)
    theirs = ""
    if saved.stale is not None:
        other = saved.stale.theirs
        begun["version"] = str(max(desk.proposal.version, other.version if other else 0))
        words = desk.policy.words
        theirs = (
            keys.chinese(key, keys.parse(key.name, other.value), words) if other and not other.inherits else "恢复继承"
        )
    errors = {**(values.pop("errors", None) or {}), **(saved.errors or {})}
    status = saved.status if saved.status != 200 else values.pop("status", 200)  # noqa: PLR2004 - HTTP's own
    values.pop("status", None)
    return page(
        f"admin/builders/{name}.html", status=status, desk=desk, key=key, typed=begun, errors=errors, stale=saved.stale,
        theirs=theirs, builders=BUILDERS, here=name, **values,
    )  # fmt: skip
