"""Each subject's score is built of what it rests on and worked out by the real code, on numbers and on a real month."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, cast
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from core import db, stack
from core.clock import SHANGHAI
from core.places import actions as places
from core.policy import keys, vocab
from core.policy.columns import FORMULA
from core.policy.policy import Policy
from core.policy.values import Formula
from core.scoring import actions as scoring
from core.scoring import index as ranking
from core.scoring.decide import GRADES, Count, Score
from core.scoring.index import Part
from web.admin.builders import frame, percent
from web.admin.builders.frame import Desk, Saved
from web.admin.builders.index import last_month
from web.admin.builders.rows import Pieces, Row, Values, numbered, operated, sent
from web.deps import InMember, InTenant, Now
from web.forms import Posted, posted
from web.page import Page
from web.visit import HttpRequest, HttpResponse

AT: Final = f"{frame.AT}/formulas"
KEY: Final = keys.formulas
MEMBERS: Final[Mapping[str, str]] = {"a": "甲", "b": "乙"}
# To begin with: one who is rated often and well, one who is rated seldom.
BEGUN: Final[Mapping[str, Sequence[int]]] = {"a": (8, 1, 0, 0, 1), "b": (1, 0, 0, 1, 0)}
SILENT: Final = "d"
MOST_COMPARED: Final = 10
OVERS: Final[Mapping[str, str]] = {"ratings": "每条评价", "staff-means": "各工作人员的平均分"}


@dataclass(frozen=True, slots=True)
class Example:
    """One row worked out: ``cells`` are the numbers typed, by member, dimension and grade."""

    key: str
    formula: Formula
    dimensions: Mapping[str, str]
    cells: Mapping[str, int]
    silent: int | None
    score: Score
    parts: tuple[Part, ...]
    lived: tuple[tuple[str, Score | None, Score | None], ...]


@get(AT, opt=frame.SEES)
async def index(tenant: InTenant, proposal: FromPath[UUID], now: Now) -> Page:
    desk = await frame.opened(tenant, proposal)
    pieces = numbered([_spelt(row) for row in desk.value(KEY) or ()] or [{}])
    return await _shown(desk, desk.typed(KEY), pieces, Posted({}), None, now)


@post(AT, opt=frame.WRITES, status_code=303)
async def work(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form, desk = await posted(request), await frame.opened(tenant, proposal)
    op, begun = form.text("op"), frame.typed(form)
    pieces = operated(sent(form), op, {})
    if op != "save":
        return await _shown(desk, begun, pieces, form, None, now)
    made, errors = _made(desk, pieces)
    if errors:
        return await _shown(desk, begun, pieces, form, Saved(status=422), now, errors)
    value: Any = [FORMULA.dump(each) for each in made.values()] or keys.UNSET
    saved = await frame.put(request, desk, member, KEY, value, form, now, f"{desk.home}/builders/formulas")
    return saved.answer or await _shown(desk, begun, pieces, form, saved, now)


def _spelt(row: Formula) -> Values:
    weights = {f"w-{code}": [percent.written(weight)] for code, weight in row.weights.items() if code}
    return {"subject": [row.subject], "over": [row.over], "clause": [row.clause], **weights}


def _made(desk: Desk, pieces: Pieces) -> tuple[dict[str, Formula], dict[str, str]]:
    """The formulas that can be read, by their rows, and what is wrong with the others."""
    made: dict[str, Formula] = {}
    errors: dict[str, str] = {}
    for row in pieces.there:
        subject = row.one("subject")
        weights = _weights(desk, row, errors)
        if subject not in vocab.SUBJECTS:
            errors[row.name("subject")] = "请选择对象。"
        elif any(each.subject == subject for each in made.values()):
            errors[row.name("subject")] = f"“{vocab.SUBJECTS[subject]}”已经有公式，一类对象只写一个。"
        total = sum(weights.values(), Decimal(0))
        if not weights or not ranking.balanced(total):
            errors.setdefault(row.name("weights"), f"权重合计 {percent.written(total)}%，应为 100%。")
        if not any(name.startswith(f"{row.key}.") for name in errors):
            over = "staff-means" if row.one("over") == "staff-means" else "ratings"
            one = next(iter(weights)) if len(weights) == 1 else ""
            several = {} if one else {code: float(weight) for code, weight in weights.items()}
            made[row.key] = Formula(cast(Any, subject), one, over, several, row.one("clause"))
    return made, errors


def _weights(desk: Desk, row: Row, errors: dict[str, str]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for each in desk.policy[keys.dimensions] or ():
        try:
            share = percent.read(row.one(f"w-{each.code}"))
        except ValueError as error:
            errors[row.name(f"w-{each.code}")], share = str(error), None
        if share:
            found[each.code] = share
    return found


def _counts(form: Posted, formula: Formula, silent: int | None) -> tuple[dict[str, int], list[Count]]:
    """What was typed, else numbers to begin with."""
    typed = any(name.startswith("x.") for name in form.fields)
    cells: dict[str, int] = {}
    counts: list[Count] = []
    for member, name in MEMBERS.items():
        for dimension in formula.weights:
            for place, grade in enumerate(GRADES):
                at = f"x.{member}.{dimension}.{grade}"
                cells[at] = percent.count(form.kept(at)) if typed else BEGUN[member][place]
                counts.append(Count(dimension, "citizen", grade, name, cells[at]))
            at = f"x.{member}.{dimension}.{SILENT}"
            cells[at] = percent.count(form.kept(at)) if typed else 4
            if silent is not None:
                counts.append(Count(dimension, "default", silent, name, cells[at]))
    return cells, [each for each in counts if each.n]


async def _worked(desk: Desk, made: Mapping[str, Formula], form: Posted, now: datetime) -> Example | None:
    op, _, key = form.text("op").partition(":")
    key = key if op == "work" else form.text("worked")
    formula = made.get(key)
    if formula is None:
        return None
    after = desk.policy[keys.after_window]
    silent = after if isinstance(after, int) else None
    tried = _with(desk.policy, tuple(made.values()))
    cells, counts = _counts(form, formula, silent)
    score, parts = ranking.explained(counts, formula, tried)
    labels = {each.code: each.label for each in desk.policy[keys.dimensions] or ()}
    dimensions = {code: labels.get(code, code) for code in formula.weights}
    lived = await _lived(desk, formula, tried, now)
    return Example(key, formula, dimensions, cells, silent, score, parts, lived)


def _with(policy: Policy, made: tuple[Formula, ...]) -> Policy:
    """The same rules with these formulas."""
    why = replace(policy.why(KEY), value=made)
    return replace(policy, whys={**policy.whys, KEY.name: why})


async def _lived(
    desk: Desk, formula: Formula, tried: Policy, now: datetime
) -> tuple[tuple[str, Score | None, Score | None], ...]:
    """The last month's real figures of those with most ratings: by the rules of today, and as they would be."""
    start, end = last_month(now)
    standing = stack.policy(desk.tenant, now.astimezone(SHANGHAI).date())
    subject = formula.subject
    async with db.as_tenant(desk.tenant.id) as unit:
        before = await scoring.scores(unit, desk.tenant, standing, subject, start=start, end=end)
        after = await scoring.scores(unit, desk.tenant, tried, subject, start=start, end=end)
        most = sorted(after, key=lambda each: (-each.n, each.code))[:MOST_COMPARED]
        named = subject if subject in ("staff", "institution", "line", "region", "item") else "item"
        names = await places.names(unit, named, [each.code for each in most])
    was = {each.code: each for each in before}
    return tuple((names.get(each.code, each.code), was.get(each.code), each) for each in most)


async def _shown(
    desk: Desk, begun: Mapping[str, str], pieces: Pieces, form: Posted, saved: Saved | None, now: datetime,
    errors: Mapping[str, str] | None = None,
) -> Page:  # fmt: skip
    made, _ = _made(desk, pieces)
    example = await _worked(desk, made, form, now)
    start, _ = last_month(now)
    return frame.shown(
        "formulas", desk, KEY, begun, saved, errors=dict(errors or {}), pieces=pieces, subjects=vocab.SUBJECTS,
        overs=OVERS, dimensions=desk.policy[keys.dimensions] or (), example=example, members=MEMBERS, grades=GRADES,
        grade_words=desk.policy.words, scores=desk.policy[keys.scores], silent_counts=desk.policy[keys.defaults_count],
        month=f"{start.year} 年 {start.month} 月", written=percent.written, labels=desk.policy[keys.grade_labels] or (),
    )  # fmt: skip
