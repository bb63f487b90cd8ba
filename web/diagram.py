"""A life drawn from its rules: states by rank from left to right, arrows with their acts, nothing placed by hand."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from markupsafe import Markup, escape

BOX, HIGH, GAP, LANE, LEVEL, EDGE, LINE, BEND, LETTER = 96, 40, 110, 112, 30, 14, 15, 16, 12
# An act possible in more states than this is drawn once, from a box that names them.
MANY = 3
SHORT = 8
_ARROW = (
    '<defs><marker id="sd-to" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
    '<path class="sd-head" d="M0 1L9 5L0 9z"/></marker></defs>'
)


@dataclass(frozen=True, slots=True)
class Move:
    """An act that leads from some states to one; ``when`` says in which case."""

    act: str
    sources: tuple[str, ...]
    to: str
    when: str = ""

    @property
    def said(self) -> str:
        return f"{self.act}：{self.when}" if self.when else self.act


@dataclass(frozen=True, slots=True)
class Place:
    rank: int
    lane: int
    top: int

    @property
    def x(self) -> int:
        return EDGE + self.rank * (BOX + GAP)

    @property
    def y(self) -> int:
        return self.top + self.lane * LANE

    @property
    def right(self) -> int:
        return self.x + BOX

    @property
    def centre(self) -> int:
        return self.x + BOX // 2

    @property
    def middle(self) -> int:
        return self.y + HIGH // 2

    @property
    def foot(self) -> int:
        return self.y + HIGH


@dataclass(frozen=True)
class Life:
    """``labels`` holds the states in the order of a life."""

    labels: Mapping[str, str]
    moves: Sequence[Move]

    @cached_property
    def pairs(self) -> Mapping[tuple[str, str], Sequence[Move]]:
        found: dict[tuple[str, str], list[Move]] = {}
        for move in self.moves:
            for source in move.sources if len(move.sources) <= MANY else ():
                found.setdefault((source, move.to), []).append(move)
        return found

    @cached_property
    def ranks(self) -> Mapping[str, int]:
        """How many steps a state lies from the first, by the longest way forward."""
        found: dict[str, int] = {}
        for state in self.labels:
            before = [rank for source, rank in found.items() if (source, state) in self.pairs]
            found[state] = max(before, default=-1) + 1
        return found

    @cached_property
    def arcs(self) -> Sequence[tuple[str, str, int]]:
        """What leaps over states goes above them, each arc on a level of its own, the short ones low."""
        leaps = sorted(
            (self.ranks[to] - self.ranks[source], source, to) for source, to in self.pairs
            if self.lane(source) == self.lane(to) == 0 and self.ranks[to] - self.ranks[source] > 1
        )  # fmt: skip
        return [(source, to, level) for level, (_, source, to) in enumerate(leaps, 1)]

    @cached_property
    def places(self) -> Mapping[str, Place]:
        top = EDGE + LEVEL * (len(self.arcs) + 1)
        return {state: Place(rank, self.lane(state), top) for state, rank in self.ranks.items()}

    def lane(self, state: str) -> int:
        same = [each for each in self.labels if self.ranks[each] == self.ranks[state]]
        return same.index(state)

    @property
    def lanes(self) -> int:
        return max(self.lane(state) for state in self.labels) + 1

    @property
    def width(self) -> int:
        return max(place.right for place in self.places.values()) + EDGE

    @property
    def height(self) -> int:
        return next(iter(self.places.values())).top + self.lanes * LANE + HIGH + EDGE


def drawn(life: Life, first: Iterable[str], title: str, group: Callable[[Sequence[str]], str]) -> Markup:
    """``group`` says several states in a few words."""
    begins = frozenset(first)
    parts = [*_steps(life), *_leaps(life), *_returns(life), *_gathered(life, group)]
    # Words stand above every line that passes them.
    parts.sort(key=lambda part: part.startswith("<text"))
    parts += [
        _box(life.places[state], label, "sd-first" if state in begins else "") for state, label in life.labels.items()
    ]
    size = f'width="{life.width}" viewBox="0 0 {life.width} {life.height}"'
    head = f'class="sd" {size} role="img" aria-label="{escape(title)}"'
    return Markup(f"<svg {head}><title>{escape(title)}</title>{_ARROW}{''.join(parts)}</svg>")  # noqa: S704 - escaped


def _steps(life: Life) -> Iterator[str]:
    """From one rank to the next, straight on or around a corner to a state beside the way."""
    for (source, to), moves in life.pairs.items():
        start, end = life.places[source], life.places[to]
        if end.lane == start.lane and end.rank == start.rank + 1:
            x = (start.right + end.x) // 2
            whens = [move.when for move in moves if move.when and len(move.when) <= SHORT]
            labels = _lines([move.act for move in moves], x, start.middle - 6, up=True)
            below = _lines(["、".join(whens)] if whens else [], x, start.middle + LINE, up=False)
            yield _path(f"M{start.right} {start.middle}H{end.x}", moves)
            yield labels + below
        elif end.lane > start.lane and end.rank > start.rank:
            turn = start.right + BEND
            way = f"M{start.right} {start.middle + 12}H{turn}V{end.middle}H{end.x}"
            labels = _lines([move.act for move in moves], (turn + end.x) // 2, end.middle - 6, up=True)
            whens = [move.when for move in moves if move.when and len(move.when) <= SHORT]
            yield _path(way, moves)
            yield labels + _lines(whens, (turn + end.x) // 2, end.middle + LINE, up=False)


def _leaps(life: Life) -> Iterator[str]:
    ways = {(source, to): _ends(life, source, to, level) for source, to, level in life.arcs}
    for source, to, level in life.arcs:
        top, moves = life.places[source].y, life.pairs[source, to]
        leaves, comes = ways[source, to]
        y = top - level * LEVEL
        yield _path(f"M{leaves} {top}V{y}H{comes}V{top}", moves)
        said = "、".join(move.act for move in moves)
        passing = [x for each, ends in ways.items() if each != (source, to) for x in ends]
        yield _lines([said], _clear(leaves, comes, len(said) * LETTER // 2, passing), y - 5, up=True)


def _ends(life: Life, source: str, to: str, level: int) -> tuple[int, int]:
    """Seen from its source the highest arc leaves first, seen from its end it arrives last: none crosses another."""
    higher = [each for each in life.arcs if each[2] > level]
    leaves = life.places[source].centre + 6 + 8 * sum(each[0] == source for each in higher)
    return leaves, life.places[to].centre - 6 - 8 * sum(each[1] == to for each in higher)


def _clear(start: int, end: int, half: int, passing: Sequence[int]) -> int:
    """The place nearest the middle where words of this half width have no line through them."""
    middle = (start + end) // 2
    places = sorted(range(start + half, end - half, 4), key=lambda x: abs(x - middle))
    free = (x for x in places if all(abs(x - each) > half + 4 for each in passing))
    return next(free, middle)


def _returns(life: Life) -> Iterator[str]:
    """Back to an earlier state, below the boxes."""
    for (source, to), moves in life.pairs.items():
        start, end = life.places[source], life.places[to]
        if end.rank < start.rank:
            y = start.foot + LEVEL
            yield _path(f"M{start.centre} {start.foot}V{y}H{end.centre}V{end.foot}", moves)
            yield _lines([move.act for move in moves], (start.centre + end.centre) // 2, y + LINE, up=False)


def _gathered(life: Life, group: Callable[[Sequence[str]], str]) -> Iterator[str]:
    """Acts possible almost anywhere come from one dashed box below the state they lead to."""
    boxes: dict[tuple[int, str], list[Move]] = {}
    for move in life.moves:
        if len(move.sources) > MANY:
            boxes.setdefault((life.places[move.to].rank, group(move.sources)), []).append(move)
    for (rank, label), moves in boxes.items():
        box = Place(rank, life.lanes, next(iter(life.places.values())).top)
        yield _box(box, label, "sd-any")
        for move in moves:
            yield from _rises(box, life.places[move.to], move)


def _rises(box: Place, to: Place, move: Move) -> Iterator[str]:
    """Straight up to the state above it, or around the states between."""
    words = [move.act, *([move.when] if move.when and len(move.when) <= SHORT else [])]
    if to.lane == box.lane - 1:
        yield _path(f"M{box.centre} {box.y}V{to.foot}", [move])
        yield _lines(words, box.centre - 8, (box.y + to.foot) // 2, up=False, anchor="end")
    else:
        side, below = box.right + BEND, to.foot + BEND
        yield _path(f"M{box.right} {box.middle}H{side}V{below}H{to.centre}V{to.foot}", [move])
        yield _lines(words, side + 6, box.y - LINE, up=False, anchor="start")


def _path(way: str, moves: Sequence[Move]) -> str:
    said = "；".join(move.said for move in moves)
    return f'<path class="sd-way" d="{way}" marker-end="url(#sd-to)"><title>{escape(said)}</title></path>'


def _box(at: Place, label: str, css: str) -> str:
    shape = f'<rect class="sd-box {css}" x="{at.x}" y="{at.y}" width="{BOX}" height="{HIGH}" rx="8"/>'
    return (
        f'{shape}<text class="sd-name" x="{at.centre}" y="{at.middle + 5}" text-anchor="middle">{escape(label)}</text>'
    )


def _lines(texts: Sequence[str], x: int, y: int, *, up: bool, anchor: str = "middle") -> str:
    """Upwards the first text stands on top, at ``y`` the last."""
    start = y - LINE * (len(texts) - 1) if up else y
    return "".join(
        f'<text x="{x}" y="{start + LINE * place}" text-anchor="{anchor}">{escape(text)}</text>'
        for place, text in enumerate(texts)
    )
