"""A place may be stricter than those above it, not laxer unless they let it: what goes too far, past which clause."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Final, cast

from core.policy import decision, keys, vocab
from core.policy import values as v
from core.policy.calendar import Calendar
from core.policy.decision import OTHER
from core.policy.keys import Key
from core.policy.policy import Policy, Why
from core.policy.reach import Case, may_end_later
from core.policy.spans import Span

# 申请复核 is a right of the rated: for it the longer period is the stricter one.
RIGHTS: Final = ("appeal",)
# What is too lax, in words, with the rows it stands in.
Found = Iterator[tuple[str, tuple[int, ...]]]
# What is certain about the order of what happens to a ticket; the rest may come in any.
FIRST: Final = ("rated", "opened", "dispatched")


@dataclass(frozen=True, slots=True)
class Limits:
    """Who stands above a place: ``free`` keys are left to it, ``own`` layers are its own regulation and no bound.

    ``papers`` are its own documents: a rule that cites one may amend its own regulation. ``published``: its province
    says here what holds in its cities, and may leave a key to them.
    """

    calendar: Calendar
    free: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    papers: frozenset[str] = frozenset()
    province: bool = False
    published: bool = False


@dataclass(frozen=True, slots=True)
class Breach:
    """What of a key goes too far; ``rows`` counts from 1."""

    key: str
    text: str
    rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class _Measure:
    """The bound with its source, and by which days the periods are compared."""

    why: Why
    calendar: Calendar
    rest_day_moves: bool
    direct: bool
    longer: bool = field(default=False)

    def cite(self, row: Any = None) -> str:
        source = next((each for each in self.why.rows if each.row is row), None)
        clause, document = (source.clause, source.document) if source else (self.why.clause, self.why.document)
        return f"{document}{clause}"

    def laxer(self, ours: Span, theirs: Span, *, longer: bool | None = None) -> str | None:
        """Why ours is laxer, in words; "" where the amounts alone say it; None where it is not."""
        wants_longer = self.longer if longer is None else longer
        one, other = (theirs, ours) if wants_longer else (ours, theirs)
        found = may_end_later(one, other, self.calendar, rest_day_moves=self.rest_day_moves)
        if isinstance(found, Case):
            first, second = ("这里", "规定") if not wants_longer else ("规定", "这里")
            return found.said.replace("前者", first).replace("后者", second)
        return "" if found else None


def breaches(below: Policy, after: Policy, limits: Limits) -> tuple[Breach, ...]:
    """``below`` is the policy without anything of the place's own, ``after`` the one that is to hold."""
    return tuple(breach for key in keys.ALL.values() for breach in _of_key(key, below, after, limits))


def _of_key(key: Key[Any], below: Policy, after: Policy, limits: Limits) -> Iterator[Breach]:
    ours, theirs = after.why(key), below.why(key)
    if key.name in limits.free or keys.dump(key, ours.value) == keys.dump(key, theirs.value):
        return
    bound = _bound(theirs, limits, amended=ours.document in limits.papers)
    if key.changed_by == "province":
        yield from reserved(key, below, limits)
    elif key.stricter and bound.value is not None:
        measure = _Measure(
            bound, limits.calendar, after.or_off(keys.rest_day_moves), after[keys.dispatcher] in (None, "direct"),
            key.stricter == "longer",
        )  # fmt: skip
        hint = _amendable(theirs, limits, ours)
        for text, rows in COMPARED[_kind(key, bound.value)](ours.value, bound.value, measure):
            yield Breach(key.name, f"{key.label}：{text}{hint}", rows)


def _bound(why: Why, limits: Limits, *, amended: bool) -> Why:
    """The nearest that the place may not go past: of its own regulation, what no paper of its own amends."""
    layers = (why, *why.below)
    return next((each for each in layers if not (amended and each.layer in limits.own)), Why(why.key, None))


def reserved(key: Key[Any], below: Policy, limits: Limits) -> Iterator[Breach]:
    """What a place may not set at all, because its province does: where nobody above it speaks, its own paper does."""
    if key.changed_by != "province" or not limits.province or key.name in limits.free:
        return
    above = _bound(below.why(key), limits, amended=True)
    if above.value is None and not limits.published:
        return
    source = f"（{above.document}{above.clause}）" if above.clause else ""
    text = f"{key.label}由省级统一规定{source}，本级不能另行设置；确需不同，请报省级放开这一项。"
    yield Breach(key.name, text)


def _amendable(theirs: Why, limits: Limits, ours: Why) -> str:
    if theirs.layer in limits.own and ours.document not in limits.papers:
        return "本级文件修改了这一条的，请在“依据文件”里选那份文件。"
    return "确需放宽，请报省级放开这一项。"


def _spans(ours: Span | None, theirs: Span, measure: _Measure) -> Found:
    word = "短" if measure.longer else "长"
    if ours is None:
        yield f"{measure.cite()}规定 {theirs.chinese}，不能不作规定。", ()
    elif (found := measure.laxer(ours, theirs)) is not None:
        said = f"：{found}" if found else ""
        yield f"{ours.chinese}比{measure.cite()}规定的 {theirs.chinese}{word}{said}。", ()


def _several(ours: Sequence[Span] | None, theirs: Sequence[Span], measure: _Measure) -> Found:
    """For each that is wanted there is one that is as strict."""
    for each in theirs:
        if not any(measure.laxer(own, each) is None for own in ours or ()):
            yield f"{measure.cite()}规定 {each.chinese}，这里没有同样严格的。", ()


