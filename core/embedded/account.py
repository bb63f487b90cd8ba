"""The servers never run as root: root lends them an unprivileged account, anybody else is that account."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

NAME = "haochaping"


@dataclass(frozen=True, slots=True)
class Account:
    uid: int
    gid: int


def server_account() -> Account | None:
    """The account the servers are given; ``None`` when the caller is unprivileged and needs no other."""
    if os.geteuid() != 0:
        return None
    entry = _find(NAME) or _create(NAME) or pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid)


def give(path: Path, account: Account | None) -> None:
    if account:
        os.chown(path, account.uid, account.gid)


def run_as(
    account: Account | None, *argv: str | Path, cwd: Path, environment: dict[str, str], says: str = ""
) -> subprocess.CompletedProcess[str]:
    """What a short program answered; its exit status is the caller's to judge."""
    return subprocess.run(
        [str(part) for part in argv],
        cwd=cwd,
        env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", **environment},
        input=says,
        capture_output=True,
        text=True,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )


def _find(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _create(name: str) -> pwd.struct_passwd | None:
    useradd = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin")
    if useradd:
        nowhere = ["--no-create-home", "--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin"]
        # Two checkouts may create it in the same second; whoever came first, it is there afterwards.
        subprocess.run([useradd, "--system", "--user-group", *nowhere, name], capture_output=True, check=False)
    return _find(name)
