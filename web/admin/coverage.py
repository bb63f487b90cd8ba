"""Each rule of a place's documents stands beside the examples that prove it."""

import asyncio
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from litestar import get

from core import stack
from core.documents import STATES
from core.scenarios.coverage import Coverage, Proof, coverage
from web.admin.chips import Filter, read
from web.deps import InTenant
from web.page import Page, page
from web.visit import HttpRequest

# Beside the program in a checkout; an installed one proves by its scenarios alone.
TESTS = Path(__file__).parents[2] / "tests"


@get("/t/{slug:str}/admin/coverage", opt={"perm": "policy.read"})
async def index(request: HttpRequest, tenant: InTenant) -> Page:
    filters = read(request, (Filter("state", "状态", STATES),))
    whole = await asyncio.to_thread(_whole)
    names = [*reversed([name for name in tenant.stack if name != stack.NATIONAL]), stack.NATIONAL]
    layers = {stack.layer(name).title: tuple(each for each in whole.proofs if each.plugin == name) for name in names}
    shown = {title: _of(proofs, filters[0].value) for title, proofs in layers.items()}
    return page(
        "admin/coverage.html", layers=layers, shown=shown, filters=filters, states=STATES, unreadable=whole.unreadable,
        counts={title: _counts(proofs) for title, proofs in layers.items()},
        totals=_counts(tuple(each for proofs in layers.values() for each in proofs)),
    )  # fmt: skip


@cache
def _whole() -> Coverage:
    """Scenarios are files of the installed program: they do not change while it runs."""
    return coverage(TESTS if TESTS.is_dir() else None)


def _of(proofs: tuple[Proof, ...], state: str) -> tuple[Proof, ...]:
    return tuple(each for each in proofs if state in ("", each.state))


def _counts(proofs: tuple[Proof, ...]) -> Mapping[str, int]:
    return {state: sum(each.state == state for each in proofs) for state in STATES}
