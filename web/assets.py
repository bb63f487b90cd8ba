"""A browser may keep our static files for ever, because a file's address changes with its content."""

import gzip
import mimetypes
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from core.errors import NotFound

FOLDER = Path(__file__).parent / "static"
SUFFIXES = {".css", ".js", ".svg", ".png", ".ico", ".webmanifest"}
# What the back office loads once: the look of every page, then each of its own sheets in the order of their names.
OFFICE = "office.css"
OFFICE_PARTS = ("app.css", "office/*.css")
# What a sheet says to whoever mends it is nothing to a browser on a thin line.
_COMMENT = re.compile(rb"/\*.*?\*/\n?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Asset:
    address: str
    media_type: str
    body: bytes
    zipped: bytes


def _asset(name: str, body: bytes) -> Asset:
    stem, dot, suffix = name.rpartition(".")
    address = f"/static/{stem}.{sha256(body).hexdigest()[:10]}{dot}{suffix}"
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return Asset(address, media_type, body, gzip.compress(body, mtime=0))


class Assets:
    """Every static file, read once: what is not in this table is not served."""

    def __init__(self, folder: Path = FOLDER) -> None:
        files = sorted(file for file in folder.rglob("*") if file.is_file() and file.suffix in SUFFIXES)
        names = {file.relative_to(folder).as_posix(): file for file in files}
        self._by_name = {name: _asset(name, file.read_bytes()) for name, file in names.items()}
        parts = [file for part in OFFICE_PARTS for file in sorted(folder.glob(part))]
        self._by_name[OFFICE] = _asset(OFFICE, _COMMENT.sub(b"", b"".join(file.read_bytes() for file in parts)))
        self._by_address = {asset.address: asset for asset in self._by_name.values()}

    def address(self, name: str) -> str:
        return self._by_name[name].address

    def at(self, address: str) -> Asset:
        try:
            return self._by_address[address]
        except KeyError:
            raise NotFound from None
