"""A file is what it says from its first byte to its last: nothing before it, nothing behind it, nothing that runs."""

import io
import re
import struct
import zipfile

VIDEO_BRANDS = re.compile(rb"isom|iso[2-9]|mp4[12]|avc1|hvc1|hev1|MSNV|dash|M4V |mmp4|3gp.|3g2.", re.DOTALL)
AUDIO_BRANDS = re.compile(rb"M4A |M4B |isom|iso[2-9]|mp4[12]|3gp.", re.DOTALL)

_HEAD = 1024
_PADDING = b"\0\t\n\r \x1a"
# What a reader that does not care about endings would take the file for.
_OTHER = re.compile(rb"%PDF-|<!doctype|<html|<head|<body|<script|<iframe|<svg|<\?php", re.IGNORECASE)
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")
_SCRIPT = re.compile(r"#!|<[a-z!?%/]|%!PS|\{\\rtf", re.IGNORECASE)

_PNG = b"\x89PNG\r\n\x1a\n"
_AROUND_CHUNK = 12
_RIFF_HEAD = 8

_JPEG = b"\xff\xd8\xff"
# FF00 is data, FFD0 to FFD7 only restart it.
MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])", re.DOTALL)
END_OF_IMAGE = 0xD9
START_OF_SCAN = 0xDA
_MOST_PICTURES = 8
_MOST_SEGMENTS = 5_000

_MOST_BOXES = 50_000
_BOX_HEAD = 8
_WIDE_BOX_HEAD = 16

_TAG_HEAD = 10
_FRAME = re.compile(rb"\xff([\xe2\xe3\xf2\xf3\xfa\xfb])([\x10-\xef])")
_BITRATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_LOW_BITRATES = (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
# By version of MPEG audio, as the frame's second byte has it: bytes for a kilobit, kilobits and samples a second.
_VERSIONS = {
    0x7D: (144_000, _BITRATES, (44_100, 48_000, 32_000)),
    0x79: (72_000, _LOW_BITRATES, (22_050, 24_000, 16_000)),
    0x71: (72_000, _LOW_BITRATES, (11_025, 12_000, 8_000)),
}


# What a PDF would run, open or carry along by itself.
_ACTIVE = (b"/JavaScript", b"/Launch", b"/EmbeddedFile")


def is_pdf(content: bytes) -> bool:
    whole = re.match(rb"%PDF-[12]\.\d", content) and content.rstrip(_PADDING).endswith(b"%%EOF")
    return bool(whole) and not _is_archive(content) and not any(name in content for name in _ACTIVE)


def is_png(content: bytes) -> bool:
    if not content.startswith(_PNG + b"\0\0\0\rIHDR") or _is_also_something_else(content):
        return False
    at = len(_PNG)
    while at + _AROUND_CHUNK <= len(content):
        size, name = struct.unpack_from(">I4s", content, at)
        at += _AROUND_CHUNK + size
        if name == b"IEND":
            return at == len(content)
    return False


def is_webp(content: bytes) -> bool:
    if not re.match(rb"RIFF....WEBPVP8[ LX]", content, re.DOTALL) or _is_also_something_else(content):
        return False
    (size,) = struct.unpack_from("<I", content, 4)
    return size + _RIFF_HEAD == len(content)


def is_jpeg(content: bytes) -> bool:
    """Behind a picture cameras hang further ones (depth, brightness) or a short film; nothing else may follow it."""
    if _is_also_something_else(content):
        return False
    rest = content
    for _ in range(_MOST_PICTURES):
        end = _end_of_picture(rest)
        if end is None:
            return False
        film = rest[end:]
        rest = film.lstrip(_PADDING)
        if not rest or is_mp4(film, VIDEO_BRANDS):
            return True
    return False


def is_mp4(content: bytes, brands: re.Pattern[bytes]) -> bool:
    if content[4:8] != b"ftyp" or not brands.fullmatch(content[8:12]) or _is_also_something_else(content):
        return False
    at = 0
    for _ in range(_MOST_BOXES):
        size = _size_of_box(content, at)
        if size is None:
            return False
        at += size
        if at >= len(content):
            break
    return at == len(content)


def is_mp3(content: bytes) -> bool:
    """Two frames follow each other where the tag ends."""
    first = _frame(content, _end_of_tag(content))
    if first is None or _is_also_something_else(content):
        return False
    return first == len(content) or _frame(content, first) is not None


def is_text(content: bytes) -> bool:
    text = _decoded(content)
    if text is None or _CONTROL.search(text):
        return False
    return not _SCRIPT.match(text.lstrip("\ufeff \t\r\n")) and not _is_also_something_else(content)


def _is_also_something_else(content: bytes) -> bool:
    return bool(_OTHER.search(content[:_HEAD])) or _is_archive(content)


def _is_archive(content: bytes) -> bool:
    """Archives are read from their end: one can hang behind anything."""
    return zipfile.is_zipfile(io.BytesIO(content))


def _end_of_picture(content: bytes) -> int | None:
    if not content.startswith(_JPEG):
        return None
    at, is_scan = 2, False
    for _ in range(_MOST_SEGMENTS):
        marker = MARKER.search(content, at) if is_scan else MARKER.match(content, at)
        if marker is None:
            return None
        (kind,) = marker[1]
        if kind == END_OF_IMAGE:
            return marker.end()
        (size,) = struct.unpack(">H", content[marker.end() : marker.end() + 2].rjust(2, b"\0"))
        at, is_scan = marker.end() + size, kind == START_OF_SCAN
    return None


def _size_of_box(content: bytes, at: int) -> int | None:
    """Size 1 stands for one that is written wider, size 0 for all that is left."""
    if at + _BOX_HEAD > len(content):
        return None
    size, name = struct.unpack_from(">I4s", content, at)
    if not name.isalnum():
        return None
    if size == 0:
        return len(content) - at
    if size == 1 and at + _WIDE_BOX_HEAD <= len(content):
        (size,) = struct.unpack_from(">Q", content, at + _BOX_HEAD)
        return size if size >= _WIDE_BOX_HEAD else None
    return size if size >= _BOX_HEAD else None


def _end_of_tag(content: bytes) -> int:
    """Where sound begins: behind an ID3 tag, whose size is written in bytes of seven bits, and its padding."""
    if not re.match(rb"ID3[\x02-\x04]", content) or len(content) < _TAG_HEAD:
        return 0
    size = 0
    for each in content[6:_TAG_HEAD]:
        size = size << 7 | each & 0x7F
    end = _TAG_HEAD + size + (_TAG_HEAD if content[5] & 0x10 else 0)
    return len(content) - len(content[end:].lstrip(b"\0"))


def _frame(content: bytes, at: int) -> int | None:
    """Where the frame of MPEG audio, layer III, ends that begins here."""
    head = _FRAME.match(content, at)
    if head is None:
        return None
    each, bitrates, rates = _VERSIONS[head[1][0] >> 1]
    bitrate, rate, padding = head[2][0] >> 4, head[2][0] >> 2 & 3, head[2][0] >> 1 & 1
    return at + each * bitrates[bitrate - 1] // rates[rate] + padding if rate < len(rates) else None


def _decoded(content: bytes) -> str | None:
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
