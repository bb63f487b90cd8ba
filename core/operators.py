"""At the command line a tenant is founded, people and programs are let in, and a policy says what holds and why."""

import argparse
import asyncio
import sys
import tomllib
from collections.abc import Awaitable, Callable
from datetime import date, datetime
from pathlib import Path
from typing import TypeAlias

from core import clock, db, duties, people, ready, stack, tenants
from core.audit import origin, seal
from core.audit.model import SYSTEM
from core.calendars.decide import years_after
from core.calendars.files import text_of
from core.calendars.notice import Notice, Unreadable
from core.calendars.notice import read as read_notice
from core.errors import Invalid, NotFound
from core.people import NewMember, passwords
from core.people.keys import SCOPES
from core.people.members import ROLES
from core.policy.calendar import Calendar
from core.policy.show import render
from core.settings import Settings
from core.tenants import Founding, Tenant
from core.tenants import actions as tenancy
from core.tenants.model import DIVISION

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]
DAYS = {"off": "放假日", "work": "上班日"}
Act = Callable[[argparse.Namespace], Awaitable[str]]


def add_commands(commands: Commands) -> None:
    _add_policy(commands)
    _add_tenant(commands)
    _add_audit(commands)


async def show(arguments: argparse.Namespace) -> str:
    tenant = await _tenant_or_plugin(arguments.slug)
    day: date = arguments.on or clock.now().date()
    return render(stack.policy(tenant, day), tenant.name)


async def found(arguments: argparse.Namespace) -> str:
    plugins = tuple(name for name in arguments.stack.split(",") if name)
    stack.Stack.of(plugins)
    known = (stack.city(each) for each in plugins)
    division = arguments.division or next((each.division for each in known if each and each.name == arguments.name), "")
    if division and not DIVISION.fullmatch(division):
        raise Invalid("行政区划代码是六位数字，例如 440300。", field="division")
    tenant = await tenants.create(
        Founding(
            arguments.slug, arguments.name, plugins, host=arguments.host, province=arguments.province, division=division
        ),
        now=clock.now(),
    )  # fmt: skip
    open_questions = stack.policy(tenant, clock.now().date()).open_questions
    said = f"已建立 {tenant.name}（{tenant.slug}）。开通前还有 {len(open_questions)} 个问题需要回答。\n"
    if division or not plugins:
        return said
    return f"{said}没有写行政区划代码，所取用的规则都按上级规定对待：haochaping tenant division {tenant.slug} 代码\n"


async def division(arguments: argparse.Namespace) -> str:
    """Without its code a place has no regulation of its own: all that it stands on is somebody's above it."""
    tenant = await tenants.by_slug(arguments.slug)
    await tenancy.set_division(tenant, arguments.code, now=clock.now())
    return f"{tenant.name}的行政区划代码是 {arguments.code}。\n"


async def listed(_: argparse.Namespace) -> str:
    lines = [
        f"{each.slug}\t{each.name}\t{'、'.join(each.stack)}\t{'已开通' if each.live else '未开通'}"
        for each in await tenants.listing()
    ]
    return "".join(f"{line}\n" for line in lines) or "还没有建立地区。\n"


async def member(arguments: argparse.Namespace) -> str:
    """The password is told once and kept by nobody."""
    tenant = await tenants.by_slug(arguments.slug)
    password = passwords.given(arguments.username)
    places = {"institution": arguments.institution, "region": arguments.region}
    new = NewMember(arguments.username, arguments.name, arguments.role, password, **places)
    await people.add_member(tenant.id, new, by=SYSTEM, now=clock.now())
    return f"已添加 {arguments.username}，初始密码（只显示这一次，首次登录后须修改）：{password}\n"


async def key(arguments: argparse.Namespace) -> str:
    tenant = await tenants.by_slug(arguments.slug)
    async with db.as_tenant(tenant.id) as unit:
        issued = await people.issue_key(unit, arguments.label, arguments.scopes, by=SYSTEM, now=clock.now())
    return f"接口密钥（只显示这一次）：{issued}\n"


