"""A province sees which cities are live, whether they run, and the figures that each has published itself."""

from datetime import datetime
from typing import Any

from litestar import get

from core.clock import SHANGHAI
from core.publication.decide import month_of
from core.publication.model import RATES
from web.admin.chips import asked
from web.deps import InTenant, Now
from web.filters import moment
from web.page import Page, page
from web.province import cities, tables
from web.province.cities import City
from web.province.tables import Cell, Column, Row
from web.visit import HttpRequest, HttpResponse

TOO_FEW = "样本不足"
COLUMNS = (
    Column("state", "状态"), Column("health", "运行"), Column("n", "评价数", right=True),
    *(Column(each.code, each.label, right=True, title=each.said) for each in RATES.values()),
    Column("mean", "平均分", right=True, title="各地的等级分值和算法不同，不能直接相比"),
    Column("said", "最近公布"),
)  # fmt: skip


@get("/t/{slug:str}/admin/province", opt={"perm": "province.read"})
async def show(request: HttpRequest, tenant: InTenant, now: Now) -> Page | HttpResponse:
    months = await cities.months(tenant)
    month = chosen_month(request, months, now)
    known = await cities.known(tenant, month)
    made = tables.sheet(request, COLUMNS, [_row(each, now) for each in known])
    if format_ := tables.wanted_format(request):
        return tables.file(f"{tenant.short or tenant.name}各地情况{month}", f"cities-{month}", format_, made)
    return page(
        "province/show.html", sheet=made, months=months, month=month, period=month_of(month) if month else None,
        final=all(each.figures.final for each in known if each.figures),
        silent=[each.name for each in known if each.received is None],
        figured=any(each.figures for each in known),
    )  # fmt: skip


def chosen_month(request: HttpRequest, months: tuple[str, ...], now: datetime) -> str:
    """The month asked for, else the newest that is over, else whatever there is."""
    wanted = asked(request, "month")
    if wanted in months:
        return wanted
    running = now.astimezone(SHANGHAI).strftime("%Y-%m")
    return next((each for each in months if each < running), months[0] if months else "")


def _row(city: City, now: datetime) -> Row:
    home = f"/t/{city.listed.slug}"
    figures = city.figures.content if city.figures else None
    return Row(city.listed.name, (
        state_cell(city), health_cell(city), count_cell(figures),
        *(rate_cell(figures, code) for code in RATES), mean_cell(figures), said_cell(city, now),
    ), f"{home}/results" if city.listed.live else "", city.listed.slug)  # fmt: skip


def state_cell(city: City) -> Cell:
    if city.standing is None:
        return Cell("没有收到", 3, "这个地区还没有向省级公布过", "warn")
    questions = len(city.standing.content["questions"])
    if city.standing.content["live"]:
        return Cell("已上线", 0, "", "done", f"{questions} 个问题待回答" if questions else "")
    return Cell("未上线", 1, "", "warn", f"{questions} 个问题待回答" if questions else "问题已答完")


def health_cell(city: City) -> Cell:
    if city.health is None:
        return Cell("—", None)
    worries = troubles(city.health.content)
    if worries:
        return Cell(f"{len(worries)} 处要处理", len(worries), "；".join(worries), "hot")
    return Cell("正常", 0, "", "done")


def troubles(content: Any) -> list[str]:
    """What of a city's machinery somebody has to look at, in words."""
    found: list[str] = []
    if content["jobs"]["dead"]:
        found.append(f"{content['jobs']['dead']} 项后台任务已停止")
    if content["jobs"]["behind"]:
        found.append(f"{content['jobs']['due']} 项后台任务积压")
    if content["outbox"]["dead"]:
        found.append(f"{content['outbox']['dead']} 条消息发送失败")
    return found


def count_cell(figures: Any) -> Cell:
    if figures is None:
        return Cell("—", None, "这个月没有公布")
    return Cell(f"{figures['n']:,}", figures["n"], f"其中主动 {figures['active_n']:,}")


def rate_cell(figures: Any, code: str) -> Cell:
    if figures is None:
        return Cell("—", None)
    if not figures["enough"]:
        return Cell(TOO_FEW, None, f"评价数 {figures['n']}，少于本地公开的最低数 {max(figures['least'], 1)}")
    rate = figures["rates"][code]
    value = tables.share(rate["count"], rate["over"])
    return Cell(tables.percent(value), value, f"{rate['count']:,} ÷ {rate['over']:,}")


def mean_cell(figures: Any) -> Cell:
    if figures is None:
        return Cell("—", None)
    if not figures["enough"]:
        return Cell(TOO_FEW, None)
    if figures["mean"] is None:
        return Cell("未设分值" if not figures["scored"] else "—", None)
    return Cell(f"{float(figures['mean']):.2f}", float(figures["mean"]), figures["formula"])


def said_cell(city: City, now: datetime) -> Cell:
    if city.received is None:
        return Cell("—", None)
    lost = city.received.missing
    note = f"第 {'、'.join(str(each) for each in lost[:5])} 期没有收到" if lost else ""
    return Cell(moment(city.received.at, now), city.received.at, f"第 {city.received.last} 期", "", note)
