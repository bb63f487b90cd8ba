"""After ``start`` both servers of a checkout answer, whoever started them and however they ended last time."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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


def are_alive(servers: Servers) -> bool:
    return postgres.is_alive(servers.state) and valkey.is_alive(servers.state)


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
    """For one command: the servers that run already, or servers that end with it."""
    state = lay_out(var)
    found = postgres.is_alive(state) and valkey.is_alive(state)
    try:
        yield start(var)
    finally:
        if not found:
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


def _servers(state: State, database: str) -> Servers:
    return Servers(
        state,
        postgres.url(state, postgres.WEB, database),
        postgres.url(state, postgres.OWNER, database),
        valkey.url(state),
    )
