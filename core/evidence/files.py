"""A file is on disk whole and encrypted under its tenant and id, or it is not there."""

import math
import os
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import structlog

from core.crypto import CryptoFailed, Place, provider
from core.errors import NotFound, Unavailable

_PRIVATE_FOLDER = 0o700
_PRIVATE_FILE = 0o600
_UNFINISHED = ".part"
_NAMES = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\.[0-9a-f]{8}\.part)?")

log = structlog.get_logger(__name__)


class FileLost(NotFound):
    """证据文件已经丢失或被改动，不能提供，请联系系统管理员从备份中恢复。"""


class NoFolder(RuntimeError):
    """还没有设置存放文件的文件夹：启动时须先调用 files.use_folder。"""


_folder: list[Path] = []
# Folders of places that leave nothing behind, and the places that they were lent to.
_lent: list[TemporaryDirectory[str]] = []
_lasting: set[int] = set()


def use_folder(folder: Path) -> None:
    """From now on files lie there; it is made with the first of them."""
    _folder[:] = [folder]


def has_folder() -> bool:
    return bool(_folder)


def write(tenant_id: int, file_id: UUID, content: bytes) -> None:
    """When this returns, it outlives a loss of power."""
    path = _path(tenant_id, file_id)
    unfinished = path.with_name(f"{path.name}.{secrets.token_hex(4)}{_UNFINISHED}")
    sealed = provider().seal(content, _place(tenant_id, file_id))
    try:
        _make(path.parent)
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_FILE), "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(path)
        _keep_entry(path.parent)
    except OSError as error:
        log.warning("evidence-not-written", reason=error.strerror)
        with suppress(OSError):
            unfinished.unlink()
        raise Unavailable("文件没有保存成功，请稍后重试。") from error


def read(tenant_id: int, file_id: UUID) -> bytes:
    try:
        return provider().unseal(_path(tenant_id, file_id).read_bytes(), _place(tenant_id, file_id))
    except (FileNotFoundError, CryptoFailed) as error:
        raise FileLost from error


def older_than(tenant_id: int, moment: datetime) -> Mapping[Path, UUID | None]:
    """The tenant's files from before, each with the id of its row; none for what a crash left unfinished."""
    found = [path for path in (root() / str(tenant_id)).glob("*/*") if _NAMES.fullmatch(path.name)]
    return {
        path: None if path.suffix == _UNFINISHED else UUID(path.name)
        for path in found
        if _written(path) < moment.timestamp()
    }


def remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    # Another worker sweeps too.
    except FileNotFoundError:
        return math.inf


def remove_all(tenant_id: int) -> int:
    """Every file of a place that is gone, and how many there were."""
    found = [path for path in (root() / str(tenant_id)).rglob("*") if path.is_file()]
    remove(found)
    return len(found)


@contextmanager
def while_it_lasts(tenant_id: int) -> Iterator[None]:
    """What a place keeps that leaves nothing behind is gone with it; where there is no folder, one is lent.

    Several may last at once, and end in any order: the last one takes the folder along.
    """
    if not _folder:
        _lent.append(TemporaryDirectory())
        use_folder(Path(_lent[0].name))
    _lasting.add(tenant_id)
    try:
        yield
    finally:
        remove_all(tenant_id)
        _lasting.discard(tenant_id)
        if _lent and not _lasting:
            _folder.clear()
            _lent.pop().cleanup()


def root() -> Path:
    """Where files lie; whatever else is kept there has a folder of its own beside the tenants' numbers."""
    if not _folder:
        raise NoFolder(NoFolder.__doc__)
    return _folder[0]


def _path(tenant_id: int, file_id: UUID) -> Path:
    return root() / str(tenant_id) / file_id.hex[:2] / str(file_id)


def _place(tenant_id: int, file_id: UUID) -> Place:
    return Place(tenant_id, "evidence", "content", file_id)


def _make(folder: Path) -> None:
    if folder.is_dir():
        return
    _make(folder.parent)
    folder.mkdir(mode=_PRIVATE_FOLDER, exist_ok=True)
    _keep_entry(folder.parent)


def _keep_entry(folder: Path) -> None:
    """A new name in a folder is safe only when the folder is."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
