"""After ``start`` both servers of a checkout answer, whoever started them and however they ended last time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from core.embedded import postgres, valkey
from core.embedded.state import State, lay_out, locked, remove_folders, secret


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the servers of one checkout answer: as the application, as the owner of the tables, and Valkey."""

    state: State
    database_url: str
    owner_url: str
    redis_url: str

    def with_database(self, name: str) -> "Servers":
        """The same servers, another database on them."""
        return _servers(self.state, name)


def start(var: Path) -> Servers:
    """Starts what does not run; what runs already is left as it is."""
    state = lay_out(var)
    with locked(state):
        postgres.start(state)
        valkey.start(state)
        return _servers(state, postgres.DATABASE)


def are_alive(var: Path) -> bool:
    state = lay_out(var)
    return postgres.is_alive(state) and valkey.is_alive(state)


def stop(var: Path) -> None:
    state = lay_out(var)
    with locked(state):
        valkey.stop(state)
        postgres.stop(state)


def remove(var: Path) -> None:
    """Stops the servers and forgets their data for good."""
    stop(var)
    remove_folders(var, lay_out(var))


@contextmanager
def running(var: Path) -> Iterator[Servers]:
    """The servers, for as long as one of those who asked for them is still there; the last one out stops them."""
    with (lay_out(var).root / "users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        try:
            yield start(var)
        finally:
            if _is_alone(users):
                stop(var)


def create_database(servers: Servers, name: str, template: str = "template0") -> Servers:
    with locked(servers.state):
        postgres.create_database(servers.state, name, template)
        return servers.with_database(name)


def drop_database(servers: Servers, name: str) -> None:
    postgres.drop_database(servers.state, name)


def app_secret(var: Path) -> str:
    """The key of this checkout's demo: it must live as long as the data encrypted with it."""
    state = lay_out(var)
    with locked(state):
        return secret(state, "app")


def _is_alone(users: TextIO) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _servers(state: State, database: str) -> Servers:
    return Servers(
        state,
        postgres.url(state, postgres.WEB, database),
        postgres.url(state, postgres.OWNER, database),
        valkey.url(state),
    )
