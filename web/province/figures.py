"""One figure of all cities: this month as dots, month after month as a grid, and what was corrected afterwards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from litestar import get

from core import db
from core.publication import actions as publication
from core.publication.decide import Correction, corrections
from core.publication.model import RATES, Publication
from core.tenants import Listed
from web import charts
from web.admin.chips import asked
from web.deps import InTenant, Now
from web.page import Page, page
from web.province import cities, tables
from web.province.show import chosen_month, count_cell, mean_cell, rate_cell
from web.province.tables import Column, Row
from web.visit import HttpRequest, HttpResponse

MONTHS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Corrected:
    city: str
    correction: Correction


@get("/t/{slug:str}/admin/province/figures", opt={"perm": "province.read"})
async def index(request: HttpRequest, tenant: InTenant, now: Now) -> Page | HttpResponse:
    listed, months = await cities.cities_of(tenant), await cities.months(tenant)
    month, of = chosen_month(request, months, now), asked(request, "of")
    code = of if of in RATES else "active"
    async with db.as_tenant(tenant.id) as unit:
        current, finals = await publication.current(unit, "figures"), await publication.finals(unit)
    latest: dict[int, dict[str, Publication]] = {each.id: {} for each in listed}
    for each in current:
        latest.setdefault(each.city, {})[each.subject] = each
    shown = [each for each in months if each <= month][:MONTHS_SHOWN][::-1] if month else []
    columns = (
        Column("n", "评价数", right=True), Column("now", RATES[code].label, right=True),
        Column("mean", "平均分", right=True),
        *(Column(f"m{each}", f"{each[2:4]}-{each[5:]}", right=True) for each in shown),
    )  # fmt: skip
    made = tables.sheet(request, columns, [_row(each, latest[each.id], month, code, shown) for each in listed])
    if format_ := tables.wanted_format(request):
        return tables.file(f"各地{RATES[code].label}{month}", f"{code}-{month}", format_, made)
    grades = [(each, latest[each.id][month]) for each in listed if month in latest[each.id]]
    return page(
        "province/figures.html", sheet=made, months=months, month=month, rates=RATES, code=code,
        picture=_picture(listed, latest, month, code), grades=grades, corrected=_corrected(listed, finals),
    )  # fmt: skip


def _row(city: Listed, said: Mapping[str, Publication], month: str, code: str, shown: Sequence[str]) -> Row:
    content = said[month].content if month in said else None
    cells = [count_cell(content), rate_cell(content, code), mean_cell(content)]
    for each in shown:
        cells.append(rate_cell(said[each].content if each in said else None, code))
    return Row(city.name, cells, slug=city.slug)


def _picture(listed: Sequence[Listed], latest: Mapping[int, Mapping[str, Publication]], month: str, code: str) -> str:
    """None of those that are too small to say anything; the best first, where there is a better."""
    found: list[charts.Dot] = []
    for city in listed:
        said = latest[city.id].get(month)
        rate: Any = said.content["rates"].get(code) if said and said.content["enough"] else None
        if rate and rate["over"]:
            value = rate["count"] / rate["over"]
            says = f"{city.name} {RATES[code].label} {value:.1%}（{rate['count']:,} ÷ {rate['over']:,}）"
            found.append(charts.Dot(city.short or city.name, value, says))
    if not found:
        return ""
    found.sort(key=lambda dot: dot.value, reverse=RATES[code].high_is_good is not False)
    return charts.dots(found, median(dot.value for dot in found), f"各地{RATES[code].label}")


def _corrected(listed: Sequence[Listed], past: Mapping[int, Sequence[Publication]]) -> Sequence[Corrected]:
    found = [Corrected(city.name, each) for city in listed for each in corrections(past.get(city.id, ()))]
    return sorted(found, key=lambda each: each.correction.at, reverse=True)
