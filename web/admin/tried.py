"""What somebody wrote into an act's form is shown again with what was wrong, or with what came in between."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from web.admin.clash import Clash


@dataclass(frozen=True, slots=True)
class Tried:
    """``clash`` is what others did since the page was read; ``sure`` is what is asked before it is done."""

    verb: str = ""
    typed: Mapping[str, str] = field(default_factory=dict[str, str])
    errors: Mapping[str, str] = field(default_factory=dict[str, str])
    clash: Clash | None = None
    sure: str = ""

    @property
    def conflict(self) -> bool:
        return self.clash is not None
