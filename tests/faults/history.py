"""What a client was told, line by line in a file, so that the judge needs neither the client nor the program."""

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["invoke", "ok", "fail", "unknown"]


@dataclass(frozen=True, slots=True)
class Line:
    """``ok`` carries the receipt that was promised, ``fail`` the refusal's code."""

    outcome: Outcome
    case: str
    grade: int = 0
    receipt: str = ""


class History:
    """Each line is on disk before the client does anything else."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._lock = threading.Lock()
        self._open = file.open("a", encoding="utf-8", buffering=1)

    def write(self, outcome: Outcome, case: str, grade: int = 0, receipt: str = "") -> None:
        line = json.dumps({"outcome": outcome, "case": case, "grade": grade, "receipt": receipt})
        with self._lock:
            self._open.write(f"{line}\n")

    def close(self) -> None:
        self._open.close()


def read(file: Path) -> Iterator[Line]:
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield Line(**json.loads(line))
