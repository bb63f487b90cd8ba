"""A Word or Excel file is a whole archive of its own parts: no macro, no program, no bomb, and no path out of it."""

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

MOST_MEMBERS = 2_000
MOST_UNPACKED = 200 * 2**20

_FIRST_MEMBER = b"PK\x03\x04"
_LAST_RECORD = b"PK\x05\x06"
_LAST_RECORD_SIZE = 22
_TYPES = "[Content_Types].xml"
_MOST_TYPES = 2**20
_ENCRYPTED = 0x1
_DECLARED = re.compile(rb"<(?:\w+:)?(?:Override|Default)\b[^<>]*>")
_MACRO_TYPES = re.compile(rb"macroEnabled|vbaProject|macrosheet|activeX|ms-excel\.intlmacro", re.IGNORECASE)
_PATH_TRICKS = re.compile(r"^/|\\|:|\x00|(?:^|/)\.{1,2}(?:/|$)|//")
_RUNS = re.compile(
    r"(?:^|/)(?:vba\w*\.bin|vba\w*\.xml|oleobject\w*\.bin)$|(?:^|/)(?:activex|macrosheets|dialogsheets|meta-inf)/"
    r"|\.(?:exe|dll|com|scr|msi|bat|cmd|ps1|vbs|vbe|js|jse|wsf|hta|jar|class|dex|apk|so|sh|py|lnk|html?|svg|chm|reg)$",
    re.IGNORECASE,
)
# What zipfile raises for archives made to break it, beside its own error.
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, ValueError, LookupError, RuntimeError, OSError)


@dataclass(frozen=True, slots=True)
class Main:
    """The part that makes an archive a document of this kind; some programs number it."""

    part: re.Pattern[str]
    media: str


WORD = Main(
    re.compile(r"word/document\d*\.xml"), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
)
EXCEL = Main(re.compile(r"xl/workbook\d*\.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


def is_document(content: bytes, of: Main) -> bool:
    if not content.startswith(_FIRST_MEMBER) or content[-_LAST_RECORD_SIZE:][:4] != _LAST_RECORD:
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            sound = _is_bounded(members, len(content)) and _is_plain(members)
            return sound and _is_main(archive, of) and archive.testzip() is None
    except BROKEN:
        return False


def _is_bounded(members: Sequence[zipfile.ZipInfo], size: int) -> bool:
    """Parts that share bytes, as the worst bombs' do, are together larger than the archive."""
    return (
        len(members) <= MOST_MEMBERS
        and sum(each.file_size for each in members) <= MOST_UNPACKED
        and sum(each.compress_size for each in members) < size
        and min((each.header_offset for each in members), default=1) == 0
    )


def _is_plain(members: Sequence[zipfile.ZipInfo]) -> bool:
    names = [each.orig_filename for each in members]
    return len({name.casefold() for name in names}) == len(names) and all(_is_harmless(each) for each in members)


def _is_harmless(member: zipfile.ZipInfo) -> bool:
    return not (
        member.flag_bits & _ENCRYPTED
        or member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        or stat.S_ISLNK(member.external_attr >> 16)
        or _PATH_TRICKS.search(member.orig_filename)
        or _RUNS.search(member.orig_filename)
    )


def _is_main(archive: zipfile.ZipFile, of: Main) -> bool:
    if archive.getinfo(_TYPES).file_size > _MOST_TYPES:
        return False
    types = archive.read(_TYPES)
    media = f"{of.media}.main+xml".encode()
    is_declared = any(media in each[0] for each in _DECLARED.finditer(types))
    is_there = any(of.part.fullmatch(name) for name in archive.namelist())
    return is_declared and is_there and not _MACRO_TYPES.search(types)
