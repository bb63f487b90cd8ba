"""One command shows the whole system on one machine, and Ctrl-C ends it with nothing lost."""

import asyncio
import fcntl
import http.client
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread

from core import boot, migrate, supervisor
from core.boot import BootRefused
from core.demo import accounts, partner
from core.embedded import servers
from core.embedded.state import EmbeddedFailed
from core.settings import Settings, as_environment
from core.supervisor import Program

PORTS_TRIED = 50
ANSWER_SECONDS = 120


def run(found: Settings) -> int:
    stopped = supervisor.stop_on_signals()
    # Where no gateway is named, messages go to one of our own that shows them to whoever asks.
    sms_port = 0 if found.sms_url else _any_free_port()
    hotline_port = _any_free_port()
    sms_url = found.sms_url or f"http://127.0.0.1:{sms_port}/"
    wanted = replace(found, env="demo", port=_free_port(found), sms_url=sms_url)
    with _alone(found.var, wanted.public_url), boot.house(wanted) as ready:
        _say("正在准备数据库……")
        asyncio.run(migrate.migrate(boot.owner_url(ready), boot.app_role(ready)))
        asyncio.run(boot.check(ready, redis_must_answer=True))
        asyncio.run(accounts.found(ready))
        asyncio.run(partner.introduce(ready, hotline_port))
        if stopped.is_set():
            return 0
        Thread(target=_announce, args=(ready, stopped), daemon=True).start()
        return supervisor.supervise(
            _programs(sms_port, hotline_port),
            as_environment(ready),
            found.var / "log",
            mend=lambda: _mend(found, ready),
            stopped=stopped,
        )


def _programs(sms_port: int, hotline_port: int) -> list[Program]:
    python = (sys.executable, "-m")
    gateway = [Program("sms", (*python, "core.outbox.gateway", "--port", str(sms_port)))] if sms_port else []
    return [
        Program("web", (*python, "core.cli", "serve")),
        Program("worker", (*python, "core.demo.worker")),
        *gateway,
        Program("hotline", (*python, "core.demo.partner", "--port", str(hotline_port))),
    ]


def _mend(found: Settings, ready: Settings) -> None:
    """Servers of ours that were killed come back; servers of others are theirs to mend."""
    if found.database_url and found.redis_url:
        return
    if not servers.are_alive(ready.var):
        try:
            servers.start(ready.var)
        except EmbeddedFailed as failure:
            _say(str(failure))


@contextmanager
def _alone(var: Path, address: str) -> Iterator[None]:
    """A second demo of the same checkout would send each message twice."""
    var.mkdir(parents=True, exist_ok=True)
    with (var / "demo.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise BootRefused(f"这个目录的演示已经在运行：{lock.read()}") from None
        lock.truncate(0)
        lock.write(address)
        lock.flush()
        yield


def _free_port(found: Settings) -> int:
    if found.port_is_fixed:
        return found.port
    for port in range(found.port, found.port + PORTS_TRIED):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((found.host, port))
            except OSError:
                continue
            return port
    raise BootRefused(f"端口 {found.port} 到 {found.port + PORTS_TRIED - 1} 都被占用，请用 HAOCHAPING_PORT 指定一个。")


def _any_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _announce(ready: Settings, stopped: Event) -> None:
    """The address is told when it answers, not before."""
    deadline = time.monotonic() + ANSWER_SECONDS
    while not stopped.wait(0.2):
        if _answers(ready):
            _say(f"\n  好差评演示已启动：{ready.public_url}/\n  日志在 {ready.var / 'log'}，按 Ctrl-C 结束。\n")
            return
        if time.monotonic() > deadline:
            _say(f"网站没有应答，请查看 {ready.var / 'log' / 'web.log'}。")
            return


def _answers(ready: Settings) -> bool:
    connection = http.client.HTTPConnection(ready.host, ready.port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
