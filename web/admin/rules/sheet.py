"""One key as it stands in a proposal: what is proposed, what holds without it, what lies below, and who says so."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from core import stack
from core.errors import NotFound
from core.policy import helps, keys
from core.policy.compile import OVERRIDE
from core.policy.keys import UNSET, Key
from core.policy.policy import Policy, Why
from core.policy.shapes import Choice, Flag, GradeOrWord
from core.proposals.decide import applied
from core.proposals.limits import reserved
from core.proposals.model import Change, Proposal
from core.tenants import Tenant
from web.admin import rulebook
from web.admin.rules.brings import siblings, together
from web.admin.rules.controls import MISSING, Blank, Control, Field, Fields, Option, Sent, Wrong, first
from web.admin.rules.fields import of_key, written

AT: Final = "v"
SET: Final = "set"
CITED: Final[Mapping[str, str]] = {
    "clause": "请写明依据哪一条，例如 第十五条第二款；写好就存入草案。",
    "document": "请选择条款出自哪份文件；没有列出的，先登记本级文件。",
}
# What belongs to a value and not to a look at it, and is brought back by undoing.
OWN: Final = ("state", "clause", "document", "until")


@dataclass(frozen=True, slots=True)
class Below:
    """One layer's word on the key, the strongest first."""

    layer: str
    said: str
    clause: str
    document: str
    since: str
    author: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """``policy`` is as the proposal would have it, ``now`` as it is on that day without it.

    ``reserved`` says who sets this key where the tenant may not.
    """

    tenant: Tenant
    proposal: Proposal
    key: Key[Any]
    policy: Policy
    now: Policy
    reserved: str = ""

    @property
    def change(self) -> Change | None:
        return self.proposal.change(self.key.name)

    @property
    def carried(self) -> Change | None:
        """What the proposal last cited for another key of the same extra, for whoever has written nothing here yet."""
        if self.change is not None:
            return None
        near = siblings(self.key)
        cited = (each for each in self.proposal.changes if each.key in near and each.clause)
        return max(cited, key=lambda each: each.version, default=None)

    @property
    def carried_from(self) -> str:
        return rulebook.label(self.carried.key) if self.carried else ""

    @property
    def parts(self) -> tuple[Change, ...]:
        """Changes of one field of it alone, as an import or a merge may write them."""
        return tuple(each for each in self.proposal.changes if each.key.startswith(f"{self.key.name}.")
                     and each.key not in keys.ALL)  # fmt: skip

    @property
    def why(self) -> Why:
        return self.policy.why(self.key)

    @property
    def control(self) -> Control:
        return of_key(self.key, self.policy)

    @property
    def says(self) -> str:
        said, _ = helps.of(self.key)
        return said or next((each.says for each in stack.extras() if each.switch is self.key), "")

    @property
    def example(self) -> str:
        return helps.of(self.key)[1]

    @property
    def silence(self) -> str:
        return rulebook.silence(self.policy, self.key)

    @property
    def gap(self) -> str:
        return next((each.why for each in self.now.gaps if self.key.name in each.keys), "")

    @property
    def inherited(self) -> Why | None:
        """What the layers below the tenant's own rules say; the value itself where the tenant says nothing."""
        why = self.why
        return why if why.layer != OVERRIDE else next((each for each in why.below if each.layer != OVERRIDE), None)

    @property
    def differs(self) -> bool:
        """Whether the tenant says otherwise than what it would inherit."""
        below = self.inherited
        return self.why.layer == OVERRIDE and self.why.value != (below.value if below else None)

    @property
    def own(self) -> bool:
        """Whether the tenant had a rule of its own on this before the proposal."""
        return self.now.why(self.key).layer == OVERRIDE

    def layers(self) -> tuple[Below, ...]:
        """Every layer that speaks, as it is without the proposal: the first is the one that holds."""
        why, names = self.now.why(self.key), rulebook.layer_names(self.tenant)
        return tuple(
            Below(
                names.get(each.layer, each.layer), keys.chinese(self.key, each.value, self.now.words), each.clause,
                each.document, each.since.isoformat() if each.since else "", each.author, place == 0,
            )
            for place, each in enumerate([why, *why.below] if why.layer else [])
        )  # fmt: skip


