"""``haochaping new-city`` and ``export-city``: a folder that installs, from nothing or from a tenant's rules."""

import argparse
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

from core import clock, tenants
from core.errors import Conflict
from core.operators import runner
from core.packing.actions import pack
from core.packing.folder import Place, check_name
from core.packing.scaffold import scaffold
from core.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]


def add_commands(commands: Commands) -> None:
    says = "新建一个地区插件的文件夹"
    new = commands.add_parser("new-city", help=says, description=says)
    new.add_argument("name", metavar="NAME", help="插件名，如 hangzhou")
    new.add_argument("--title", default="", help="地区全称，如 某某市")
    new.add_argument("--short", default="", help="简称，如 某某")
    new.add_argument("--division", default="", help="六位行政区划代码")
    new.add_argument("--folder", type=Path, default=None, help="写到哪里，默认是当前目录下同名的文件夹")
    new.set_defaults(run=new_city)
    says = "把一个地区自己的规则、开放问题和例子导出为插件文件夹"
    out = commands.add_parser("export-city", help=says, description=says)
    out.add_argument("slug", metavar="SLUG", help="地区代码")
    out.add_argument("name", metavar="NAME", help="插件名，如 hangzhou")
    out.add_argument("--division", default="", help="六位行政区划代码")
    out.add_argument("--folder", type=Path, default=None, help="写到哪里，默认是当前目录下同名的文件夹")
    out.set_defaults(run=runner(export_city))


def new_city(arguments: argparse.Namespace, _: Settings) -> int:
    name = check_name(arguments.name)
    folder: Path = arguments.folder or Path(name)
    place = Place(name, arguments.title or name, arguments.short, arguments.division)
    write(folder, scaffold(place, clock.now().date()))
    sys.stdout.write(f"已写 {folder}/：先读 README.md，再把文件逐条写进 {name}/regulation.py。\n")
    return 0


async def export_city(arguments: argparse.Namespace) -> str:
    tenant = await tenants.by_slug(arguments.slug)
    place = Place(arguments.name, tenant.name, tenant.short, arguments.division, tenant.stack)
    folder: Path = arguments.folder or Path(place.name)
    made = await pack(tenant, place, now=clock.now())
    write(folder, made)
    return f"已写 {folder}/，共 {len(made)} 个文件；怎样安装和验证，见其中的 README.md。\n"


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Nothing that lies there already is touched."""
    if folder.exists() and any(folder.iterdir()):
        raise Conflict(f"文件夹 {folder} 里已经有文件，请换一个地方。", field="folder")
    for path, text in files.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
