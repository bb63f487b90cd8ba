"""An extra's switch and its settings stand together under its name, with what it brings and which is set next."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from core import stack
from core.policy import keys
from core.policy.extras import WHO, Extra
from core.policy.keys import EXTRAS, Key
from core.policy.policy import Policy

Line = TypeVar("Line")

PERIODS: Mapping[str, str] = {"day": "每天", "month": "每月", "quarter": "每季度", "year": "每年"}


@dataclass(frozen=True, slots=True)
class Setting:
    """A key of the extra and what it says in the proposal."""

    key: Key[Any]
    said: str
    is_set: bool


@dataclass(frozen=True, slots=True)
class Brings:
    """``lines`` are what comes with it, each with a heading; ``after`` is the setting that comes after the key."""

    extra: Extra
    plugin: str
    settings: tuple[Setting, ...]
    lines: tuple[tuple[str, str], ...]
    after: Setting | None
    unset: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class Part(Generic[Line]):
    """What a list of rules says of one extra, its switch first; ``extra`` is None for the keys of none.

    ``shared`` are those of its settings that stand with another extra, which has them too.
    """

    extra: Extra | None
    lines: tuple[Line, ...]
    shared: tuple[Key[Any], ...] = ()


def brings(key: Key[Any], policy: Policy, written: Collection[str] = ()) -> Brings | None:
    """What the extra brings that this key switches or sets; None for a key of no extra.

    Of several that share the key it is the one whose switch is ``written`` just now, else the first that is on.
    """
    extra = min(
        (each for each in stack.extras() if key in _keys(each)),
        key=lambda each: (each.switch.name not in written, not policy[each.switch]), default=None,
    )  # fmt: skip
    if extra is None:
        return None
    every = tuple(_setting(each, policy) for each in _keys(extra))
    at = [each.key for each in every].index(key)
    after = next(iter(every[at + 1 :]), None)
    unset = tuple(each for each in every if not each.is_set and each.key not in (key, extra.switch))
    return Brings(extra, _plugin(extra), every, tuple(_lines(extra)), after, unset)


def siblings(key: Key[Any]) -> frozenset[str]:
    """The other keys of every extra that this key switches or sets."""
    found = {one.name for each in stack.extras() if key in _keys(each) for one in _keys(each)}
    return frozenset(found - {key.name})


def _keys(extra: Extra) -> tuple[Key[Any], ...]:
    return tuple(dict.fromkeys((extra.switch, *extra.settings)))


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


def by_extra(lines: Iterable[Line], key: Callable[[Line], Key[Any]]) -> tuple[Part[Line], ...]:
    """The lines of one group of rules in parts, one to each extra, in the order of ``together``."""
    owners = _owners()
    found: dict[str, list[Line]] = {}
    for each in lines:
        owner = owners.get(key(each).name) if key(each).group == EXTRAS else None
        found.setdefault(owner.code if owner else "", []).append(each)
    extras = {each.code: each for each in stack.extras()}
    return tuple(_part(extras.get(code), tuple(held), owners) for code, held in found.items())


def _part(extra: Extra | None, lines: tuple[Line, ...], owners: Mapping[str, Extra]) -> Part[Line]:
    shared = [each for each in extra.settings if owners[each.name] is not extra] if extra else []
    return Part(extra, lines, tuple(shared))


def _owners() -> Mapping[str, Extra]:
    """With which extra each key stands: a key of several is with the one whose switch comes first."""
    names = list(keys.ALL)
    found: dict[str, Extra] = {}
    for extra in sorted(stack.extras(), key=lambda each: names.index(each.switch.name)):
        for each in _keys(extra):
            found.setdefault(each.name, extra)
    return found


def together(names: Iterable[str]) -> list[str]:
    """The keys in their order, but each extra's settings after its switch, and keys of no extra after all of them."""
    wanted = list(names)
    of = {each.switch.name: [one.name for one in each.settings if one.name in wanted] for each in stack.extras()}
    behind = {name for switch, settings in of.items() if switch in wanted for name in settings}
    first = [name for name in wanted if name not in behind or name in of]
    found = dict.fromkeys(name for each in first for name in (each, *of.get(each, ())))
    owned = _owners()
    return sorted(found, key=lambda name: keys.ALL[name].group == EXTRAS and name not in owned)
