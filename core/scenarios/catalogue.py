"""What is installed decides what a scenario may name: plugins, rule ids, open questions, keys."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import Refused
from core.policy import keys
from core.scenarios.errors import Unreadable, unknown

SHARED_LAYERS = ("national", "answer", "override")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """``plugins`` above the national layer; ``rules`` of all that is installed; ``questions`` of one stack."""

    plugins: frozenset[str]
    rules: frozenset[str]
    questions: Callable[[tuple[str, ...]], frozenset[str]]


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
