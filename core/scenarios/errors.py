"""A scenario that cannot be read says which file, which step and what to write instead; nothing is ever ignored."""

from collections.abc import Iterable
from difflib import get_close_matches


class Unreadable(Exception):
    """场景文件无法读取，请按提示修改后重试。"""

    def __init__(self, problem: str, *, file: str = "", step: int | None = None, key: str = "") -> None:
        self.problem = problem
        self.file = file
        self.step = step
        self.key = key
        super().__init__(problem)

    def within(self, file: str, step: int | None) -> "Unreadable":
        return Unreadable(self.problem, file=self.file or file, step=self.step or step, key=self.key)


class Broken(Exception):
    """场景不成立：应当看到的与实际看到的不同。"""

    def __init__(self, expected: object, found: object) -> None:
        self.expected = expected
        self.found = found
        super().__init__(f"应为 {expected}，实为 {found}")


def unknown(what: str, word: object, valid: Iterable[str]) -> Unreadable:
    """The word is not one of ``valid``; the nearest of them is named."""
    near = get_close_matches(str(word), sorted(valid), n=1, cutoff=0)
    hint = f"最接近的是“{near[0]}”" if near else "这里没有可用的写法"
    return Unreadable(f"没有“{word}”这个{what}，{hint}。")
