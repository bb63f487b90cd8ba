"""One example on the bench: what it says as a form, what is wrong with it, and where it last did not hold."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlencode

from core import db, stack
from core.examples import actions as examples
from core.examples import kept
from core.examples.actions import OVERTAKEN
from core.examples.kept import Last
from core.examples.model import Example, Run
from core.people import Member
from core.policy import keys
from core.policy.policy import Policy
from core.scenarios import sheet as sheets
from core.scenarios import wording
from core.scenarios.catalogue import of_tenant
from core.scenarios.edits import STEP, Edit
from core.scenarios.faults import Fault, faults
from core.scenarios.grammar import sights, verbs
from core.scenarios.sheet import TABLE, Body
from core.tenants import Tenant
from web.page import Page, page
from web.permissions import may

TABLES: Mapping[str, str] = {kind: wording.key(kind) for kind in TABLE}


@dataclass(frozen=True, slots=True)
class Hand:
    """What was typed and not stored, why not, and where the hand is: the row and what it last did there."""

    body: Body | None = None
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    overtaken: bool = False
    tried: bool = False
    at: int = 0
    op: str = ""
    table: str = STEP
    key: str = ""

    @property
    def focus(self) -> str:
        """The field that was just added; "" where none was."""
        return f"{self.table}.{self.at}.{self.key}" if self.op == "more" else ""


def judged(tenant: Tenant, body: Body) -> tuple[Fault, ...]:
    return faults(body, of_tenant(tenant), tenant.stack)


def problem_of(tenant: Tenant, body: Body) -> str:
    """The first thing that is wrong with it, as the list says it."""
    return next((each.chinese for each in judged(tenant, body)), "")


@dataclass(frozen=True, slots=True)
class Sitting:
    """Who looks at the bench, where and when."""

    tenant: Tenant
    member: Member
    policy: Policy
    now: datetime


async def bench(unit: db.Unit, sitting: Sitting, example: Example, hand: Hand, status: int = 200) -> Page:
    tenant, policy = sitting.tenant, sitting.policy
    body = example.body if hand.body is None else hand.body
    found = judged(tenant, body)
    last = (await kept.newest(unit, None, example.id)).get(example.id)
    running = next((each for each in await kept.runs(unit, None) if _is_of(each, example)), None)
    return page(
        "admin/examples/show.html", status=status, example=example, sheet=sheets.sheet(body, policy.questions),
        hand=hand, faults=found, errors=_errors(found, hand), last=last, fits=_fits(last, example, hand),
        running=running, verbs=_words(), tables=TABLES, versions=await examples.versions(unit, example.id),
        writes=may(sitting.member.role, "examples.write"), told=wording.told, overtaken=OVERTAKEN,
        policy_keys=wording.policy_keys(), dimensions=_dimensions(policy), stack=_stack(tenant),
        own_dimensions=_asks_otherwise(body),
        wrong={each.step for each in found if each.step}, now=sitting.now,
    )  # fmt: skip


def _is_of(run: Run, example: Example) -> bool:
    return run.is_under_way and run.example_id in (None, example.id)


def _fits(last: Last | None, example: Example, hand: Hand) -> bool:
    """Whether what was last run is what stands here."""
    return last is not None and last.outcome.version == example.version and hand.body is None


def _errors(found: tuple[Fault, ...], hand: Hand) -> Mapping[str, str]:
    """At each field the first thing that is wrong with it; a fresh example is not scolded for being empty."""
    told: dict[str, str] = {}
    for each in found:
        told.setdefault(each.name, each.text)
    return {**told, **hand.errors}


def _dimensions(policy: Policy) -> Mapping[str, str]:
    return {each.code: each.label for each in policy[keys.dimensions] or ()}


def _asks_otherwise(body: Body) -> bool:
    """Whether the example itself says what is rated: then the place's own list is no choice."""
    return any(str(each.get("key", "")).startswith(keys.dimensions.name) for each in body.get("override", ()))


def _stack(tenant: Tenant) -> tuple[str, ...]:
    return tuple(stack.layer(name).title for name in dict.fromkeys((stack.NATIONAL, *tenant.stack)))


def focus_of(edit: Edit, at: int) -> str:
    """The address's end that leads the keyboard to where something was just done.

    No fragment: a browser that has been sent to one focuses nothing else.
    """
    return f"?{urlencode({'at': at, 'op': edit.op, 'in': edit.table, 'key': edit.key})}"


def _words() -> Mapping[str, Mapping[str, str]]:
    """Every verb and sight there is, those of extras among them."""
    return {
        "do": {f"do:{word}": wording.verb("do", word) for word in verbs()},
        "see": {f"see:{word}": wording.verb("see", word) for word in sights()},
    }