def open_sheet(tenant: Tenant, proposal: Proposal, name: str) -> Sheet:
    policy, now = policies(tenant, proposal)
    key = keys.ALL.get(name)
    if key is None:
        raise NotFound("没有这一项规则，可能是带来它的插件已被移除。")
    return Sheet(tenant, proposal, key, policy, now, reserved(tenant, proposal.since).get(name, ""))


def policies(tenant: Tenant, proposal: Proposal) -> tuple[Policy, Policy]:
    """The rules of the proposal's day with it and without it."""
    return stack.policy(applied(tenant, proposal), proposal.since), stack.policy(tenant, proposal.since)


def simple(key: Key[Any]) -> bool:
    """Whether "not regulated" stands among the few answers, instead of before a form."""
    return isinstance(key.shape, Flag | Choice | GradeOrWord)


def stored(sheet: Sheet) -> Fields:
    """The form as the proposal has it; where it says nothing, as the rules are."""
    change, value = sheet.change or sheet.carried, sheet.why.value
    raw = MISSING if value is None else written(sheet.key.shape, value)
    found = _spelt(sheet, raw)
    found["state"] = [UNSET if value is None else SET]
    found["clause"] = [change.clause if change else ""]
    found["document"] = [change.document if change else last_document(sheet.tenant, sheet.proposal)]
    until = sheet.change.until if sheet.change else None
    found["until"] = [until.isoformat() if until else ""]
    return found


def _spelt(sheet: Sheet, raw: Any) -> Fields:
    if isinstance(sheet.key.shape, Flag):
        return {AT: [UNSET if raw is MISSING else "yes" if raw else "no"]}
    if simple(sheet.key) and raw is MISSING:
        return {AT: [UNSET]}
    return sheet.control.spell(raw, AT)


def last_document(tenant: Tenant, proposal: Proposal) -> str:
    """Whoever goes through one paper names it once, and where there is but one, not at all."""
    written_last = max(
        (each for each in proposal.changes if each.document), key=lambda each: each.version, default=None
    )
    if written_last:
        return written_last.document
    return tenant.papers[0].cited if len(tenant.papers) == 1 else ""


def value_of(sheet: Sheet, sent: Sent, wrong: Wrong) -> Any:
    """What the form says, as TOML has it: ``"unset"``, a value, or nothing that could be read."""
    if first(sent, "state") == UNSET or (simple(sheet.key) and first(sent, AT) == UNSET):
        return UNSET
    if isinstance(sheet.key.shape, Flag):
        said = first(sent, AT)
        if said not in ("yes", "no"):
            wrong[AT] = "请选择“是”“否”或“未作规定”"
        return said == "yes"
    value = sheet.control.read(sent, AT, wrong)
    if value is MISSING and not wrong:
        wrong[drawn(sheet, sent, {}).name] = Blank("请填写，或者选“未作规定”")
    return value


def drawn(sheet: Sheet, sent: Sent, wrong: Wrong) -> Field:
    if isinstance(sheet.key.shape, Flag):
        options = (Option("yes", "是"), Option("no", "否"), Option(UNSET, "未作规定"))
        return Field("radios", AT, sheet.key.label, (first(sent, AT),), options, error=wrong.get(AT, ""))
    field = sheet.control.draw(sent, AT, wrong, sheet.key.label)
    if simple(sheet.key):
        told = tuple(each for each in field.options if each.code != UNSET)
        return replace(field, kind="radios", options=(*told, Option(UNSET, "未作规定")))
    return replace(field, unit=field.unit or sheet.key.unit) if field.kind == "number" else field


def uncited(sent: Sent) -> Wrong:
    """A rule stands on a clause of a document: which of the two is not written yet."""
    return {name: Blank(text) for name, text in CITED.items() if not first(sent, name)}


def documents(tenant: Tenant) -> Mapping[str, str]:
    """What a clause may be of: the tenant's own papers, the province's, and those that its rules stand on."""
    own = {each.cited: f"《{each.title}》" for each in tenant.papers}
    adopted = {each.document: each.document for each in tenant.baseline if each.document}
    layers = reversed(stack.Stack.of(tenant.stack).layers)
    told = {each.document or each.title: each.name for layer in layers for each in layer.regulations}
    return {**own, **adopted, **{name: title for name, title in told.items() if name not in own}}


def order() -> list[str]:
    """Every key under its heading, as the overview and the buttons before and after have it."""
    groups = list(dict.fromkeys(key.group for key in keys.ALL.values()))
    return together(name for group in groups for name, key in keys.ALL.items() if key.group == group)
