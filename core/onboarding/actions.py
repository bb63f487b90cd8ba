"""What each room says it lacks is gathered here, and a place goes live by this one door or not at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import db, ids, people, stack
from core.audit import actions as audit
from core.audit.model import SYSTEM
from core.clock import SHANGHAI
from core.errors import Conflict, Invalid, NotFound, WrongState
from core.examples import kept as examples
from core.onboarding import weigh
from core.onboarding.model import KINDS, Code, Facts, Note, Signature, Step, Tried
from core.people import Member
from core.places import actions as places
from core.places.model import Institution, KindName
from core.policy.checks import faults
from core.policy.policy import Policy
from core.proposals import actions as proposals
from core.proposals.limits import exceeded, own_layers
from core.readiness import Missing
from core.tenants import states
from core.tenants.model import Tenant
from core.tenure import practice

Q = db.queries(__file__)
DECEMBER = 12
SHOWN_TRIALS = 5
LONGEST_NOTE = 300
LEAST_EXAMPLES = 3


@dataclass(frozen=True, slots=True)
class House:
    """What of the installation matters to a place: whether its messages can leave."""

    messages: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """How far a place has come: every step, who has signed for the rules as they stand, and the latest trials."""

    steps: tuple[Step, ...]
    stamp: str
    signatures: tuple[Signature, ...]
    trials: tuple[Tried, ...]
    practice: int

    @property
    def valid(self) -> tuple[Signature, ...]:
        return tuple(each for each in self.signatures if each.stamp == self.stamp)

    @property
    def open(self) -> tuple[Missing, ...]:
        """What is missing before anybody may sign."""
        return weigh.before_signing({each.code: each.facts for each in self.steps})

    @property
    def refusals(self) -> tuple[Missing, ...]:
        """All that still stands between the place and its first day."""
        return (*self.open, *(each for step in self.steps if step.code == "sign" for each in step.facts.missing))

    @property
    def done(self) -> int:
        return sum(each.state == "done" for each in self.steps)


async def course(unit: db.Unit, tenant: Tenant, house: House, now: datetime) -> Course:
    today = now.astimezone(SHANGHAI).date()
    policy = stack.policy(tenant, today)
    stamp = weigh.stamp(tenant)
    signatures = tuple(Signature(**row) for row in await unit.fetch(Q.signatures, unit.tenant))
    trials = tuple(Tried(**row) for row in await unit.fetch(Q.trials, unit.tenant, SHOWN_TRIALS))
    found: dict[Code, Facts] = {
        "base": _base(tenant, policy),
        "rules": weigh.rules(
            policy, faults(policy), await proposals.listing(unit), exceeded(tenant, today), own=_speaks(tenant)
        ),
        "questions": await _questions(unit, policy),
        "calendar": _calendar(tenant, now),
        "places": await _places(unit, policy),
        "channels": await _channels(unit, policy, house),
        "people": weigh.people(await people.members(unit)),
        "examples": await _examples(unit),
        "trial": _trial(trials, stamp),
    }
    found["sign"] = weigh.signing(signatures, stamp, weigh.before_signing(found))
    found["live"] = _live(tenant)
    steps = weigh.steps(found, await _notes(unit))
    return Course(steps, stamp, signatures, trials, await unit.fetchval(Q.practice, unit.tenant))


def _speaks(tenant: Tenant) -> bool:
    """Whether the place has rules of its own, entered or brought by its plugin."""
    return bool(tenant.overrides or tenant.asks or own_layers(tenant))


def _base(tenant: Tenant, policy: Policy) -> Facts:
    layers = [each.title for each in stack.Stack.of(tenant.stack).layers]
    said = f"{' → '.join(layers)}，共 {len(policy.documents)} 份文件"
    if tenant.stack and not tenant.division:
        said += "；没有行政区划代码，所取用的都按上级规定对待，请系统管理员补写"
    return Facts(begun=True, said=said)


async def _questions(unit: db.Unit, policy: Policy) -> Facts:
    row = await unit.fetchrow(Q.last_answer, unit.tenant)
    if row is None:
        return weigh.questions(policy, 0)
    return weigh.questions(policy, row["n"], _by(row["by"]), row["at"])


def _by(actor: str) -> str:
    return "系统" if actor == str(SYSTEM) else actor.rpartition(":")[2]


def _calendar(tenant: Tenant, now: datetime) -> Facts:
    today = now.astimezone(SHANGHAI)
    return weigh.calendar(tenant.calendar, today.year, today.month == DECEMBER)


async def _places(unit: db.Unit, policy: Policy) -> Facts:
    roots = [row["code"] for row in await unit.fetch(Q.roots, unit.tenant)]
    orphans: Mapping[KindName, Sequence[str]] = {
        "region": roots[1:],
        "institution": [row["code"] for row in await unit.fetch(Q.idle_bodies, unit.tenant)],
        "item": [row["code"] for row in await unit.fetch(Q.unexplained, unit.tenant)],
    }
    bodies = [Institution(**row) for row in await unit.fetch(Q.bodies_with_duty, unit.tenant)]
    counts: Any = await places.count(unit)
    return weigh.places(counts, bodies, orphans, policy)


async def _channels(unit: db.Unit, policy: Policy, house: House) -> Facts:
    row = await unit.fetchrow(Q.windows, unit.tenant) or {"windows": 0, "kiosks": 0}
    scopes = {scope for key in await people.keys(unit) if key.revoked_at is None for scope in key.scopes}
    return weigh.channels(policy, row["windows"], row["kiosks"], scopes, messages=house.messages)


async def _examples(unit: db.Unit) -> Facts:
    """At least three from the place's own regulation, all holding by the rules as they are."""
    own, last = await unit.fetchval(Q.examples, unit.tenant), await examples.latest_run(unit, None)
    missing = await examples.ready(unit)
    if not missing and own < LEAST_EXAMPLES:
        left = LEAST_EXAMPLES - own
        missing = (Missing(f"还差 {left} 个例子：至少从本级规定写 {LEAST_EXAMPLES} 个", "/examples"),)
    said = f"{own} 个例子" + (f"，最近一次运行通过 {last.passed} 个" if last else "")
    return Facts(missing, begun=bool(own), said=said, done_at=last.at if last and not missing else None)


