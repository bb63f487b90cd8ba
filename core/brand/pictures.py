"""A mark is drawn anew from its points alone, small and without whatever else its file carried."""

import io
import struct
import zlib
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from PIL import Image, ImageOps

from core.errors import Invalid, TooLong

FIELD: Final = "logo"
MOST_BYTES: Final = 2 * 2**20
MOST_SIDE, LEAST_SIDE = 4_000, 32
# Twice what the widest place for it shows, for sharp screens and paper.
SHOWN: Final = (640, 160)
MOST_KEPT: Final = 256 * 1024
WIDEST: Final = 8
FORMATS: Final = ("PNG", "JPEG")
_BROKEN = (
    OSError, SyntaxError, ValueError, EOFError, struct.error, zlib.error, IndexError, OverflowError,
    Image.DecompressionBombError, Image.DecompressionBombWarning,
)  # fmt: skip
_SVG = (b"<svg", b"<?xml", b"<!doctype svg")


@dataclass(frozen=True, slots=True)
class Logo:
    """A PNG of our own making; its name is its hash, so that a browser may keep it for ever."""

    content: bytes
    digest: str
    width: int
    height: int


def drawn(content: bytes) -> Logo:
    """Refuses at its field what is no picture, is too large, or unpacks to more than a mark can be."""
    if len(content) > MOST_BYTES:
        raise TooLong("图片超过 2 MB，请缩小后再上传。", field=FIELD)
    if content.lstrip()[:256].lower().startswith(_SVG):
        raise Invalid("不接受 SVG，因为里面可以带程序。请导出成 PNG 再上传。", field=FIELD)
    if not content.startswith((b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")):
        raise Invalid("请上传 PNG 或 JPG 图片。", field=FIELD)
    try:
        picture = _opened(content)
        kept = _packed(picture)
    except _BROKEN as error:
        raise Invalid("图片是坏的，打不开。请重新导出后再上传。", field=FIELD) from error
    if len(kept) > MOST_KEPT:
        raise TooLong("图片太复杂，缩小后仍超过 256 KB。请换一张简单的标志。", field=FIELD)
    return Logo(kept, sha256(kept).hexdigest()[:16], *picture.size)


def _opened(content: bytes) -> Image.Image:
    """Its size is read from its head before a single point is unpacked."""
    with Image.open(io.BytesIO(content), formats=FORMATS) as found:
        width, height = found.size
        if max(width, height) > MOST_SIDE:
            raise _Misfit(f"图片是 {width}×{height}，每边最多 {MOST_SIDE} 像素，请缩小后再上传。")
        if min(width, height) < LEAST_SIDE:
            raise _Misfit(f"图片是 {width}×{height}，每边至少 {LEAST_SIDE} 像素，否则显示模糊。")
        if max(width, height) > WIDEST * min(width, height):
            raise _Misfit("图片太长，长边最多是短边的 8 倍，请裁剪后再上传。")
        if getattr(found, "n_frames", 1) > 1:
            raise _Misfit("不接受动图，请上传静止的图片。")
        picture = ImageOps.exif_transpose(found).convert("RGBA")
    picture.thumbnail(SHOWN, Image.Resampling.LANCZOS)
    return picture


class _Misfit(Invalid):
    """图片不合适，请按提示调整。"""

    def __init__(self, detail: str) -> None:
        super().__init__(detail, field=FIELD)


def _packed(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    clean = Image.frombytes("RGBA", picture.size, picture.tobytes())
    clean.save(file, "PNG", optimize=True)
    return file.getvalue()
