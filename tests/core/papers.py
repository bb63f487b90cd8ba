"""The smallest real file of each kind that may be handed in as evidence."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\nxref\n0 1\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def png() -> bytes:
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*part) for part in parts)


def jpeg(scan: bytes = b"\x12\xff\x00\x34\xff\xd0\x56") -> bytes:
    segments = ((0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"), (0xC0, b"\x08\0\1\0\1\1\1\x11\0"), (0xDA, b"\1\1\0\0\x3f\0"))
    written = (b"\xff" + bytes([kind]) + struct.pack(">H", len(data) + 2) + data for kind, data in segments)
    return b"\xff\xd8" + b"".join(written) + scan + b"\xff\xd9"


def webp() -> bytes:
    body = b"WEBPVP8 " + struct.pack("<I", 10) + b"\x30\1\0\x9d\1\x2a\1\0\1\0"
    return b"RIFF" + struct.pack("<I", len(body)) + body


def mp4(brand: bytes = b"isom") -> bytes:
    return b"".join((_box(b"ftyp", brand + b"\0\0\2\0isomavc1"), _box(b"moov", b"\0" * 16), _box(b"mdat", b"film")))


def mp3(tag: bytes = b"ID3\4\0\0\0\0\0\4abcd") -> bytes:
    frame = b"\xff\xfb\x90\x00" + b"\0" * 413
    return tag + frame * 2


def office(types: str, parts: Mapping[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", f'<?xml version="1.0"?><Types>{types}</Types>')
        for name, content in parts.items():
            archive.writestr(name, content)
    return file.getvalue()


def docx(**more: bytes) -> bytes:
    """``more`` are further parts, named with ``__`` for a slash and ``_`` for a dot."""
    further = {name.replace("__", "/").replace("_", "."): content for name, content in more.items()}
    part = f'<Override PartName="/word/document.xml" ContentType="{_WORD}"/>'
    return office(part, {"_rels/.rels": b"<Relationships/>", "word/document.xml": b"<w:document/>", **further})


def xlsx() -> bytes:
    part = f'<Override ContentType="{_EXCEL}" PartName="/xl/workbook.xml"/>'
    return office(part, {"_rels/.rels": b"<Relationships/>", "xl/workbook.xml": b"<workbook/>"})


def archive() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as written:
        written.writestr("META-INF/MANIFEST.MF", "Main-Class: Gifar")
    return file.getvalue()


def every() -> Mapping[str, bytes]:
    """By the name somebody would give it."""
    return {
        "答复函.pdf": pdf(), "现场.jpg": jpeg(), "现场.JPEG": jpeg(), "截图.png": png(), "截图.webp": webp(),
        "说明.docx": docx(), "台账.xlsx": xlsx(), "记录.txt": "窗口记录：已电话答复。\r\n".encode(),
        "旧记录.txt": "窗口记录：已电话答复。".encode("gb18030"), "监控.mp4": mp4(), "录音.m4a": mp4(b"M4A "),
        "录音.mp3": mp3(),
    }  # fmt: skip


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def _box(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data) + 8) + name + data
