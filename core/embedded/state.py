"""A checkout's servers keep everything they own in one folder, and share none of it with another checkout's."""

import fcntl
import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from core.embedded.account import Account, give, server_account

SYSTEM_ROOT = Path("/var/lib/haochaping")
# The kernel takes 107 bytes of socket path; the longest name below is 16.
LONGEST_SOCKET_FOLDER = 90


class EmbeddedFailed(RuntimeError):
    """内置的数据库或缓存服务未能启动。"""


@dataclass(frozen=True, slots=True)
class State:
    """``name`` occurs in the command line of each of the servers' processes."""

    name: str
    root: Path
    account: Account | None

    @property
    def postgres(self) -> Path:
        return self.root / "postgres"

    @property
    def valkey(self) -> Path:
        return self.root / "valkey"

    @property
    def software(self) -> Path:
        return self.root / "software"

    @property
    def sockets(self) -> Path:
        inside = self.root / "run"
        return inside if len(bytes(inside)) <= LONGEST_SOCKET_FOLDER else Path("/tmp") / self.name  # noqa: S108


def lay_out(var: Path) -> State:
    """The state folder of this checkout, made on first use. Root's lies under /var/lib, where its account may go."""
    var.mkdir(parents=True, exist_ok=True)
    name = f"hcp-{hashlib.sha256(bytes(var.resolve())).hexdigest()[:12]}"
    account = server_account()
    state = State(name, _root_folder(var, name, account), account)
    for folder in (state.postgres, state.valkey, state.sockets):
        if not folder.is_dir():
            folder.mkdir(mode=0o700)
            give(folder, account)
    _refuse_a_stranger(state)
    return state


def remove_folders(var: Path, state: State) -> None:
    shutil.rmtree(state.sockets, ignore_errors=True)
    shutil.rmtree(state.root)
    link = var / "servers"
    if link.is_symlink():
        link.unlink()


@contextmanager
def locked(state: State) -> Iterator[None]:
    """Starting and stopping happen one at a time, whichever process asks."""
    with (state.root / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def secret(state: State, name: str) -> str:
    """A random word made on first use. It lives as long as the data it protects."""
    file = state.root / "secrets"
    known: dict[str, str] = json.loads(file.read_text()) if file.exists() else {}
    if name not in known:
        known[name] = secrets.token_urlsafe(32)
        fresh = file.with_suffix(".new")
        fresh.touch(mode=0o600)
        fresh.write_text(json.dumps(known, indent=1))
        fresh.replace(file)
    return known[name]


def _root_folder(var: Path, name: str, account: Account | None) -> Path:
    link = var / "servers"
    if account is None:
        link.mkdir(mode=0o700, exist_ok=True)
        return link.resolve()
    if link.is_dir() and not link.is_symlink():
        raise EmbeddedFailed(f"{link} 属于普通用户，请用该用户运行，或先删除这个文件夹。")
    root = SYSTEM_ROOT / name
    root.mkdir(mode=0o755, parents=True, exist_ok=True)
    # For whoever finds the folder and wonders whose it is.
    (root / "checkout").write_text(str(var.resolve()))
    # A copied checkout brings its origin's link; the data it would share is not its own.
    if not (link.is_symlink() and link.readlink() == root):
        link.unlink(missing_ok=True)
        link.symlink_to(root)
    return root


def _refuse_a_stranger(state: State) -> None:
    """In everybody's folder, one that waits there under our name may be a trap."""
    expected = state.account.uid if state.account else os.geteuid()
    if state.sockets.is_symlink() or state.sockets.stat().st_uid != expected:
        raise EmbeddedFailed(f"{state.sockets} 不属于本程序使用的账户，请检查后删除它。")
