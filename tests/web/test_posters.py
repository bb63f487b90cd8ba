"""What is printed can be read by a phone and by a person, with the letters in the file itself."""

import math
from typing import Any

import pypdfium2
import pytest
import segno
from PIL import Image

from web.posters import A4, FONT, LABEL, LAYOUTS, QUIET, Poster, pdf

ADDRESS = "https://hcp.example.gov.cn/t/city/w/w"
LONG = "企业登记与不动产登记综合窗口（二楼东侧）一件事一次办专窗，邛崃、㙍上镇"


def posters(many: int) -> list[Poster]:
    return [
        Poster("镕河市", "东区市场监督管理局", f"企业开办 {number} 号窗口", f"窗口编码 w{number}", f"{ADDRESS}{number}")
        for number in range(many)
    ]


def opened(content: bytes) -> Any:
    return pypdfium2.PdfDocument(content)


@pytest.mark.parametrize(("code", "pages"), [("1", 9), ("4", 3), ("8", 2), ("label", 9)])
def test_so_many_stand_on_a_page_each_with_its_words(code: str, pages: int) -> None:
    document = opened(pdf(posters(9), LAYOUTS[code]))
    words = [page.get_textpage().get_text_range() for page in document]
    size = LABEL if code == "label" else A4

    assert len(document) == pages
    assert all(math.isclose(a, b, abs_tol=1) for a, b in zip(document[0].get_size(), size, strict=True))
    assert sum(each.count("扫码评价") for each in words) == 9
    assert "镕河市政务服务" in words[0] and "企业开办 8 号窗口" in words[-1] and "窗口编码 w8" in words[-1]


def test_the_code_on_paper_is_that_of_the_window_point_by_point() -> None:
    page = opened(pdf(posters(1), LAYOUTS["1"]))[0].render(scale=4).to_pil().convert("L")
    matrix = [bytes(row) for row in segno.make(f"{ADDRESS}0", error="m").matrix_iter(border=QUIET)]
    left, top, right, bottom = _square(page)
    unit = (right - left) / (len(matrix) - 2 * QUIET)

    assert math.isclose(right - left, bottom - top, abs_tol=3)
    for row, dots in enumerate(matrix[QUIET:-QUIET]):
        for column, dot in enumerate(dots[QUIET:-QUIET]):
            at = (int(left + (column + 0.5) * unit), int(top + (row + 0.5) * unit))
            assert (page.getpixel(at) < 128) == bool(dot), (row, column)


def _square(page: Image.Image) -> tuple[int, int, int, int]:
    """The code is the tallest thing on the page: rows of ink that follow each other for the longest."""
    ink = page.point(lambda value: 255 if value < 128 else 0)
    rows = [ink.crop((0, y, ink.width, y + 1)).getbbox() for y in range(ink.height)]
    best, start = (0, 0), None
    for y, row in enumerate([*rows, None]):
        if row and start is None:
            start = y
        elif not row and start is not None:
            best, start = max(best, (y - start, start)), None
    top, bottom = best[1], best[1] + best[0]
    box = ink.crop((0, top, ink.width, bottom)).getbbox()
    assert box
    return box[0], top, box[2], bottom


def test_a_name_of_any_length_stays_on_its_label() -> None:
    whole = posters(1)[0]
    names = ["一", LONG, LONG * 4]
    made = [Poster(name, name, name, name, ADDRESS) for name in names]
    pages = opened(pdf([*made, whole], LAYOUTS["label"]))
    boxes = [
        page.render(scale=2).to_pil().convert("L").point(lambda value: 255 if value < 200 else 0).getbbox()
        for page in pages
    ]

    width, height = (side * 2 for side in LABEL)
    assert all(box and box[0] > 8 and box[1] > 8 and box[2] < width - 8 and box[3] < height - 4 for box in boxes)


@pytest.mark.skipif(not FONT.is_file(), reason="the assets of this checkout were built before the font; make builds it")
def test_the_letters_are_in_the_file_and_no_others() -> None:
    content = pdf(posters(9), LAYOUTS["8"])

    assert b"FontFile2" in content
    assert len(content) < 60_000
    assert content == pdf(posters(9), LAYOUTS["8"])
