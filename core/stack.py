"""Installed plugins are found by entry point; a tenant's stack of them answers each question, the strongest first."""

from bisect import bisect_right
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import Any, Final, Protocol, cast

import pluggy
import structlog

from core import clock, hooks
from core.errors import Refused, UnknownCode
from core.policy import extras_lint as lint
from core.policy import keys, own, vocab
from core.policy.city import City
from core.policy.compile import asked, compile_policy, turning_days
from core.policy.extras import Extra
from core.policy.model import DatedAnswer, Layer, Override
from core.policy.own import OwnQuestion, Paper
from core.policy.policy import Policy
from core.policy.questions import Question
from core.policy.shapes import nearest

GROUP: Final = hooks.PROJECT
NATIONAL: Final = "national"
DIVISIONS: Final = f"{GROUP}.divisions"
KEPT_POLICIES: Final = 2048
KEPT_INCIDENTS: Final = 200
_log = structlog.get_logger("stack")


class PluginBroken(Exception):
    """A plugin cannot be loaded; the program does not start with it."""


class Governed(Protocol):
    """What of a tenant decides its policy."""

    @property
    def id(self) -> int: ...
    @property
    def revision(self) -> int: ...
    @property
    def stack(self) -> tuple[str, ...]: ...
    @property
    def answers(self) -> Mapping[str, Any]: ...
    @property
    def overrides(self) -> Sequence[Override]: ...
    @property
    def dated(self) -> Sequence[DatedAnswer]: ...
    @property
    def baseline(self) -> Sequence[Override]: ...
    @property
    def papers(self) -> Sequence[Paper]: ...
    @property
    def asks(self) -> Sequence[OwnQuestion]: ...
    @property
    def demo(self) -> bool: ...
    @property
    def timeless(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Incident:
    """A plugin failed at a question of this tenant; the layer below answered in its place."""

    plugin: str
    hook: str
    error: str
    at: datetime
    tenant: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Stack:
    """National layer, province, city: one pluggy manager and the layers it yields, weakest first."""

    names: tuple[str, ...]
    manager: pluggy.PluginManager
    layers: tuple[Layer, ...]

    @staticmethod
    def of(names: Sequence[str]) -> "Stack":
        """The stack of these plugins above the national layer."""
        return _stack(tuple(name for name in names if name != NATIONAL))


@cache
def _found() -> Mapping[str, EntryPoint]:
    found = {each.name: each for each in entry_points(group=GROUP)}
    first = [NATIONAL] if NATIONAL in found else []
    return {name: found[name] for name in (*first, *sorted(found.keys() - {NATIONAL}))}


def forget() -> None:
    """Plugins are looked for again, as after an installation."""
    for each in (_found, _plugin, _stack, layer, extras, divisions):
        each.cache_clear()
    keys.dismiss()
    vocab.dismiss()
    _compiled.clear()


def names() -> tuple[str, ...]:
    """The installed plugins, the national layer first."""
    return tuple(_found())


@cache
def _plugin(name: str) -> object:
    if name not in _found():
        raise UnknownCode(f"没有安装名为“{name}”的规则插件。{nearest(name, _found())}", field="stack")
    try:
        plugin = _found()[name].load()
    except SyntaxError as error:
        raise PluginBroken(f"插件 {name} 无法载入：{error.filename} 第 {error.lineno} 行：{error.msg}") from error
    except (ImportError, AttributeError, NameError, TypeError, ValueError) as error:
        raise PluginBroken(f"插件 {name} 无法载入：{error}") from error
    return plugin


def _manager(plugins: Sequence[str]) -> pluggy.PluginManager:
    """Registered weakest first: pluggy asks the last one registered first."""
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hooks)
    for name in plugins:
        try:
            manager.register(_plugin(name), name)
            manager.check_pending()
        except pluggy.PluginValidationError as error:
            known = "、".join(spoken for spoken in vars(manager.hook) if not spoken.startswith("_"))
            raise PluginBroken(f"插件 {name} 的接口写错了：{error}。可以实现的接口有：{known}。") from error
    return manager


@cache
def layer(name: str) -> Layer:
    """What one plugin says; keys that another brings are known before it says anything of them."""
    extras()
    hook = _manager((name,)).hook
    place = cast("City | None", hook.city())
    rules = [rule for said in hook.rules() for rule in said]
    questions = [question for said in hook.questions() for question in said]
    known = tuple(dict.fromkeys(rule.regulation for rule in rules))
    return Layer(
        name,
        place.name if place else name,
        tuple(rules),
        tuple(questions),
        place.regulations if place else known,
    )


