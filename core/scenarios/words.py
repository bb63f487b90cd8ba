"""A table of the file is read against the keys it may have: each by its shape, none unknown, none missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from core.scenarios.errors import Unreadable, unknown
from core.scenarios.names import Names
from core.scenarios.shapes import Shape, wrong


@dataclass(frozen=True, slots=True)
class Word:
    """``needs`` must be given, ``may`` may; ``labels`` name keys that are this word's own."""

    needs: Mapping[str, Shape] = field(default_factory=dict[str, Shape])
    may: Mapping[str, Shape] = field(default_factory=dict[str, Shape])
    labels: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def keys(self) -> Mapping[str, Shape]:
        return {**self.needs, **self.may}


def keys_of(raw: Any, grammar: Word, names: Names, what: str) -> dict[str, Any]:
    if not isinstance(raw, dict):
        raise wrong(raw, f"一张{what}的表")
    given = cast("dict[str, Any]", raw)
    for key in given:
        if key not in grammar.keys:
            raise unknown(f"{what}的键", key, grammar.keys)
    for key in grammar.needs:
        if key not in given:
            raise Unreadable(f"{what}缺少“{key}”。", key=key)
    return {key: _value(key, of, grammar.keys[key], names) for key, of in given.items()}


def rows(raw: Any, what: str) -> list[Any]:
    if not isinstance(raw, list):
        raise Unreadable(f"“{what}”应写成 [[{what}]]。")
    return cast("list[Any]", raw)


def _value(key: str, raw: Any, shape: Shape, names: Names) -> Any:
    try:
        return shape(raw, names)
    except Unreadable as error:
        raise Unreadable(f"{key}：{error.problem}", key=key) from error
