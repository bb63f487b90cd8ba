"""``haochaping oidc`` says where a tenant's own sign-in system is, and whether it is used."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TypeAlias

from core import clock, db, ready, tenants
from core.audit.model import SYSTEM
from core.errors import Invalid
from core.openid import actions
from core.openid.actions import CLAIM, LABEL, Provider
from core.settings import Settings

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]


def add_commands(commands: Commands) -> None:
    says = "统一身份认证登录（OpenID Connect）：设置、启用、停用、查看"
    words = commands.add_parser("oidc", help=says, description=says).add_subparsers(required=True, metavar="动作")
    told = words.add_parser("set", help="设置并启用")
    told.add_argument("slug", metavar="SLUG")
    told.add_argument("issuer", metavar="ISSUER", help="认证服务的地址，https 开头")
    told.add_argument("client_id", metavar="CLIENT_ID", help="在认证服务登记的客户端编号")
    told.add_argument(
        "--secret-file", type=Path, required=True, help="只写着客户端密钥的文件；不写在命令里，以免留在记录中"
    )
    told.add_argument("--claim", default=CLAIM, help=f"哪个字段是这里的用户名；缺省 {CLAIM}")
    told.add_argument("--label", default=LABEL, help=f"按钮上的文字；缺省“{LABEL}”")
    told.set_defaults(run=run, act="set")
    for act, says in (("on", "启用"), ("off", "停用"), ("show", "查看")):
        word = words.add_parser(act, help=says)
        word.add_argument("slug", metavar="SLUG")
        word.set_defaults(run=run, act=act)


def run(arguments: argparse.Namespace, found: Settings) -> int:
    with ready.house(found) as house:
        sys.stdout.write(asyncio.run(_run(arguments, house)))
    return 0


async def _run(arguments: argparse.Namespace, house: Settings) -> str:
    async with ready.pool(house):
        tenant, now = await tenants.by_slug(arguments.slug), clock.now()
        async with db.as_tenant(tenant.id) as unit:
            if arguments.act == "set":
                await actions.save(unit, _told(arguments), house.plain_hosts, by=SYSTEM, now=now)
            elif arguments.act != "show":
                await actions.switch(unit, arguments.act == "on", by=SYSTEM, now=now)
            kept = await actions.provider_of(unit)
    if kept is None:
        return f"{tenant.name}：没有设置统一身份认证。\n"
    state = "已启用" if kept.enabled else "已停用"
    back = f"{house.public_url}/t/{tenant.slug}/openid/back"
    return f"{tenant.name}：{state}，{kept.issuer}，用户名字段 {kept.claim}。在认证服务登记的回调地址：{back}\n"


def _told(arguments: argparse.Namespace) -> Provider:
    file: Path = arguments.secret_file
    try:
        secret = file.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"打不开密钥文件 {file}，请核对路径。") from error
    return Provider(arguments.issuer, arguments.client_id, secret, arguments.claim, arguments.label)
