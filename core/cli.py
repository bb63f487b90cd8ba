"""Everything an operator types begins with ``haochaping``; each command is one function and one exit status."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TextIO, TypeAlias, cast

import uvicorn
import uvloop

from core import (
    boot,
    clock,
    demonstration,
    documents,
    identity,
    logs,
    migrate,
    operators,
    ready,
    settings,
    supervisor,
    worker,
)
from core.bench import command as bench
from core.boot import BootRefused, Unreachable
from core.demo.codes import codes
from core.embedded.state import EmbeddedFailed
from core.errors import Refused
from core.imports import command as imports
from core.migrate import MigrationFailed
from core.packing import command as packing
from core.scenarios import command as scenarios
from core.settings import SettingRefused, Settings
from core.stack import PluginBroken

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]
Run = Callable[[argparse.Namespace, Settings], int]
WEB = "web.app:create"
METRICS = "web.api.metrics:app"
# Rooms whose commands stand beside them.
ROOMS = (
    operators.add_commands,
    imports.add_commands,
    scenarios.add_commands,
    bench.add_commands,
    documents.add_commands,
    identity.add_commands,
    packing.add_commands,
)


def main(argv: Sequence[str] | None = None) -> int:
    arguments = parser().parse_args(argv)
    run = cast(Run, arguments.run)
    logs.configure()
    # uvicorn hands a signal on when it is done; the servers that this command started must still be stopped.
    signal.signal(signal.SIGTERM, _leave)
    try:
        return run(arguments, settings.read())
    except KeyboardInterrupt:
        return 0
    except Unreachable as silence:
        _say(f"没有启动：{silence}", sys.stderr)
        return supervisor.EX_UNAVAILABLE
    except (BootRefused, SettingRefused, EmbeddedFailed, MigrationFailed) as refusal:
        _say(f"没有启动：{refusal}", sys.stderr)
        return supervisor.EX_CONFIG
    except PluginBroken as broken:
        _say(f"没有执行：{broken}", sys.stderr)
        return supervisor.EX_CONFIG
    except Refused as refusal:
        _say(refusal.detail, sys.stderr)
        return 1


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser("haochaping", description="政务服务“好差评”系统")
    commands = whole.add_subparsers(required=True, metavar="命令")
    for name, run, says in (
        ("serve", serve, "启动网站和接口"),
        ("worker", work, "办理到期的工作：提醒、默认评价、时限、发送"),
        ("migrate", run_migrations, "把数据库升级到最新结构"),
    ):
        commands.add_parser(name, help=says, description=says).set_defaults(run=run)
    _add_demo(commands)
    for add_commands in ROOMS:
        add_commands(commands)
    return whole


def _add_demo(commands: Commands) -> None:
    says = "在本机启动完整演示"
    demo = commands.add_parser("demo", help=says, description=says)
    demo.set_defaults(run=run_demo)
    code = demo.add_subparsers(metavar="code").add_parser("code", help="显示演示账户当前的一次性验证码")
    code.add_argument("user", metavar="USER", help="用户名，或 地区代号/用户名")
    code.set_defaults(run=tell_code)


def serve(_: argparse.Namespace, found: Settings) -> int:
    with ready.house(found) as house:
        # uvicorn makes the application by name, and that reads its settings itself.
        settings.adopt(house)
        uvloop.run(_serve(house))
    return 0


def work(_: argparse.Namespace, found: Settings) -> int:
    with ready.house(found, redis_must_answer=True) as house:
        worker.run(house)
    return 0


def run_migrations(_: argparse.Namespace, found: Settings) -> int:
    with boot.house(found) as house:
        applied = asyncio.run(migrate.migrate(boot.owner_url(house), boot.app_role(house)))
    _say("\n".join(f"已执行 {name}" for name in applied) or "数据库已是最新结构。", sys.stdout)
    return 0


def run_demo(_: argparse.Namespace, found: Settings) -> int:
    return demonstration.run(found)


def tell_code(arguments: argparse.Namespace, found: Settings) -> int:
    sys.stdout.write(codes(found.var, arguments.user, clock.now()))
    return 0


async def _serve(house: Settings) -> None:
    web = uvicorn.Config(
        WEB, factory=True, host=house.host, port=house.port, log_config=None, server_header=False, access_log=False
    )
    servers = [uvicorn.Server(web)]
    if house.metrics_port:
        # Beside the web, not through it: figures about the machine are nobody's on the public port.
        metrics = uvicorn.Config(METRICS, host="127.0.0.1", port=house.metrics_port, log_config=None, lifespan="off")
        servers.append(uvicorn.Server(metrics))
    await asyncio.gather(*(server.serve() for server in servers))


def _leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - what a signal brings
    sys.exit(0)


def _say(sentence: str, where: TextIO) -> None:
    where.write(f"{sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