def _windows(ours: Sequence[v.Window] | None, theirs: Sequence[v.Window], measure: _Measure) -> Found:
    """Without a row a rater has all the time there is."""
    found: dict[tuple[int, int], str] = {}
    for event in vocab.EVENTS:
        own, other = decision.first_match(ours or (), event=event), decision.first_match(theirs, event=event)
        if own is None or other is None or (said := measure.laxer(own.within, other.within)) is None:
            continue
        place = _place(ours or (), own)
        more = f"：{said}" if said else ""
        found.setdefault(
            (place, id(other)),
            f"第 {place} 行的 {own.within.chinese}比{measure.cite(other)}规定的 {other.within.chinese}短{more}。",
        )
    yield from ((text, (place,)) for (place, _), text in found.items())


def _clocks(ours: Sequence[v.Clock] | None, theirs: Sequence[v.Clock], measure: _Measure) -> Found:
    """For the same clock, dimension and complexity, the row that decides here against the row that decides there."""
    found: dict[tuple[int, int], str] = {}
    for facts in _clock_cases((*(ours or ()), *theirs)):
        bound = decision.first_match(theirs, **facts)
        if bound is None:
            continue
        own = decision.first_match(ours or (), **facts)
        text = _clock(own, bound, measure)
        if text:
            found.setdefault((_place(ours or (), own) if own else 0, id(bound)), text)
    yield from ((text, (place,) if place else ()) for (place, _), text in found.items())


def _clock_cases(rows: Sequence[v.Clock]) -> Iterator[dict[str, Any]]:
    names = dict.fromkeys(row.clock for row in rows)
    dimensions = dict.fromkeys(row.dimension for row in rows if row.dimension != v.ANY)
    complexities = (*vocab.COMPLEXITIES, OTHER)
    for clock, dimension, complexity in product(names, (*dimensions, OTHER), complexities):
        yield {"clock": clock, "dimension": dimension, "complexity": complexity}


def _clock(own: v.Clock | None, bound: v.Clock, measure: _Measure) -> str:
    name, source = vocab.CLOCKS[bound.clock], measure.cite(bound)
    wanted = f"{source}规定自{vocab.SINCE[bound.since]}起 {bound.within.chinese}"
    if own is None:
        return f"“{name}”没有了期限，{wanted}。"
    right = bound.clock in RIGHTS
    order = _order(own.since, bound.since, measure.direct)
    if order is None or (order > 0 and not right) or (order < 0 and right):
        late = "更早" if right else "更晚"
        return f"“{name}”自{vocab.SINCE[own.since]}起算，{wanted}；起算点{late}或无法比较，请用同一个起算点。"
    found = measure.laxer(own.within, bound.within, longer=right)
    if found is None:
        return ""
    more = f"：{found}" if found else ""
    why = "，申请复核是权利，只能放长" if right else ""
    return f"“{name}” {own.within.chinese}比规定的{'短' if right else '长'}，{wanted}{why}{more}。"


def _order(own: str, bound: str, direct: bool) -> int | None:
    """Negative where ours starts earlier, 0 together; None where either may come first."""
    if direct:
        # A ticket that is dispatched directly is dispatched the moment it opens.
        own, bound = ("opened" if each == "dispatched" else each for each in (own, bound))
    if own == bound:
        return 0
    places = [FIRST.index(each) if each in FIRST else len(FIRST) for each in (own, bound)]
    return places[0] - places[1] or None


def _extension(ours: Any, theirs: Any, measure: _Measure) -> Found:
    if ours is None or ours == "none":
        return
    if theirs == "none":
        yield f"{measure.cite()}规定不得延期，这里不能允许延期。", ()
        return
    own, bound = cast("v.Extension", ours), cast("v.Extension", theirs)
    if bound.longest is not None and own.longest is None:
        yield f"{measure.cite()}规定最长延期 {bound.longest.chinese}，这里不能没有上限。", ()
    elif bound.longest is not None:
        yield from _spans(own.longest, bound.longest, measure)
    yield from ((f"{measure.cite()}规定{text}。", ()) for text in _conditions(own, bound))


def _conditions(own: v.Extension, bound: v.Extension) -> Iterator[str]:
    """What must be done for a due time to be moved, there and no longer here."""
    if bound.before_due and not own.before_due:
        yield "须在到期前提出延期"
    if bound.tell_rater and not own.tell_rater:
        yield "延期须告知评价人"
    if missing := set(bound.needs) - set(own.needs):
        words = {"reason": "理由", "until": "新的期限"}
        yield f"延期须写明{'、'.join(words[each] for each in sorted(missing))}"


def _place(rows: Sequence[Any], row: Any) -> int:
    return next(place for place, each in enumerate(rows, 1) if each is row)


def _kind(key: Key[Any], bound: Any) -> str:
    if key is keys.extension:
        return "extension"
    if isinstance(bound, Span):
        return "span"
    first = next(iter(bound), None)
    return "clocks" if isinstance(first, v.Clock) else "windows" if isinstance(first, v.Window) else "several"


Compare = Callable[[Any, Any, _Measure], Found]
COMPARED: Final[Mapping[str, Compare]] = {
    "span": _spans, "several": _several, "windows": _windows, "clocks": _clocks, "extension": _extension,
}  # fmt: skip
