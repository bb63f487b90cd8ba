"""What an extra counts stands beside the other figures, and may be part of the index."""

from datetime import datetime, timedelta
from decimal import Decimal

from core import db, stack
from core.policy import keys, vocab
from core.records import figures
from core.tenants.model import Tenant
from tests.core.records.test_records import TAX, did, filed


async def test_a_figure_has_its_part_and_its_whole(place: Tenant, now: datetime):
    first = await filed(place, now)
    await filed(place, now, what="手套")
    await did(place, first, "give", {}, TAX, now)

    async with db.as_tenant(place.id) as unit:
        found = await figures.every(unit, place, "institution", now)
        earlier = now.date() - timedelta(days=1)
        before = await figures.every(unit, place, "institution", now, earlier, earlier)
    figure = found["tax-east"]["lost:returned"]
    assert (figure.label, figure.part, figure.whole, figure.value) == ("归还率", 1, 2, Decimal("0.5000"))
    assert before == {}


def test_a_metric_of_an_extra_may_be_part_of_the_index(lost: None):
    stack.extras()
    (row,) = keys.index.parse([{"group": "departments", "metric": "lost:returned", "weight": 1}])

    assert (row.metric, vocab.METRICS["lost:returned"]) == ("lost:returned", "归还率")
