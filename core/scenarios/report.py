"""What became of each scenario, as a reader and as a machine want to read it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Result:
    """``step`` is the number of the step that does not hold; ``readable`` is false when the file could not be read."""

    file: str
    says: str = ""
    covers: tuple[str, ...] = ()
    ok: bool = True
    step: int | None = None
    word: str = ""
    expected: Any = None
    found: Any = None
    readable: bool = True

    @property
    def plain(self) -> Mapping[str, Any]:
        return {
            "file": self.file,
            "says": self.says,
            "covers": list(self.covers),
            "ok": self.ok,
            "step": self.step,
            "expected": self.expected,
            "found": self.found,
        }

    @property
    def chinese(self) -> str:
        if self.ok:
            return f"✓ {self.file}  {self.says}"
        place = f"第 {self.step} 步" + (f"（{self.word}）" if self.word else "") if self.step else "文件"
        if not self.readable:
            return f"✗ {self.file}\n    {place}读不懂：{self.found}"
        told = (f"{place}不成立", f"应为：{_shown(self.expected)}", f"实为：{_shown(self.found)}")
        return "\n    ".join((f"✗ {self.file}  {self.says}", *told))


@dataclass(frozen=True, slots=True)
class Report:
    results: tuple[Result, ...]

    @property
    def failed(self) -> tuple[Result, ...]:
        return tuple(each for each in self.results if not each.ok)

    @property
    def exit_code(self) -> int:
        """0 all hold, 1 one does not, 2 a file cannot be read."""
        if any(not each.readable for each in self.results):
            return 2
        return 1 if self.failed else 0

    @property
    def json(self) -> str:
        whole = {
            "passed": len(self.results) - len(self.failed),
            "failed": len(self.failed),
            "results": [each.plain for each in self.results],
        }
        return json.dumps(whole, ensure_ascii=False, indent=1)

    @property
    def chinese(self) -> str:
        lines = [each.chinese for each in self.results]
        summary = f"{len(self.results) - len(self.failed)} 个成立，{len(self.failed)} 个不成立。"
        return "\n".join([*lines, summary])


def files(paths: tuple[Path, ...]) -> tuple[Path, ...]:
    """The files named, and every scenario below the folders named; each once, in order."""
    found = [file for path in paths for file in (sorted(path.rglob("*.toml")) if path.is_dir() else [path])]
    return tuple(dict.fromkeys(found))


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
