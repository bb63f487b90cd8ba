"""Figures leave for appraisal (考核) with the counts they rest on, those before findings, and the rules they follow."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from litestar import Response, get

from core import db
from core.errors import NotFound
from core.places import actions as places
from core.places.model import Institution
from core.policy import vocab
from core.scoring import actions as scoring
from core.scoring.decide import Metric, Score
from core.tickets.listing import Eyes
from web.admin.chips import asked
from web.admin.download import table
from web.admin.scores import APPRAISED, last_day, names_of, period_of, reading_of, visible
from web.admin.sight import eyes_of
from web.deps import InMember, InPolicy, InTenant, Now
from web.filters import percent
from web.visit import HttpRequest

HEAD = (
    "编码", "名称", "评价数", "平均分", "主动评价数", "主动平均分", "认定前评价数", "认定前平均分",
    "好评率", "好评数", "计入的等级数", "差评整改率", "已整改工单", "成立的工单", "按期办结率", "按期数",
    "已到或已完成的期限数", "差评回访率", "已回访", "应回访", "算法", "规则版本", "统计期间",
)  # fmt: skip
RATES = ("good", "rectified", "on-time", "callback")
NOTHING = Metric("", None, 0, 0)


@get("/t/{slug:str}/admin/appraisal.csv", opt={"perm": "scores.export"})
async def export(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now
) -> Response[bytes]:
    """``subject`` is staff, institution or region; ``from`` and ``to`` are inclusive days, as on the page."""
    subject = asked(request, "subject")
    if subject not in APPRAISED:
        raise NotFound
    period, reading = period_of(request, last_day(member, now)), reading_of(subject, "", policy)
    async with db.as_tenant(tenant.id, patience=60) as unit:
        eyes = await eyes_of(unit, member, policy)
        found = await scoring.scores(unit, tenant, policy, subject, reading.dimension, None, period.start, period.end)
        shown = await _within(unit, eyes, subject, await visible(unit, member, eyes, subject, found))
        names = await names_of(unit, subject, shown)
        rates = await scoring.metrics(unit, policy, subject, now, period.start, period.end)
    span = f"{period.start.isoformat()} 至 {period.end.isoformat()}"
    rows = [_cells(each, names, rates.get(each.code, {}), (reading.said, policy.revision, span)) for each in shown]
    name = f"{tenant.short or tenant.slug}{vocab.SUBJECTS[subject]}考核 {span}"
    return table(name, f"appraisal-{subject}", HEAD, rows)


async def _within(unit: db.Unit, eyes: Eyes, subject: str, found: Sequence[Score]) -> Sequence[Score]:
    """Of what leaves the house, a supervisor takes along their own reach only; the list of staff is cut already."""
    if eyes.everything or subject == "staff":
        return found
    own = set(eyes.oversees)
    if subject == "region":
        bodies = await places.among(unit, "institution", own)
        own = {each.region for each in bodies.values() if isinstance(each, Institution)}
    return [each for each in found if each.code in own]


def _cells(score: Score, names: Mapping[str, str], rates: Mapping[str, Metric], made_by: Sequence[str]) -> list[str]:
    return [
        score.code, names.get(score.code, score.code), str(score.n), _mean(score.mean), str(score.active_n),
        _mean(score.active_mean), "" if score.before_n is None else str(score.before_n), _mean(score.before_mean),
        *(cell for name in RATES for cell in _rate(rates.get(name, NOTHING))), *made_by,
    ]  # fmt: skip


def _mean(value: Decimal | None) -> str:
    return "" if value is None else str(value)


def _rate(metric: Metric) -> tuple[str, str, str]:
    """With both counts, since a rate alone is noise; the rate is empty where there is nothing to divide by."""
    rate = "" if metric.value is None else percent(metric.value)
    return rate, str(metric.count), str(metric.over)
