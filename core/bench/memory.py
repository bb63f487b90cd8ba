"""What programs and servers hold together, pages they share counted once."""

from collections.abc import Iterator
from pathlib import Path

from core.embedded import processes

KILOBYTES = 1024


def of_programs(name: str) -> dict[str, float]:
    """Megabytes of each part; ``name`` is in the command line of each server's process."""
    own = {"web": "core.cli\0serve", "worker": "core.cli\0worker"}
    parts = {part: list(_children(words)) for part, words in own.items()}
    parts["postgres"] = processes.living(name, "postgres")
    parts["valkey"] = processes.living(name, "valkey-server")
    return {part: sum(_megabytes(pid) for pid in pids) for part, pids in parts.items()}


def _children(words: str) -> Iterator[int]:
    for folder in Path("/proc/self/task").iterdir():
        for pid in (folder / "children").read_text().split():
            if words in (Path("/proc") / pid / "cmdline").read_text():
                yield int(pid)


def _megabytes(pid: int) -> float:
    """Its proportional share where the kernel tells us, else all it maps, which counts shared pages too often."""
    for file, word in (("smaps_rollup", "Pss:"), ("status", "VmRSS:")):
        try:
            text = (Path("/proc") / str(pid) / file).read_text()
        except (PermissionError, FileNotFoundError, ProcessLookupError):
            continue
        if word in text:
            return int(text.partition(word)[2].split()[0]) / KILOBYTES
    return 0.0
