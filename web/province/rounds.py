"""The province opens a round, sees who has reported, returns or accepts, and freezes what it comes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath
from litestar.response import Redirect

from core import db
from core.clock import SHANGHAI
from core.errors import Invalid, Refused
from core.publication.decide import differences, first_of_month
from core.publication.model import RATES
from core.rounds import actions as rounds
from core.rounds import decide
from core.rounds.model import FIGURES, STANDINGS, Asked, Report, Round, Wanted
from core.tenants import Tenant
from web import flash
from web.deps import InMember, InTenant, Now
from web.errors import status_of
from web.forms import Posted, day_of_field, posted
from web.page import Page, page
from web.province import cities, tables
from web.visit import HttpRequest, HttpResponse

FIELDS = ("title", "note", "since", "until", "due", "remind", "figures")
LONGEST_NOTE = 1000
TONES: Mapping[str, str] = {"accepted": "done", "submitted": "warn", "returned": "pause", "missing": "", "late": "over"}


@dataclass(frozen=True, slots=True)
class Standing:
    """One city in a round: its last report, and what it corrected after the round was closed."""

    city: Asked
    state: str
    report: Report | None
    versions: int
    correction: Report | None
    changes: Sequence[tuple[str, str, str]]

    @property
    def decides(self) -> Report | None:
        """What waits for a decision."""
        for each in (self.correction, self.report):
            if each is not None and each.state == "submitted":
                return each
        return None


@get("/t/{slug:str}/admin/province/rounds", opt={"perm": "province.read"})
async def index(tenant: InTenant, now: Now) -> Page:
    return await _listed(tenant, now, _usual(now), {})


@post("/t/{slug:str}/admin/province/rounds", opt={"perm": "province.rounds"}, status_code=303)
async def begin(request: HttpRequest, tenant: InTenant, member: InMember, now: Now) -> HttpResponse:
    form = await posted(request)
    listed = await cities.cities_of(tenant)
    try:
        wanted = _read(form)
        asked = [Asked(each.id, each.slug, each.short or each.name) for each in listed]
        async with db.as_tenant(tenant.id) as unit:
            made = await rounds.open_round(unit, wanted, asked, by=member.actor, now=now)
    except Refused as refusal:
        if refusal.field not in FIELDS:
            raise
        typed: dict[str, Any] = {name: form.kept(name) for name in FIELDS} | {"figures": form.all("figures")}
        return await _listed(tenant, now, typed, {refusal.field: refusal.detail}, status_of(refusal))
    answer = Redirect(f"/t/{tenant.slug}/admin/province/rounds/{made}", status_code=303)
    return flash.leave(request, answer, f"已开启，通知已发给 {len(listed)} 个地区")


@get("/t/{slug:str}/admin/province/rounds/{round_:uuid}", opt={"perm": "province.read"})
async def show(request: HttpRequest, tenant: InTenant, round_: FromPath[UUID], now: Now) -> Page | HttpResponse:
    if format_ := tables.wanted_format(request):
        async with db.as_tenant(tenant.id) as unit:
            return _file(await rounds.one(unit, round_), await rounds.reports(unit, round_), format_)
    return await _shown(tenant, round_, now, {}, {})


@post(
    "/t/{slug:str}/admin/province/rounds/{round_:uuid}/reports/{city:str}",
    opt={"perm": "province.rounds"}, status_code=303,
)  # fmt: skip
async def settle(
    request: HttpRequest, tenant: InTenant, member: InMember, round_: FromPath[UUID], city: FromPath[str], now: Now
) -> HttpResponse:
    form = await posted(request)
    accept, comment = form.kept("do") == "accept", form.text("comment", LONGEST_NOTE)
    try:
        async with db.as_tenant(tenant.id) as unit:
            version = form.number("version") or 0
            await rounds.settle(
                unit, round_, cities.number_of(city), version, accept=accept, comment=comment, by=member.actor, now=now
            )  # fmt: skip
    except Refused as refusal:
        field = f"comment-{city}"
        return await _shown(tenant, round_, now, {field: comment}, {field: refusal.detail}, status_of(refusal))
    answer = Redirect(f"/t/{tenant.slug}/admin/province/rounds/{round_}", status_code=303)
    return flash.leave(request, answer, "已采用" if accept else "已退回，通知已发出")


@post(
    "/t/{slug:str}/admin/province/rounds/{round_:uuid}/close",
    opt={"perm": "province.close", "grave": True},
    status_code=303,
)
async def close(
    request: HttpRequest, tenant: InTenant, member: InMember, round_: FromPath[UUID], now: Now
) -> HttpResponse:
    form = await posted(request)
    try:
        async with db.as_tenant(tenant.id) as unit:
            asked = await rounds.one(unit, round_)
            if form.text("title") != asked.title:
                raise Invalid("名称不一致。定稿之后不能再改，请照上面的名称输入一遍。", field="confirm")
            await rounds.close(unit, round_, by=member.actor, now=now)
    except Refused as refusal:
        typed, said = {"confirm": form.kept("title")}, {"confirm": refusal.detail}
        return await _shown(tenant, round_, now, typed, said, status_of(refusal))
    answer = Redirect(f"/t/{tenant.slug}/admin/province/rounds/{round_}", status_code=303)
    return flash.leave(request, answer, "已定稿")


async def _listed(
    tenant: Tenant, now: datetime, typed: Mapping[str, Any], errors: Mapping[str, str], status: int = 200
) -> Page:
    today = now.astimezone(SHANGHAI).date()
    async with db.as_tenant(tenant.id) as unit:
        found = await rounds.listing(unit)
        every = await rounds.all_reports(unit, found)
    counts = {each.id: _counts(each, every.get(each.id, ()), today) for each in found}
    return page(
        "province/rounds.html", status=status, rounds=found, counts=counts, typed=typed, errors=errors,
        figures=FIGURES, standings=STANDINGS, cities=await cities.cities_of(tenant),
    )  # fmt: skip


async def _shown(
    tenant: Tenant, round_id: UUID, now: datetime, typed: Mapping[str, str], errors: Mapping[str, str],
    status: int = 200,
) -> Page:  # fmt: skip
    async with db.as_tenant(tenant.id) as unit:
        asked = await rounds.one(unit, round_id)
        every = await rounds.reports(unit, round_id)
    states = _states(asked, every, now.astimezone(SHANGHAI).date())
    return page(
        "province/round.html", status=status, round=asked, states=states, figures=FIGURES, standings=STANDINGS,
        tones=TONES, typed=typed, errors=errors, waiting=decide.waiting(asked, every),
        again=decide.seal(asked, asked.frozen or ()) if asked.digest else "",
    )  # fmt: skip


def _states(asked: Round, every: Sequence[Report], today: date) -> Sequence[Standing]:
    last, corrected = decide.latest(every), decide.latest(every, corrections=True)
    return [
        Standing(
            each, decide.standing(last.get(each.id), asked, today), last.get(each.id),
            sum(report.city == each.id for report in every), corrected.get(each.id),
            _moved(asked, each.id, corrected.get(each.id)),
        )
        for each in asked.asked
    ]  # fmt: skip


def _moved(asked: Round, city: int, correction: Report | None) -> Sequence[tuple[str, str, str]]:
    """What a correction says otherwise than what was frozen."""
    if correction is None:
        return ()
    kept = next((each["content"] for each in asked.frozen or () if each["city"] == city), None)
    return differences(kept or {"n": 0}, correction.content)


def _counts(asked: Round, every: Sequence[Report], today: date) -> Mapping[str, int]:
    found: dict[str, int] = {}
    for each in _states(asked, every, today):
        found[each.state] = found.get(each.state, 0) + 1
    return found


def _usual(now: datetime) -> Mapping[str, Any]:
    """Last month, to be reported within the fortnight that follows today."""
    today = now.astimezone(SHANGHAI).date()
    until = first_of_month(today) - timedelta(days=1)
    return {
        "title": f"{until.year}年{until.month}月评价情况", "note": "", "since": first_of_month(until).isoformat(),
        "until": until.isoformat(), "due": (today + timedelta(days=14)).isoformat(), "remind": "3",
        "figures": list(FIGURES),
    }  # fmt: skip


def _read(form: Posted) -> Wanted:
    remind = form.number("remind")
    since, until, due = (day_of_field(form.text(name), name) for name in ("since", "until", "due"))
    return Wanted(
        form.text("title", decide.LONGEST_TITLE), form.text("note", decide.LONGEST_NOTE), since, until, due,
        -1 if remind is None else remind, tuple(form.all("figures")),
    )  # fmt: skip


def _file(asked: Round, every: Sequence[Report], format_: str) -> HttpResponse:
    """Every version that was handed in, with what became of it: the frozen figures among them."""
    names = {each.id: each.name for each in asked.asked}
    frozen = {(each["city"], each["version"]) for each in asked.frozen or ()}
    rates = [RATES[code].label for code in RATES]
    head = ["地区", "版本", "种类", "状态", "报送时间", "评价数", "平均分", *rates, "规则版本", "摘要"]
    rows = [_line(each, names.get(each.city, ""), frozen=(each.city, each.version) in frozen) for each in every]
    return tables.attached(asked.title, f"round-{asked.until}", format_, head, rows)


def _line(report: Report, name: str, *, frozen: bool) -> Sequence[str]:
    content = report.content
    kind = "更正" if report.correction else "定稿" if frozen else "报送"
    at = f"{report.submitted_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return [
        name, str(report.version), kind, STANDINGS[report.state], at, str(content["n"]), str(content["mean"] or ""),
        *(_share(content["rates"].get(code)) for code in RATES), content["revision"], report.digest,
    ]  # fmt: skip


def _share(rate: Any) -> str:
    if not rate:
        return ""
    value = tables.percent(tables.share(rate["count"], rate["over"]))
    return f"{value}（{rate['count']} ÷ {rate['over']}）"
