"""A whole installation of its own, whose every part can be killed by its number and comes back by itself."""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import httpx

from core import boot, settings, supervisor
from core.embedded import postgres, processes, servers
from core.embedded.servers import Servers
from core.embedded.state import EmbeddedFailed
from core.settings import Settings
from core.supervisor import Program
from tests.faults.history import History
from tests.ports import free_port

BACK_WITHIN = 90


@dataclass(frozen=True, slots=True)
class Place:
    """One tenant of the house, and the key that opens its machine interface."""

    id: int
    slug: str
    key: str


@dataclass(frozen=True, slots=True)
class House:
    """``ports`` are the web processes' own; ``folder`` keeps histories and logs."""

    servers: Servers
    settings: Settings
    ports: tuple[int, ...]
    folder: Path
    numbers: "count[int]" = field(default_factory=count)

    @property
    def addresses(self) -> list[str]:
        return [f"http://127.0.0.1:{port}" for port in self.ports]

    @property
    def is_ready(self) -> bool:
        return all(_answers(address) for address in self.addresses)

    def waits_until_ready(self) -> bool:
        return processes.comes_true(lambda: self.is_ready, BACK_WITHIN)

    def found(self, name: str, *more: str) -> Place:
        return Place(**json.loads(self.run("tests.faults.found", f"{name}-{next(self.numbers)}", *more)))

    def history(self, place: Place) -> History:
        return History(self.folder / f"history-{place.slug}.jsonl")

    def run(self, program: str, *words: str) -> str:
        argv = [sys.executable, "-m", program, *words]
        environment = settings.as_environment(self.settings)
        return subprocess.run(argv, env=environment, capture_output=True, text=True, check=True).stdout

    def kill_database(self) -> None:
        processes.end(processes.living(self.servers.state.name, "postgres"), signal.SIGKILL)

    def kill_valkey(self) -> None:
        processes.end(processes.living(self.servers.state.name, "valkey-server"), signal.SIGKILL)

    def kill_program(self, name: str, how: signal.Signals = signal.SIGKILL) -> list[int]:
        """``name`` as the supervisor knows it: serve-0, serve-1, worker-0 …"""
        found = list(_children(f"HAOCHAPING_PROGRAM={name}\0"))
        processes.end(found, how)
        return found

    def sql(self, text: str) -> str:
        """As the superuser: no row-level security hides a loss or a double."""
        return postgres.ask(self.servers.state, f"\\c {postgres.DATABASE}\n{text}")

    def facts(self, query: str) -> list[dict[str, Any]]:
        return json.loads(self.sql(f"SELECT coalesce(json_agg(t), '[]') FROM ({query}) AS t;"))


@contextmanager
def whole_house(folder: Path, *, webs: int = 1, workers: int = 1) -> Iterator[House]:
    """Servers, web processes and workers under the program's own supervisor, which mends what is killed."""
    var, stopped, running = folder / "var", threading.Event(), None
    try:
        found = servers.start(var)
        ports = tuple(free_port() for _ in range(webs))
        ready = boot.settled(settings.read({"HAOCHAPING_VAR": str(var), "HAOCHAPING_PORT": str(ports[0])}), found)
        house = House(found, ready, ports, folder)
        house.run("core.cli", "migrate")
        running = threading.Thread(target=_supervise, args=(house, workers, stopped))
        running.start()
        assert house.waits_until_ready(), (var / "log" / "serve-0.log").read_text()[-2000:]
        yield house
    finally:
        stopped.set()
        if running:
            running.join()
        servers.remove(var)


def _supervise(house: House, workers: int, stopped: threading.Event) -> None:
    webs = [_program(f"serve-{n}", "serve", HAOCHAPING_PORT=str(port)) for n, port in enumerate(house.ports)]
    supervisor.supervise(
        [*webs, *(_program(f"worker-{n}", "worker") for n in range(workers))],
        settings.as_environment(house.settings),
        house.settings.var / "log",
        mend=partial(_mend, house.settings.var),
        stopped=stopped,
    )


def _program(name: str, command: str, **environment: str) -> Program:
    told = [f"{key}={value}" for key, value in {"HAOCHAPING_PROGRAM": name, **environment}.items()]
    return Program(name, ("/usr/bin/env", *told, sys.executable, "-m", "core.cli", command))


def _mend(var: Path) -> None:
    if not servers.are_alive(var):
        with suppress(EmbeddedFailed):
            servers.start(var)


def _answers(address: str) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{address}/health/ready", timeout=5).status_code == httpx.codes.OK
    return False


def _children(named: str) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and named in (folder / "environ").read_text():
                yield int(folder.name)
