"""How far a place has come is a function of what was found; who may put it into service follows from it alone."""

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from core.onboarding.model import KINDS, Code, Facts, Note, Signature, State, Step
from core.people.members import Member
from core.places.model import KINDS as PLACES
from core.places.model import Institution, KindName
from core.policy import keys
from core.policy.bounds import Breach
from core.policy.calendar import Calendar
from core.policy.policy import Policy
from core.proposals.model import STATES as PROPOSALS
from core.proposals.model import Proposal
from core.readiness import Missing
from core.tenants.model import Tenant

SIGNERS = 2
STAMP_LENGTH = 16
# Of these somebody must be able to sign in: who makes accounts, who gives them powers, and who reads the log; who sets
# up, who oversees and who puts right.
NEEDED: Mapping[str, str] = {
    "admin": "系统管理员", "security": "安全管理员", "auditor": "安全审计员", "operator": "运营人员",
    "supervisor": "监督管理人员", "handler": "承办人员",
}  # fmt: skip
# Without one of each there is nobody whom a rating could be about.
FILLED: tuple[KindName, ...] = ("region", "institution", "item", "staff")
NAMED_AT_ONCE = 5


def stamp(tenant: Tenant) -> str:
    """The same as long as the same rules hold, whatever else changes about the place."""
    rules = (
        tenant.stack, sorted(tenant.answers.items()), tenant.overrides, tenant.dated, tenant.baseline, tenant.papers,
        tenant.asks, tenant.calendar.version, tenant.demo,
    )  # fmt: skip
    return hashlib.sha256(repr(rules).encode()).hexdigest()[:STAMP_LENGTH]


def steps(found: Mapping[Code, Facts], notes: Mapping[str, Note]) -> tuple[Step, ...]:
    return tuple(Step(code, _state(found[code], notes.get(code)), found[code], notes.get(code)) for code in KINDS)


def _state(facts: Facts, note: Note | None) -> State:
    if not facts.missing:
        return "open" if facts.untouched else "done"
    if note is not None and note.waiting_for:
        return "waiting"
    return "begun" if facts.begun else "open"


def before_signing(found: Mapping[Code, Facts]) -> tuple[Missing, ...]:
    """All that must be there before anybody may put their name to it."""
    return tuple(each for code, facts in found.items() if code not in ("sign", "live") for each in facts.missing)


def rules(
    policy: Policy, faults: Collection[str], proposals: Sequence[Proposal], breaches: Sequence[Breach] = (),
    own: bool = True,
) -> Facts:  # fmt: skip
    """Rules that contradict themselves, let nobody rate anything or wait for approval are not ready.

    ``own``: the place has said something itself; one that has not may still open by the rules it stands on.
    """
    missing = [Missing(f"规则有矛盾：{each}", "/rules") for each in faults]
    missing += [Missing(f"规则越过了上级的规定：{each.text}", f"/rules?key={each.key}") for each in breaches]
    missing += [
        Missing(f"规则草案“{each.name}”{PROPOSALS[each.state]}，还没有批准", f"/rules/{each.id}")
        for each in proposals
        if each.undecided
    ]
    needed: tuple[Any, ...] = (keys.occasions, keys.dimensions, keys.grade_labels)
    missing += [
        Missing(f"还没有规定“{key.label}”", f"/rules?key={key.name}") for key in needed if not policy[key]
    ]  # fmt: skip
    approved = [each for each in proposals if each.state == "approved"]
    last = max(approved, key=lambda each: each.decided_at.timestamp() if each.decided_at else 0, default=None)
    said = f"现行规则版本 {policy.revision}" + (f"，批准过 {len(approved)} 份草案" if approved else "")
    if not own and not proposals:
        said = "还没有录入本级的规定；按所取用的规则也可以开通"
        return Facts(tuple(missing), said=said, untouched=True)
    by, at = (last.decided_by, last.decided_at) if last else ("", None)
    return Facts(tuple(missing), begun=bool(proposals), said=said, done_by=by, done_at=at)


def questions(policy: Policy, answered: int, by: str = "", at: datetime | None = None) -> Facts:
    missing = tuple(
        Missing(f"{each.id} 还没有回答：{each.text}", f"/questions#q-{each.id}") for each in policy.open_questions
    )
    return Facts(missing, begun=bool(answered), said=f"{answered} 个已回答", done_by=by, done_at=at)


def calendar(days: Calendar, year: int, last_month: bool) -> Facts:
    """Towards the end of a year the next one counts too: deadlines reach into it."""
    years = (year, year + 1) if last_month else (year,)
    missing = tuple(
        Missing(f"{each} 年的放假安排还没有载入", f"/calendar?year={each}")
        for each in years
        if not days.published(each)
    )
    return Facts(missing, begun=bool(days.overlay), said=f"{_in_runs(days.years)} 年已载入")


def _in_runs(years: Collection[int]) -> str:
    """``2004–2026、2028``."""
    runs: list[list[int]] = []
    for year in sorted(years):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return "、".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in runs)


