"""What the text leaves open is answered here with a basis; once a place has been live, through a proposal."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import clock, stack, tenants
from core.audit.model import Actor
from core.errors import Invalid, NotFound, Refused
from core.policy.checks import faults
from core.policy.policy import Policy
from core.policy.questions import Question, plain
from core.proposals import actions as proposals
from core.proposals import decide
from core.proposals.model import ANSWER, Change, Proposal
from core.tenants import Tenant
from core.tenants import actions as tenancy
from web.admin import rulebook
from web.admin.chips import asked as asked_for
from web.admin.policy import stored_answers
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import day_of_field, posted, whole_number
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

LONGEST = 2000
OTHER = "other"


@dataclass(frozen=True, slots=True)
class Tried:
    """What was sent for one question, with what was wrong."""

    question: str = ""
    choice: str = ""
    other: str = ""
    basis: str = ""
    since: str = ""
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


@get("/t/{slug:str}/admin/questions", opt={"perm": "policy.write"})
async def index(request: HttpRequest, tenant: InTenant, policy: InPolicy) -> Page:
    return await _shown(tenant, policy, Tried(), proposal=await _open(tenant, asked_for(request, "proposal")))


@post("/t/{slug:str}/admin/questions/{question:str}", opt={"perm": "policy.write"}, status_code=303)
async def answer(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, question: FromPath[str], now: Now
) -> HttpResponse:
    asked = next((each for each in policy.questions if each.id == question), None)
    if asked is None:
        raise NotFound
    form = await posted(request)
    tried = Tried(
        question, form.text("choice"), form.text("other", LONGEST), form.text("basis", LONGEST), form.text("since")
    )  # fmt: skip
    given = await _open(tenant, form.text("proposal"))
    try:
        value = _value(asked, tried)
        if not tried.basis:
            raise Invalid("请写明这样决定的依据，例如会议纪要或文件的名称和编号。", field="basis")
        if given is not None or tenant.live_since is not None:
            known = given or await _begun(tenant, tried.since, member.actor, now)
            change = Change(f"{ANSWER}{question}", value, basis=tried.basis)
            await proposals.put(tenant, known.id, change, version=known.version, by=member.actor, now=now)
            return Redirect(f"/t/{tenant.slug}/admin/rules/{known.id}/diff", status_code=303)
        decide.refuse_answer(await tenants.by_id(tenant.id), question, value, now.astimezone(clock.SHANGHAI).date())
    except Refused as refusal:
        name = {"value": "choice"}.get(refusal.field or "", refusal.field or "choice")
        wrong = replace(tried, errors={name: refusal.detail})
        return await _shown(tenant, policy, wrong, status=status_of(refusal), proposal=given)
    await tenancy.answer(tenant.id, {question: value}, basis=tried.basis, by=member.actor, now=now)
    return Redirect(f"/t/{tenant.slug}/admin/questions#q-{question}", status_code=303)


async def _begun(tenant: Tenant, since: str, by: Actor, now: datetime) -> Proposal:
    """The proposal of the day from which the answer shall hold: the one that is there, or a new one."""
    return await proposals.begin(tenant, day_of_field(since, "since"), by=by, now=now)


async def _open(tenant: Tenant, text: str) -> Proposal | None:
    """The proposal that whoever came from it is writing in."""
    try:
        return await proposals.by_id(tenant, UUID(text)) if text else None
    except ValueError:
        return None


async def _shown(
    tenant: Tenant, policy: Policy, tried: Tried, status: int = 200, proposal: Proposal | None = None
) -> Page:
    # An answer given a moment ago is already in the directory, not yet in what this request was given.
    fresh = await tenants.by_id(tenant.id)
    policy = stack.policy(fresh, clock.now().date()) if fresh.revision != tenant.revision else policy
    if proposal is not None:
        fresh = decide.applied(fresh, proposal)
        policy = stack.policy(fresh, proposal.since)
    answers = rulebook.answers(policy, fresh, await stored_answers(fresh))
    first = decide.earliest(fresh, clock.now().date())
    return page(
        "admin/questions.html", status=status, tenant=fresh, proposal=proposal, first=first, policy=policy, tried=tried,
        faults=faults(policy),
        answers=sorted(answers, key=lambda each: each.state != "open"), chosen={
            each.question.id: _chosen(each.question, policy.answers.get(each.question.id)) for each in answers
        },
    )  # fmt: skip


def _value(question: Question, tried: Tried) -> Any:
    """The answer as it is stored, or a refusal at its field."""
    if tried.choice == OTHER and question.free is not None:
        raw = _read(tried.other)
        try:
            question.accept(raw)
        except Refused as refusal:
            raise Invalid(refusal.detail, field="other") from refusal
        return raw
    place = whole_number(tried.choice, len(question.values) - 1)
    if place is None:
        raise Invalid("请选择一个回答。", field="choice")
    return plain(question.values[place].value)


def _read(text: str) -> Any:
    """A number, list or table as JSON writes it; anything else is a word."""
    try:
        return json.loads(text)
    except ValueError:
        return text


def _chosen(question: Question, value: Any) -> str:
    """The place of the suggestion that is in force, or "other"."""
    if value is None:
        return ""
    held = plain(value)
    return next((str(at) for at, each in enumerate(question.values) if plain(each.value) == held), OTHER)
