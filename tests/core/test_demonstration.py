"""One command brings the whole system up, and its end leaves nothing running."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.embedded import processes, servers
from core.embedded.state import lay_out
from core.supervisor import EX_CONFIG

PATIENCE = 120

pytestmark = pytest.mark.slow


class Demo:
    """A running ``haochaping demo`` on a state folder of its own."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.told = var.parent / "told"
        with self.told.open("w") as out:
            self.process = subprocess.Popen(command(), env=environment(var), stdout=out, stderr=out)

    @property
    def is_up(self) -> bool:
        return "演示已启动" in self.told.read_text()

    def end(self, how: signal.Signals) -> int:
        self.process.send_signal(how)
        return self.process.wait(timeout=60)


def command() -> list[str]:
    return [sys.executable, "-m", "core.cli", "demo"]


def environment(var: Path) -> dict[str, str]:
    plain = {
        name: value for name, value in os.environ.items() if not name.startswith(("HAOCHAPING", "DATABASE", "REDIS"))
    }
    return {**plain, "HAOCHAPING_VAR": str(var)}


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    running = Demo(tmp_path / "var")
    try:
        processes.comes_true(lambda: running.is_up or running.process.poll() is not None, within=PATIENCE)
        assert running.is_up, running.told.read_text()
        yield running
    finally:
        if running.process.poll() is None:
            running.end(signal.SIGTERM)
        servers.remove(running.var)


def test_it_lives_through_a_killed_database_and_ends_clean(demo: Demo):
    state = lay_out(demo.var)

    again = subprocess.run(command(), env=environment(demo.var), capture_output=True, text=True, check=False)
    processes.end(processes.living(state.name, "bin/postgres"), signal.SIGKILL)
    processes.comes_true(lambda: not servers.are_alive(demo.var), within=5)
    mended = processes.comes_true(lambda: servers.are_alive(demo.var), within=30)
    status = demo.end(signal.SIGINT)

    assert again.returncode == EX_CONFIG
    assert "已经在运行：http://" in again.stderr
    assert mended
    assert status == 0
    assert processes.living(state.name, "") == []
