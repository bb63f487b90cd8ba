"""What happened to a ticket is told in sentences, oldest first, each with who and when."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from core.audit.model import Actor
from core.citizen.actions import SHOWN, TOLD
from core.policy import vocab
from core.redaction import redact
from core.tickets.machine import CLOCK_LABELS, RULES, STATE_LABELS
from core.tickets.views import ActView
from web.filters import deadline

KINDS: Mapping[str, str] = {
    "bureau": "政务服务管理部门", "hotline": "热线", "rater": "评价人", "system": "系统", "platform": "服务平台",
    "key": "业务系统",
}  # fmt: skip
OTHERS: Mapping[str, str] = {
    "opened": "生成工单", "recount": "按新的放假安排重算期限", "unmask": "查看评价人电话",
}  # fmt: skip
# What the rated themselves may read: nothing that tells the rater or the hour.
FOR_THE_RATED = frozenset({"notify", "verdict", "decide"})
THEIR_OWN = frozenset({"appeal", "statement"})
FACTS_FOR_THE_RATED = frozenset({"is", "complexity", "upheld", "finding", "state", "member"})
FAULTS: Mapping[str, str] = {**vocab.FINDINGS, **vocab.CENSURES}


# What the rater reads of it on their receipt: its words, that it was done, or nothing.
Seen = Literal["words", "fact", ""]


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    label: str
    who: str
    note: str
    facts: tuple[str, ...]
    verb: str
    seen: Seen


def told(acts: Sequence[ActView], names: Mapping[str, str]) -> tuple[Line, ...]:
    return tuple(
        Line(each.at, label_of(each.act), _who(each, names), each.note, tuple(_facts(each, names)), each.act,
             "words" if each.act in TOLD else "fact" if each.act in SHOWN else "")
        for each in acts
    )  # fmt: skip


def for_the_rated(acts: Sequence[ActView], own: str, known: Sequence[str]) -> tuple[ActView, ...]:
    """Their own words as they wrote them; of others' acts only what concerns them, in words that name nobody."""
    return tuple(
        each if each.actor == own else _cleaned(each, known)
        for each in acts
        if each.act in FOR_THE_RATED or (each.act in THEIR_OWN and each.actor == own)
    )


def _cleaned(act: ActView, known: Sequence[str]) -> ActView:
    data = {name: value for name, value in act.data.items() if name in FACTS_FOR_THE_RATED}
    return replace(act, note=redact(act.note, known), data=data)


def label_of(verb: str) -> str:
    return RULES[verb].label if verb in RULES else OTHERS.get(verb, verb)


def actor_name(actor: str, names: Mapping[str, str]) -> str:
    """``names`` holds the names of institutions and staff by ``institution:code`` and ``staff:code``."""
    return names.get(actor) or KINDS.get(Actor.parse(actor).kind) or Actor.parse(actor).code


def _who(act: ActView, names: Mapping[str, str]) -> str:
    place = actor_name(act.actor, names)
    # Who acts for themselves is named once.
    member = "" if act.actor in names and act.actor.startswith("staff:") else str(act.data.get("member") or "")
    return f"{place} {member}".strip()


def _facts(act: ActView, names: Mapping[str, str]) -> list[str]:
    said = [say(act.data[name], names) for name, say in _SAID.items() if act.data.get(name) not in (None, "", [])]
    lead = act.data.get("to") if act.act == "join" else None
    return [f"并入 {lead}", *said] if lead else said


def _moved(pair: Any, names: Mapping[str, str]) -> str:
    before, after = (names.get(f"institution:{code}", code) for code in pair)
    return f"承办：{before} → {after}"


_SAID: Mapping[str, Callable[[Any, Mapping[str, str]], str]] = {
    "accept": lambda value, _: "通过" if value else "不通过",
    "silence": lambda *_: "到期未审核，视为通过",
    "is": lambda value, _: FAULTS.get(value, str(value)),
    "complexity": lambda value, _: vocab.COMPLEXITIES.get(value, str(value)),
    "upheld": lambda value, _: "申诉成立" if value else "申诉不成立",
    "finding": lambda value, _: f"认定为{vocab.FINDINGS.get(value, str(value))}",
    "way": lambda value, _: vocab.WAYS.get(value, str(value)),
    "reached": lambda value, _: "已联系上" if value else "没有联系上",
    "when": lambda value, _: f"联系时间 {value.replace('T', ' ')}",
    "purpose": lambda value, _: f"用途：{value}",
    "clock": lambda value, _: f"期限：{CLOCK_LABELS.get(value, str(value))}",
    "due": lambda pair, _: f"由 {_day(pair[0])} 延至 {_day(pair[1])}",
    "handler": _moved,
    "state": lambda pair, _: f"{STATE_LABELS.get(pair[0], pair[0])} → {STATE_LABELS.get(pair[1], pair[1])}",
    "joined": lambda value, _: f"随 {value} 一并办理",
    "evidence": lambda value, _: f"证据：{'、'.join(value) if isinstance(value, list) else value}".replace(
        "证据：文件：", "证据："
    ),
    "grade": lambda value, _: f"评价人给出 {value} 分（数字大的好）",
}


def _day(text: str) -> str:
    return deadline(datetime.fromisoformat(text)).striptags()
