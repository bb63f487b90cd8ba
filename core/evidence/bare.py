"""A photo keeps its picture and loses where, when and with what it was taken; which way up it stands is kept."""

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from core.evidence.formats import END_OF_IMAGE, MARKER, START_OF_SCAN

_APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_EXIF = b"Exif\0\0"
_COLOURS = b"ICC_PROFILE\0"
_ORIENTATION = 0x0112
_TURNED = range(2, 9)
_ENTRY = 12
_PNG_HEAD = 8
# Beside the parts without which there is no picture: its colours, its size, and how it moves.
_PNG_SHOWS = frozenset({
    b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"cICP", b"mDCV", b"cLLI", b"sBIT", b"bKGD", b"hIST", b"pHYs", b"sPLT",
    b"acTL", b"fcTL", b"fdAT",
})  # fmt: skip
_WEBP_SHOWS = frozenset({b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_WEBP_FLAGS = 0x08 | 0x04
_BOX_HEAD = 8
_WIDE = 16
_MP4_SAYS = frozenset({b"udta", b"meta", b"uuid"})
_MP4_OUTER = frozenset({b"moov", b"trak", b"mdia", b"moof"})


def bare(kind: str, content: bytes) -> bytes:
    """The same file without what it says of its taking; kinds that say nothing come back as they are.

    ``content`` has been found to be whole and of its kind.
    """
    strip = _STRIP.get(kind)
    return strip(content) if strip else content


def _jpeg(content: bytes) -> bytes:
    """The first picture alone: what cameras hang behind it tells as much as what stands before it."""
    kept = [content[:2]]
    turned = _orientation(content)
    if turned:
        kept.append(_upright(turned))
    at, is_scan = 2, False
    while True:
        marker = MARKER.search(content, at) if is_scan else MARKER.match(content, at)
        if marker is None:
            raise ValueError("not a whole picture")
        kept.append(content[at : marker.start()])
        (kind,) = marker[1]
        if kind == END_OF_IMAGE:
            return b"".join((*kept, marker[0]))
        (size,) = struct.unpack_from(">H", content, marker.end())
        segment = content[marker.start() : marker.end() + size]
        if not _tells(kind, segment[4:]):
            kept.append(segment)
        at, is_scan = marker.end() + size, kind == START_OF_SCAN


def _tells(kind: int, said: bytes) -> bool:
    """Colours are part of the picture, everything else that programs add is not."""
    if kind == _APP2:
        return not said.startswith(_COLOURS)
    return kind == _COMMENT or (_APP0 < kind <= _APP15 and kind != _APP14)


def _orientation(content: bytes) -> int:
    """Which way the camera was held; 0 where it does not matter or is not said."""
    at = 2
    while (marker := MARKER.match(content, at)) and marker[1][0] not in (START_OF_SCAN, END_OF_IMAGE):
        (size,) = struct.unpack_from(">H", content, marker.end())
        said = content[marker.end() + 2 : marker.end() + size]
        if marker[1][0] == _APP1 and said.startswith(_EXIF):
            return _turned(said[len(_EXIF) :])
        at = marker.end() + size
    return 0


def _turned(tiff: bytes) -> int:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    try:
        (first,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, first)
        for place in range(count):
            tag, kind, _, value = struct.unpack_from(f"{order}HHIH", tiff, first + 2 + place * _ENTRY)
            if tag == _ORIENTATION and kind == 3 and value in _TURNED:  # noqa: PLR2004 - a short number
                return value
    except struct.error:
        return 0
    return 0


def _upright(turned: int) -> bytes:
    """The one thing that is said again, by itself."""
    tiff = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    said = _EXIF + tiff
    return b"\xff\xe1" + struct.pack(">H", len(said) + 2) + said


def _png(content: bytes) -> bytes:
    kept = [content[:_PNG_HEAD]]
    at = _PNG_HEAD
    while at + 12 <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        if name[:1].isupper() or name in _PNG_SHOWS:
            kept.append(content[at : at + 12 + size])
        at += 12 + size
    return b"".join(kept)


def _webp(content: bytes) -> bytes:
    kept: list[bytes] = []
    for name, chunk in _chunks(content):
        if name == b"VP8X":
            kept.append(chunk[:8] + bytes((chunk[8] & ~_WEBP_FLAGS,)) + chunk[9:])
        elif name in _WEBP_SHOWS:
            kept.append(chunk)
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 12
    while at + 8 <= len(content):
        name, size = struct.unpack_from("<4sI", content, at)
        end = at + 8 + size + (size & 1)
        yield name, content[at:end]
        at = end


def _mp4(content: bytes) -> bytes:
    """What is said beside sound and picture becomes free room, so that nothing else moves."""
    found = bytearray(content)
    _free(found, 0, len(found))
    return bytes(found)


def _free(found: bytearray, at: int, end: int) -> None:
    while at + _BOX_HEAD <= end:
        size, name = struct.unpack_from(">I4s", found, at)
        head = _BOX_HEAD
        if size == 1 and at + _WIDE <= end:
            (size,) = struct.unpack_from(">Q", found, at + _BOX_HEAD)
            head = _WIDE
        size = size or end - at
        if size < head or at + size > end:
            return
        if name in _MP4_SAYS:
            found[at + 4 : at + 8] = b"free"
            found[at + head : at + size] = bytes(size - head)
        elif name in _MP4_OUTER:
            _free(found, at + head, at + size)
        at += size


_STRIP: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "jpeg": _jpeg, "png": _png, "webp": _webp, "mp4": _mp4, "m4a": _mp4,
}  # fmt: skip
