"""A whole installation of its own, whose every part can be killed by its number."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from core import boot, settings, supervisor
from core.embedded import postgres, processes, servers
from core.embedded.servers import Servers
from core.embedded.state import EmbeddedFailed
from core.settings import Settings
from core.supervisor import Program
from tests.ports import free_port

TENANT = "broken"
PLACES = """
INSERT INTO region (tenant_id, code, name) SELECT id, 'city', '市本级' FROM tenant WHERE slug = 'broken';
INSERT INTO institution (tenant_id, code, name, region, duty)
  SELECT id, 'tax', '税务局', 'city', 'service' FROM tenant WHERE slug = 'broken';
INSERT INTO item (tenant_id, code, name, institution)
  SELECT id, 'invoice', '发票领用', 'tax' FROM tenant WHERE slug = 'broken';
"""


@dataclass(frozen=True, slots=True)
class House:
    """``key`` opens the machine interface of its one tenant."""

    servers: Servers
    settings: Settings
    key: str

    @property
    def is_ready(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.settings.public_url}/health/ready", timeout=5).status_code == httpx.codes.OK
        return False

    def kill_database(self) -> None:
        processes.end(processes.living(self.servers.state.name, "postgres"), signal.SIGKILL)

    def kill_valkey(self) -> None:
        processes.end(processes.living(self.servers.state.name, "valkey-server"), signal.SIGKILL)

    def kill_program(self, name: str) -> None:
        processes.end(list(own_children(name)), signal.SIGKILL)

    def facts(self, sql: str) -> list[list[str]]:
        """As the superuser sees it: no row-level security hides a loss or a double."""
        return [
            line.split("|") for line in postgres.ask(self.servers.state, f"\\c {postgres.DATABASE}\n{sql}").splitlines()
        ]


@contextmanager
def whole_house(var: Path) -> Iterator[House]:
    stopped = threading.Event()
    running = None
    try:
        found = servers.start(var)
        ready = boot.settled(settings.read({"HAOCHAPING_VAR": str(var), "HAOCHAPING_PORT": str(free_port())}), found)
        haochaping(ready, "migrate")
        haochaping(ready, "tenant", "found", TENANT, "试验市")
        key = (
            haochaping(ready, "tenant", "key", TENANT, "试验", "events:write", "ratings:write")
            .partition("：")[2]
            .strip()
        )
        house = House(found, ready, key)
        house.facts(PLACES)
        running = threading.Thread(target=supervise, args=(ready, stopped))
        running.start()
        yield house
    finally:
        stopped.set()
        if running:
            running.join()
        servers.remove(var)


def supervise(ready: Settings, stopped: threading.Event) -> None:
    python = (sys.executable, "-m", "core.cli")
    supervisor.supervise(
        [Program(name, (*python, name)) for name in ("serve", "worker")],
        settings.as_environment(ready),
        ready.var / "log",
        mend=lambda: mend(ready.var),
        stopped=stopped,
    )


def mend(var: Path) -> None:
    if not servers.are_alive(var):
        with suppress(EmbeddedFailed):
            servers.start(var)


def haochaping(ready: Settings, *words: str) -> str:
    whole = [sys.executable, "-m", "core.cli", *words]
    environment = settings.as_environment(ready)
    return subprocess.run(whole, env=environment, capture_output=True, text=True, check=True).stdout


def own_children(name: str) -> Iterator[int]:
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and f"core.cli\0{name}" in (folder / "cmdline").read_text():
                yield int(folder.name)