def _trial(trials: Sequence[Tried], stamp: str) -> Facts:
    last = next((each for each in trials if each.stamp == stamp), None)
    if last is None:
        again = "规则改过了，请重新试评" if trials else "还没有按现行规则试评"
        return Facts((Missing(again, "/onboarding/trial"),), begun=bool(trials))
    if not last.passed:
        return Facts((Missing("试评没有全部通过，请查看哪个渠道没有收到", "/onboarding/trial"),), begun=True)
    return Facts(begun=True, said="每个渠道的五个等级都收到了", done_by=last.name, done_at=last.at)


def _live(tenant: Tenant) -> Facts:
    missing = () if tenant.live_since else (Missing("还没有上线", "/onboarding#live"),)
    return Facts(missing, begun=bool(tenant.live_since), done_at=tenant.live_since)


async def _notes(unit: db.Unit) -> Mapping[str, Note]:
    return {row["step"]: Note(**row) for row in await unit.fetch(Q.notes, unit.tenant)}


async def note(unit: db.Unit, member: Member, step: str, waiting_for: str, text: str, now: datetime) -> None:
    """待对方：whom a step waits for; saying nothing ends the waiting. Nothing that was said is taken away."""
    if step not in KINDS:
        raise NotFound
    if text and not waiting_for:
        raise Invalid("请写明在等谁；不再等待时两栏都留空。", field="waiting_for")
    before = (await _notes(unit)).get(step)
    await unit.execute(Q.add_note, unit.tenant, ids.new(), step, waiting_for, text, member.id, member.name, now)
    was = {"waiting_for": before.waiting_for, "text": before.text} if before else None
    after = {"waiting_for": waiting_for, "text": text}
    await audit.write(unit, member.actor, "onboarding.note", "step", step, was, after, now)


async def sign(unit: db.Unit, tenant: Tenant, member: Member, house: House, words: str, now: datetime) -> None:
    """One of two: who signs has seen that nothing is missing, and signs for the rules as they are now."""
    if await states.locked(unit) != "founding":
        raise WrongState("已经上线过，不需要再签字。")
    found = await course(unit, tenant, house, now)
    if found.open:
        raise Unready(found.open)
    if not weigh.may_sign(found.signatures, found.stamp, member.id):
        raise Conflict("您已经签过字。第二个签字须由另一位人员完成。")
    await unit.execute(Q.sign, unit.tenant, ids.new(), member.id, member.name, found.stamp, words, now)
    await audit.write(unit, member.actor, "onboarding.sign", "tenant", unit.tenant, None, {"note": words}, now)


async def go_live(unit: db.Unit, tenant: Tenant, member: Member, house: House, now: datetime) -> int:
    """Everything is there and two people said so; what came in for practice is cleared away, and how much it was."""
    if await states.locked(unit) != "founding":
        raise WrongState("已经上线过。暂停和恢复在“存续管理”里办理。")
    found = await course(unit, tenant, house, now)
    if found.refusals:
        raise Unready(found.refusals)
    cleared = await practice.clear(unit)
    names = "、".join(each.name for each in reversed(found.valid))
    await states.move(unit, states.Move("live", f"{names}确认", member.name, member.actor), now)
    await audit.write(unit, member.actor, "onboarding.live", "tenant", unit.tenant, None, {"rows": cleared}, now)
    return cleared


class Unready(Conflict):
    """还不能上线，请先完成列出的各项。"""

    def __init__(self, missing: Sequence[Missing]) -> None:
        super().__init__()
        self.missing = tuple(missing)


async def keep_trial(
    unit: db.Unit, tenant: Tenant, member: Member, outcome: Mapping[str, Any], *, passed: bool, now: datetime
) -> None:
    """What came of a trial of the rules as they are now."""
    stamp = weigh.stamp(tenant)
    await unit.execute(Q.add_trial, unit.tenant, ids.new(), stamp, passed, outcome, member.id, member.name, now)
    told = {"is": "passed" if passed else "failed"}
    await audit.write(unit, member.actor, "onboarding.trial", "tenant", unit.tenant, None, told, now)
