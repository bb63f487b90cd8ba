"""A printed code leads to the rating page on any phone: drawn as lines, with its letters in the file itself."""

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import segno
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT: Final = Path(__file__).parent / "static" / "vendor" / "NotoSansSC_400Regular.ttf"
# Its letters come from the reader's own machine: for a checkout whose assets were never built.
UNBUILT: Final = "STSong-Light"
QUIET: Final = 4
CALL, HINT = "扫码评价", "请用手机扫一扫，评价刚刚的服务"
A4: Final = (210 * mm, 297 * mm)
LABEL: Final = (80 * mm, 110 * mm)
GREY: Final = 0.45
SMALLEST: Final = 0.55


@dataclass(frozen=True, slots=True)
class Poster:
    """``place`` and ``name`` say whose window it is; ``foot`` tells two with one name apart."""

    city: str
    place: str
    name: str
    foot: str
    address: str


@dataclass(frozen=True, slots=True)
class Layout:
    """How many stand on a page, and how large a page is."""

    label: str
    columns: int
    rows: int
    page: tuple[float, float] = A4

    @property
    def many(self) -> int:
        return self.columns * self.rows


LAYOUTS: Final[Mapping[str, Layout]] = {
    "1": Layout("A4，每页 1 张（立牌、海报）", 1, 1),
    "4": Layout("A4，每页 4 张（台签）", 2, 2),
    "8": Layout("A4，每页 8 张（桌贴）", 2, 4),
    "label": Layout("标签纸 80×110 毫米，每页 1 张", 1, 1, LABEL),
}


def pdf(posters: Sequence[Poster], layout: Layout) -> bytes:
    """The same posters are the same file."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=layout.page, invariant=1, pageCompression=1)
    canvas.setTitle(f"{posters[0].city}{CALL}二维码")
    canvas.setCreator("haochaping")
    width, height = layout.page[0] / layout.columns, layout.page[1] / layout.rows
    for number, poster in enumerate(posters):
        place = number % layout.many
        if number and not place:
            canvas.showPage()
        left, top = width * (place % layout.columns), layout.page[1] - height * (place // layout.columns)
        _draw(canvas, poster, (left, top - height, width, height), cut=layout.many > 1)
    canvas.save()
    return file.getvalue()


def _draw(canvas: Canvas, poster: Poster, box: tuple[float, float, float, float], *, cut: bool) -> None:
    """From the top: the city, what to do, the code, the window and whose it is."""
    left, bottom, width, height = box
    canvas.saveState()
    if cut:
        canvas.setDash(2, 3)
        canvas.setStrokeGray(GREY)
        canvas.setLineWidth(0.4)
        canvas.rect(left, bottom, width, height)
        canvas.setDash()
    side = min(width * 0.62, height * 0.48)
    line, middle, room = height * 0.055, left + width / 2, width * 0.88
    at = bottom + height - line * 1.5
    _line(canvas, f"{poster.city}政务服务", (middle, at), line * 0.62, room)
    at -= line * 1.45
    _line(canvas, CALL, (middle, at), line * 1.15, room, bold=True)
    at -= line * 0.55 + side
    _code(canvas, poster.address, middle - side / 2, at, side)
    at -= line * 1.15
    for text in _folded(poster.name, line * 0.9, room):
        _line(canvas, text, (middle, at), line * 0.9, room, bold=True)
        at -= line * 1.05
    _line(canvas, poster.place, (middle, at), line * 0.55, room)
    at -= line * 0.85
    _line(canvas, HINT, (middle, at), line * 0.5, room)
    _line(canvas, poster.foot, (middle, bottom + line * 0.55), line * 0.38, room, grey=True)
    canvas.restoreState()


def _line(
    canvas: Canvas, text: str, at: tuple[float, float], size: float, room: float, *, bold: bool = False,
    grey: bool = False,
) -> None:  # fmt: skip
    """In the middle; smaller where it would not fit, and cut where it would be too small to read."""
    fitting = size * min(1.0, room / max(_width(text, size), 0.1))
    small = max(fitting, size * SMALLEST)
    while len(text) > 1 and _width(text, small) > room:
        text = f"{text[:-2]}…"
    canvas.setFillGray(GREY if grey else 0)
    canvas.setStrokeGray(0)
    canvas.setLineWidth(small * 0.03)
    written = canvas.beginText(at[0] - _width(text, small) / 2, at[1])
    written.setFont(font(), small)
    written.setTextRenderMode(2 if bold else 0)
    written.textOut(text)
    written.setTextRenderMode(0)
    canvas.drawText(written)


def _folded(text: str, size: float, room: float) -> list[str]:
    """A long name on two lines rather than in tiny letters."""
    if _width(text, size * 0.75) <= room:
        return [text]
    middle = len(text) // 2
    return [text[:middle], text[middle:]]


def _width(text: str, size: float) -> float:
    return pdfmetrics.stringWidth(text, font(), size)


def _code(canvas: Canvas, address: str, left: float, bottom: float, side: float) -> None:
    """As the page draws it (web.public.rate): correction M, four quiet modules; neighbours of a row in one stroke."""
    rows = [bytes(row) for row in segno.make(address, error="m").matrix_iter(border=QUIET)]
    unit = side / len(rows)
    path = canvas.beginPath()
    for number, row in enumerate(rows):
        for start, length in _runs(row):
            path.rect(left + start * unit, bottom + side - (number + 1) * unit, length * unit, unit)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    start = -1
    for at, dark in enumerate((*row, 0)):
        if dark and start < 0:
            start = at
        elif not dark and start >= 0:
            yield start, at - start
            start = -1


@lru_cache(maxsize=1)
def font() -> str:
    """Read once; only the letters that are used go into a file."""
    made: Any = TTFont("sheet", FONT) if FONT.is_file() else UnicodeCIDFont(UNBUILT)
    pdfmetrics.registerFont(made)
    return str(made.fontName)
