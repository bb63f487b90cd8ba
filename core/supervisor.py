"""Programs that should run do run: what crashes is started again, and one signal ends them all in order."""

import ctypes
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

TICK_SECONDS = 0.5
LONGEST_PAUSE = 30.0
# A program that ran this long did start; its next crash is its first.
SETTLED_SECONDS = 30.0
# A worker finishes what it holds, which may take twenty seconds.
PATIENCE_SECONDS = 25.0
PR_SET_PDEATHSIG = 1
# sysexits.h: a wrong configuration, which starting again does not heal.
EX_CONFIG = 78
# A server that does not answer now may answer soon.
EX_UNAVAILABLE = 69


@dataclass(frozen=True, slots=True)
class Program:
    name: str
    argv: tuple[str, ...]


@dataclass(slots=True)
class Child:
    """One program's present process, and how often it crashed of late."""

    program: Program
    process: "subprocess.Popen[bytes]"
    started: float
    crashes: int = 0
    due: float = 0.0


def supervise(
    programs: Sequence[Program],
    environment: Mapping[str, str],
    logs: Path,
    *,
    mend: Callable[[], None],
    stopped: threading.Event,
) -> int:
    """Returns when ``stopped`` is set, or with the status of a program whose configuration is refused."""
    logs.mkdir(parents=True, exist_ok=True)
    children = [Child(each, _spawn(each, environment, logs), time.monotonic()) for each in programs]
    try:
        while not stopped.wait(TICK_SECONDS):
            mend()
            for child in children:
                if child.process.poll() == EX_CONFIG:
                    sys.stderr.write(_last_words(child.program, logs))
                    return EX_CONFIG
                _keep_running(child, environment, logs)
    finally:
        _end(children)
    return 0


def stop_on_signals() -> threading.Event:
    stopped = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what a signal brings
        stopped.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return stopped


def _keep_running(child: Child, environment: Mapping[str, str], logs: Path) -> None:
    now = time.monotonic()
    if child.process.poll() is None:
        return
    if not child.due:
        child.crashes = 1 if now - child.started > SETTLED_SECONDS else child.crashes + 1
        child.due = now + min(2.0 ** (child.crashes - 1), LONGEST_PAUSE)
    elif now >= child.due:
        child.process, child.started, child.due = _spawn(child.program, environment, logs), now, 0.0


def _spawn(program: Program, environment: Mapping[str, str], logs: Path) -> "subprocess.Popen[bytes]":
    with (logs / f"{program.name}.log").open("ab") as log:
        return subprocess.Popen(
            program.argv,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Ctrl-C reaches the supervisor alone, which ends the others in order.
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - no other thread runs yet
        )


def _last_words(program: Program, logs: Path) -> str:
    return (logs / f"{program.name}.log").read_text("utf-8", errors="replace").splitlines(keepends=True)[-1]


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _end(children: Sequence[Child]) -> None:
    for child in children:
        child.process.terminate()
    deadline = time.monotonic() + PATIENCE_SECONDS
    for child in children:
        try:
            child.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()