@cache
def _stack(plugins: tuple[str, ...]) -> Stack:
    every = (NATIONAL, *plugins)
    return Stack(every, _manager(every), tuple(layer(name) for name in every))


def city(name: str) -> City | None:
    return cast("City | None", _manager((name,)).hook.city())


def folder(name: str) -> Path:
    """Where the plugin's own files lie, its scenarios among them."""
    module = import_module(_found()[name].module if name in _found() else str(_plugin(name)))
    return Path(str(module.__file__)).parent


def questions(plugins: Sequence[str]) -> tuple[Question, ...]:
    """Every open question of a stack."""
    return tuple(asked(Stack.of(plugins).layers).values())


def demo_answers(plugins: Sequence[str]) -> Mapping[str, Any]:
    return {each.id: each.demo for each in questions(plugins)}


@cache
def extras() -> tuple[Extra, ...]:
    """The features that installed plugins bring, whoever's stack they stand in."""
    brought = {name: _brought(name) for name in names()}
    found = tuple(extra for each in brought.values() for extra in each)
    wrong = [f"插件 {name} 的{said}" for name, each in brought.items() for extra in each for said in lint.faults(extra)]
    if wrong or (wrong := list(lint.clashes(found))):
        raise PluginBroken("\n".join(wrong))
    try:
        keys.admit(each for extra in found for each in (extra.switch, *extra.settings))
    except Refused as refusal:
        raise PluginBroken(refusal.detail) from refusal
    vocab.bring({f"{extra.code}:{each.code}": each.label for extra in found for each in extra.metrics})
    return found


def bringer(extra: str) -> str:
    """The plugin that brings this extra; "" where none does."""
    return next((name for name in names() for each in _brought(name) if each.code == extra), "")


@cache
def divisions() -> tuple[str, ...]:
    """The official names of places that are known here, by lists or by their plugins, the longer before the shorter."""
    listed = {name for each in entry_points(group=DIVISIONS) for name in _named(each)}
    places = {place.name for place in map(city, names()) if place and place.division}
    return tuple(sorted(listed | places, key=lambda name: (-len(name), name)))


def _named(list_: EntryPoint) -> Sequence[str]:
    try:
        return cast("Sequence[str]", list_.load()())
    except (ImportError, AttributeError) as error:
        raise PluginBroken(f"地名表 {list_.name} 无法载入：{error}") from error


def _brought(name: str) -> list[Extra]:
    hook = _manager((name,)).hook
    try:
        found = [extra for said in hook.extras() for extra in said]
    except Exception as error:
        raise PluginBroken(f"插件 {name} 的特色功能无法载入：{error!r}") from error
    if strange := [each for each in found if not isinstance(each, Extra)]:
        raise PluginBroken(f"插件 {name} 的 extras() 应返回 Extra，实际有 {type(strange[0]).__name__}。")
    return found


@dataclass(slots=True)
class _Compiled:
    tenant: Governed
    own: Layer
    turns: tuple[date, ...]
    policies: dict[int, Policy] = field(default_factory=dict[int, Policy])

    def serves(self, tenant: Governed) -> bool:
        return tenant is self.tenant or _decisive(tenant) == _decisive(self.tenant)


def _decisive(tenant: Governed) -> tuple[Any, ...]:
    """What of a tenant makes its policy."""
    said = (tenant.overrides, tenant.dated, tenant.baseline, tenant.papers, tenant.asks)
    return (tenant.stack, tenant.answers, tenant.demo, tenant.timeless, *map(tuple, said))


_compiled: OrderedDict[tuple[int, int], _Compiled] = OrderedDict()


def policy(tenant: Governed, on: date) -> Policy:
    """The tenant's policy of that day, compiled once between two changes."""
    held = _held(tenant)
    turn = bisect_right(held.turns, on)
    if turn not in held.policies:
        layers = Stack.of(tenant.stack).layers
        held.policies[turn] = compile_policy(
            layers, answered(tenant, on), keys.heard(tenant.overrides), on,
            baseline=keys.heard(tenant.baseline), own=held.own, timeless=tenant.timeless,
        )  # fmt: skip
    return held.policies[turn].on_day(on)


