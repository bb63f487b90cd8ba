"""Layers, answers and a tenant's own rules fold into one frozen policy, and each value knows where it comes from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar, cast

from core.policy.keys import Key

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Policy:
    on: date
    values: Mapping[str, Any]

    def __getitem__(self, key: Key[T]) -> T | None:
        return cast("T | None", self.values.get(key.name))
