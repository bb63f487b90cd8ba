"""What may be handed in as evidence is said here: the kinds, their sizes and their names."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from core.errors import EvidenceType, TooLarge
from core.evidence import formats, ooxml

FIELD = "evidence"
MOST_BYTES = 10 * 2**20
MOST_BYTES_RECORDED = 50 * 2**20
LONGEST_NAME = 120

ACCEPTED = (
    "请上传 PDF、图片（JPG、PNG、WebP）、Word 文档（.docx）、Excel 表格（.xlsx）、纯文本（.txt）或录音录像"
    "（MP4、M4A、MP3）。"
)


@dataclass(frozen=True, slots=True)
class Kind:
    """``media`` is what a browser is told it is."""

    code: str
    label: str
    media: str
    endings: frozenset[str]
    most_bytes: int = MOST_BYTES


PDF = Kind("pdf", "PDF", "application/pdf", frozenset({"pdf"}))
JPEG = Kind("jpeg", "JPG 图片", "image/jpeg", frozenset({"jpg", "jpeg"}))
PNG = Kind("png", "PNG 图片", "image/png", frozenset({"png"}))
WEBP = Kind("webp", "WebP 图片", "image/webp", frozenset({"webp"}))
DOCX = Kind("docx", "Word 文档", ooxml.WORD.media, frozenset({"docx"}))
XLSX = Kind("xlsx", "Excel 表格", ooxml.EXCEL.media, frozenset({"xlsx"}))
TEXT = Kind("text", "纯文本", "text/plain", frozenset({"txt"}))
MP4 = Kind("mp4", "MP4 录像", "video/mp4", frozenset({"mp4"}), MOST_BYTES_RECORDED)
M4A = Kind("m4a", "M4A 录音", "audio/mp4", frozenset({"m4a"}), MOST_BYTES_RECORDED)
MP3 = Kind("mp3", "MP3 录音", "audio/mpeg", frozenset({"mp3"}), MOST_BYTES_RECORDED)

_LOOKS: Mapping[Kind, Callable[[bytes], bool]] = {
    PDF: formats.is_pdf,
    JPEG: formats.is_jpeg,
    PNG: formats.is_png,
    WEBP: formats.is_webp,
    DOCX: partial(ooxml.is_document, of=ooxml.WORD),
    XLSX: partial(ooxml.is_document, of=ooxml.EXCEL),
    TEXT: formats.is_text,
    MP4: partial(formats.is_mp4, brands=formats.VIDEO_BRANDS),
    M4A: partial(formats.is_mp4, brands=formats.AUDIO_BRANDS),
    MP3: formats.is_mp3,
}
KINDS: Mapping[str, Kind] = {kind.code: kind for kind in _LOOKS}
_BY_ENDING: Mapping[str, Kind] = {ending: kind for kind in _LOOKS for ending in kind.endings}


def kind_of(name: str, content: bytes) -> Kind:
    """What its ending and its content agree that it is; everything else is refused with what to upload instead."""
    kind = _BY_ENDING.get(_ending(clean_name(name)))
    if kind is None:
        raise EvidenceType(f"不支持这种文件。{ACCEPTED}", field=FIELD)
    if not content:
        raise EvidenceType("文件是空的，请重新选择。", field=FIELD)
    if len(content) > kind.most_bytes:
        raise TooLarge(f"文件超过 {kind.most_bytes // 2**20} MB，请压缩或拆分后上传。", field=FIELD)
    if not _LOOKS[kind](content):
        raise EvidenceType(
            f"文件内容与后缀不符，或者已经损坏，或者带有宏和附加内容，请另存后再上传。{ACCEPTED}", field=FIELD
        )
    return kind


def clean_name(name: str) -> str:
    """The file's own name with its ending: no folder, nothing unseen, nothing that turns text round; may be empty."""
    own = unicodedata.normalize("NFC", name).replace("\\", "/").rpartition("/")[2]
    seen = "".join(each for each in own if _is_seen(each)).strip(" .")
    stem, dot, ending = seen.rpartition(".")
    if dot and len(ending) < LONGEST_NAME:
        return stem[: LONGEST_NAME - len(ending) - 1].rstrip() + dot + ending
    return seen[:LONGEST_NAME]


def _is_seen(character: str) -> bool:
    category = unicodedata.category(character)
    return category[0] != "C" and category not in {"Zl", "Zp"} and character not in '<>:"|?*'


def _ending(name: str) -> str:
    stem, _, ending = name.rpartition(".")
    return ending.lower() if stem else ""
