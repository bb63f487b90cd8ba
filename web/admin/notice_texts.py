"""What the system's notices say here: built-in words or the place's own, tried on an example before they are kept."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.errors import NotFound, Refused
from core.notify.model import KINDS
from core.outbox import texts
from core.outbox.texts import Version
from core.outbox.words import GIVES, NOTICES, SAMPLE, SMS, TITLE, Notice, Said, length, parts, said, title_of, wrong
from core.people import Member
from core.settings import Settings
from core.tenants import Tenant
from web import flash
from web.deps import InMember, InSettings, InTenant, Now
from web.errors import status_of
from web.filters import hour
from web.forms import Posted, posted
from web.page import Page, page
from web.visit import HttpRequest, HttpResponse

HOME: Final = "/t/{slug:str}/admin/notices/templates"
WRITES: Final = {"perm": "notices.write"}
EVERY: Final[Mapping[str, Notice]] = {**NOTICES, **{f"{TITLE}{kind}": title_of(kind, label)
                                                    for kind, label in KINDS.items()}}  # fmt: skip
LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Line:
    """One notice as the list has it: what it says on an example, and as how many messages it is paid."""

    notice: Notice
    version: Version | None
    example: Said

    @property
    def parts(self) -> int:
        return parts(self.example.body) if self.notice.kind.startswith(SMS) else 0

    @property
    def length(self) -> int:
        return length(self.example.body)


@dataclass(frozen=True, slots=True)
class Tried:
    """What is in the form."""

    written: Said
    seen: int
    errors: Mapping[str, str] = field(default_factory=dict[str, str])


@get(HOME, opt=WRITES)
async def index(tenant: InTenant, settings: InSettings) -> Page:
    async with db.as_tenant(tenant.id) as unit:
        own = await texts.every(unit)
    lines = [_line(each, own.get(each.kind), tenant, settings) for each in EVERY.values()]
    groups: dict[str, list[Line]] = {}
    for each in lines:
        groups.setdefault(_group(each.notice), []).append(each)
    return page("admin/notices/index.html", groups=groups)


@get(f"{HOME}/{{kind:str}}", opt=WRITES)
async def show(request: HttpRequest, tenant: InTenant, settings: InSettings, kind: FromPath[str]) -> Page:
    notice = _notice(kind)
    async with db.as_tenant(tenant.id) as unit:
        versions = await texts.history(unit, kind)
    wanted = request.query_params.get("from", "")
    chosen = next((each for each in versions if str(each.number) == wanted), versions[0] if versions else None)
    words = chosen.said if chosen and chosen.said else Said(notice.body, notice.subject)
    return _shown(notice, versions, Tried(words, versions[0].number if versions else 0), tenant, settings)


@post(f"{HOME}/{{kind:str}}", opt=WRITES, status_code=303)
async def keep(
    request: HttpRequest, tenant: InTenant, member: InMember, settings: InSettings, kind: FromPath[str], now: Now
) -> HttpResponse:
    form, notice = await posted(request), _notice(kind)
    tried = Tried(_written(form), form.number("seen") or 0)
    op = form.text("op")
    if op not in ("save", "reset"):
        faults = wrong(notice, tried.written)
        async with db.as_tenant(tenant.id) as unit:
            versions = await texts.history(unit, kind)
        return _shown(notice, versions, Tried(tried.written, tried.seen, faults), tenant, settings)
    return await _kept(request, tenant, member, settings, notice, tried, None if op == "reset" else tried.written, now)


async def _kept(
    request: HttpRequest, tenant: Tenant, member: Member, settings: Settings, notice: Notice, tried: Tried,
    words: Said | None, now: datetime,
) -> HttpResponse:  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        try:
            await texts.put(unit, notice, words, seen=tried.seen, by=member.actor, now=now)
        except Refused as refusal:
            versions = await texts.history(unit, notice.kind)
            faults = {**wrong(notice, tried.written), **({refusal.field: refusal.detail} if refusal.field else {})}
            again = Tried(tried.written, versions[0].number if versions else 0, faults)
            return _shown(notice, versions, again, tenant, settings, status_of(refusal))
    done = Redirect(f"/t/{tenant.slug}/admin/notices/templates/{notice.kind}", status_code=303)
    what = "已恢复系统自带的文字" if words is None else "已保存"
    return flash.leave(request, done, f"“{notice.label}”{what}，从现在起发出的用它：{member.name} {hour(now)}")


def _group(notice: Notice) -> str:
    if notice.kind.startswith(TITLE):
        return "短信和邮件里的提醒内容"
    return "发给评价人" if notice.to == "rater" else "发给工作人员"


def _notice(kind: str) -> Notice:
    if kind not in EVERY:
        raise NotFound
    return EVERY[kind]


def _written(form: Posted) -> Said:
    body, subject = (form.kept(name)[:LONGEST].replace("\r\n", "\n").strip() for name in ("body", "subject"))
    return Said(body, subject)


def _line(notice: Notice, version: Version | None, tenant: Tenant, settings: Settings) -> Line:
    words = version.said if version and version.said else Said(notice.body, notice.subject)
    return Line(notice, version, _example(notice, words, tenant, settings))


def _example(notice: Notice, words: Said, tenant: Tenant, settings: Settings) -> Said:
    if notice.kind.startswith(TITLE):
        return words
    return said(notice.kind, SAMPLE, tenant.short or tenant.name, settings.public_url, words)


def _shown(
    notice: Notice, versions: tuple[Version, ...], tried: Tried, tenant: Tenant, settings: Settings, status: int = 200
) -> Page:
    example = _example(notice, tried.written, tenant, settings)
    return page(
        "admin/notices/show.html", status=status, notice=notice, versions=versions, tried=tried, example=example,
        line=Line(notice, versions[0] if versions else None, example),
        gives={name: GIVES[name] for name in notice.names},
    )  # fmt: skip
