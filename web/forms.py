"""What a form sent, already fit to be stored: no NUL, no broken letters, no endless text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from litestar.datastructures import UploadFile

from core.errors import Invalid, Malformed, TooLong
from web.visit import HttpRequest

_BROKEN = {"\x00", "\ufffd"}
LINE = 200
LARGEST_NUMBER = 999_999_999
# No paper is older, and what is reckoned from a day of these is a day still.
FIRST_YEAR, LAST_YEAR = 1949, 2100
NO_DAY = "日期请写成 2026-12-03 这样"

CONTINUED = "continued"
File = tuple[str, bytes]


@dataclass(frozen=True, slots=True)
class Posted:
    """The fields of a form, each a list of texts in the order they stood on the page; and files with their names."""

    fields: Mapping[str, list[str]]
    files: Mapping[str, list[File]] = field(default_factory=dict[str, list[File]])

    def kept(self, name: str) -> str:
        """What was typed, to be shown again, however wrong."""
        return (self.fields.get(name) or [""])[0]

    def text(self, name: str, longest: int = LINE) -> str:
        value = self.kept(name).replace("\r\n", "\n").strip()
        if len(value) > longest:
            raise TooLong(f"最多 {longest} 个字，现在是 {len(value)} 个字。", field=name)
        return value

    def all(self, name: str) -> list[str]:
        return self.fields.get(name, [])

    def number(self, name: str) -> int | None:
        return whole_number(self.text(name), LARGEST_NUMBER)

    def starting(self, prefix: str) -> dict[str, str]:
        """``grade.staff=1`` under the prefix ``grade.`` gives {"staff": "1"}."""
        return {name.removeprefix(prefix): self.text(name) for name in self.fields if name.startswith(prefix)}


def whole_number(text: str, most: int) -> int | None:
    """A number in plain digits, without a sign, up to ``most``; however long the text is, no more is read than fits."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return None
    number = int(text)
    return number if number <= most else None


def day_from(text: str, name: str) -> date | None:
    """The day that a field holds, None where it was left empty."""
    return day_of_field(text, name) if text else None


def day_of_field(text: str, name: str) -> date:
    """The day that a field holds, which must not be left empty."""
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise Invalid(NO_DAY, field=name) from error
    if not FIRST_YEAR <= found.year < LAST_YEAR:
        raise Invalid(NO_DAY, field=name)
    return found


async def posted(request: HttpRequest) -> Posted:
    if continued := request.state.get(CONTINUED):
        # What was sent before a proof was asked, not the form that carried the proof.
        return Posted(continued)
    form = await request.form()
    fields: dict[str, list[str]] = {}
    files: dict[str, list[File]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            _refuse_broken(name, value)
            fields.setdefault(name, []).append(value)
        # A field of files that was left empty comes as one without a name.
        elif isinstance(value, UploadFile) and value.filename:
            files.setdefault(name, []).append((value.filename, await value.read()))
    return Posted(fields, files)


def _refuse_broken(name: str, value: str) -> None:
    if any(letter in _BROKEN or "\ud800" <= letter <= "\udfff" for letter in name + value):
        raise Malformed("有无法识别的字符，请重新输入。", field=name)
