"""Photos of a record show what they show, and not where they were taken."""

import struct
import zlib
from datetime import datetime
from pathlib import Path

import pytest

from core import db, errors
from core.evidence import decide, files
from core.evidence.bare import bare
from core.records import actions, keeping
from core.records.model import FieldsWrong, Handed
from core.tenants.model import Tenant

PLACE = b"36.1900N 117.1200E"


def exif(turned: int) -> bytes:
    """As a telephone writes it: which way up it was held, and where."""
    entries = struct.pack("<HHIHH", 0x0112, 3, 1, turned, 0) + struct.pack("<HHII", 0x8825, 4, 1, 38)
    tiff = b"II*\0" + struct.pack("<IH", 8, 2) + entries + struct.pack("<I", 0) + PLACE
    return b"Exif\0\0" + tiff


def segment(marker: int, said: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(said) + 2) + said


def jpeg(*segments: bytes, behind: bytes = b"") -> bytes:
    scan = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x12\xff\x00\x34\xff\xd0\x56"
    return b"\xff\xd8" + b"".join(segments) + segment(0xDB, bytes(65)) + scan + b"\xff\xd9" + behind


def chunk(name: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said)) + name + said + struct.pack(">I", zlib.crc32(name + said))


XMP = b"http://ns.adobe.com/xap/1.0/\0" + PLACE
PHOTO = jpeg(
    segment(0xE0, b"JFIF\0\1\1\0\0\1\0\1\0\0"),
    segment(0xE1, exif(6)),
    segment(0xE1, XMP),
    segment(0xE2, b"ICC_PROFILE\0\1\1colours"),
    segment(0xED, b"Photoshop 3.0\0" + PLACE),
    segment(0xFE, PLACE),
)
HEAD = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
DATA = chunk(b"IDAT", zlib.compress(b"\0\1\2\3"))
# What nobody has heard of may say anything.
SAID = chunk(b"eXIf", PLACE) + chunk(b"prVt", PLACE) + chunk(b"tEXt", b"Comment\0" + PLACE)
PNG = b"\x89PNG\r\n\x1a\n" + HEAD + SAID + DATA + chunk(b"IEND", b"")


def riff(*chunks: tuple[bytes, bytes]) -> bytes:
    body = b"WEBP" + b"".join(n + struct.pack("<I", len(s)) + s + bytes(len(s) & 1) for n, s in chunks)
    return b"RIFF" + struct.pack("<I", len(body)) + body


WEBP = riff(
    (b"VP8X", bytes((0x0C, 0, 0, 0)) + bytes(6)),
    (b"VP8L", b"\x2f\1\2"),
    (b"EXIF", exif(1)),
    (b"XMP ", PLACE),
    (b"C2PA", PLACE),
)


def box(name: bytes, said: bytes) -> bytes:
    return struct.pack(">I", len(said) + 8) + name + said


FILM = (
    box(b"ftyp", b"isom\0\0\0\1isom")
    + box(b"moov", box(b"mvhd", bytes(8)) + box(b"trak", box(b"udta", PLACE)) + box(b"udta", box(b"\xa9xyz", PLACE)))
    + box(b"mdat", b"film")
)


@pytest.mark.parametrize(("name", "content"), [("a.jpg", PHOTO), ("a.png", PNG), ("a.webp", WEBP), ("a.mp4", FILM)])
def test_a_file_says_no_more_where_it_was_taken_and_stays_whole(name: str, content: bytes):
    kind = decide.kind_of(name, content)
    kept = bare(kind.code, content)

    assert PLACE in content
    assert PLACE not in kept
    assert decide.kind_of(name, kept) == kind
    assert bare(kind.code, kept) == kept


def test_a_photo_keeps_its_colours_and_which_way_up_it_stands():
    kept = bare("jpeg", PHOTO)

    assert b"ICC_PROFILE" in kept
    assert struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) in kept
    assert kept.endswith(b"\x12\xff\x00\x34\xff\xd0\x56\xff\xd9")


def test_what_hangs_behind_a_picture_goes_too():
    assert PLACE not in bare("jpeg", jpeg(behind=FILM))


@pytest.fixture
def folder(tmp_path: Path) -> None:
    files.use_folder(tmp_path)


async def handed(tenant: Tenant, now: datetime, *photos: Handed) -> actions.Filed:
    told = {"what": "雨伞", "where": "tax-east"}
    return await actions.file(
        tenant, "lost", "lost_thing", told, who="citizen", by=None, channel="qr", now=now, files=photos
    )


async def test_a_photo_is_kept_without_its_place(place: Tenant, now: datetime, folder: None):
    found = await handed(place, now, Handed("photo", "IMG_1.jpg", PHOTO))

    async with db.as_tenant(place.id) as unit:
        (kept,) = await keeping.listing(unit, found.id)
        _, media, content = await keeping.read(unit, found.id, kept.id)
    assert (kept.name, media, PLACE in content) == ("IMG_1.jpg", "image/jpeg", False)


async def test_a_photo_of_thirty_megabytes_is_refused_with_what_to_do_and_nothing_is_filed(
    place: Tenant, now: datetime, folder: None
):
    with pytest.raises(errors.TooLarge, match="超过 10 MB，请压缩或拆分后上传") as refused:
        await handed(place, now, Handed("photo", "big.jpg", jpeg(behind=bytes(30 * 2**20))))

    assert refused.value.field == "photo"
    async with db.as_tenant(place.id) as unit:
        assert await unit.fetchval("SELECT count(*) FROM extra_record WHERE tenant_id = $1", place.id) == 0


async def test_a_file_where_none_is_asked_for_is_refused(place: Tenant, now: datetime, folder: None):
    with pytest.raises(FieldsWrong, match="这里不能上传文件"):
        await handed(place, now, Handed("what", "a.jpg", PHOTO))
