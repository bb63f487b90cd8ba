"""A file of a million lines with ten broken ones gives ten refusals and all the others, whatever wrote it."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, BinaryIO, Literal

import msgspec

from core.errors import Malformed, Refused, TooLarge

BOM = b"\xef\xbb\xbf"
LONGEST_LINE = 256 * 1024
# A text in quotes may run over lines; a quote that is still open after so many was never meant to.
MOST_LINES = 50
SAMPLE = 20_000

Kind = Literal["csv", "ndjson"]
_OBJECT = msgspec.json.Decoder(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Row:
    """One record with the line it begins on; ``fields`` is why it could not be read where it could not."""

    line: int
    raw: str
    fields: dict[str, Any] | Refused


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is written."""

    kind: Kind
    encoding: str
    columns: tuple[str, ...] = ()


def form_of(file: BinaryIO) -> Form:
    """Found from the beginning of the file, which is then read from its start again."""
    file.seek(0)
    sample = list(islice(_lines(file), SAMPLE))
    encoding = _encoding([line for line in sample if line is not None])
    first = next((line for line in sample if line is not None and line.strip()), None)
    if first is None:
        raise Malformed("文件是空的。")
    if first.lstrip().startswith(b"{"):
        return Form("ndjson", encoding)
    columns = tuple(name.strip() for name in _cells(first.decode(encoding, "replace")))
    _require_columns(columns)
    return Form("csv", encoding, columns)


def rows(file: BinaryIO, form: Form) -> Iterator[Row]:
    file.seek(0)
    texts = _texts(file, form.encoding)
    return _objects(texts) if form.kind == "ndjson" else _records(texts, form.columns)


def _lines(file: BinaryIO) -> Iterator[bytes | None]:
    """Each line without its end; None for one that is too long to be a record."""
    is_first = True
    while piece := file.readline(LONGEST_LINE):
        line = piece
        is_over = False
        while not piece.endswith(b"\n") and len(piece) == LONGEST_LINE:
            is_over = True
            piece = file.readline(LONGEST_LINE)
        text = line.removeprefix(BOM) if is_first else line
        is_first = False
        yield None if is_over else text.rstrip(b"\r\n")


def _encoding(sample: list[bytes]) -> str:
    """UTF-8 unless more of the lines that tell are not: text in GB18030 is almost never valid UTF-8."""
    telling = [line for line in sample if not line.isascii()]
    valid = sum(_is_utf8(line) for line in telling)
    return "utf-8" if valid * 2 >= len(telling) else "gb18030"


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Text:
    line: int
    text: str
    broken: Refused | None = None


def _texts(file: BinaryIO, encoding: str) -> Iterator[_Text]:
    for number, line in enumerate(_lines(file), 1):
        if line is None:
            yield _Text(number, "", TooLarge(f"这一行超过 {LONGEST_LINE // 1024} KB，没有读取。"))
            continue
        try:
            yield _Text(number, line.decode(encoding))
        except UnicodeDecodeError:
            replaced = line.decode(encoding, "replace")
            yield _Text(number, replaced, Malformed("这一行的文字编码不对，请用 UTF-8 或 GBK 保存。"))


def _objects(texts: Iterator[_Text]) -> Iterator[Row]:
    for each in texts:
        if each.broken is not None or each.text.strip():
            yield Row(each.line, each.text, each.broken or _object(each.text))


def _object(text: str) -> dict[str, Any] | Refused:
    try:
        return _OBJECT.decode(text)
    except msgspec.ValidationError:
        return Malformed("这一行应是一个 JSON 对象。")
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return Malformed("这一行不是有效的 JSON。")


def _records(texts: Iterator[_Text], columns: tuple[str, ...]) -> Iterator[Row]:
    waiting: deque[_Text] = deque()
    is_header = True
    while True:
        each = waiting.popleft() if waiting else next(texts, None)
        if each is None:
            return
        if each.broken is None and not each.text.strip(' ,"\t'):
            continue
        if is_header:
            is_header = False
            continue
        yield _record(each, texts, waiting, columns)


def _record(each: _Text, texts: Iterator[_Text], waiting: deque[_Text], columns: tuple[str, ...]) -> Row:
    if each.broken is not None:
        return Row(each.line, each.text, each.broken)
    text = each.text
    if text.count('"') % 2:
        text = _continued(each, texts, waiting, len(columns))
    return Row(each.line, text, _fields(text, columns))


def _continued(each: _Text, texts: Iterator[_Text], waiting: deque[_Text], width: int) -> str:
    """The record with the lines its open quote runs over; alone, where those lines are records of their own."""
    taken: list[_Text] = []
    text = each.text
    while text.count('"') % 2 and len(taken) < MOST_LINES:
        following = waiting.popleft() if waiting else next(texts, None)
        if following is None:
            break
        taken.append(following)
        text = f"{text}\n{following.text}"
    is_whole = text.count('"') % 2 == 0 and len(_cells(text)) == width
    if is_whole and not any(line.broken or len(_cells(line.text)) == width for line in taken):
        return text
    waiting.extendleft(reversed(taken))
    return each.text


def _fields(text: str, columns: tuple[str, ...]) -> dict[str, Any] | Refused:
    if text.count('"') % 2:
        return Malformed("引号没有成对，请检查这一行。")
    cells = _cells(text)
    if len(cells) != len(columns):
        return Malformed(f"这一行有 {len(cells)} 列，标题有 {len(columns)} 列。")
    return dict(zip(columns, cells, strict=True))


def _cells(text: str) -> list[str]:
    try:
        return next(csv.reader([text]), [])
    except csv.Error:
        return []


def _require_columns(columns: tuple[str, ...]) -> None:
    if not all(columns):
        raise Malformed("标题行有空的列名，请补上或删除这一列。")
    lower = [name.lower() for name in columns]
    twice = next((name for name in lower if lower.count(name) > 1), None)
    if twice is not None:
        raise Malformed(f"标题行有两列“{twice}”，请保留一列。")
