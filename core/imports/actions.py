"""A file is loaded row by row through the same door as everything else; loading it again changes nothing."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import islice
from typing import BinaryIO, Literal, TypeVar

from core import db, flow, stack
from core.errors import Conflict, Invalid, Refused, Unavailable
from core.imports.decide import Book, Understood, understood, unknown
from core.imports.national import DIALECTS
from core.imports.reading import Row, form_of, rows
from core.intake.model import Rated, Received, ServiceEvent, Source, Submission
from core.policy import keys
from core.policy.policy import Policy
from core.policy.vocab import GRADES
from core.tenants.model import Tenant

Q = db.queries(__file__)
CHUNK = 500
SOURCE = Source("import", "file", admin=True)
OVERALL = "overall"

Result = Literal["accepted", "repeated"] | Refused
Came = TypeVar("Came", Received | Refused, Rated | Refused)
Part = TypeVar("Part", ServiceEvent, Submission)
Refuse = Callable[[Row, Refused], None]


@dataclass(frozen=True, slots=True)
class Options:
    """How a file's codes are meant, which dimension its one grade is of, and what its source declares of it."""

    dialect: str = "national"
    dimension: str = ""
    declared: str = "unknown"
    is_trial: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """``unknown`` are columns that nothing was done with."""

    accepted: int = 0
    repeated: int = 0
    refused: int = 0
    unknown: tuple[str, ...] = ()


Given = dict[tuple[str, datetime], int]


@dataclass(slots=True)
class _Numbers:
    """Events without a number get one by their order in the file, so that the same file gives the same numbers."""

    given: dict[str, Given] = field(default_factory=dict[str, Given])

    def of(self, event: ServiceEvent) -> int:
        known = self.given.setdefault(event.case, {})
        return known.setdefault((event.event, event.at), len(known) + 1)


async def load(tenant: Tenant, file: BinaryIO, options: Options, refuse: Refuse, *, now: datetime) -> Summary:
    """Good rows stand; each of the others is told to ``refuse``. A trial checks every row and stores none."""
    form = form_of(file)
    if form.kind == "csv" and len(unknown(form.columns)) == len(form.columns):
        raise Invalid(f"标题行里没有认识的列名：{'、'.join(form.columns)[:200]}。")
    book = await _book(tenant, options, now.date())
    numbers, summary = _Numbers(), Summary(unknown=unknown(form.columns))
    everything = rows(file, form)
    while chunk := list(islice(everything, CHUNK)):
        told = [_understood(row, book, numbers) for row in chunk]
        results = _trial(told) if options.is_trial else await _stored(tenant, told, now)
        for row, result in zip(chunk, results, strict=True):
            if isinstance(result, Refused):
                refuse(row, result)
        summary = _added(summary, results)
    return summary


async def _book(tenant: Tenant, options: Options, today: date) -> Book:
    policy = stack.policy(tenant, today)
    dialect = DIALECTS.get(options.dialect)
    if dialect is None:
        raise Invalid(f"没有名为“{options.dialect}”的编码方式，可用：{'、'.join(DIALECTS)}。", field="dialect")
    async with db.as_tenant(tenant.id) as unit:
        codes = await unit.fetch(Q.known_codes, tenant.id)
    items, staff, windows = (
        frozenset(row["code"] for row in codes if row["kind"] == kind) for kind in ("item", "staff", "window")
    )
    labels = dict(zip(policy[keys.grade_labels] or (), GRADES, strict=False))
    return Book(dialect, _dimension(policy, options.dimension), labels, items, staff, windows, options.declared)


def _dimension(policy: Policy, wanted: str) -> str:
    """A file's one grade is of the service as a whole; where the place rates no whole, of what it names first."""
    offered = [each.code for each in policy[keys.dimensions] or ()]
    if wanted and wanted not in offered:
        raise Invalid(f"本地没有名为“{wanted}”的评价内容，可用：{'、'.join(offered)}。", field="dimension")
    if wanted or OVERALL in offered:
        return wanted or OVERALL
    return offered[0] if offered else OVERALL


def _understood(row: Row, book: Book, numbers: _Numbers) -> Understood | Refused:
    if isinstance(row.fields, Refused):
        return row.fields
    try:
        told = understood(row.fields, book)
    except Refused as refusal:
        return refusal
    event, rating = told.event, told.rating
    if event is not None and event.number is None:
        event = replace(event, number=numbers.of(event))
    if rating is not None:
        number = rating.number or (event.number if event is not None else None)
        key = rating.key or f"{rating.case}/{number or '-'}/{told.assess}"
        rating = replace(rating, number=number, key=key)
    return replace(told, event=event, rating=rating)


def _trial(told: Sequence[Understood | Refused]) -> list[Result]:
    return [each if isinstance(each, Refused) else "accepted" for each in told]


async def _stored(tenant: Tenant, told: Sequence[Understood | Refused], now: datetime) -> list[Result]:
    """Events first, then ratings, then what was added to them; a row is new if any part of it is."""
    results: dict[int, Result] = {}
    for at, each in enumerate(told):
        if isinstance(each, Refused):
            results[at] = each
    events = _parts(told, lambda each: each.event)
    for (at, _), came in zip(events, await _all(flow.receive, tenant, events, now), strict=True):
        rates = isinstance(each := told[at], Understood) and each.rating is not None
        # A rating's row only makes sure of its event; told otherwise before, the event stands as it is.
        results[at] = "repeated" if rates and isinstance(came, Conflict) else _result(came)
    ratings = _open(results, _parts(told, lambda each: each.rating if each.assess == 1 else None))
    for (at, _), came in zip(ratings, await _all(flow.rate_many, tenant, ratings, now), strict=True):
        results[at] = _joined(results.get(at), _result(came))
    for at, addition in _open(results, _parts(told, lambda each: each.rating if each.assess > 1 else None)):
        results[at] = _joined(results.get(at), await _appended(tenant, addition, now))
    return [results[at] for at in range(len(told))]


def _parts(told: Sequence[Understood | Refused], part: Callable[[Understood], Part | None]) -> list[tuple[int, Part]]:
    found = ((at, part(each)) for at, each in enumerate(told) if isinstance(each, Understood))
    return [(at, each) for at, each in found if each is not None]


def _open(results: dict[int, Result], parts: Sequence[tuple[int, Part]]) -> list[tuple[int, Part]]:
    return [(at, each) for at, each in parts if not isinstance(results.get(at), Refused)]


async def _all(
    verb: Callable[..., Awaitable[Sequence[Came]]], tenant: Tenant, parts: Sequence[tuple[int, Part]], now: datetime
) -> Sequence[Came]:
    return await verb(tenant, [each for _, each in parts], source=SOURCE, now=now) if parts else []


async def _appended(tenant: Tenant, addition: Submission, now: datetime) -> Result:
    try:
        return _result(await flow.append(tenant, addition, source=SOURCE, now=now))
    except Unavailable:
        raise
    except Refused as refusal:
        return refusal


def _result(came: Received | Rated | Refused) -> Result:
    if isinstance(came, Refused):
        return came
    return "repeated" if came.repeated else "accepted"


def _joined(before: Result | None, after: Result) -> Result:
    return "accepted" if before == "accepted" and not isinstance(after, Refused) else after


def _added(summary: Summary, results: Sequence[Result]) -> Summary:
    refused = sum(isinstance(result, Refused) for result in results)
    return replace(
        summary,
        accepted=summary.accepted + results.count("accepted"),
        repeated=summary.repeated + results.count("repeated"),
        refused=summary.refused + refused,
    )