async def day(arguments: argparse.Namespace) -> str:
    """A regional holiday or working day above the State Council's notice; deadlines that run already do not move."""
    tenant = await tenants.by_slug(arguments.slug)
    await tenants.set_day(tenant.id, arguments.date, arguments.kind, label=arguments.label, now=clock.now())
    said = f"{tenant.name}：{arguments.date} 为{DAYS[arguments.kind]}（{arguments.label}）。"
    return f"{said}已经起算的期限不变，此后起算的按此计算。\n"


async def notice(arguments: argparse.Namespace) -> str:
    """A year's holiday notice; deadlines that were provisional for want of it are counted again, once."""
    tenant, now = await tenants.by_slug(arguments.slug), clock.now()
    if arguments.file.suffix.lower() == ".toml":
        year, off, work = _read_notice(arguments.file)
        await tenants.load_notice(tenant.id, year, off, work, now=now)
    else:
        year = await _load_published(tenant, arguments.file, now)
    moved = await duties.notice_loaded(tenant, now)
    return f"{tenant.name}：已载入 {year} 年放假安排，重算 {moved} 个暂定期限。\n"


async def _load_published(tenant: Tenant, file: Path, now: datetime) -> int:
    """The notice as the State Council published it, for every year it speaks of."""
    found = _read_published(file)
    years = years_after(found, tenant.calendar.years)
    async with db.as_tenant(tenant.id) as unit:
        await tenancy.touch(unit)
        for year, each in years.items():
            await tenancy.put_notice(unit, year, each, found.title, by=SYSTEM, now=now)
    tenants.forget(tenant.id)
    return found.year


def _read_published(file: Path) -> Notice:
    """Every fault is told with its line."""
    try:
        return read_notice(text_of(file.name, file.read_bytes()))
    except OSError as error:
        raise Invalid(f"打不开文件 {file}，请核对路径。") from error
    except Unreadable as refusal:
        raise Invalid("；".join(f"第 {each.line} 行：{each.says}" for each in refusal.faults)) from refusal


async def verify(arguments: argparse.Namespace) -> str:
    """The whole chain; what was tampered with is named entry by entry."""
    tenant = await tenants.by_slug(arguments.slug)
    async with db.as_tenant(tenant.id, patience=600) as unit:
        state, found = await seal.state(unit), await seal.verify(unit)
    if found.is_sound:
        return f"{tenant.name}：已封存 {state.upto} 条操作记录，逐条校验通过。最新校验码 {state.head or '无'}\n"
    told = "；".join(f"第 {each.place} 条{seal.FATES[each.fate]}" for each in found.faults)
    raise Invalid(f"{tenant.name}：操作记录被改动过：{told}。")


def _read_notice(file: Path) -> tuple[int, list[date], list[date]]:
    """``year``, ``off`` and ``work`` of a TOML file; dates are checked against the year."""
    try:
        told = tomllib.loads(file.read_text("utf-8"))
        year, off, work = int(told["year"]), _days(told["off"]), _days(told.get("work", []))
    except OSError as error:
        raise Invalid(f"打不开文件 {file}，请核对路径。") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        example = "year = 2027、off = [2027-01-01]、work = [2027-01-03]"
        raise Invalid(f"放假安排文件读不懂，应有三行：{example}。") from error
    wrong = [each for each in (*off, *work) if each.year != year]
    if wrong or set(off) & set(work):
        raise Invalid(
            f"这些日子不是 {year} 年的，或既放假又上班：{'、'.join(map(str, wrong or set(off) & set(work)))}。"
        )
    return year, off, work


def _days(told: list[date | str]) -> list[date]:
    """Dates as TOML has them, or in quotes."""
    return [
        date.fromisoformat(each) if isinstance(each, str) else date(each.year, each.month, each.day) for each in told
    ]


def _add_policy(commands: Commands) -> None:
    says = "查看一个地区的规则：每项取值、依据和来源"
    words = commands.add_parser("policy", help=says, description=says).add_subparsers(required=True, metavar="动作")
    shown = words.add_parser("show", help="列出每项规则")
    shown.add_argument("slug", metavar="SLUG", help="地区代号，或已安装的规则插件名")
    shown.add_argument("--on", type=_day, metavar="DATE", help="哪一天的规则，如 2026-03-09；缺省为今天")
    shown.set_defaults(run=runner(show))


