"""Whether a server lives is read from the process table, not from lock files that a killed one leaves behind."""

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path


def living(name: str, program: str) -> list[int]:
    """Processes of one checkout's server. A zombie has no command line, so it does not count."""
    return [pid for pid, line in _command_lines() if program in line.partition("\0")[0] and name in line]


def end(pids: list[int], how: signal.Signals) -> None:
    for pid in pids:
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            continue


def comes_true(condition: Callable[[], bool], within: float) -> bool:
    """Asks again, ever less often, until the answer is yes or the seconds are over."""
    deadline = time.monotonic() + within
    pause = 0.02
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.5)
    return True


def _command_lines() -> Iterator[tuple[int, str]]:
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            yield int(folder.name), (folder / "cmdline").read_text(errors="replace")
        except (FileNotFoundError, ProcessLookupError, PermissionError):
            continue
