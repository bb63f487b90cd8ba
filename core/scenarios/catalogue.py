"""What is installed decides what a scenario may name: plugins, rule ids, open questions, keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from core import stack
from core.errors import Refused
from core.policy import keys, own
from core.policy.questions import Question
from core.scenarios.errors import Unreadable, unknown
from core.tenants.model import Tenant

SHARED_LAYERS = ("national", "province", "own", "answer", "override")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``plugins`` above the national layer; ``rules`` of all; ``questions`` of a stack, how each is read."""

    plugins: frozenset[str]
    rules: frozenset[str]
    questions: Callable[[tuple[str, ...]], Mapping[str, Callable[[Any], Any]]]


def check_rule(key: str, value: object) -> None:
    """An override's key and value must be ones that the policy takes."""
    known_key(key)
    try:
        keys.parse(key, value)
    except Refused as error:
        raise Unreadable(error.detail) from error


def check_policy_sight(given: Mapping[str, Any], policy: Iterable[str]) -> None:
    known_key(given["key"])
    layers = (*SHARED_LAYERS, *policy)
    if given.get("layer", "national") not in layers:
        raise unknown("政策层", given["layer"], layers)
    if "value" in given:
        check_rule(given["key"], given["value"])


def known_key(name: str) -> None:
    try:
        keys.find(name)
    except Refused as error:
        head = name.partition(".")[0]
        raise unknown("规则项", name, keys.ALL) if head not in keys.ALL else Unreadable(error.detail) from error


def installed() -> Catalogue:
    """What this installation's plugins bring."""
    return Catalogue(
        plugins=frozenset(stack.names()) - {stack.NATIONAL},
        rules=frozenset(each.id for name in stack.names() for each in stack.layer(name).provisions),
        questions=lambda policy: {each.id: _reader(each) for each in stack.questions(policy)},
    )


def of_tenant(tenant: Tenant) -> Catalogue:
    """As installed; a tenant's own papers may leave something open too."""
    asked = own.layer(tenant.papers, tenant.asks).questions
    return replace(
        installed(),
        questions=lambda policy: {each.id: _reader(each) for each in (*stack.questions(policy), *asked)},
    )


def scenario_folders() -> tuple[Path, ...]:
    """Where installed plugins keep their scenarios."""
    national = stack.folder(stack.NATIONAL) / "national_scenarios"
    plugins = (stack.folder(name) / "scenarios" for name in stack.names() if name != stack.NATIONAL)
    return tuple(folder for folder in (national, *plugins) if folder.is_dir())


def _reader(question: Question) -> Callable[[Any], Any]:
    """Of an answer with several fields a scenario may give some; the demo gives the rest."""

    def read(raw: Any) -> Any:
        whole = {**question.demo, **raw} if isinstance(question.demo, Mapping) and isinstance(raw, Mapping) else raw
        try:
            question.accept(whole)
        except Refused as error:
            raise Unreadable(error.detail) from error
        return whole

    return read
