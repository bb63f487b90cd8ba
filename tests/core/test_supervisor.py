"""What should run does run, until one signal ends it all."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from core import supervisor
from core.embedded.processes import comes_true
from core.supervisor import EX_CONFIG, Program

RUNS = "import time, pathlib, os; pathlib.Path({pids!r}).open('a').write(f'{{os.getpid()}} '); time.sleep(60)"


def python(name: str, code: str) -> Program:
    return Program(name, (sys.executable, "-c", code))


def pids(file: Path) -> list[int]:
    return [int(word) for word in file.read_text().split()] if file.exists() else []


def is_gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}/cmdline").exists() or not Path(f"/proc/{pid}/cmdline").read_bytes()


@pytest.fixture
def stopped() -> threading.Event:
    return threading.Event()


def test_a_killed_program_comes_back_and_all_end_together(tmp_path: Path, stopped: threading.Event):
    file = tmp_path / "pids"
    mended: list[float] = []

    def play() -> None:
        assert comes_true(lambda: len(pids(file)) == 1, within=10)
        os.kill(pids(file)[0], signal.SIGKILL)
        comes_true(lambda: len(pids(file)) == 2, within=10)
        stopped.set()

    player = threading.Thread(target=play)
    player.start()
    status = supervisor.supervise(
        [python("sleeper", RUNS.format(pids=str(file)))],
        dict(os.environ),
        tmp_path / "log",
        mend=lambda: mended.append(time.monotonic()),
        stopped=stopped,
    )
    player.join()

    assert status == 0
    assert len(pids(file)) == 2
    assert all(is_gone(pid) for pid in pids(file))
    assert mended


def test_a_refused_configuration_is_told_and_not_tried_again(
    tmp_path: Path, stopped: threading.Event, capsys: pytest.CaptureFixture[str]
):
    refused = python("web", f"import sys; sys.stderr.write('没有启动'); sys.exit({EX_CONFIG})")
    file = tmp_path / "pids"

    status = supervisor.supervise(
        [python("sleeper", RUNS.format(pids=str(file))), refused],
        dict(os.environ),
        tmp_path / "log",
        mend=lambda: None,
        stopped=stopped,
    )

    assert status == EX_CONFIG
    assert capsys.readouterr().err == "没有启动"
    assert all(is_gone(pid) for pid in pids(file))


def test_no_program_outlives_a_killed_supervisor(tmp_path: Path):
    file = tmp_path / "pids"
    code = f"""
import os, pathlib, threading, sys
from core import supervisor
supervisor.supervise([supervisor.Program("sleeper", (sys.executable, "-c", {RUNS.format(pids=str(file))!r}))],
    dict(os.environ), pathlib.Path({str(tmp_path / "log")!r}), mend=lambda: None, stopped=threading.Event())
"""
    whole = subprocess.Popen([sys.executable, "-c", code])
    assert comes_true(lambda: len(pids(file)) == 1, within=10)

    whole.kill()
    whole.wait()

    assert comes_true(lambda: is_gone(pids(file)[0]), within=5)
