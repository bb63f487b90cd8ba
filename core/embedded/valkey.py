"""Valkey of this checkout answers on its own socket, never evicts, and keeps what it was told across a kill."""

import signal
from pathlib import Path

from redis import AuthenticationError, Redis, RedisError

from core.embedded import processes, wheels
from core.embedded.account import give, run_as
from core.embedded.state import EmbeddedFailed, State, secret

PASSWORD = "valkey"  # noqa: S105 - the name of a secret, not the secret


def url(state: State) -> str:
    return f"unix://:{secret(state, PASSWORD)}@{_socket(state)}?db=0"


def is_alive(state: State) -> bool:
    return bool(processes.living(state.name, "valkey-server"))


def start(state: State) -> None:
    """Running and answering when it returns."""
    if not is_alive(state):
        _launch(state)
    if not processes.comes_true(lambda: _is_ready(state), within=60):
        raise EmbeddedFailed(f"内置 Valkey 没有应答，请查看 {state.valkey / 'log'}。")


def stop(state: State) -> None:
    processes.end(processes.living(state.name, "valkey-server"), signal.SIGTERM)
    if not processes.comes_true(lambda: not is_alive(state), within=15):
        processes.end(processes.living(state.name, "valkey-server"), signal.SIGKILL)


def _launch(state: State) -> None:
    data, settings = state.valkey / "data", state.valkey / "valkey.conf"
    data.mkdir(mode=0o700, exist_ok=True)
    settings.touch(mode=0o600)
    settings.write_text(_settings(state))
    give(data, state.account)
    give(settings, state.account)
    answer = run_as(state.account, wheels.valkey_server(state), settings, cwd=state.valkey, environment={})
    if answer.returncode:
        raise EmbeddedFailed(f"内置 Valkey 未能启动：{answer.stdout}{answer.stderr}")


def _settings(state: State) -> str:
    return f"""port 0
unixsocket {_socket(state)}
unixsocketperm 700
requirepass {secret(state, PASSWORD)}
dir {state.valkey / "data"}
logfile {state.valkey / "log"}
daemonize yes
proc-title-template "{{title}} {state.name}"
databases 16
maxmemory 96mb
maxmemory-policy noeviction
appendonly yes
appendfsync everysec
save ""
"""


def _is_ready(state: State) -> bool:
    try:
        with Redis(unix_socket_path=str(_socket(state)), password=secret(state, PASSWORD)) as client:
            return bool(client.ping())
    except AuthenticationError:
        raise
    except RedisError:
        return False


def _socket(state: State) -> Path:
    return state.sockets / "valkey.sock"
