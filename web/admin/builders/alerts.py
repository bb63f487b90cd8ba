"""Alerts are built as sentences, and tried on the last quarter before anybody is called by them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath

from core import db
from core.alerts import decide, preview
from core.alerts.actions import GRADED, Scales
from core.alerts.preview import Would
from core.clock import SHANGHAI
from core.errors import TooLarge
from core.places import actions as places
from core.policy import keys, vocab
from core.policy.columns import ALERT
from core.policy.shapes import Number, Whole
from core.policy.values import Alert
from web.admin.builders import frame
from web.admin.builders.frame import Desk, Saved
from web.admin.builders.rows import Pieces, Row, Values, numbered, operated, sent
from web.admin.rules.controls import BAD, MISSING, Amount, Duration
from web.deps import InMember, InTenant, Now
from web.forms import posted
from web.page import Page
from web.visit import HttpRequest, HttpResponse

AT: Final = f"{frame.AT}/alerts"
KEY: Final = keys.alerts
COUNT, SHARE, RANK = "count", "share", "rank"
PATTERNS: Final[Mapping[str, str]] = {COUNT: "次数达到", SHARE: "占比达到", RANK: "连续排名靠后"}
# What can be ranked by its figures.
RANKED: Final = (*vocab.SUBJECTS, "platform")
KINDS: Final = {code: word for code, word in vocab.ALERTS.items() if code != decide.MONTHLY}
BLANK: Final[Values] = {
    "pattern": [COUNT], "of": ["staff"], "kind": ["repeat-year"], "what": ["valid-bad"], "count": ["3"],
    "within.n": ["12"], "within.u": ["m"], "rolling": ["yes"],
}  # fmt: skip
QUARTER_MONTHS: Final = 3
MOST_SHOWN: Final = 50
SPANS, TIMES, PARTS = Duration(), Amount(Whole(1, 100_000)), Amount(Number(0, 1, percent=True))
NEEDS: Final[Mapping[str, Mapping[str, str]]] = {
    COUNT: {"count": "请填写达到多少次。"}, SHARE: {"share": "请填写占比。"},
    RANK: {"rank": "请填写排名后多少。", "months": "请填写连续几个月。"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Lived:
    """What one rule would have done in the last quarter, or in ``only`` the end of it where there was too much.

    ``refused`` where even that cannot be told at once.
    """

    sentence: str
    found: tuple[tuple[Would, str], ...] = ()
    count: int = 0
    refused: str = ""
    only: tuple[datetime, datetime] | None = None


@get(AT, opt=frame.SEES)
async def index(tenant: InTenant, proposal: FromPath[UUID]) -> Page:
    desk = await frame.opened(tenant, proposal)
    pieces = numbered([_spelt(row) for row in desk.value(KEY) or ()])
    return _shown(desk, desk.typed(KEY), pieces, None)


@post(AT, opt=frame.WRITES, status_code=303)
async def work(
    request: HttpRequest, tenant: InTenant, member: InMember, proposal: FromPath[UUID], now: Now
) -> HttpResponse:
    form, desk = await posted(request), await frame.opened(tenant, proposal)
    op, begun = form.text("op"), frame.typed(form)
    pieces = operated(sent(form), op, BLANK)
    made, errors = _made(pieces)
    if op == "lived" and not errors:
        return _shown(desk, begun, pieces, None, lived=[await _lived(desk, rule, now) for rule in made], now=now)
    if op not in ("save", "lived"):
        return _shown(desk, begun, pieces, None)
    if errors:
        return _shown(desk, begun, pieces, Saved(status=422), errors)
    value: Any = [ALERT.dump(each) for each in made] or keys.UNSET
    saved = await frame.put(request, desk, member, KEY, value, form, now, f"{desk.home}/builders/alerts")
    return saved.answer or _shown(desk, begun, pieces, saved)


def _pattern(rule: Alert) -> str:
    if rule.kind == decide.MONTHLY:
        return RANK
    return SHARE if rule.share is not None else COUNT


def _spelt(rule: Alert) -> Values:
    plain: Mapping[str, Any] = ALERT.dump(rule)
    found: dict[str, list[str]] = {"pattern": [_pattern(rule)], "of": [rule.of], "kind": [rule.kind],
                                   "what": [rule.what], "among": [rule.among], "clause": [rule.clause]}  # fmt: skip
    for name in ("within", "task_within"):
        found |= SPANS.spell(plain.get(name, MISSING), name)
    for name in ("count", "months", "min"):
        found |= TIMES.spell(plain.get(name, MISSING), name)
    for name in ("share", "rank"):
        found |= PARTS.spell(plain.get(name, MISSING), name)
    for name in ("rolling", "streak"):
        found |= {name: ["yes"]} if getattr(rule, name) else {}
    return found


def _made(pieces: Pieces) -> tuple[list[Alert], dict[str, str]]:
    """The rules that can be read, and what is wrong with the others."""
    made: list[Alert] = []
    errors: dict[str, str] = {}
    for row in pieces.there:
        wrong = _read(row, made)
        errors |= wrong
    return made, errors


def _read(row: Row, made: list[Alert]) -> dict[str, str]:
    said = {row.name(name): list(each) for name, each in row.values.items()}
    wrong: dict[str, str] = {}
    pattern = row.one("pattern") if row.one("pattern") in PATTERNS else COUNT
    raw: dict[str, Any] = {"of": row.one("of"), "kind": decide.MONTHLY if pattern == RANK else row.one("kind"),
                           "what": "" if pattern == RANK else row.one("what"), "rolling": row.one("rolling") == "yes",
                           "streak": row.one("streak") == "yes"}  # fmt: skip
    names = {COUNT: ("count", "within"), SHARE: ("share", "min", "count", "within"),
             RANK: ("rank", "months", "min")}[pattern]  # fmt: skip
    for name in (*names, "task_within"):
        control = SPANS if "within" in name else PARTS if name in ("share", "rank") else TIMES
        value = control.read(said, row.name(name), wrong)
        if value not in (MISSING, BAD):
            raw[name] = value
    wrong |= {row.name(name): text for name, text in NEEDS[pattern].items()
              if name not in raw and row.name(name) not in wrong}  # fmt: skip
    wrong |= _unfit(row, pattern, raw)
    raw |= {
        name: row.one(name) for name in ("clause", "among") if row.one(name) and (name == "clause" or pattern == RANK)
    }
    if not wrong:
        made.append(ALERT.parse(raw, "alerts"))
    return {_at(name): text for name, text in wrong.items()}


def _at(name: str) -> str:
    """Number and unit of a span are one field on the page."""
    return name.removesuffix(".n").removesuffix(".u")


def _unfit(row: Row, pattern: str, raw: Mapping[str, Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    if raw["of"] not in (RANKED if pattern == RANK else vocab.ALERTED):
        found[row.name("of")] = "请选择对象；窗口、标签和评价人没有得分，不能排名。"
    if pattern != RANK and raw["what"] not in vocab.COUNTED:
        found[row.name("what")] = "请选择计什么。"
    if pattern == SHARE and raw["what"] in vocab.COUNTED and raw["what"] not in GRADED:
        found[row.name("what")] = "占比按评价等级算，请选“低等级评价”或“最高等级评价”。"
    if pattern != RANK and not raw["kind"]:
        found[row.name("kind")] = "请选择预警的名称。"
    return found


def sentence(rule: Alert) -> str:
    """As it would be read out: 同一工作人员 12 个月内 3 次属实差评 → 预警."""
    of = vocab.ALERTED.get(rule.of, rule.of)
    least = f"（至少 {rule.min} 条评价）" if rule.min else ""
    if rule.kind == decide.MONTHLY:
        among = f"同一{vocab.SUBJECTS.get(rule.among, '')}的" if rule.among else ""
        row, last = "连续" if rule.streak else "累计", f"{(rule.rank or 0) * 100:g}%"
        when = f"{among}{of}{row} {rule.months} 个月排在后 {last}{least}"
    else:
        span = ""
        if rule.within:
            span = f"{rule.within.chinese}内" if rule.rolling else f"同一个{rule.within.chinese}（按自然周期）内"
        what = vocab.COUNTED.get(rule.what, rule.what)
        row = "连续" if rule.streak else ""
        much = f"{what}占到 {rule.share * 100:g}%{least}" if rule.share is not None else f"{row} {rule.count} 次{what}"
        when = f"同一{of}{' ' if span else ''}{span}{much}"
    then = f"，{rule.task_within.chinese}内处理" if rule.task_within else ""
    return f"{when} → 预警“{vocab.ALERTS.get(rule.kind, rule.kind)}”{then}"


def last_quarter(now: datetime) -> tuple[datetime, datetime]:
    """The three whole months before this one."""
    until = now.astimezone(SHANGHAI).date().replace(day=1)
    since = until
    for _ in range(QUARTER_MONTHS):
        since = (since - timedelta(days=1)).replace(day=1)
    return decide.midnight(since), decide.midnight(until)


async def _lived(desk: Desk, rule: Alert, now: datetime) -> Lived:
    async with db.as_tenant(desk.tenant.id) as unit:
        try:
            span, found = await preview.at_once(Scales(unit, desk.tenant, desk.policy, now), rule, *last_quarter(now))
        except TooLarge as refusal:
            return Lived(sentence(rule), refused=refusal.detail)
        shown = found[:MOST_SHOWN]
        names: Mapping[str, str] = {}
        if rule.of in ("staff", "institution", "line", "region", "item", "window"):
            names = await places.names(unit, rule.of, {each.code for each in shown})
    named = tuple((each, _named(rule.of, each.code, names)) for each in shown)
    return Lived(sentence(rule), named, len(found), only=None if span == last_quarter(now) else span)


def _named(of: str, code: str, names: Mapping[str, str]) -> str:
    """A rater is nobody's to see here."""
    if of == "rater":
        return "一位评价人"
    return names.get(code) or vocab.MODES.get(code, "") or code


def _shown(
    desk: Desk, begun: Mapping[str, str], pieces: Pieces, saved: Saved | None,
    errors: Mapping[str, str] | None = None, lived: list[Lived] | None = None, now: datetime | None = None,
) -> Page:  # fmt: skip
    read = {row.key: _sentence(row) for row in pieces.there}
    return frame.shown(
        "alerts", desk, KEY, begun, saved, errors=dict(errors or {}), pieces=pieces, patterns=PATTERNS,
        of=vocab.ALERTED,
        kinds=KINDS, counted=vocab.COUNTED, units={"m": "个月", "d": "自然日", "wd": "工作日", "h": "小时"}, read=read,
        among=vocab.SUBJECTS, lived=lived, quarter=last_quarter(now) if now else None, most=MOST_SHOWN,
        looked=preview.MOST_FACTS,
    )  # fmt: skip


def _sentence(row: Row) -> str:
    made: list[Alert] = []
    _read(row, made)
    return sentence(made[0]) if made else ""