def _add_tenant(commands: Commands) -> None:
    says = "建立地区，添加人员和接口密钥"
    words = commands.add_parser("tenant", help=says, description=says).add_subparsers(required=True, metavar="动作")
    words.add_parser("list", help="列出全部地区").set_defaults(run=runner(listed))
    founded = words.add_parser("found", help="建立一个地区")
    founded.add_argument("slug", metavar="SLUG")
    founded.add_argument("name", metavar="名称")
    founded.add_argument("--stack", default="", metavar="A,B", help="规则插件，由弱到强；缺省只用全国规定")
    founded.add_argument("--host", help="这个地区自己的域名")
    founded.add_argument(
        "--division", default="", metavar="CODE", help="六位行政区划代码；代码与它相同的插件是它自己的规定"
    )
    founded.add_argument("--province", action="store_true", help="这是省级")
    founded.set_defaults(run=runner(found))
    _add_division(words)
    _add_member(words)
    own = words.add_parser("day", help="登记本地的放假日或上班日，如地方性节日")
    own.add_argument("slug", metavar="SLUG")
    own.add_argument("date", type=_day, metavar="DATE")
    own.add_argument("kind", choices=DAYS)
    own.add_argument("label", metavar="名称")
    own.set_defaults(run=runner(day))
    yearly = words.add_parser("notice", help="载入一年的放假安排，重算暂定的期限")
    yearly.add_argument("slug", metavar="SLUG")
    yearly.add_argument(
        "file",
        type=Path,
        metavar="FILE",
        help="国务院通知的原文，或 TOML：year、off、work",
    )
    yearly.set_defaults(run=runner(notice))
    issued = words.add_parser("key", help="签发一个接口密钥")
    issued.add_argument("slug", metavar="SLUG")
    issued.add_argument("label", metavar="用途")
    issued.add_argument("scopes", nargs="+", choices=sorted(SCOPES))
    issued.set_defaults(run=runner(key))


def _add_division(words: Commands) -> None:
    coded = words.add_parser("division", help="补写一个地区的行政区划代码")
    coded.add_argument("slug", metavar="SLUG")
    coded.add_argument("code", metavar="CODE")
    coded.set_defaults(run=runner(division))


def _add_member(words: Commands) -> None:
    joined = words.add_parser("member", help="添加一名后台人员")
    for name, metavar in (("slug", "SLUG"), ("username", "用户名"), ("name", "姓名")):
        joined.add_argument(name, metavar=metavar)
    joined.add_argument("role", choices=ROLES)
    joined.add_argument("--institution", metavar="CODE", help="所在单位的编码")
    joined.add_argument("--region", metavar="CODE", help="管辖区域的编码；不属于某个单位时填写")
    joined.set_defaults(run=runner(member))


def _add_audit(commands: Commands) -> None:
    says = "校验操作记录有没有被改动"
    words = commands.add_parser("audit", help=says, description=says).add_subparsers(required=True, metavar="动作")
    verified = words.add_parser("verify", help="逐条校验已封存的操作记录")
    verified.add_argument("slug", metavar="SLUG")
    verified.set_defaults(run=runner(verify))


def runner(act: Act) -> Callable[[argparse.Namespace, Settings], int]:
    def run(arguments: argparse.Namespace, settings: Settings) -> int:
        with ready.house(settings) as house:
            sys.stdout.write(asyncio.run(_inside(house, lambda: act(arguments))))
        return 0

    return run


async def _inside(house: Settings, act: Callable[[], Awaitable[str]]) -> str:
    origin.begin("command")
    async with ready.pool(house):
        return await act()


async def _tenant_or_plugin(name: str) -> Tenant:
    """A plugin that no tenant bears the name of is shown as a tenant would first meet it, with its demo's answers."""
    try:
        return await tenants.by_slug(name)
    except NotFound:
        plugins = () if name == stack.NATIONAL else (name,)
        place = stack.city(name)
        title = place.name if place else name
        return Tenant(0, name, title, title, plugins, {}, (), Calendar({}, {}, ""), revision=0, demo=True)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"日期应写成 2026-03-09 的样子，现在是“{text}”。") from error
