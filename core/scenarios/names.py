"""The codes a scenario may use: the fixed world's, and those its own tables add."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["region", "line", "institution", "staff", "item"]

LABELS: Mapping[Kind, str] = {
    "region": "地区",
    "line": "业务条线",
    "institution": "机构",
    "staff": "工作人员",
    "item": "事项",
}


@dataclass(frozen=True, slots=True)
class Names:
    region: frozenset[str]
    line: frozenset[str]
    institution: frozenset[str]
    staff: frozenset[str]
    item: frozenset[str]

    def of(self, kind: Kind) -> frozenset[str]:
        codes: frozenset[str] = getattr(self, kind)
        return codes

    def with_more(self, kind: Kind, codes: frozenset[str]) -> "Names":
        return replace(self, **{kind: self.of(kind) | codes})
