"""A newcomer can be anybody: demo tenants with an account for each role, their keys readable by the owner alone."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from core import clock, db, people, ready, stack, tenants
from core.audit.model import SYSTEM
from core.demo import wordings
from core.demo.towns import Office, Town, lay_out, person_name, regions
from core.errors import NotFound, Unauthorized
from core.people import NewMember
from core.people.keys import SCOPES
from core.people.members import Role
from core.places import actions as places
from core.policy import keys
from core.policy.policy import Policy
from core.settings import Settings
from core.tenants import Founding, Tenant

PROVINCE = "province"
SEED = 20261121
# Longer than any history that is told of a demo place: what came in is not practice.
LIVED = timedelta(days=800)


@dataclass(frozen=True, slots=True)
class Part:
    """One role with the place it is played from."""

    role: Role
    name: str
    institution: str | None = None
    staff: str | None = None
    username: str = ""


PROVINCIAL = (
    Part("provincial", "梁敏"), Part("auditor", "方文博"), Part("admin", "罗远"), Part("security", "钟宁"),
)  # fmt: skip


def demo_plugins() -> tuple[str, ...]:
    """Installed cities that bring demo divisions with them."""
    return tuple(name for name in stack.names() if (stack.folder(name) / "demo" / "regions.csv").is_file())


def town_of(plugin: str) -> Town:
    return lay_out(regions(stack.folder(plugin) / "demo" / "regions.csv"), Random(f"{SEED}{plugin}"))  # noqa: S311


async def found(settings: Settings) -> None:
    """Founds what is missing and writes ``var/demo.json``; a second start changes nothing."""
    now = clock.now()
    async with ready.pool(settings):
        province = await _province(settings, now)
        told = [await _city(plugin, province.id, settings, now) for plugin in demo_plugins()]
        told.append(province)
        await _write(settings, told, now)


async def _city(plugin: str, province: int, settings: Settings, now: datetime) -> Tenant:
    try:
        return await tenants.by_slug(plugin)
    except NotFound:
        pass
    city = stack.city(plugin)
    names = (plugin,)
    founding = Founding(
        plugin, city.name if city else plugin, names, short=city.short if city else "", demo=True, parent=province,
        answers=stack.demo_answers(names), division=city.division if city else "",
    )  # fmt: skip
    tenant = await tenants.create(founding, now=now)
    town = town_of(plugin)
    async with db.as_tenant(tenant.id, patience=60) as unit:
        await places.save(unit, town.places, by=SYSTEM, now=now, source="demo")
    await _people(tenant, _parts(town, stack.policy(tenant, now.date())), settings, now)
    await wordings.keep(tenant, now)
    await tenants.go_live(tenant.id, True, by=SYSTEM, now=now - LIVED)
    return await tenants.by_id(tenant.id)


async def _province(settings: Settings, now: datetime) -> Tenant:
    try:
        return await tenants.by_slug(PROVINCE)
    except NotFound:
        pass
    founding = Founding(
        PROVINCE, "示范省", (), short="示范省", province=True, demo=True, answers=stack.demo_answers(())
    )
    tenant = await tenants.create(founding, now=now)
    await _people(tenant, PROVINCIAL, settings, now)
    return tenant


def _parts(town: Town, policy: Policy) -> tuple[Part, ...]:
    """The clerk is a real member of staff; where the hotline sends tickets on, somebody sits there.

    Where an institution decides appeals against its own handling, a colleague who has not handled it can.
    """
    office: Office = town.offices[0]
    names = {place.code: place.name for place in town.places}
    dice = Random(town.root)  # noqa: S311 - names of a demo
    seated = (
        Part("clerk", names[office.staff[0]], office.code, office.staff[0]),
        Part("handler", person_name(dice), office.code),
        Part("supervisor", person_name(dice), town.bureau),
        Part("operator", person_name(dice), town.bureau),
        Part("auditor", person_name(dice)),
        Part("admin", person_name(dice)),
    )
    hotline = Part("handler", person_name(dice), town.hotline, username="hotline")
    colleague = Part("handler", person_name(dice), office.code, username="handler2")
    # Drawn last, so that everybody else keeps the name they had.
    security = Part("security", person_name(dice))
    invited = Part("partner", person_name(dice))
    asking = Part("partner", person_name(dice), username="surveyor")
    return (
        *seated,
        security,
        invited,
        *((asking,) if policy[keys.third_party_survey] else ()),
        *((hotline,) if policy[keys.dispatcher] == "hotline" else ()),
        *((colleague,) if policy[keys.appeal_to] == "own-institution" else ()),
    )


async def _people(tenant: Tenant, parts: Iterable[Part], settings: Settings, now: datetime) -> None:
    for part in parts:
        username = part.username or part.role
        new = NewMember(
            username, part.name, part.role, _password(settings, tenant.slug, username), institution=part.institution,
            staff=part.staff, totp_secret=totp_secret(settings, tenant.slug, username), must_change=False,
        )  # fmt: skip
        await people.add_member(tenant.id, new, by=SYSTEM, now=now)


def _password(settings: Settings, slug: str, username: str) -> str:
    return "Demo-" + base64.urlsafe_b64encode(_derived(settings, "password", slug, username))[:14].decode()


def totp_secret(settings: Settings, slug: str, username: str) -> str:
    """Made from the installation's secret, so that it can be shown again and stands in no repository."""
    return base64.b32encode(_derived(settings, "totp", slug, username)[:20]).decode()


def secret_of(settings: Settings, *parts: str) -> str:
    """What two programs of one demo both know."""
    return base64.urlsafe_b64encode(_derived(settings, *parts)).decode()


def _derived(settings: Settings, *parts: str) -> bytes:
    return hmac.digest(settings.secret.encode(), "/".join(("demo", *parts)).encode(), hashlib.sha256)


async def _write(settings: Settings, told: Iterable[Tenant], now: datetime) -> None:
    file = settings.var / "demo.json"
    known: dict[str, Any] = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    secrets: dict[str, str] = dict(known.get("api_keys", {}))
    accounts: list[dict[str, str]] = []
    for tenant in told:
        good = tenant.province or await _still_good(secrets.get(tenant.slug, ""), now)
        async with db.as_tenant(tenant.id) as unit:
            members = await people.members(unit)
            if not good:
                secrets[tenant.slug] = await people.issue_key(unit, "演示", SCOPES, by=SYSTEM, now=now)
        accounts += [
            {
                "tenant": tenant.slug, "role": each.role, "username": each.username,
                "password": _password(settings, tenant.slug, each.username),
                "totp_secret": totp_secret(settings, tenant.slug, each.username),
            }
            for each in members
        ]  # fmt: skip
    _save(file, {"url": settings.public_url, "accounts": accounts, "api_keys": secrets})


async def _still_good(key: str, now: datetime) -> bool:
    """A key of a database that is gone opens nothing here."""
    try:
        await people.key_of(key, now)
    except Unauthorized:
        return False
    return True


def _save(file: Path, content: dict[str, Any]) -> None:
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text(json.dumps(content, ensure_ascii=False, indent=2) + "\n", "utf-8")
