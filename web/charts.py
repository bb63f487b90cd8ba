"""Pictures of figures, drawn on the server: classes and presentation attributes only, a title on every mark."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

WIDTH = 720
GRADES = (5, 4, 3, 2, 1)
_ROOM_FOR_TEXT = 38
_STEPS = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Frame:
    """The room a picture has; ``above`` is the height of a line of words over each bar."""

    css: str
    width: int
    left: int
    right: int
    row: int
    above: int = 0


DESK = Frame("desk", WIDTH, 108, 64, 34)
PHONE = Frame("phone", 360, 0, 0, 52, above=18)
HOURS = 24
DAY_DESK = Frame("desk", 960, 16, 16, 150, above=1)
DAY_PHONE = Frame("phone", 360, 16, 16, 140)
PAIR_DESK = Frame("desk", 960, 16, 16, 190, above=1)
PAIR_PHONE = Frame("phone", 360, 8, 8, 160)


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a distribution: how many of each grade."""

    label: str
    counts: Mapping[int, int]

    @property
    def total(self) -> int:
        return sum(self.counts.get(grade, 0) for grade in GRADES)


def distribution(bars: Sequence[Bar], labels: Sequence[str], title: str) -> Markup:
    """Shares of the five grades, best first, named by ``labels``: once for a desk, once for a phone."""
    rows = [bar for bar in bars if bar.total]
    return _stacked(rows, labels, title, DESK) + _stacked(rows, labels, title, PHONE)


def _stacked(rows: Sequence[Bar], labels: Sequence[str], title: str, frame: Frame) -> Markup:
    legend, top = _legend(labels, frame)
    parts = [legend]
    for place, bar in enumerate(rows):
        parts.append(_stack(bar, labels, top + place * frame.row, frame))
    return _svg("".join(parts), top + frame.row * len(rows) + 6, title, frame)


def _legend(labels: Sequence[str], frame: Frame) -> tuple[str, int]:
    """The legend and how far down it reaches."""
    parts: list[str] = []
    x, y = frame.left, 6
    for grade, label in zip(GRADES, labels, strict=True):
        if x + 16 + 13 * len(label) > frame.width:
            x, y = frame.left, y + 20
        parts.append(f'<rect class="ch-g{grade}" x="{x}" y="{y}" width="11" height="11" rx="2"/>')
        parts.append(_text(x + 16, y + 10, label))
        x += 34 + 13 * len(label)
    return "".join(parts), y + 28


def _stack(bar: Bar, labels: Sequence[str], y: int, frame: Frame) -> str:
    """On a desk the name stands left of its bar and the count right; on a phone both stand above it."""
    inner, x = frame.width - frame.left - frame.right, float(frame.left)
    if frame.above:
        parts = [_text(0, y + 12, bar.label, "ch-lab"), _text(frame.width, y + 12, f"{bar.total:,}", anchor="end")]
    else:
        parts = [_text(x - 10, y + 17, _short(bar.label), "ch-lab", "end")]
        parts.append(_text(frame.width - frame.right + 8, y + 17, f"{bar.total:,}"))
    top = y + frame.above
    for grade, label in zip(GRADES, labels, strict=True):
        count = bar.counts.get(grade, 0)
        width = inner * count / bar.total
        if count:
            parts.append(_slice(grade, x, top, width, f"{bar.label} {label}：{count:,}（{count / bar.total:.1%}）"))
        if width > _ROOM_FOR_TEXT:
            parts.append(_text(x + width / 2, top + 16, f"{count / bar.total:.0%}", f"on{grade}", "middle"))
        x += width
    return "".join(parts)


def _slice(grade: int, x: float, y: int, width: float, title: str) -> str:
    shape = f'x="{_n(x)}" y="{y}" width="{_n(max(width - 1.5, 0.8))}" height="24" rx="2"'
    return f'<rect class="ch-g{grade}" {shape}><title>{escape(title)}</title></rect>'


def trend(labels: Sequence[str], values: Sequence[float], title: str, *, unit: str = "") -> Markup:
    """A line over time; only the last point carries its number, the others tell theirs when pointed at."""
    left, right, top, bottom, height = 44, 84, 16, 30, 240
    ticks = _ticks(min(values), max(values))
    wide, high = WIDTH - left - right, height - top - bottom

    def x(place: int) -> float:
        return left + wide * place / max(len(values) - 1, 1)

    def y(value: float) -> float:
        return top + high * (1 - (value - ticks[0]) / ((ticks[-1] - ticks[0]) or 1))

    points = [(x(place), y(value)) for place, value in enumerate(values)]
    parts = [_grid(left, WIDTH - right, y(tick), _n(tick)) for tick in ticks]
    parts += [_text(x(place), height - 8, label, anchor="middle") for place, label in _some(labels)]
    parts.append(_line(points, top + high))
    parts += [_dot(*at, f"{label}：{_n(value)}{unit}", last=at == points[-1])
              for at, label, value in zip(points, labels, values, strict=True)]  # fmt: skip
    parts.append(_text(WIDTH - right + 8, points[-1][1] + 5, f"{_n(values[-1])}{unit}", "ch-val"))
    return _svg("".join(parts), height, title)


