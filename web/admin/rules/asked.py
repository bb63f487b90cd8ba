"""What a text leaves open is answered in the proposal with a basis: as suggested, or as its shape admits."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core.errors import Conflict, NotFound, Refused
from core.policy.policy import Policy
from core.policy.questions import Question, plain
from core.proposals import actions
from core.proposals.model import ANSWER, Change, Proposal, Stale
from core.tenants import Tenant
from web import flash
from web.admin import rulebook
from web.admin.rules.controls import BAD, MISSING, Control, Fields, Wrong
from web.admin.rules.fields import Lexicon, control
from web.admin.rules.sheet import documents, policies
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, posted, whole_number
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

HOME: Final = "/t/{slug:str}/admin/rules/{proposal:uuid}/answers/{question:str}"
AT: Final = "v"
OTHER: Final = "other"
LONGEST: Final = 500


@dataclass(frozen=True, slots=True)
class Tried:
    """What stands in the form, what is wrong with it, and what somebody else has answered meanwhile."""

    choice: str = ""
    sent: Fields = field(default_factory=dict[str, list[str]])
    basis: str = ""
    document: str = ""
    version: int = 0
    wrong: Wrong = field(default_factory=dict[str, str])
    theirs: str = ""


@get(HOME, opt={"perm": "proposals.read"})
async def show(tenant: InTenant, proposal: FromPath[UUID], question: FromPath[str]) -> Page:
    known = await actions.by_id(tenant, proposal)
    asked, policy = _asked(tenant, known, question)
    return _page(tenant, known, asked, policy, _stored(known, asked, policy))


@post(HOME, opt={"perm": "policy.write"}, status_code=303)
async def answer(
    request: HttpRequest,
    tenant: InTenant,
    member: InMember,
    proposal: FromPath[UUID],
    question: FromPath[str],
    now: Now,
) -> HttpResponse:
    known = await actions.by_id(tenant, proposal)
    asked, policy = _asked(tenant, known, question)
    form = await posted(request)
    tried = _tried(form)
    back = Redirect(f"/t/{tenant.slug}/admin/rules/{proposal}#q-{question}", status_code=303)
    try:
        if form.text("op") == "drop":
            await actions.drop(tenant, proposal, ANSWER + asked.id, version=tried.version, by=member.actor, now=now)
            return flash.leave(request, back, f"已从草案里去掉对 {asked.id} 的回答")
        value = _value(asked, policy, tried)
        change = Change(ANSWER + asked.id, value, document=tried.document, basis=tried.basis)
        if not tried.wrong:
            await actions.put(tenant, proposal, change, version=tried.version, by=member.actor, now=now)
            return flash.leave(request, back, f"{asked.id} 的回答已存入草案")
    except Stale as stale:
        told = _told(asked, stale.theirs)
        return _page(tenant, known, asked, policy, replace(tried, theirs=told, version=known.version), 409)
    except Conflict:
        raise
    except Refused as refusal:
        tried.wrong[refusal.field if refusal.field in ("basis", "document") else "choice"] = refusal.detail
    return _page(tenant, known, asked, policy, tried, status_of(Refused()))


def _asked(tenant: Tenant, proposal: Proposal, name: str) -> tuple[Question, Policy]:
    policy, _ = policies(tenant, proposal)
    found = next((each for each in policy.questions if each.id == name), None)
    if found is None:
        raise NotFound("没有这个开放问题。")
    return found, policy


def _control(asked: Question, policy: Policy) -> Control | None:
    return control(asked.free, Lexicon(policy)) if asked.free else None


def _stored(proposal: Proposal, asked: Question, policy: Policy) -> Tried:
    change = proposal.change(ANSWER + asked.id)
    value = plain(policy.answers[asked.id]) if asked.id in policy.answers else MISSING
    known = [plain(each.value) for each in asked.values]
    suggested = next((place for place, each in enumerate(known) if each == value and type(each) is type(value)), None)
    written = _control(asked, policy)
    choice = "" if value is MISSING else OTHER if suggested is None else str(suggested)
    sent = {} if written is None else written.spell(value if choice == OTHER else MISSING, AT)
    basis, document = (change.basis, change.document) if change else ("", "")
    return Tried(choice, sent, basis, document, proposal.version)


def _tried(form: Posted) -> Tried:
    sent = {name: list(each) for name, each in form.fields.items() if name == AT or name.startswith(f"{AT}.")}
    return Tried(form.text("choice"), sent, form.kept("basis")[:LONGEST].strip(), form.text("document", LONGEST),
                 form.number("version") or 0)  # fmt: skip


def _value(asked: Question, policy: Policy, tried: Tried) -> Any:
    written = _control(asked, policy)
    if tried.choice == OTHER and written is not None:
        value = written.read(tried.sent, AT, tried.wrong)
        if value in (MISSING, BAD) and not tried.wrong:
            tried.wrong["choice"] = "请写出回答，或者选上面的一个"
        return value
    place = whole_number(tried.choice, len(asked.values) - 1)
    if place is None:
        tried.wrong["choice"] = "请选择一个回答"
        return None
    return plain(asked.values[place].value)


def _told(asked: Question, change: Change | None) -> str:
    return (
        "没有回答"
        if change is None
        else f"{asked.said(asked.accept(change.value))}，依据：{change.basis}（{change.author}）"
    )


def _page(tenant: Tenant, proposal: Proposal, asked: Question, policy: Policy, tried: Tried, status: int = 200) -> Page:
    written = _control(asked, policy)
    drawn = written.draw(tried.sent, AT, tried.wrong, "其他回答") if written else None
    labels: Mapping[str, str] = {name: rulebook.label(name) for name in asked.keys}
    return page(
        "admin/rules/answer.html", status=status, tenant=tenant, proposal=proposal, asked=asked, tried=tried,
        drawn=drawn,
        labels=labels, documents=documents(tenant), change=proposal.change(ANSWER + asked.id),
    )  # fmt: skip
