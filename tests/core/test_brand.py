"""No colour is taken that somebody could not read, and of a picture only its points are kept."""

import io
import re
import struct
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from core.brand import colours
from core.brand.colours import GROUNDS, INK, LEAST, Theme, Unreadable
from core.brand.pictures import LEAST_SIDE, SHOWN, drawn
from core.errors import Invalid, Refused, TooLong

SHEET = (Path(__file__).parents[2] / "web/static/app.css").read_text("utf-8")
THEMES: tuple[Theme, ...] = ("light", "dark")
any_colour = st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}")


def test_the_grounds_are_those_of_the_pages() -> None:
    for theme, head in (("light", ":root {"), ("dark", "[data-theme=dark] {")):
        block = SHEET[SHEET.index(head) :].split("}")[0]
        tokens = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", block))
        full = {name: colours.parsed(value, "x") for name, value in tokens.items()}
        assert [full[name] for name in ("sur", "bg", "sur2", "hov")] == list(GROUNDS[theme])
        assert full["acc-fg"] == INK[theme]
        assert colours.checked(full["acc"], theme, "x") == full["acc"]


def test_the_contrast_is_that_of_the_standard() -> None:
    assert round(colours.contrast("#000000", "#ffffff"), 2) == 21
    assert round(colours.contrast("#777777", "#ffffff"), 2) == 4.48
    assert round(colours.contrast("#767676", "#ffffff"), 2) == 4.54


@given(any_colour, st.sampled_from(THEMES))
def test_what_is_proposed_is_readable_on_everything_and_a_good_colour_stays(colour: str, theme: Theme) -> None:
    near = colours.nearest(colour, theme)

    assert colours.is_readable(near, theme)
    assert near == colour or not colours.is_readable(colour, theme)


@given(any_colour, any_colour)
def test_every_sheet_that_is_served_can_be_read(one: str, other: str) -> None:
    light, dark = colours.nearest(one, "light"), colours.nearest(other, "dark")
    rules = colours.sheet(light, dark).splitlines()
    for theme, rule in zip(THEMES, rules, strict=False):
        tokens = dict(re.findall(r"--([\w-]+):(#[0-9a-f]{6})", rule))
        assert colours.contrast(tokens["acc"], tokens["acc-t"]) >= LEAST
        assert colours.contrast(tokens["acc-fg"], tokens["acc"]) >= LEAST
        assert colours.contrast(tokens["acc-fg"], tokens["acc-h"]) >= LEAST
        assert all(colours.contrast(tokens["acc"], ground) >= LEAST for ground in GROUNDS[theme])


def test_a_colour_that_cannot_be_read_is_refused_with_the_nearest_that_can() -> None:
    with pytest.raises(Unreadable) as refused:
        colours.checked("#ffcc00", "light", "light")

    assert refused.value.field == "light" and refused.value.nearest in refused.value.detail
    assert colours.is_readable(refused.value.nearest, "light")


@pytest.mark.parametrize("text", ["red", "#12", "#12345g", "url(x)", "#fff}body{display:none", "１６５７ｂ５"])
def test_what_is_no_colour_is_refused_at_its_field(text: str) -> None:
    with pytest.raises(Invalid) as refused:
        colours.parsed(text, "dark")

    assert refused.value.field == "dark"


def picture(width: int = 200, height: int = 80, kind: str = "PNG", **more: object) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (10, 90, 160)).save(file, kind, **more)
    return file.getvalue()


def test_a_mark_keeps_its_points_and_loses_all_else() -> None:
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "made by somebody")
    content = picture(2000, 500, pnginfo=told)
    logo = drawn(content + b"<script>alert(1)</script>")

    with Image.open(io.BytesIO(logo.content)) as found:
        assert found.format == "PNG" and found.size == (logo.width, logo.height) == (640, 160) == SHOWN
        assert found.convert("RGB").getpixel((5, 5)) == (10, 90, 160)
    assert b"somebody" not in logo.content and b"script" not in logo.content
    assert drawn(content).digest == logo.digest
    assert drawn(picture(kind="JPEG")).width == 200


def _png(width: int, height: int, body: bytes) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<svg onload=alert(1)>", "不接受 SVG"), (b"GIF89a" + b"x" * 40, "请上传 PNG 或 JPG"),
        (b"%PDF-1.7", "请上传 PNG 或 JPG"), (picture()[:60], "图片是坏的"), (picture(5000, 5000), "每边最多"),
        (_png(60_000, 60_000, zlib.compress(b"\0" * 5_000_000)), "每边最多|是坏的"),
        (_png(100, 100, zlib.compress(bytes(range(256)) * 120)[:90]), "是坏的"),
        (picture(LEAST_SIDE - 1, 100), "每边至少"), (picture(3000, 40), "太长"), (b"", "请上传 PNG 或 JPG"),
    ],
)  # fmt: skip
def test_what_is_no_mark_is_refused_at_its_field(content: bytes, says: str) -> None:
    with pytest.raises(Refused) as refused:
        drawn(content)

    assert refused.value.field == "logo" and re.search(says, refused.value.detail), refused.value.detail


def test_a_file_that_is_too_large_is_refused_before_it_is_opened() -> None:
    with pytest.raises(TooLong):
        drawn(b"\x89PNG\r\n\x1a\n" + b"x" * 3 * 2**20)
