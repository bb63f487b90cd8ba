"""A notice comes as plain text, as a saved page or as a Word file; of each only the words are taken."""

import io
import zipfile
import zlib
from html.parser import HTMLParser
from typing import Final
from xml.parsers import expat

from core.errors import Invalid, TooLong
from core.evidence.ooxml import WORD, is_document

MOST_BYTES: Final = 2**20
MOST_UNPACKED: Final = 8 * 2**20
_WORD_PART: Final = "word/document.xml"
_BREAKS: Final = frozenset({"p", "br", "div", "li", "tr", "h1", "h2", "h3", "title"})
_SILENT: Final = frozenset({"script", "style", "head"})


def text_of(name: str, content: bytes) -> str:
    """Refuses at the field ``file`` what is too large or holds no words."""
    if len(content) > MOST_BYTES:
        raise TooLong("文件超过 1 MB。通知只有一两页，请另存为纯文本或 Word 文件，或者直接粘贴正文。", field="file")
    suffix = name.rpartition(".")[2].lower()
    if content.startswith(b"PK") or suffix == "docx":
        return _word(content)
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"\xd0\xcf\x11\xe0")) or b"\x00" in content[:2]:
        raise Invalid("读不了这种文件。请上传 .txt、.html 或 .docx，或者打开它把正文粘贴到下面。", field="file")
    text = _decoded(content)
    return _page(text) if suffix in ("html", "htm") or text.lstrip()[:1] == "<" else text


def _decoded(content: bytes) -> str:
    """Notepad writes any of these."""
    codings = ("utf-16",) if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for coding in codings:
        try:
            text = content.decode(coding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise Invalid("文件里的文字读不出来，请另存为 UTF-8 的纯文本，或者直接粘贴正文。", field="file")


def _word(content: bytes) -> str:
    if not is_document(content, WORD):
        raise Invalid("这不是完好的 Word 文件（.docx）。请重新另存，或者直接粘贴正文。", field="file")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(_WORD_PART) as part:
            xml = part.read(MOST_UNPACKED + 1)
    except (KeyError, zipfile.BadZipFile, zlib.error, RuntimeError, OSError) as error:
        raise Invalid("打不开这个 Word 文件，请重新另存，或者直接粘贴正文。", field="file") from error
    if len(xml) > MOST_UNPACKED:
        raise TooLong("这个 Word 文件展开后太大，请只留通知正文再上传。", field="file")
    return _Word().read(xml)


class _Word:
    """Paragraphs as lines. An entity is never resolved: there is none in a Word file."""

    def __init__(self) -> None:
        self.words: list[str] = []
        self.inside = False

    def read(self, xml: bytes) -> str:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._said
        parser.EntityDeclHandler = self._entity
        try:
            parser.Parse(xml, True)
        except expat.ExpatError as error:
            raise Invalid("这个 Word 文件的内容是坏的，请重新另存，或者直接粘贴正文。", field="file") from error
        return "".join(self.words)

    def _start(self, name: str, _: dict[str, str]) -> None:
        self.inside = name.endswith(":t")
        if name.endswith((":br", ":tab")):
            self.words.append("\n")

    def _end(self, name: str) -> None:
        self.inside = False
        if name.endswith(":p"):
            self.words.append("\n")

    def _said(self, words: str) -> None:
        if self.inside:
            self.words.append(words)

    def _entity(self, *_: object) -> None:
        raise Invalid("这个 Word 文件里有不该有的内容，请直接粘贴正文。", field="file")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - HTMLParser's
        self.silent += tag in _SILENT
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in _SILENT
        if tag in _BREAKS:
            self.words.append("\n")

    def handle_data(self, data: str) -> None:
        if self.silent <= 0:
            self.words.append(data)


def _page(text: str) -> str:
    page = _Page()
    page.feed(text)
    page.close()
    lines = (line.strip() for line in "".join(page.words).splitlines())
    return "\n".join(line for line in lines if line)
