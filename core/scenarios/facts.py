"""What a sight found: its keys with their values."""

from collections.abc import Mapping
from typing import Any

Facts = Mapping[str, Any]