def places(
    counts: Mapping[KindName, int], bodies: Collection[Institution], orphans: Mapping[KindName, Sequence[str]],
    policy: Policy,
) -> Facts:  # fmt: skip
    missing = [
        Missing(f"还没有{PLACES[kind].label}", "/places/import") for kind in FILLED if not counts[kind]
    ]  # fmt: skip
    missing += [
        Missing(_orphaned(kind, codes), f"/places?kind={kind}&q={codes[0]}") for kind, codes in orphans.items() if codes
    ]
    missing += _duties(bodies, policy) if counts["institution"] else []
    said = "，".join(f"{PLACES[kind].label} {counts[kind]:,}" for kind in PLACES if counts[kind])
    return Facts(tuple(missing), begun=any(counts.values()), said=said)


def _orphaned(kind: KindName, codes: Sequence[str]) -> str:
    named = "、".join(codes[:NAMED_AT_ONCE])
    more = f" 等 {len(codes)} 个" if len(codes) > NAMED_AT_ONCE else ""
    said = {
        "region": "没有上级，只能有一个最上级的区域",
        "institution": "既没有事项、人员和窗口，也没有下级机构",
        "item": "不纳入评价，但没有写明原因",
        "staff": "所在机构没有事项，评价不会计给他们",
    }
    return f"{PLACES[kind].label} {named}{more} {said[kind]}" if kind in said else f"{PLACES[kind].label} {named}{more}"


def _duties(bodies: Collection[Institution], policy: Policy) -> Iterator[Missing]:
    """The bodies that the rules count on."""
    duties = {each.duty for each in bodies}
    if policy[keys.dispatcher] == "hotline" and "hotline" not in duties:
        yield Missing("规则由 12345 热线派单，名录里没有职责为“热线”的机构", "/places?kind=institution")
    asks = policy[keys.dispatcher] == "bureau" or policy[keys.verified_by] == "bureau"
    if (asks or policy[keys.appeal_to] == "bureau") and "bureau" not in duties:
        yield Missing(
            "规则由政务服务管理部门派单、核实或复核，名录里没有职责为“政务服务管理”的机构", "/places?kind=institution"
        )


def people(members: Collection[Member]) -> Facts:
    able = [each for each in members if not each.disabled]
    roles = {each.role for each in able}
    missing = [
        Missing(f"还没有可用的{label}账号", "/members/new") for role, label in NEEDED.items() if role not in roles
    ]
    deciding = [each for each in able if each.role in ("operator", "supervisor", "provincial")]
    if len(deciding) < SIGNERS:
        missing.append(
            Missing("规则须由另一人审核、上线须由两人确认，至少要有两位运营、监督或省级人员", "/members/new")
        )
    said = f"{len(able)} 个可用账号"
    return Facts(tuple(missing), begun=bool(able), said=said)


def channels(policy: Policy, windows: int, kiosks: int, scopes: Collection[str], *, messages: bool) -> Facts:
    """Each channel that the rules name has a way in."""
    named = policy[keys.channels] or ()
    if not named:
        return Facts((Missing("还没有规定评价渠道", "/rules?key=channels"),))
    bases = {each.base for each in named}
    missing: list[Missing] = []
    if bases & {"device", "qr"} and not windows:
        missing.append(Missing("规则有窗口评价器或二维码，名录里还没有窗口", "/places?kind=window"))
    if "kiosk" in bases and not kiosks:
        missing.append(Missing("规则有自助终端，名录里还没有标为自助终端的窗口", "/places?kind=window"))
    if bases & {"device", "kiosk"} and "ratings:write" not in scopes:
        missing.append(Missing("还没有给评价器发放密钥", "/channels/devices"))
    if "sms" in bases and not messages:
        missing.append(Missing("规则有短信渠道，还没有接好短信网关（HAOCHAPING_SMS_URL）", "/channels"))
    if "events:write" not in scopes:
        missing.append(Missing("还没有给业务系统发放报送服务事件的密钥", "/channels/systems"))
    said = "、".join(each.label for each in named)
    return Facts(tuple(missing), begun=bool(scopes), said=said)


def signing(signatures: Sequence[Signature], now_stamp: str, open_: Sequence[Missing]) -> Facts:
    """Two people, for the rules as they stand; whoever signed for others has not signed for these."""
    valid = [each for each in signatures if each.stamp == now_stamp]
    missing = [Missing("前面各项完成之后才能签字", "/onboarding")] if open_ else []
    left = SIGNERS - len({each.member_id for each in valid})
    if left > 0:
        missing.append(Missing(f"还需要 {left} 位不同的人签字", "/onboarding#sign"))
    lapsed = len(signatures) > len(valid)
    said = "规则改过之后，先前的签字不再有效" if lapsed and left > 0 else ""
    last = valid[0] if valid else None
    names = "、".join(each.name for each in reversed(valid))
    return Facts(tuple(missing), begun=bool(valid), said=said, done_by=names, done_at=last.at if last else None)


def may_sign(signatures: Sequence[Signature], now_stamp: str, member_id: UUID) -> bool:
    return not any(each.stamp == now_stamp and each.member_id == member_id for each in signatures)
