"""A composite ranking is the sum of its weighted factors, and a mean can be worked out by the code it is made by."""

from decimal import Decimal

import pytest

from core import stack
from core.embedded.servers import Servers
from core.policy.model import Override
from core.policy.values import Formula, IndexFactor
from core.scoring import index
from core.scoring.decide import Count
from tests.core.town import town

ROWS = (IndexFactor("departments", "good", 0.6), IndexFactor("departments", "pilot", 0.4))
SCORES = Override("scores", [10, 8, 6, 3, 0], "第一条")


def test_each_factor_adds_its_share_and_what_is_missing_leaves_no_total() -> None:
    whole = index.worked(ROWS, "departments", {"good": Decimal("0.95"), "pilot": Decimal("0.5")})
    lacking = index.worked(ROWS, "departments", {"good": Decimal("0.95")})
    none = index.worked(ROWS, "districts", {})

    assert [each.points for each in whole.steps] == [Decimal("57.000"), Decimal("20.00")]
    assert whole.total == Decimal("77.00")
    assert (lacking.total, lacking.missing) == (None, ("pilot",))
    assert (none.total, none.steps) == (None, ())


@pytest.mark.parametrize(("weights", "whole"), [((0.5, 0.5), True), ((0.1667,) * 6, True), ((0.5, 0.4), False)])
def test_weights_make_a_whole_or_do_not(weights: tuple[float, ...], whole: bool) -> None:
    rows = [IndexFactor("districts", f"m{place}", weight) for place, weight in enumerate(weights)]

    assert index.balanced(index.sums(rows)["districts"]) == whole


@pytest.mark.parametrize(
    ("defaults", "over", "mean"),
    [(False, "ratings", "6.67"), (True, "ratings", "8.57"), (False, "staff-means", "5.00"),
     (True, "staff-means", "5.00")],
)  # fmt: skip
async def test_a_mean_is_worked_out_by_the_code_that_means_are_made_by(
    pool: Servers, now, defaults: bool, over: str, mean: str
) -> None:
    counts = [
        Count("overall", "citizen", 5, "li", 2), Count("overall", "citizen", 1, "zhao", 1),
        Count("overall", "default", 5, "li", 4),
    ]  # fmt: skip
    formula = Formula("institution", "overall", over)  # pyright: ignore[reportArgumentType]
    async with town(now, overrides=(SCORES, Override("defaults_count", defaults, "第二条"))) as tenant:
        score, parts = index.explained(counts, formula, stack.policy(tenant, now.date()))

    means = [each.mean for each in parts if each.mean is not None]
    assert score.mean == Decimal(mean)
    assert sum(means) / len(means) == score.mean
