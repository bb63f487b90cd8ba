"""What the text leaves open is answered here with a basis; no place goes live while anything is open."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import clock, stack, tenants
from core.errors import Invalid, NotFound, Refused
from core.policy.checks import faults
from core.policy.policy import Policy
from core.policy.questions import Question, plain
from core.tenants import Tenant
from core.tenants import actions as tenancy
from web.admin import rulebook
from web.admin.policy import stored_answers
from web.deps import InMember, InPolicy, InTenant, Now
from web.errors import status_of
from web.forms import posted
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
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


@get("/t/{slug:str}/admin/questions", opt={"perm": "policy.write"})
async def index(tenant: InTenant, policy: InPolicy) -> Page:
    return await _shown(tenant, policy, Tried())


@post("/t/{slug:str}/admin/questions/{question:str}", opt={"perm": "policy.write"}, status_code=303)
async def answer(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, question: FromPath[str], now: Now
) -> HttpResponse:
    asked = next((each for each in policy.questions if each.id == question), None)
    if asked is None:
        raise NotFound
    form = await posted(request)
    tried = Tried(question, form.text("choice"), form.text("other", LONGEST), form.text("basis", LONGEST))
    try:
        value = _value(asked, tried)
        if not tried.basis:
            raise Invalid("请写明这样决定的依据，例如会议纪要或文件的名称和编号。", field="basis")
    except Refused as refusal:
        wrong = Tried(question, tried.choice, tried.other, tried.basis, {refusal.field or "choice": refusal.detail})
        return await _shown(tenant, policy, wrong, status=status_of(refusal))
    await tenancy.answer(tenant.id, {question: value}, basis=tried.basis, by=member.actor, now=now)
    return Redirect(f"/t/{tenant.slug}/admin/questions#q-{question}", status_code=303)


async def _shown(tenant: Tenant, policy: Policy, tried: Tried, status: int = 200) -> Page:
    # An answer given a moment ago is already in the directory, not yet in what this request was given.
    fresh = await tenants.by_id(tenant.id)
    policy = stack.policy(fresh, clock.now().date()) if fresh.revision != tenant.revision else policy
    answers = rulebook.answers(policy, fresh, await stored_answers(fresh))
    return page(
        "admin/questions.html", status=status, tenant=fresh, policy=policy, tried=tried, faults=faults(policy),
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
    if not tried.choice.isascii() or not tried.choice.isdigit() or int(tried.choice) >= len(question.values):
        raise Invalid("请选择一个回答。", field="choice")
    return plain(question.values[int(tried.choice)].value)


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
