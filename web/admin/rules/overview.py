"""All keys of a proposal on one page: what each says, whether that is the tenant's own, and what is wrong with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from litestar import get
from litestar.params import FromPath

from core.policy import helps, keys
from core.policy.keys import Key
from core.proposals import actions
from core.proposals.decide import Fault, lint
from core.proposals.limits import reserved
from core.proposals.model import STATES, Proposal
from core.tenants import Tenant
from web.admin import rulebook
from web.admin.chips import asked
from web.admin.rules.brings import by_extra
from web.admin.rules.sheet import Sheet, order, policies
from web.deps import InTenant
from web.page import Page, page
from web.visit import HttpRequest

READS: Final = {"perm": "proposals.read"}
LINES: Final = 6
SHOWS: Final[Mapping[str, str]] = {
    "": "全部", "changed": "只看改动的", "own": "与继承不同的", "unset": "没有规定的", "faulty": "有问题的",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One key: ``said`` in lines, ``status`` where it comes from, ``below`` what would be inherited."""

    sheet: Sheet
    said: tuple[str, ...]
    more: int
    layer: str
    below: str
    below_layer: str
    faults: tuple[Fault, ...]

    @property
    def key(self) -> Key[Any]:
        return self.sheet.key

    @property
    def changed(self) -> bool:
        return self.sheet.change is not None

    def shown(self, show: str) -> bool:
        return {
            "changed": self.changed, "own": self.sheet.differs, "unset": self.sheet.why.value is None,
            "faulty": bool(self.faults),
        }.get(show, True)  # fmt: skip

    def says(self, wanted: str) -> bool:
        """Whether the words looked for stand in its name, its clauses or its help."""
        why = self.sheet.why
        told = (self.key.label, self.key.name, *why.clauses, why.clause, why.document, *helps.of(self.key))
        return any(wanted in each.casefold() for each in told)


@get("/t/{slug:str}/admin/rules/{proposal:uuid}", opt=READS)
async def overview(request: HttpRequest, tenant: InTenant, proposal: FromPath[UUID]) -> Page:
    known = await actions.by_id(tenant, proposal)
    show, wanted = asked(request, "show"), asked(request, "q").strip()
    faults = lint(tenant, known)
    lines = _lines(tenant, known, faults)
    found = [each for each in lines if each.shown(show) and (not wanted or each.says(wanted.casefold()))]
    groups: dict[str, list[Line]] = {}
    for each in found:
        groups.setdefault(each.key.group, []).append(each)
    counts = {code: sum(each.shown(code) for each in lines) for code in SHOWS}
    return page(
        "admin/rules/overview.html", tenant=tenant, proposal=known, states=STATES, shows=SHOWS,
        groups={name: by_extra(each, lambda line: line.key) for name, each in groups.items()},
        counts=counts, show=show if show in SHOWS else "", wanted=wanted,
        loose=[each for each in faults if each.key not in keys.ALL and not each.key.startswith("answer:")],
        questions=questions(tenant, known),
    )  # fmt: skip


def _lines(tenant: Tenant, proposal: Proposal, faults: Sequence[Fault]) -> list[Line]:
    policy, now = policies(tenant, proposal)
    names, held = rulebook.layer_names(tenant), reserved(tenant, proposal.since)
    return [
        _line(Sheet(tenant, proposal, keys.ALL[name], policy, now, held.get(name, "")), names, faults)
        for name in order()
    ]


def _line(sheet: Sheet, names: Mapping[str, str], faults: Sequence[Fault]) -> Line:
    why, below = sheet.why, sheet.inherited
    said = () if why.value is None else tuple(sheet.policy.chinese(sheet.key).split("\n"))
    inherited = keys.chinese(sheet.key, below.value if below else None, sheet.policy.words).replace("\n", "；")
    return Line(
        sheet, said[:LINES], max(len(said) - LINES, 0), names.get(why.layer, why.layer), inherited,
        names.get(below.layer, below.layer) if below else "", tuple(each for each in faults if _of(each, sheet.key)),
    )  # fmt: skip


def _of(fault: Fault, key: Key[Any]) -> bool:
    return bool(fault.key) and fault.key in keys.ALL and fault.key == key.name


@dataclass(frozen=True, slots=True)
class Asked:
    """An open question as the proposal leaves it."""

    id: str
    text: str
    clause: str
    labels: tuple[str, ...]
    said: str
    changed: bool


def questions(tenant: Tenant, proposal: Proposal) -> tuple[Asked, ...]:
    policy, _ = policies(tenant, proposal)
    return tuple(
        Asked(
            each.id, each.text, f"{each.document} {each.clause}", tuple(rulebook.label(name) for name in each.keys),
            each.said(policy.answers[each.id]) if each.id in policy.answers else "",
            proposal.change(f"answer:{each.id}") is not None,
        )
        for each in policy.questions
    )  # fmt: skip
