"""Every figure stands beside the counts it rests on, the formula that made it, and the same without defaults."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from litestar import get
from litestar.params import FromPath

from core import db
from core.clock import SHANGHAI
from core.errors import Invalid, NotFound
from core.people import Member
from core.places import actions as places
from core.places.model import KindName, Staff
from core.policy import keys, vocab
from core.policy.policy import Policy
from core.policy.values import Dimension, Formula
from core.records import figures
from core.scoring import actions as scoring
from core.scoring.actions import METRICS, SUBJECTS
from core.scoring.decide import NONE, Metric, Score, formula_of, said
from core.tenants import Tenant
from core.tickets.listing import Eyes
from web import charts
from web.admin.bars import strip
from web.admin.chips import Filter, asked, day_of, read
from web.admin.sight import eyes_of, is_protected
from web.admin.tickets import grade_word
from web.deps import InMember, InPolicy, InTenant, Now
from web.filters import MODES, ORIGINS
from web.forms import NO_DAY
from web.page import Page, page
from web.permissions import may
from web.visit import HttpRequest

METRIC_NAMES: Mapping[str, str] = {
    "active": "主动评价率", "good": "好评率", "rectified": "差评整改率", "on-time": "按期办结率",
}  # fmt: skip
METRIC_SAYS: Mapping[str, str] = {
    "active": "有主动评价的办件 ÷ 办件", "good": "好评等级 ÷ 计入的评价", "rectified": "已整改的工单 ÷ 成立的工单",
    "on-time": "按期完成的期限 ÷ 已到或已完成的期限",
}  # fmt: skip
# Whose figures leave for appraisal (考核).
APPRAISED = ("staff", "institution", "region")
USUAL_DAYS = 90
MONTHS = 6


@dataclass(frozen=True, slots=True)
class Period:
    """Inclusive days; ``wrong`` says what was not understood."""

    start: date
    end: date
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One subject; ``rank`` is None where too few have rated it, or nothing ranks."""

    code: str
    name: str
    score: Score
    bar: str
    rank: int | None
    enough: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What the figures of a page are of: the policy's own formula, where ``dimension`` is None, or one dimension.

    Only what the policy's formula gives is ranked: a mean nobody prescribed says what it is and no more.
    """

    dimension: str | None
    said: str
    ranks: bool
    prescribed: bool


@get("/t/{slug:str}/admin/scores", opt={"perm": "scores.read"})
async def index(request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, now: Now) -> Page:
    subject = asked(request, "subject")
    subject = subject if subject in SUBJECTS else _usual_subject(member)
    period = period_of(request, last_day(member, now))
    filters = read(request, _filters(policy))
    reading = reading_of(subject, filters[0].value, policy)
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        found = await scoring.scores(unit, tenant, policy, subject, reading.dimension, None, period.start, period.end)
        known = await names_of(unit, subject, found)
        shown = await visible(unit, member, eyes, subject, found)
    seen = {each.code for each in shown}
    rows = [row for row in _ranked(found, known, policy, reading) if row.code in seen]
    return page(
        "admin/scores/index.html", rows=rows, subject=subject, subjects=vocab.SUBJECTS, period=period, filters=filters,
        policy=policy, least=policy[keys.min_sample], reading=reading, grades=_grades(policy),
        scored=policy[keys.scores] is not None, defaults_count=bool(policy[keys.defaults_count]),
        own=len(shown) < len(found), protected=is_protected(member), moved=any(row.score.moved for row in rows),
        composite=bool(policy[keys.index]), exports=subject in APPRAISED and may(member.role, "scores.export"),
    )  # fmt: skip


@get("/t/{slug:str}/admin/scores/{subject:str}/{code:path}", opt={"perm": "scores.read"})
async def show(
    request: HttpRequest, tenant: InTenant, member: InMember, policy: InPolicy, subject: FromPath[str],
    code: FromPath[str], now: Now,
) -> Page:  # fmt: skip
    wanted, period = db.clean_text(code.lstrip("/")), period_of(request, last_day(member, now))
    if subject not in SUBJECTS:
        raise NotFound
    reading = reading_of(subject, "", policy)
    dimension = reading.dimension
    async with db.as_tenant(tenant.id) as unit:
        eyes = await eyes_of(unit, member, policy)
        whole = await scoring.score(unit, tenant, policy, subject, wanted, dimension, None, period.start, period.end)
        if not await visible(unit, member, eyes, subject, [whole]):
            raise NotFound
        names = await names_of(unit, subject, [whole])
        if wanted not in names:
            raise NotFound
        parts = await _parts(unit, tenant, policy, subject, wanted, period)
        origins = [
            (word, await scoring.score(
                unit, tenant, policy, subject, wanted, dimension, origin, period.start, period.end))
            for origin, word in ORIGINS.items() if origin != "probe"
        ]  # fmt: skip
        metrics = await _metrics(unit, policy, subject, wanted, now, period)
        brought = (await figures.every(unit, tenant, subject, now, period.start, period.end)).get(wanted, {})
        trend = await _trend(unit, tenant, policy, subject, wanted, dimension, last_day(member, now))
    labels = _grades(policy)
    return page(
        "admin/scores/show.html", subject=subject, subjects=vocab.SUBJECTS, code=wanted, name=names[wanted],
        score=whole, parts=parts, origins=[(word, each) for word, each in origins if each.n], metrics=metrics,
        period=period, policy=policy, reading=reading, grades=labels,
        metric_names=METRIC_NAMES, metric_says=METRIC_SAYS, brought=tuple(brought.values()), trend=trend,
        least=policy[keys.min_sample],
        picture=_picture(parts, labels), protected=is_protected(member),
    )  # fmt: skip


def _usual_subject(member: Member) -> str:
    return "staff" if is_protected(member) else "institution"


def _filters(policy: Policy) -> tuple[Filter, ...]:
    return (Filter("dimension", "评价内容", {each.code: each.label for each in policy[keys.dimensions] or ()}),)


def reading_of(subject: str, asked_for: str, policy: Policy) -> Reading:
    """What figures of this subject are of, and whether anybody prescribed them."""
    known = {each.code: each for each in policy[keys.dimensions] or ()}
    weights = formula_of(subject, None, policy).weights
    prescribed = not known or any(code in known for code in weights)
    scored = policy[keys.scores] is not None
    if prescribed and (not asked_for or asked_for in weights):
        formula = formula_of(subject, asked_for or None, policy)
        cited = f"（{formula.clause}）" if formula.clause else ""
        return Reading(asked_for or None, said(formula, policy) + cited, ranks=scored, prescribed=True)
    dimension = asked_for or _nearest(subject, known)
    counts = f"“{known[dimension].label}”一项各等级的数量"
    plain = said(formula_of(subject, dimension, policy), policy) if scored else counts
    if prescribed:
        return Reading(dimension, f"{plain}，不是规定的得分，不排名", ranks=False, prescribed=True)
    silence = said(Formula(subject, NONE), policy)  # pyright: ignore[reportArgumentType]  # checked against SUBJECTS
    return Reading(dimension, f"{silence}，只列出{plain}，不排名", ranks=False, prescribed=False)


def _nearest(subject: str, known: Mapping[str, Dimension]) -> str:
    """Of the dimensions the one that judges this kind of subject, else the whole case, else the first."""
    of: dict[str, str] = {each.of: each.code for each in reversed(list(known.values()))}
    return of.get(subject) or of.get("case") or next(iter(known))


def _grades(policy: Policy) -> Mapping[int, str]:
    return {grade: grade_word(grade, policy) for grade in vocab.GRADES}


def last_day(member: Member, now: datetime) -> date:
    """Whose figures move while a visitor stands before them would know the grade: the rated see whole days only."""
    today = now.astimezone(SHANGHAI).date()
    return today - timedelta(days=1) if is_protected(member) else today


def period_of(request: HttpRequest, last: date) -> Period:
    """What the address asks for, else the last 90 days; never beyond ``last``."""
    usual = Period(last - timedelta(days=USUAL_DAYS - 1), last)
    try:
        start, end = day_of(request, "from") or usual.start, day_of(request, "to") or usual.end
    except Invalid:
        return Period(usual.start, usual.end, f"{NO_DAY}，下面是近 90 天的结果。")
    if start > end:
        return Period(usual.start, usual.end, "开始的日期晚于结束的日期，下面是近 90 天的结果。")
    return Period(min(start, last), min(end, last))


async def names_of(unit: db.Unit, subject: str, found: Sequence[Score]) -> Mapping[str, str]:
    codes = [each.code for each in found]
    if subject == "channel":
        return {code: MODES.get(code, code) for code in codes}
    kind: KindName = subject  # pyright: ignore[reportAssignmentType]  # every other subject is a kind of place
    return await places.names(unit, kind, codes)


async def visible(unit: db.Unit, member: Member, eyes: Eyes, subject: str, found: Sequence[Score]) -> Sequence[Score]:
    """People's figures are for themselves, their institution and who supervises; others' are for all who work here."""
    if subject != "staff" or eyes.everything:
        return found
    if is_protected(member):
        return [each for each in found if each.code == eyes.staff]
    staff = await places.among(unit, "staff", [each.code for each in found])
    own = {code for code, each in staff.items() if isinstance(each, Staff) and each.institution in eyes.oversees}
    return [each for each in found if each.code in own]


def _ranked(found: Sequence[Score], names: Mapping[str, str], policy: Policy, reading: Reading) -> list[Row]:
    least = policy[keys.min_sample] or 0
    grades = _grades(policy)
    enough_for = max(least, 1)
    best = sorted(found, key=lambda each: (each.n < enough_for, _worth(each, reading), -each.n, each.code))
    rows: list[Row] = []
    for place, each in enumerate(best, 1):
        enough = each.n >= enough_for
        rank = place if reading.ranks and enough and each.mean is not None else None
        # Equal means share a rank.
        if rank and rows and rows[-1].rank and rows[-1].score.mean == each.mean:
            rank = rows[-1].rank
        rows.append(
            Row(each.code, names.get(each.code, each.code), each, strip(each.distribution, grades), rank, enough)
        )
    return rows


def _worth(score: Score, reading: Reading) -> Decimal:
    """An order by a mean that nobody prescribed would be a ranking all the same."""
    return -(score.mean or Decimal(0)) if reading.ranks else Decimal(0)


async def _parts(
    unit: db.Unit, tenant: Tenant, policy: Policy, subject: str, code: str, period: Period
) -> list[tuple[str, Score]]:
    found = [
        (each.label, await scoring.score(
            unit, tenant, policy, subject, code, each.code, None, period.start, period.end))
        for each in policy[keys.dimensions] or ()
    ]  # fmt: skip
    return [(label, score) for label, score in found if score.n]


async def _metrics(
    unit: db.Unit, policy: Policy, subject: str, code: str, now: datetime, period: Period
) -> Sequence[Metric]:
    return [await scoring.metric(unit, policy, name, subject, code, now, period.start, period.end) for name in METRICS]


async def _trend(
    unit: db.Unit, tenant: Tenant, policy: Policy, subject: str, code: str, dimension: str | None, last: date
) -> str:
    """The mean of each of the last months that has one."""
    if policy[keys.scores] is None:
        return ""
    points: list[tuple[str, float]] = []
    for start, end in _months(last):
        found = await scoring.score(unit, tenant, policy, subject, code, dimension, None, start, end)
        if found.mean is not None:
            points.append((f"{start.month}月", float(found.mean)))
    if len(points) < 2:  # noqa: PLR2004 - one point is no line
        return ""
    return charts.trend([label for label, _ in points], [value for _, value in points], "近几个月的平均分", unit=" 分")


def _months(last: date) -> list[tuple[date, date]]:
    first = last.replace(day=1)
    found: list[tuple[date, date]] = []
    end = last
    for _ in range(MONTHS):
        found.append((first, end))
        end = first - timedelta(days=1)
        first = end.replace(day=1)
    return found[::-1]


def _picture(parts: Sequence[tuple[str, Score]], labels: Mapping[int, str]) -> str:
    bars = [charts.Bar(label, score.distribution) for label, score in parts]
    return charts.distribution(bars, [labels[grade] for grade in charts.GRADES], "各项评价的等级分布") if bars else ""