@dataclass(frozen=True, slots=True)
class Dot:
    """One place's share, and what it was made of; ``says`` is told when it is pointed at."""

    label: str
    value: float
    says: str


def dots(places: Sequence[Dot], middle: float, title: str) -> Markup:
    """Shares as dots on a common scale with their median as a line: a bar cut short would exaggerate."""
    low, high = min(each.value for each in places), max(each.value for each in places)
    first, last = max(0.0, low // 0.1 / 10), min(1.0, high // 0.1 / 10 + 0.1)
    return _dots(places, middle, (first, last), title, DESK) + _dots(places, middle, (first, last), title, PHONE)


def _dots(places: Sequence[Dot], middle: float, scale: tuple[float, float], title: str, frame: Frame) -> Markup:
    left, right, (first, last) = frame.left or 8, frame.width - (frame.right or 44), scale
    row, top = frame.row, 22

    def x(value: float) -> float:
        return left + (right - left) * (value - first) / ((last - first) or 1)

    floor = top + row * len(places)
    parts = [
        _text(x(first), floor + 14, f"{first:.0%}", anchor="start"),
        _text(x(last), floor + 14, f"{last:.0%}", anchor="end"),
    ]
    parts.append(f'<line class="ch-tgt" x1="{_n(x(middle))}" x2="{_n(x(middle))}" y1="{top - 4}" y2="{floor}"/>')
    parts.append(_text(x(middle), 12, f"中位数 {middle:.1%}", "ch-lab", "middle" if first < middle < last else "start"))
    for place, each in enumerate(places):
        y = top + row * place + row / 2 + frame.above / 3
        parts.append(f'<line class="ch-grid" x1="{left}" x2="{right}" y1="{_n(y)}" y2="{_n(y)}"/>')
        name = _text(left - 10, y + 4, _short(each.label), "ch-lab", "end")
        parts.append(_text(left, y - 9, each.label, "ch-lab") if frame.above else name)
        parts.append(f'<g><circle class="ch-dot ch-last" cx="{_n(x(each.value))}" cy="{_n(y)}" r="5"/>'
                     f"<title>{escape(each.says)}</title></g>")  # fmt: skip
        parts.append(_text(right + 8, y + 4, f"{each.value:.1%}"))
    return _svg("".join(parts), floor + 20, title, frame)


def hours(counts: Mapping[int, tuple[int, int]], passed: int, title: str) -> Markup:
    """The 24 hours of a day, each with what is late and what is still ahead; a line stands where the day is now."""
    return _hours(counts, passed, title, DAY_DESK) + _hours(counts, passed, title, DAY_PHONE)


def _hours(counts: Mapping[int, tuple[int, int]], passed: int, title: str, frame: Frame) -> Markup:
    wide, floor = (frame.width - frame.left - frame.right) / HOURS, frame.row - 22
    most = max((late + ahead for late, ahead in counts.values()), default=1) or 1
    step = HOURS // (8 if frame.above else 4)
    parts = [f'<line class="ch-grid" x1="{frame.left}" x2="{frame.width - frame.right}" y1="{floor}" y2="{floor}"/>']
    for hour in range(1, HOURS + 1):
        late, ahead = counts.get(hour, (0, 0))
        x = frame.left + wide * (hour - 1)
        if late + ahead:
            parts.append(_tower(x, floor, wide, ((late, "ch-late"), (ahead, "ch-ahead")), most, hour))
    parts += [_text(frame.left + wide * hour, frame.row - 6, f"{hour}:00", anchor="middle")
              for hour in range(0, HOURS + 1, step)]  # fmt: skip
    now = frame.left + wide * passed
    parts.append(f'<line class="ch-now" x1="{_n(now)}" x2="{_n(now)}" y1="6" y2="{floor}"/>')
    return _svg("".join(parts), frame.row, title, frame)


def _tower(x: float, floor: float, wide: float, blocks: Sequence[tuple[int, str]], most: int, hour: int) -> str:
    """Late ones stand below those still ahead, the sum above both."""
    (late, _), (ahead, _) = blocks
    room, y = floor - 26, floor
    title = f"{hour - 1}:00–{hour}:00：到期 {late + ahead} 项" + (f"，其中已超期 {late} 项" if late else "")
    parts: list[str] = []
    for count, css in blocks:
        high = room * count / most
        y -= high
        if count:
            shape = f'x="{_n(x + 1.5)}" y="{_n(y)}" width="{_n(wide - 3)}" height="{_n(max(high - 1, 2))}" rx="2"'
            parts.append(f'<rect class="{css}" {shape}/>')
    parts.append(_text(x + wide / 2, y - 5, f"{late + ahead:,}", "ch-lab", "middle"))
    return f"<g>{''.join(parts)}<title>{escape(title)}</title></g>"


def _svg(inside: str, height: float, title: str, frame: Frame | None = None) -> Markup:
    css, width = (f"ch {frame.css}", frame.width) if frame else ("ch", WIDTH)
    head = f'class="{css}" viewBox="0 0 {width} {_n(height)}" role="img" aria-label="{escape(title)}"'
    return Markup(f"<svg {head}><title>{escape(title)}</title>{inside}</svg>")  # noqa: S704 - every text is escaped


def _text(x: float, y: float, text: str, css: str = "", anchor: str = "start") -> str:
    kind = f' class="{css}"' if css else ""
    return f'<text{kind} x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(text)}</text>'


def _grid(left: float, right: float, y: float, label: str) -> str:
    line = f'<line class="ch-grid" x1="{_n(left)}" x2="{_n(right)}" y1="{_n(y)}" y2="{_n(y)}"/>'
    return line + _text(left - 8, y + 4, label, anchor="end")


def _line(points: Sequence[tuple[float, float]], floor: float) -> str:
    path = " ".join(f"{_n(x)},{_n(y)}" for x, y in points)
    area = f"{_n(points[0][0])},{_n(floor)} {path} {_n(points[-1][0])},{_n(floor)}"
    return f'<polygon class="ch-area" points="{area}"/><polyline class="ch-line" points="{path}"/>'


def _dot(x: float, y: float, title: str, *, last: bool) -> str:
    seen = f'<circle class="ch-dot{" ch-last" if last else ""}" cx="{_n(x)}" cy="{_n(y)}" r="{4.5 if last else 3}"/>'
    return f'<g><circle class="ch-hit" cx="{_n(x)}" cy="{_n(y)}" r="14"/>{seen}<title>{escape(title)}</title></g>'


def _some(labels: Sequence[str], most: int = 12) -> list[tuple[int, str]]:
    """As many labels as fit, the last one always among them."""
    step = -(-len(labels) // most)
    return [(place, label) for place, label in enumerate(labels) if (len(labels) - 1 - place) % step == 0]


def _ticks(low: float, high: float, about: int = 4) -> list[float]:
    span = (high - low) or 1
    magnitude = 10.0 ** len(str(int(span / about))) / 10 if span / about >= 1 else 0.1
    step = next((size * magnitude for size in _STEPS if size * magnitude * about >= span), span)
    first = low // step * step
    count = int((high - first) / step) + 2
    return [round(first + step * place, 6) for place in range(count)]


def _short(name: str, most: int = 8) -> str:
    return name if len(name) <= most else f"{name[: most - 1]}…"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def pairs(labels: Sequence[str], values: Sequence[tuple[int, int]], names: tuple[str, str], title: str) -> Markup:
    """Two bars for each label, beside each other: once for a desk, once for a phone with the latest of them."""
    few = 8
    return _pairs(labels, values, names, title, PAIR_DESK) + _pairs(
        labels[-few:], values[-few:], names, title, PAIR_PHONE
    )


def _pairs(
    labels: Sequence[str], values: Sequence[tuple[int, int]], names: tuple[str, str], title: str, frame: Frame
) -> Markup:
    wide, floor = (frame.width - frame.left - frame.right) / max(len(labels), 1), frame.row - 22
    most = max((max(each) for each in values), default=1) or 1
    parts = [f'<line class="ch-grid" x1="{frame.left}" x2="{frame.width - frame.right}" y1="{floor}" y2="{floor}"/>']
    for place, (label, both) in enumerate(zip(labels, values, strict=True)):
        x = frame.left + wide * place
        told = f"{label}起一周：" + "，".join(f"{name} {n:,}" for name, n in zip(names, both, strict=True))
        parts.append(_pair(x, wide, floor, both, most, told))
    parts += [_text(frame.left + wide * (place + 0.5), frame.row - 6, label, anchor="middle")
              for place, label in _some(labels, 12 if frame.above else 4)]  # fmt: skip
    return _svg("".join(parts), frame.row, title, frame)


def _pair(x: float, wide: float, floor: float, both: tuple[int, int], most: int, title: str) -> str:
    room, half = floor - 24, min(wide * 0.4, 26)
    parts: list[str] = []
    for side, (count, css) in enumerate(zip(both, ("ch-was", "ch-would"), strict=True)):
        high = room * count / most
        at = x + wide / 2 + (side - 1) * half
        if count:
            shape = f'x="{_n(at + 1)}" y="{_n(floor - high)}" width="{_n(half - 2)}" height="{_n(max(high, 2))}" rx="2"'
            parts.append(f'<rect class="{css}" {shape}/>')
    if wide > _ROOM_FOR_TEXT:
        parts.append(
            _text(x + wide / 2, floor - room * max(both) / most - 6, f"{both[0]:,}→{both[1]:,}", anchor="middle")
        )
    return f"<g>{''.join(parts)}<title>{escape(title)}</title></g>"
