"""A browser may keep our static files for ever, because a file's address changes with its content."""

import gzip
import mimetypes
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from core.errors import NotFound

FOLDER = Path(__file__).parent / "static"
SUFFIXES = {".css", ".js", ".svg", ".png", ".ico", ".webmanifest"}


@dataclass(frozen=True, slots=True)
class Asset:
    address: str
    media_type: str
    body: bytes
    zipped: bytes


def _read(file: Path) -> Asset:
    body = file.read_bytes()
    name = file.relative_to(FOLDER).as_posix()
    stem, dot, suffix = name.rpartition(".")
    address = f"/static/{stem}.{sha256(body).hexdigest()[:10]}{dot}{suffix}"
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(address, media_type, body, gzip.compress(body, mtime=0))


class Assets:
    """Every static file, read once: what is not in this table is not served."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix in SUFFIXES)
        self._by_name = {file.relative_to(folder).as_posix(): _read(file) for file in files}
        self._by_address = {asset.address: asset for asset in self._by_name.values()}

    def address(self, name: str) -> str:
        return self._by_name[name].address

    def at(self, address: str) -> Asset:
        try:
            return self._by_address[address]
        except KeyError:
            raise NotFound from None
