"""``haochaping import FILE --tenant SLUG`` loads a user's own events and ratings and says what became of each row."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import BinaryIO, TypeAlias, get_args

from core import clock, ready
from core.errors import Invalid
from core.imports.actions import Options, Summary, load
from core.imports.national import DIALECTS
from core.imports.report import written
from core.intake.wire import Declared
from core.settings import Settings
from core.tenants import actions as tenants

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]


def add_commands(commands: Commands) -> None:
    says = "导入服务事件和评价（CSV 或 NDJSON，接受国家接口的字段名）"
    command = commands.add_parser("import", help=says, description=says)
    command.add_argument("file", type=Path, metavar="FILE", help="要导入的文件，UTF-8 或 GBK")
    command.add_argument("--tenant", required=True, metavar="SLUG", help="导入到哪个地区")
    dialects = "；".join(f"{each.code}：{each.title}" for each in DIALECTS.values())
    command.add_argument("--dialect", choices=sorted(DIALECTS), default="national", help=dialects)
    command.add_argument("--dimension", default="", help="单列评价等级属于哪项评价内容；缺省为总体")
    command.add_argument("--declared", choices=get_args(Declared), default="unknown", help="文件未写明时评价由谁作出")
    command.add_argument("--refused", type=Path, help="未导入的行写到哪里；缺省在原文件旁")
    command.add_argument("--dry-run", action="store_true", help="只检查每一行，不保存")
    command.set_defaults(run=run)


def run(arguments: argparse.Namespace, found: Settings) -> int:
    """0 when every row stands, 1 when some were refused."""
    refused: Path = arguments.refused or arguments.file.with_name(f"{arguments.file.stem}.未导入.csv")
    with ready.house(found) as settings:
        summary = asyncio.run(_run(arguments, settings, refused))
    _say(summary, refused, is_trial=arguments.dry_run)
    return 1 if summary.refused else 0


async def _run(arguments: argparse.Namespace, settings: Settings, refused: Path) -> Summary:
    options = Options(arguments.dialect, arguments.dimension, arguments.declared, arguments.dry_run)
    async with ready.pool(settings):
        tenant = await tenants.by_slug(arguments.tenant)
        with _opened(arguments.file) as file, written(refused) as refuse:
            return await load(tenant, file, options, refuse, now=clock.now())


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise Invalid(f"无法打开文件 {path}：{error.strerror}。") from error


def _say(summary: Summary, refused: Path, *, is_trial: bool) -> None:
    done = "可以导入" if is_trial else "已导入"
    lines = [f"{done} {summary.accepted} 行，已有 {summary.repeated} 行，未导入 {summary.refused} 行。"]
    if summary.unknown:
        lines.append(f"没有使用的列：{'、'.join(summary.unknown)}")
    if summary.refused:
        lines.append(f"未导入的行和原因：{refused}")
    sys.stdout.write("\n".join(lines) + "\n")
