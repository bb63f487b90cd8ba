"""A province founds a city: what it stands on is refused with the reason, and who founds it holds a place in it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core import db, stack, tenants
from core.audit import actions as audit
from core.errors import WrongState
from core.people import Member, NewMember, add_member, passwords
from core.people.accounts import Misfit
from core.people.members import Role
from core.tenants.model import DIVISION, Founding, Tenant

SLUG = re.compile(r"[a-z][a-z0-9-]{1,30}")
HOST = re.compile(r"(?=.{4,100}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+")
# Names of pages that stand where a place's own name would.
TAKEN = frozenset({"admin", "api", "static", "demo", "province", "sign-in"})
LAYERS = 3
# 三员: with these three somebody can let everybody else in.
FIRST: Mapping[Role, str] = {"admin": "系统管理员", "security": "安全管理员", "auditor": "安全审计员"}


@dataclass(frozen=True, slots=True)
class Wish:
    """What was filled in. ``layers`` are installed plugins, weakest first; ``people`` usernames and names by role."""

    name: str
    short: str
    slug: str
    host: str
    division: str
    layers: tuple[str, ...]
    people: Mapping[str, tuple[str, str]]
    testing: bool = True


@dataclass(frozen=True, slots=True)
class Handed:
    """A new account with its first password, told this once."""

    username: str
    name: str
    role: str
    password: str


@dataclass(frozen=True, slots=True)
class Founded:
    tenant: Tenant
    accounts: tuple[Handed, ...]


@dataclass(frozen=True, slots=True)
class Layer:
    """A plugin one may stand on; ``provincial`` where it speaks for a whole province."""

    name: str
    title: str
    division: str

    @property
    def provincial(self) -> bool:
        return self.division.endswith("0000")


def offered() -> tuple[Layer, ...]:
    """The installed regulations, provinces first."""
    found = [_layer(name) for name in stack.names() if name != stack.NATIONAL]
    return tuple(sorted(found, key=lambda each: (not each.provincial, each.name)))


def _layer(name: str) -> Layer:
    city = stack.city(name)
    return Layer(name, city.name if city else name, city.division if city else "")


def faults(wish: Wish, province: Tenant, known: Sequence[tenants.Listed]) -> Mapping[str, str]:
    """What is wrong, by field, all at once."""
    found = {
        "name": "" if wish.name else "请填写全称，例如“某某市”。",
        "slug": _slug_wrong(wish.slug, known),
        "host": "" if not wish.host or HOST.fullmatch(wish.host) else "域名写成 hcp.example.gov.cn 的样子。",
        "division": _division_wrong(wish.division, province, known),
        "layers": _base_wrong(wish.layers, province),
        **_people_wrong(wish.people),
    }
    if wish.name and any(each.name == wish.name for each in known):
        found["name"] = f"已经有“{wish.name}”，请核对名称。"
    if wish.host and any(each.host == wish.host for each in known):
        found["host"] = "这个域名已经用于别的地区，请换一个。"
    return {field: text for field, text in found.items() if text}


def _slug_wrong(slug: str, known: Sequence[tenants.Listed]) -> str:
    if not SLUG.fullmatch(slug) or slug in TAKEN:
        return "代号是网址的一部分：小写字母开头，2 到 31 个小写字母、数字或短横线。"
    return f"代号“{slug}”已被使用，请换一个。" if any(each.slug == slug for each in known) else ""


def _division_wrong(division: str, province: Tenant, known: Sequence[tenants.Listed]) -> str:
    if not DIVISION.fullmatch(division):
        return "请填写六位行政区划代码，例如 440300。"
    if division.endswith("0000"):
        return "这是省级的代码。请填写市、州或区县的代码。"
    if province.division and division[:2] != province.division[:2]:
        return f"代码 {division} 不在{province.name}（{province.division[:2]} 开头）之内，请核对。"
    there = next((each for each in known if each.division == division), None)
    return f"“{there.name}”已经使用这个代码，请核对。" if there else ""


def _base_wrong(layers: Sequence[str], province: Tenant) -> str:
    """Each layer once, the province below its city, and nothing that the province's own rules stand on already."""
    known = {each.name: each for each in offered()}
    for place, name in enumerate(layers):
        if name not in known:
            return f"没有安装名为“{name}”的规则，请从列表中选择。"
        if name in layers[:place]:
            return f"“{known[name].title}”选了两次：同一份规则只能作一层，请去掉一个。"
        if known[name].provincial and any(not known[each].provincial for each in layers[:place]):
            return f"“{known[name].title}”是省级规则，不能建立在市级规则之上：那样上下级互为依据。请把它移到前面。"
    cities = [known[name] for name in layers if not known[name].provincial]
    if len(cities) > 1:
        return f"只能有一层市级规则，现在选了{'、'.join(f'“{each.title}”' for each in cities)}。请保留一个。"
    shared = [known[name].title for name in layers if name in province.stack]
    if shared and province.baseline_version:
        return f"{province.name}公布的基线里已经有“{'、'.join(shared)}”，再选一次就重复了。"
    return ""


def _people_wrong(people: Mapping[str, tuple[str, str]]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    seen: list[str] = []
    for role, label in FIRST.items():
        username, name = people.get(role, ("", ""))
        if not name:
            wrong[f"name.{role}"] = f"请填写{label}的姓名。"
        if not re.fullmatch(r"[A-Za-z0-9._-]{2,40}", username):
            wrong[f"user.{role}"] = "用户名用 2 到 40 个字母、数字、点或短横线。"
        elif username in seen:
            wrong[f"user.{role}"] = "三员须是三个不同的人，用户名不能相同。"
        seen.append(username)
    return wrong


async def found(province: Tenant, member: Member, wish: Wish, now: datetime) -> Founded:
    """The place, and in it whoever founds it beside the three who let others in; passwords are told this once."""
    if not province.province:
        raise WrongState("只有省级平台可以建立地区。")
    wrong = faults(wish, province, await tenants.listing())
    if member.username in {username for username, _ in wish.people.values()}:
        wrong = {**wrong, "user.admin": f"“{member.username}”是您自己的用户名；三员须由别人担任。"}
    if wrong:
        raise Misfit(wrong)
    founding = Founding(
        wish.slug, wish.name, wish.layers, short=wish.short or wish.name, host=wish.host or None, parent=province.id,
        division=wish.division, testing=wish.testing,
    )  # fmt: skip
    tenant = await tenants.create(founding, now=now, by=member.actor)
    accounts = [await _account(tenant, member, member.username, member.name, "provincial", now)]
    for role in FIRST:
        username, name = wish.people[role]
        accounts.append(await _account(tenant, member, username, name, role, now))
    async with db.as_tenant(province.id) as unit:
        told = {"slug": wish.slug, "name": wish.name, "stack": list(wish.layers)}
        await audit.write(unit, member.actor, "tenant.found", "tenant", tenant.id, None, told, now)
    return Founded(tenant, tuple(accounts))


async def _account(tenant: Tenant, by: Member, username: str, name: str, role: Role, now: datetime) -> Handed:
    password = passwords.given(username)
    await add_member(tenant.id, NewMember(username, name, role, password), by=by.actor, now=now)
    return Handed(username, name, role, password)