def turns(tenant: Governed) -> tuple[date, ...]:
    """The days on which the tenant's policy may change."""
    return _held(tenant).turns


def _held(tenant: Governed) -> _Compiled:
    held = _compiled.get((tenant.id, tenant.revision))
    return held if held is not None and held.serves(tenant) else _begin(tenant)


def _begin(tenant: Governed) -> _Compiled:
    extras()  # their keys are known before anything is read that may set them
    layers = Stack.of(tenant.stack).layers
    mine = own.layer(tenant.papers, keys.heard(tenant.asks))
    held = _Compiled(tenant, mine, _turns(tenant, (*layers, mine)))
    _compiled[tenant.id, tenant.revision] = held
    _compiled.move_to_end((tenant.id, tenant.revision))
    while len(_compiled) > KEPT_POLICIES:
        _compiled.popitem(last=False)
    return held


def _turns(tenant: Governed, layers: Sequence[Layer]) -> tuple[date, ...]:
    """Another answer may move the days of other rules: each set of answers there ever is has its days."""
    known = asked(layers)
    days = {each.since for each in tenant.dated}
    for on in (date.min, *sorted(days)):
        answers = answered(tenant, on)
        given = {name: known[name].accept(raw) for name, raw in answers.items() if name in known}
        days |= set(turning_days(layers, given, (*tenant.baseline, *tenant.overrides)))
    return tuple(sorted(days))


def answered(tenant: Governed, on: date) -> Mapping[str, Any]:
    """The answers of that day. A demo tenant answers as the plugin's demo does wherever it has not answered itself."""
    since = sorted((each for each in tenant.dated if each.since <= on), key=lambda each: each.since)
    # What was asked of a key whose plugin has been removed waits until it is back.
    idle = {each.id for each in tenant.asks} - {each.id for each in keys.heard(tenant.asks)}
    told = {**tenant.answers, **{each.question: each.value for each in since}}
    given = {name: value for name, value in told.items() if name not in idle}
    if not tenant.demo:
        return given
    answers = {**demo_answers(tenant.stack), **given}
    for name, demo in demo_answers(tenant.stack).items():
        if isinstance(demo, Mapping) and isinstance(answers[name], Mapping):
            answers[name] = {**demo, **answers[name]}
    return answers


_incidents: deque[Incident] = deque(maxlen=KEPT_INCIDENTS)
_unkept: deque[Incident] = deque(maxlen=KEPT_INCIDENTS)


def incidents() -> tuple[Incident, ...]:
    """The latest failures of plugins in this process, newest last."""
    return tuple(_incidents)


def unkept() -> tuple[Incident, ...]:
    """Those of a tenant that nobody has asked for yet, each once."""
    return tuple(_unkept.popleft() for _ in range(len(_unkept)))


def ask(hook: str, tenant: Governed, **facts: Any) -> Any:
    """The strongest layer's answer; a layer that fails is passed over and leaves an incident."""
    return next((answer for answer in _calls(hook, tenant, facts) if answer is not None), None)


def is_asked(hook: str, tenant: Governed) -> bool:
    """Whether any layer has an answer of its own to this question."""
    caller: pluggy.HookCaller = getattr(Stack.of(tenant.stack).manager.hook, hook)
    return bool(caller.get_hookimpls())


def tell(hook: str, tenant: Governed, **facts: Any) -> None:
    """Every observer of the stack hears of it; one that fails keeps nobody else from hearing."""
    for _ in _calls(hook, tenant, facts):
        continue


def _calls(hook: str, tenant: Governed, facts: Mapping[str, Any]) -> Iterator[Any]:
    """Each layer's answer in pluggy's own order, last registered first."""
    caller: pluggy.HookCaller = getattr(Stack.of(tenant.stack).manager.hook, hook)
    for implementation in reversed(caller.get_hookimpls()):
        try:
            yield implementation.function(*(facts[name] for name in implementation.argnames))
        except Exception as error:  # noqa: BLE001 - a plugin may fail in any way, and nobody's page breaks for it
            note(implementation.plugin_name, hook, repr(error), tenant.id)


def note(plugin: str, hook: str, error: str, tenant: int | None = None) -> None:
    """A failure of a plugin stays in sight of whoever runs the system."""
    met = Incident(plugin, hook, error, clock.now(), tenant)
    _incidents.append(met)
    if tenant is not None:
        _unkept.append(met)
    _log.error("plugin failed", plugin=plugin, hook=hook, error=error)
