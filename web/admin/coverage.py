"""Each rule of a place's documents stands beside the examples that prove it."""

import asyncio
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from litestar import get

from core import stack
from core.scenarios.coverage import Coverage, Proof, coverage
from web.deps import InTenant
from web.page import Page, page

STATES: Mapping[str, str] = {
    "proven": "已证明", "unproven": "未证明", "waiting": "待后续版本", "not-for-machines": "不由系统执行",
}  # fmt: skip
# Beside the program in a checkout; an installed one proves by its scenarios alone.
TESTS = Path(__file__).parents[2] / "tests"


@get("/t/{slug:str}/admin/coverage", opt={"perm": "policy.read"})
async def index(tenant: InTenant) -> Page:
    whole = await asyncio.to_thread(_whole)
    names = [*reversed([name for name in tenant.stack if name != stack.NATIONAL]), stack.NATIONAL]
    layers = {stack.layer(name).title: tuple(each for each in whole.proofs if each.plugin == name) for name in names}
    return page(
        "admin/coverage.html", layers=layers, states=STATES, unreadable=whole.unreadable,
        counts={title: _counts(proofs) for title, proofs in layers.items()},
    )  # fmt: skip


@cache
def _whole() -> Coverage:
    """Scenarios are files of the installed program: they do not change while it runs."""
    return coverage(TESTS if TESTS.is_dir() else None)


def _counts(proofs: tuple[Proof, ...]) -> Mapping[str, int]:
    return {state: sum(each.state == state for each in proofs) for state in STATES}
