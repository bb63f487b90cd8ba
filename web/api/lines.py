"""Lines of any number come out of a stream in chunks, numbered as sent, and no line can fill the memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from core.errors import Refused, TooLarge

LONGEST_LINE = 64 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One line as sent, or why it was not even read; counted from 1."""

    number: int
    text: bytes | Refused


async def lines(stream: AsyncIterator[bytes], longest: int = LONGEST_LINE) -> AsyncIterator[Line]:
    """Every line that is not blank; the last one needs no newline."""
    number, rest, is_over = 0, b"", False
    async for piece in stream:
        *ended, rest = (rest + piece).split(b"\n")
        for text in ended:
            number += 1
            if is_over or text.strip():
                yield _line(number, text, longest, is_over)
            is_over = False
        is_over = is_over or len(rest) > longest
        rest = b"" if is_over else rest
    if is_over or rest.strip():
        yield _line(number + 1, rest, longest, is_over)


def _line(number: int, text: bytes, longest: int, is_over: bool) -> Line:
    if is_over or len(text) > longest:
        return Line(number, TooLarge(f"这一行超过 {longest // 1024} KB，没有读取。"))
    return Line(number, text)


async def chunks(source: AsyncIterator[Line], size: int) -> AsyncIterator[list[Line]]:
    chunk: list[Line] = []
    async for line in source:
        chunk.append(line)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
