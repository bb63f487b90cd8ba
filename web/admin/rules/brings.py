"""An extra's switch and its settings stand together, with the clause it comes from and what it brings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core import stack
from core.policy import keys
from core.policy.extras import WHO, Extra
from core.policy.keys import Key
from core.policy.policy import Policy

PERIODS: Mapping[str, str] = {"day": "每天", "month": "每月", "quarter": "每季度", "year": "每年"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of the extra and what it says in the proposal."""

    key: Key[Any]
    said: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class Brings:
    """``lines`` are what comes with it, each with a heading."""

    extra: Extra
    plugin: str
    settings: tuple[Setting, ...]
    lines: tuple[tuple[str, str], ...]


def brings(key: Key[Any], policy: Policy) -> Brings | None:
    """What the extra brings that this key switches or sets; None for a key of no extra."""
    extra = next((each for each in stack.extras() if key is each.switch or key in each.settings), None)
    if extra is None:
        return None
    return Brings(
        extra, _plugin(extra),
        tuple(_setting(each, policy) for each in dict.fromkeys((extra.switch, *extra.settings))), tuple(_lines(extra)),
    )  # fmt: skip


def _plugin(extra: Extra) -> str:
    """Whose document brings it."""
    found = stack.bringer(extra.code)
    place = stack.city(found) if found else None
    return place.name if place else found


def _setting(key: Key[Any], policy: Policy) -> Setting:
    value = policy[key]
    return Setting(key, keys.chinese(key, value, policy.words), value is not None)


def _lines(extra: Extra) -> Iterable[tuple[str, str]]:
    for kind in extra.kinds:
        who = "、".join(WHO[each] for each in kind.files) or "系统"
        acts = "、".join(act.label for act in kind.acts)
        yield kind.label, f"{kind.says}由{who}登记。" + (f"可以办理：{acts}。" if acts else "")
    if extra.pages:
        yield "页面", "、".join(each.label for each in extra.pages)
    if extra.duties:
        yield "定期", "、".join(f"{PERIODS[each.every]}{each.label}" for each in extra.duties)
    if extra.metrics:
        yield "指标", "、".join(each.label for each in extra.metrics)
    if extra.forms:
        yield "问卷", f"{len(extra.forms)} 份，接在评价之后，自愿填写"


def together(names: Iterable[str]) -> list[str]:
    """The keys in their order, but each extra's settings after its switch."""
    wanted = list(names)
    of = {each.switch.name: [one.name for one in each.settings if one.name in wanted] for each in stack.extras()}
    behind = {name for switch, settings in of.items() if switch in wanted for name in settings}
    first = [name for name in wanted if name not in behind or name in of]
    return list(dict.fromkeys(name for each in first for name in (each, *of.get(each, ()))))
