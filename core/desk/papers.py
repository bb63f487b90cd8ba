"""An export lies on disk encrypted: piece by piece while it is made, whole when it is ready, out of the web's reach."""

import json
import os
import tempfile
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO
from uuid import UUID

import xlsxwriter

from core import sheets
from core.crypto import Place, provider
from core.errors import NotFound
from core.evidence import files

# What is too large for the memory lies in blocks, each sealed in its place behind its length in four bytes.
BLOCK = 4 * 2**20
_LENGTH = 4
_BLOCKS = "blocks"
_PRIVATE_FOLDER = 0o700


class PaperLost(NotFound):
    """导出的文件已经丢失，请重新导出。"""


def keep_part(tenant_id: int, export_id: UUID, nth: int, rows: Sequence[Sequence[str]]) -> None:
    """A piece of the rows; written again after a crash it is the same piece."""
    _write(tenant_id, export_id, f"{nth}", json.dumps(rows, ensure_ascii=False).encode())


def assemble(tenant_id: int, export_id: UUID, format_: str, head: Sequence[str], parts: int, sheet: str) -> bytes:
    """All pieces as one file; they stay until it is known to be whole, so that a crash costs nothing."""
    rows = _rows(tenant_id, export_id, parts)
    content = sheets.written(head, rows) if format_ == "csv" else _workbook(tenant_id, head, rows, sheet)
    _write(tenant_id, export_id, "whole", content)
    return content


class Sealing:
    """Whatever is written to it is sealed block by block: nothing of it lies open anywhere, however much it is."""

    def __init__(self, tenant_id: int, export_id: UUID, file: IO[bytes]) -> None:
        self._whose, self._file = (tenant_id, export_id), file
        self._held, self._nth, self._hash = bytearray(), 0, sha256()
        self.size = 0

    def write(self, content: bytes) -> int:
        self._held += content
        self._hash.update(content)
        self.size += len(content)
        while len(self._held) >= BLOCK:
            self._seal(bytes(self._held[:BLOCK]))
            del self._held[:BLOCK]
        return len(content)

    def flush(self) -> None:
        """A block goes when it is full, and the last one at the end."""

    def end(self) -> None:
        if self._held:
            self._seal(bytes(self._held))

    @property
    def digest(self) -> bytes:
        return self._hash.digest()

    def _seal(self, content: bytes) -> None:
        sealed = provider().seal(content, _place(*self._whose, f"{_BLOCKS} {self._nth}"))
        self._file.write(len(sealed).to_bytes(_LENGTH, "big"))
        self._file.write(sealed)
        self._nth += 1


@contextmanager
def sealing(tenant_id: int, export_id: UUID) -> Generator[Sealing]:
    """The paper is there when all of it has been written, or not at all."""
    path = _path(tenant_id, export_id, _BLOCKS)
    path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            made = Sealing(tenant_id, export_id, file)
            yield made
            made.end()
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)


@dataclass(frozen=True, slots=True)
class Paper:
    """A finished paper; what lies in blocks is read block by block."""

    tenant_id: int
    export_id: UUID
    in_blocks: bool

    def between(self, start: int, stop: int) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``stop``."""
        if not self.in_blocks:
            yield _read(self.tenant_id, self.export_id, "whole")[start:stop]
            return
        with _path(self.tenant_id, self.export_id, _BLOCKS).open("rb") as file:
            nth = 0
            while (head := file.read(_LENGTH)) and nth * BLOCK < stop:
                length, began = int.from_bytes(head, "big"), nth * BLOCK
                if began + BLOCK <= start:
                    file.seek(length, os.SEEK_CUR)
                else:
                    place = _place(self.tenant_id, self.export_id, f"{_BLOCKS} {nth}")
                    yield provider().unseal(file.read(length), place)[max(0, start - began) : stop - began]
                nth += 1


def paper(tenant_id: int, export_id: UUID) -> Paper:
    in_blocks = _path(tenant_id, export_id, _BLOCKS).is_file()
    if not in_blocks and not _path(tenant_id, export_id, "whole").is_file():
        raise PaperLost
    return Paper(tenant_id, export_id, in_blocks)


def drop_all(tenant_id: int) -> None:
    """Of a place that is gone."""
    for path in _folder(tenant_id).glob("*"):
        path.unlink(missing_ok=True)


def drop_parts(tenant_id: int, export_id: UUID, parts: int) -> None:
    for nth in range(parts):
        _path(tenant_id, export_id, f"{nth}").unlink(missing_ok=True)


def remove(tenant_id: int, export_id: UUID) -> None:
    """Every piece of it, as often as it is asked for."""
    for path in _folder(tenant_id).glob(f"{export_id}.*"):
        path.unlink(missing_ok=True)


def _rows(tenant_id: int, export_id: UUID, parts: int) -> Iterator[list[str]]:
    for nth in range(parts):
        yield from json.loads(_read(tenant_id, export_id, f"{nth}"))


def _workbook(tenant_id: int, head: Sequence[str], rows: Iterator[list[str]], sheet: str) -> bytes:
    """Every cell is text, so that none is ever run as a formula, not even after somebody has edited it."""
    folder = _folder(tenant_id)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        target = Path(scratch) / "whole.xlsx"
        made = xlsxwriter.Workbook(str(target), {"constant_memory": True, "tmpdir": scratch, **sheets.PLAIN})
        sheets.fill(made, sheet, head, rows)
        made.close()
        return target.read_bytes()


def _write(tenant_id: int, export_id: UUID, piece: str, content: bytes) -> None:
    path = _path(tenant_id, export_id, piece)
    path.parent.mkdir(mode=_PRIVATE_FOLDER, parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.part")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(provider().seal(content, _place(tenant_id, export_id, piece)))
    unfinished.rename(path)


def _read(tenant_id: int, export_id: UUID, piece: str) -> bytes:
    return provider().unseal(_path(tenant_id, export_id, piece).read_bytes(), _place(tenant_id, export_id, piece))


def _folder(tenant_id: int) -> Path:
    return files.root() / "exports" / str(tenant_id)


def _path(tenant_id: int, export_id: UUID, piece: str) -> Path:
    return _folder(tenant_id) / f"{export_id}.{piece}"


def _place(tenant_id: int, export_id: UUID, piece: str) -> Place:
    return Place(tenant_id, "export", piece, export_id)
