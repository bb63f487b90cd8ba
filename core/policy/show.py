"""Everything a tenant's policy sets can be read on one page of text, with its clause, layer and date."""

from collections.abc import Iterator, Mapping
from typing import Final

from core.policy import keys
from core.policy.checks import faults
from core.policy.model import Regulation
from core.policy.policy import Policy, Why

LAYERS: Final[Mapping[str, str]] = {
    "national": "全国", "province": "省级基线", "answer": "对开放问题的回答", "override": "本地设置",
}  # fmt: skip


def render(policy: Policy, title: str) -> str:
    """The text behind ``haochaping policy show``."""
    return "\n".join(_lines(policy, title)) + "\n"


def _lines(policy: Policy, title: str) -> Iterator[str]:
    yield f"{title} {policy.on.isoformat()} 的规则  版本 {policy.revision}"
    yield from (f"  {_document(each)}" for each in policy.documents)
    group = ""
    for why in policy.entries():
        if why.value is None:
            continue
        if why.key.group != group:
            group = why.key.group
            yield f"\n【{group}】"
        yield from _entry(policy, why)
    yield from _unset(policy)
    yield from _answered(policy)
    yield from _open(policy)
    yield from _faults(policy)


def _document(regulation: Regulation) -> str:
    issued = f"{regulation.issued.isoformat()} 起" if regulation.issued else "征求意见稿，未施行"
    return f"{regulation.name} {issued}" + (f"，{regulation.note}" if regulation.note else "")


def _entry(policy: Policy, why: Why) -> Iterator[str]:
    yield f"{why.key.name}  {why.key.label}"
    if why.rows:
        for row in why.rows:
            said = keys.chinese(why.key, (row.row,), policy.words)
            yield f"    {said}  〔{_source(row.layer, row.clause)}〕"
    else:
        yield f"    {policy.chinese(why.key)}"
    since = f"，{why.since.isoformat()} 起" if why.since else ""
    until = f"，至 {why.until.isoformat()}" if why.until else ""
    document = f"，{why.document}" if why.document else ""
    author = f"，{why.author}" if why.author else ""
    yield f"    依据：{_source(why.layer, why.clause)}{document}{since}{until}{author}"


def _source(layer: str, clause: str) -> str:
    return f"{LAYERS.get(layer, layer)} {clause}".strip()


def _unset(policy: Policy) -> Iterator[str]:
    yield "\n【未作规定】（有关功能不启用）"
    told = {name: f"：{gap.why}〔{gap.clause}〕" for gap in policy.gaps for name in gap.keys}
    for why in policy.entries():
        if why.value is None:
            yield f"{why.key.name}  {why.key.label}{told.get(why.key.name, '')}"


def _answered(policy: Policy) -> Iterator[str]:
    if policy.answers:
        yield "\n【已回答的问题】"
    for each in policy.questions:
        if each.id in policy.answers:
            yield f"{each.id}  {each.text}〔{each.clause}〕\n    {each.said(policy.answers[each.id])}"


def _open(policy: Policy) -> Iterator[str]:
    if policy.open_questions:
        yield "\n【待回答的开放问题】（全部回答之前不能上线）"
    for each in policy.open_questions:
        yield f"{each.id}  {each.text}〔{each.clause}〕"
        for suggestion in each.values:
            yield f"    {each.said(suggestion.value)}：{suggestion.reason}"


def _faults(policy: Policy) -> Iterator[str]:
    found = faults(policy)
    if found:
        yield "\n【需要注意】"
    yield from found
