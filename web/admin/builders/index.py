"""Composite rankings are built of metrics with weights that make a whole, and tried on numbers and a real month."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final, cast
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from core import db
from core.clock import SHANGHAI
from core.places import actions as places
from core.policy import keys, vocab
from core.policy.columns import INDEX
from core.policy.values import IndexFactor
from core.records import figures
from core.scoring import actions as scoring
from core.scoring import index as ranking
from core.scoring.composite import COUNTED, SUBJECTS
from web.admin.builders import frame, percent
from web.admin.builders.frame import Desk, Saved
from web.admin.builders.rows import Pieces, Values, numbered, operated, sent
from web.deps import InMember, InTenant, Now
from web.forms import Posted, posted
from web.page import Page
from web.visit import HttpRequest, HttpResponse

AT: Final = f"{frame.AT}/index"
KEY: Final = keys.index
GROUPS: Final[Mapping[str, str]] = {"departments": "部门", "districts": "县区"}
MOST_NAMED: Final = 300


@get(AT, opt=frame.SEES)
async def index(tenant: InTenant, proposal: FromPath[UUID], now: Now) -> Page:
    desk = await frame.opened(tenant, proposal)
    pieces = numbered([_spelt(row) for row in desk.value(KEY) or ()] or [{"group": ["departments"]}])
    return await _shown(desk, desk.typed(KEY), pieces, {}, None, now)


@post(AT, opt=frame.WRITES, status_code=303)
async def work(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form, desk = await posted(request), await frame.opened(tenant, proposal)
    op, begun = form.text("op"), frame.typed(form)
    pieces = operated(sent(form), op, {"group": ["departments"]})
    example = {name: said[:20] for name, said in form.starting("v.").items()}
    if op == "fill":
        example |= await _last_month(desk, form, now)
    if op != "save":
        return await _shown(desk, begun, pieces, example, None, now, of=form.text("of"))
    made, errors = _made(pieces)
    if not errors and (loose := _unbalanced(made)):
        errors["value"] = "".join(loose)
    if errors:
        return await _shown(desk, begun, pieces, example, Saved(status=422), now, errors)
    value: Any = [INDEX.dump(each) for each in made] or keys.UNSET
    saved = await frame.put(request, desk, member, KEY, value, form, now, f"{desk.home}/builders/index")
    return saved.answer or await _shown(desk, begun, pieces, example, saved, now)


def _spelt(row: IndexFactor) -> Values:
    return {"group": [row.group], "metric": [row.metric], "weight": [percent.written(row.weight)],
            "clause": [row.clause]}  # fmt: skip


def _made(pieces: Pieces) -> tuple[list[IndexFactor], dict[str, str]]:
    """The factors that can be read, and what is wrong with the others."""
    made: list[IndexFactor] = []
    errors: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()
    for row in pieces.there:
        group, metric = row.one("group") if row.one("group") in GROUPS else "departments", row.one("metric")
        try:
            weight = percent.read(row.one("weight"))
        except ValueError as error:
            errors[row.name("weight")], weight = str(error), None
        if metric not in vocab.METRICS:
            errors[row.name("metric")] = "请选择指标。"
        elif (group, metric) in seen:
            errors[row.name("metric")] = f"{GROUPS[group]}里已经有“{vocab.METRICS[metric]}”，一个指标只写一次。"
        if not weight and row.name("weight") not in errors:
            errors[row.name("weight")] = "请填写权重，要大于 0。"
        seen.add((group, metric))
        if weight and metric in vocab.METRICS:
            made.append(IndexFactor(cast(Any, group), metric, float(weight), row.one("clause")))
    return made, errors


def _unbalanced(made: list[IndexFactor]) -> list[str]:
    return [
        f"{GROUPS[group]}的权重合计 {percent.written(total)}%，应为 100%，请再{'减少' if total > 1 else '增加'} "
        f"{percent.written(abs(total - 1))}%。"
        for group, total in ranking.sums(made).items() if not ranking.balanced(total)
    ]  # fmt: skip


def last_month(now: datetime) -> tuple[date, date]:
    """Its first and its last day."""
    last = now.astimezone(SHANGHAI).date().replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


async def _last_month(desk: Desk, form: Posted, now: datetime) -> dict[str, str]:
    """What the system counted for one place last month; a metric without a denominator stays empty."""
    subject, _, code = form.text("of").partition(":")
    if subject not in SUBJECTS.values() or not code:
        return {}
    start, end = last_month(now)
    async with db.as_tenant(desk.tenant.id) as unit:
        found = await scoring.metrics(unit, desk.policy, subject, now, start, end)
        active = await scoring.metric(unit, desk.policy, "active", subject, code, now, start, end)
        brought = await figures.every(unit, desk.tenant, subject, now, start, end)
    known = {**found.get(code, {}), **brought.get(code, {}), "active": active}
    return {name: percent.written(each.value) if each.value is not None else "" for name, each in known.items()}


async def _shown(
    desk: Desk, begun: Mapping[str, str], pieces: Pieces, example: Mapping[str, str], saved: Saved | None,
    now: datetime, errors: Mapping[str, str] | None = None, of: str = "",
) -> Page:  # fmt: skip
    made, _ = _made(pieces)
    values: dict[str, Decimal | None] = {}
    wrong = dict(errors or {})
    for name, text in example.items():
        try:
            values[name] = percent.read(text)
        except ValueError as error:
            wrong[f"v.{name}"] = str(error)
    used = list(dict.fromkeys(row.metric for row in made))
    async with db.as_tenant(desk.tenant.id) as unit:
        known = {
            f"{subject}:{each.code}": each.name
            for group, subject in SUBJECTS.items() if any(row.group == group for row in made)
            for each in (await places.listing(unit, cast(Any, subject)))[:MOST_NAMED]
        }  # fmt: skip
    worked = {group: ranking.worked(made, group, values) for group in GROUPS if any(r.group == group for r in made)}
    start, _ = last_month(now)
    return frame.shown(
        "index", desk, KEY, begun, saved, errors=wrong, pieces=pieces, groups=GROUPS, metrics=vocab.METRICS, used=used,
        example=example, worked=worked, sums=ranking.sums(made), balanced=ranking.balanced,
        counted=(*COUNTED, *(each for each in vocab.METRICS if ":" in each)),
        places=known, of=of, month=f"{start.year} 年 {start.month} 月", written=percent.written,
    )  # fmt: skip
