"""What somebody uploads is one file or a zip of them; whatever is wrong with it, nothing of it is taken."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from core.errors import Invalid, TooLarge
from core.evidence import ooxml
from core.scenarios.catalogue import Catalogue
from core.scenarios.errors import Unreadable
from core.scenarios.faults import FILE
from core.scenarios.language import load, scenario
from core.scenarios.sheet import MOST_ROWS
from core.scenarios.writing import plain, toml

MOST_BYTES: Final = 2 * 2**20
MOST_FILES: Final = 300
LARGEST_FILE: Final = 256 * 2**10
LARGEST_PARCEL: Final = 16 * 2**20
ZIP: Final = b"PK\x03\x04"
NAME: Final = 60


class Spoilt(Invalid):
    """上传的文件有问题，一个也没有存入，请改好后重新上传。"""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = problems
        super().__init__(field="file")


def opened(name: str, content: bytes, catalogue: Catalogue, stack: Sequence[str]) -> list[dict[str, Any]]:
    """The bodies of all examples in it, each read strictly."""
    bodies: list[dict[str, Any]] = []
    problems: dict[str, str] = {}
    for file, text in _files(name, content).items():
        try:
            bodies.append(_body(text, catalogue, stack))
        except Unreadable as error:
            problems[file] = f"第 {error.step} 步：{error.problem}" if error.step else error.problem
    if problems:
        raise Spoilt(problems)
    return bodies


def _body(text: bytes, catalogue: Catalogue, stack: Sequence[str]) -> dict[str, Any]:
    raw = load(text)
    told = scenario(FILE, raw, catalogue, stack)
    if len(told.steps) > MOST_ROWS:
        raise Unreadable(f"一个例子最多 {MOST_ROWS} 步，请分成几个。")
    body = plain(raw)
    # It stands on the place's own stack, whatever part of it the file names.
    body.pop("policy", None)
    return body


def _files(name: str, content: bytes) -> Mapping[str, bytes]:
    if len(content) > MOST_BYTES:
        raise TooLarge(f"文件超过 {MOST_BYTES // 2**20} MB，请分几次上传。", field="file")
    if not content.startswith(ZIP):
        if len(content) > LARGEST_FILE:
            raise TooLarge(f"一个例子的文件最大 {LARGEST_FILE // 2**10} KB。", field="file")
        return {name: content}
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            return _unpacked(parcel)
    except ooxml.BROKEN as error:
        raise Invalid("这个压缩包打不开，可能已损坏或加了密码。请重新打包成普通的 zip 文件。", field="file") from error


def _unpacked(parcel: zipfile.ZipFile) -> Mapping[str, bytes]:
    """What a zip says of its sizes may be a lie: no more is unpacked than may be there."""
    found = [each for each in parcel.infolist() if not each.is_dir() and each.filename.lower().endswith(".toml")]
    if not found:
        raise Invalid("压缩包里没有例子文件（*.toml）。", field="file")
    if len(found) > MOST_FILES:
        raise TooLarge(f"压缩包里有 {len(found)} 个文件，一次最多 {MOST_FILES} 个。", field="file")
    files: dict[str, bytes] = {}
    for each in found:
        with parcel.open(each) as stream:
            text = stream.read(LARGEST_FILE + 1)
        if len(text) > LARGEST_FILE or sum(map(len, files.values())) + len(text) > LARGEST_PARCEL:
            raise TooLarge("压缩包解开后太大，里面应当只有例子的文本文件。", field="file")
        files[each.filename] = text
    return files


def packed(bodies: Sequence[Mapping[str, Any]], stack: Sequence[str]) -> bytes:
    """One file for each example, named by what it says."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as parcel:
        for number, body in enumerate(bodies, start=1):
            parcel.writestr(f"{number:02d}-{file_name(body)}", toml(self_standing(body, stack)))
    return held.getvalue()


def self_standing(body: Mapping[str, Any], stack: Sequence[str]) -> dict[str, Any]:
    """The file says which plugins it stands on, as every file does that is run by itself."""
    return {**body, "policy": list(stack)}


def file_name(body: Mapping[str, Any]) -> str:
    said = "".join(each for each in str(body.get("says", "")) if each.isalnum())
    return f"{PurePosixPath(said[:NAME] or '例子').name}.toml"
