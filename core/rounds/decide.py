"""Where a city stands in a round, what of its figures was asked for, and what a closed round is frozen as."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from core.errors import Invalid
from core.publication.decide import digest
from core.publication.model import RATES, Content
from core.rounds.model import FIGURES, Report, Round, Wanted

LONGEST_TITLE, LONGEST_NOTE = 80, 1000
MOST_REMINDED = 60


def checked(wanted: Wanted, today: date) -> Wanted:
    """Refuses at its field what nobody could answer."""
    if not wanted.title:
        raise Invalid("请写一个名称，例如：2026年第四季度评价情况。", field="title")
    if wanted.until < wanted.since:
        raise Invalid("期间的最后一天不能早于第一天。", field="until")
    if wanted.due < today:
        raise Invalid("报送截止日已经过去，请填今天或以后的日期。", field="due")
    if wanted.due <= wanted.until:
        raise Invalid("报送截止日要在期间结束之后，各市才有数可报。", field="due")
    if not 0 <= wanted.remind <= MOST_REMINDED:
        raise Invalid(f"提前提醒的天数请填 0 到 {MOST_REMINDED}。", field="remind")
    if not wanted.figures or not set(wanted.figures) <= set(FIGURES):
        raise Invalid("请至少选择一项要报送的数据。", field="figures")
    return wanted


def chosen(content: Content, figures: Iterable[str]) -> Content:
    """Only what was asked for, with the formula and the rules it was made by."""
    wanted = set(figures)
    kept: dict[str, Any] = {**content, "rates": {
        code: rate for code, rate in (content.get("rates") or {}).items() if code in wanted and code in RATES
    }}  # fmt: skip
    if "grades" not in wanted:
        kept["grades"] = []
    if "mean" not in wanted:
        kept |= {"mean": None, "active_mean": None}
    return kept


def latest(reports: Iterable[Report], *, corrections: bool = False) -> Mapping[int, Report]:
    """The last version of each city: of what was handed in for the round, or of what came after it was closed."""
    found: dict[int, Report] = {}
    for each in sorted(reports, key=lambda report: report.version):
        if each.correction == corrections:
            found[each.city] = each
    return found


def standing(report: Report | None, asked: Round, today: date) -> str:
    if report is not None:
        return report.state
    return "late" if today > asked.due else "missing"


def waiting(asked: Round, reports: Iterable[Report]) -> tuple[str, ...]:
    """The names of the cities whose report nobody has decided on."""
    last = latest(reports)
    return tuple(each.name for each in asked.asked if each.id in last and last[each.id].state == "submitted")


def frozen(asked: Round, reports: Sequence[Report]) -> tuple[Mapping[str, Any], ...]:
    """What the round comes to: each city's accepted figures, and who has reported nothing."""
    last = latest(reports)
    return tuple(_frozen(each.id, each.name, last.get(each.id)) for each in asked.asked)


def _frozen(city: int, name: str, report: Report | None) -> Mapping[str, Any]:
    if report is None or report.state != "accepted":
        state = "missing" if report is None else report.state
        return {"city": city, "name": name, "state": state, "version": None, "digest": None, "content": None}
    return {
        "city": city, "name": name, "state": "accepted", "version": report.version, "digest": report.digest,
        "content": report.content,
    }  # fmt: skip


def seal(asked: Round, figures: Sequence[Mapping[str, Any]]) -> str:
    """Anybody who has the frozen round can compute this again, and see that not a digit has moved."""
    head = {
        "id": str(asked.id), "title": asked.title, "since": asked.since.isoformat(), "until": asked.until.isoformat(),
        "figures": list(asked.figures),
    }  # fmt: skip
    return digest({"round": head, "cities": list(figures)})
