"""A composite ranking adds weighed shares, and says what it lacks instead of guessing it."""

import re
from datetime import datetime
from decimal import Decimal

from core.policy.model import Override
from core.policy.values import IndexFactor
from core.scoring import index
from core.scoring.composite import Place, ranked
from tests.web.api_world import Times
from tests.web.office import seat
from tests.web.province import told

ROWS = [
    {"group": "departments", "metric": "good", "weight": 0.6},
    {"group": "departments", "metric": "rectified", "weight": 0.4},
]
TYPED = [{"group": "departments", "metric": "good", "weight": 0.5},
         {"group": "departments", "metric": "innovation", "weight": 0.5}]  # fmt: skip


def place(code: str, share: str | None, n: int = 9) -> Place:
    value = None if share is None else Decimal(share)
    return Place(code, n, {}, index.worked([IndexFactor("departments", "good", 1.0)], "departments", {"good": value}))


def test_equal_totals_share_a_rank_and_who_lacks_a_factor_or_ratings_takes_none():
    placed = ranked([place("a", "0.5"), place("b", "0.9"), place("c", None), place("d", "0.9"), place("e", "1", 2)], 3)

    assert [(each.code, each.rank) for each in placed] == [("b", 1), ("d", 1), ("a", 3), ("c", None), ("e", None)]


async def test_the_page_shows_each_factor_with_its_counts_and_the_total(
    address: str, pool: object, times: Times, now: datetime
) -> None:
    times.now = now
    async with (
        told(now, Override("index", ROWS, "第七条")) as land,
        seat(address, land.east, "supervisor", now) as member,
    ):
        shown = (await member.get("/admin/scores/composite")).text
        scores = (await member.get("/admin/scores")).text
    async with (
        told(now, Override("index", TYPED, "第七条")) as land,
        seat(address, land.east, "operator", now) as member,
    ):
        lacking = (await member.get("/admin/scores/composite")).text
    async with told(now) as land, seat(address, land.east, "operator", now) as member:
        unset = (await member.get("/admin/scores/composite")).text

    assert "5 ÷ 6" in shown and "<b>50.00</b>" in shown and "第七条" in shown
    assert "/admin/scores/composite" in scores
    assert "创新举措" in lacking and "由人评定" in lacking and not re.search("<b>[0-9]", lacking)
    assert "没有规定综合排名" in unset and "/admin/rules?key=index" in unset
