"""How ready each city is, and whether its machinery runs, in its own words."""

from datetime import datetime
from typing import Any

from litestar import get

from web.deps import InTenant, Now
from web.filters import moment
from web.page import Page, page
from web.province import cities, tables
from web.province.cities import City
from web.province.show import health_cell, said_cell, state_cell
from web.province.tables import Cell, Column, Row
from web.visit import HttpRequest, HttpResponse

READINESS = (
    Column("state", "状态"), Column("questions", "待回答的问题", right=True),
    Column("set", "有规定的规则项", right=True),
    Column("baseline", "省级基线"), Column("documents", "依据的文件"), Column("revision", "规则版本"),
    Column("said", "最近公布"),
)  # fmt: skip
HEALTH = (
    Column("health", "运行"), Column("due", "到时未办的任务", right=True), Column("dead", "停止的任务", right=True),
    Column("messages", "等待发送", right=True), Column("failed", "发送失败", right=True),
    Column("rated", "最近一次评价", title="近 30 天主动评价，各渠道中最近的"),
    Column("silent", "近 30 天没有评价的渠道"),
    Column("calendar", "放假安排"), Column("at", "查看时间"),
)  # fmt: skip


@get("/t/{slug:str}/admin/province/readiness", opt={"perm": "province.read"})
async def readiness(request: HttpRequest, tenant: InTenant, now: Now) -> Page | HttpResponse:
    known = await cities.known(tenant)
    made = tables.sheet(request, READINESS, [_ready(each, now) for each in known])
    if format_ := tables.wanted_format(request):
        return tables.file(f"{tenant.short or tenant.name}上线准备", "readiness", format_, made)
    asking = [each for each in known if each.standing and each.standing.content["questions"]]
    return page("province/readiness.html", sheet=made, asking=asking)


@get("/t/{slug:str}/admin/province/health", opt={"perm": "province.read"})
async def health(request: HttpRequest, tenant: InTenant, now: Now) -> Page | HttpResponse:
    known = await cities.known(tenant)
    made = tables.sheet(request, HEALTH, [_well(each, now) for each in known])
    if format_ := tables.wanted_format(request):
        return tables.file(f"{tenant.short or tenant.name}运行情况", "health", format_, made)
    return page("province/health.html", sheet=made, known=[each for each in known if each.health])


def _ready(city: City, now: datetime) -> Row:
    nothing = Cell("—", None)
    if city.standing is None:
        cells = [nothing] * 5
    else:
        content = city.standing.content
        documents = [each["name"] for each in content["documents"]]
        version = content.get("baseline")
        cells = [
            Cell(str(len(content["questions"])), len(content["questions"])),
            Cell(f"{content['set']} / {content['keys']}", content["set"]),
            Cell(f"第 {version} 版", version) if version else Cell("没有采用", 0),
            Cell(f"{len(documents)} 份", len(documents), "；".join(documents)),
            Cell(content["revision"], content["revision"]),
        ]
    return Row(city.listed.name, (state_cell(city), *cells, said_cell(city, now)), slug=city.listed.slug)


def _well(city: City, now: datetime) -> Row:
    if city.health is None:
        return Row(
            city.listed.name, [Cell("没有收到", None, "", "warn"), *[Cell("—", None)] * 8], slug=city.listed.slug
        )
    content = city.health.content
    work, messages, at = content["jobs"], content["outbox"], datetime.fromisoformat(content["at"])
    return Row(city.listed.name, (
        health_cell(city), Cell(f"{work['due']:,}", work["due"], "积压超过 15 分钟" if work["behind"] else ""),
        _count(work["dead"]), Cell(f"{messages['waiting']:,}", messages["waiting"]), _count(messages["dead"]),
        _rated(content["channels"], now), _silent(content["channels"]), _calendar(content["calendar"]),
        Cell(moment(at, now), at),
    ), slug=city.listed.slug)  # fmt: skip


def _count(number: int) -> Cell:
    return Cell(f"{number:,}", number, "", "hot") if number else Cell("0", 0)


def _rated(channels: Any, now: datetime) -> Cell:
    last = max((each for each in channels if each["at"]), key=lambda each: each["at"], default=None)
    if last is None:
        return Cell("30 天内没有", None, "", "warn")
    at = datetime.fromisoformat(last["at"])
    said = "；".join(f"{each['label']} {each['at'][:10] if each['at'] else '没有'}" for each in channels)
    return Cell(moment(at, now), at, said)


def _silent(channels: Any) -> Cell:
    silent = [each["label"] for each in channels if not each["at"]]
    return Cell("、".join(silent) or "无", len(silent))


def _calendar(calendar: Any) -> Cell:
    if not calendar["unpublished"]:
        return Cell("已公布", 0)
    years = "、".join(str(each) for each in calendar["unpublished"])
    waiting = calendar["clocks"] + calendar["invitations"]
    return Cell(f"{years} 年待公布", waiting, f"{waiting:,} 个期限暂定", "warn" if waiting else "")
