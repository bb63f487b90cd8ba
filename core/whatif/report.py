"""A report says everything it rests on, in words and figures of its day, and is known by its hash."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from hashlib import sha256
from itertools import groupby
from typing import Any

import msgspec

from core import stack
from core.policy import keys
from core.policy.policy import Policy
from core.proposals.model import Proposal
from core.scoring.decide import ranking, said
from core.tenants.model import Tenant
from core.whatif import decide
from core.whatif.casework import Pair
from core.whatif.model import SUBJECTS, Figures, Line, Turn
from core.whatif.trial import Found

Rows = Mapping[str, list[dict[str, Any]]]
ROWS_HASHED = 2000


def written(found: Found, proposal: Proposal) -> dict[str, Any]:
    """All that is not a table."""
    worlds, period = found.worlds, found.period
    before, after = (stack.policy(each, period.end) for each in (worlds.before, worlds.after))
    left_out = decide.untried(found.changed)
    return {
        "proposal": {"id": str(proposal.id), "title": proposal.name, "version": proposal.version,
                     "since": proposal.since.isoformat()},
        "period": {"start": period.start.isoformat(), "end": period.end.isoformat(), "days": period.days},
        "as_of": worlds.until.isoformat(),
        "calendar": worlds.after.calendar.version,
        "rules": {"before": _revisions(worlds.before, found), "after": _revisions(worlds.after, found)},
        "changed": [_changed(name, before, after, left_out) for name in found.changed],
        "untried": [name for name in found.changed if name in left_out],
        "made": dict(found.made),
        "silence": _silence(found),
        "tickets": _tickets(found),
        "recounted": found.recounted,
        "scores": {each: _scores(found, each, before, after) for each in SUBJECTS},
        "weeks": [
            {"week": week.isoformat(), **asdict(one)}
            for week, one in sorted(found.work.weeks.items())
        ],
    }  # fmt: skip


def _revisions(tenant: Tenant, found: Found) -> list[dict[str, str]]:
    """Which rules held from which day on."""
    days = [date.fromordinal(each) for each in range(found.period.start.toordinal(), found.period.end.toordinal() + 1)]
    runs = groupby(((day, stack.policy(tenant, day).revision) for day in days), key=lambda each: each[1])
    return [{"since": next(iter(days))[0].isoformat(), "revision": revision} for revision, days in runs]


def _changed(name: str, before: Policy, after: Policy, left_out: Collection[str]) -> dict[str, str]:
    key = keys.ALL[name]
    effect = "tried" if name in decide.SILENCE | decide.TICKETS | decide.SCORES | decide.WEIGHTS else "none"
    return {
        "key": name, "label": key.label, "before": before.chinese(key), "after": after.chinese(key),
        "clause": after.why(key).clause, "effect": "untried" if name in left_out else effect,
    }  # fmt: skip


def _silence(found: Found) -> dict[str, Any]:
    classes = found.silence.classes
    default = found.made.get("default", 0)
    gone = sum(row["n"] for row in classes if row["counted"] and not row["counts"])
    new = sum(row["n"] for row in classes if row["counts"] and not row["counted"])
    other = [row for row in classes if row["counted"] and row["counts"] and row["before"] != row["after"]]
    return {
        "defaults": [default, default - gone + new], "gone": gone, "new": new,
        "regraded": sum(row["n"] for row in other), "late": sum(row["n"] for row in classes if row["late"]),
        "touched": sum(row["n"] for row in classes),
        "kinds": [
            {"was": was, "becomes": becomes, "n": n}
            for (was, becomes), n in sorted(_kinds(classes).items()) if was != becomes
        ],
    }  # fmt: skip


def _kinds(classes: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for row in classes:
        pair = (row["was"], row["becomes"])
        sums[pair] = sums.get(pair, 0) + row["n"]
    return sums


def _tickets(found: Found) -> dict[str, Any]:
    work = found.work
    return {
        "count": work.tickets.told(), "late": work.late.told(), "kinds": dict(work.kinds), "differ": len(work.rows),
        "undone": dict(work.undone), "doubtful": work.doubtful, "refused": work.refused,
    }  # fmt: skip


def _scores(found: Found, subject: str, before: Policy, after: Policy) -> dict[str, Any]:
    lines = found.lines.get(subject, ())
    formulas = [ranking(subject, each) for each in (before, after)]
    return {
        **decide.summed(lines),
        "formula": [said(one, each) for one, each in zip(formulas, (before, after), strict=True)],
        "clause": [one.clause for one in formulas],
        "least": [each[keys.min_sample] or 0 for each in (before, after)],
    }


def rows(found: Found) -> Rows:
    """The tables of a report, each in the order in which it is read."""
    told: dict[str, list[dict[str, Any]]] = {
        subject: [_line(each, found.names.get(subject, {})) for each in lines] for subject, lines in found.lines.items()
    }
    told["ticket"] = [
        {**row, "item_name": found.items.get(row["item"] or "", ""), "before": _named(row["before"], found),
         "after": _named(row["after"], found)}
        for row in sorted(found.work.rows, key=lambda row: (row["rated"], row["rating"]))
    ]  # fmt: skip
    told["handler"] = [
        {"code": code, "name": found.bodies.get(code, code), "tickets": body.tickets.told(), "late": body.late.told()}
        for code, body in sorted(found.work.bodies.items(), key=lambda each: (-_most(each[1].tickets), each[0]))
    ]
    return told


def _most(pair: Pair) -> int:
    return max(pair.before, pair.after)


def _named(side: Mapping[str, Any] | None, found: Found) -> dict[str, Any] | None:
    return {**side, "handler_name": found.bodies.get(side["handler"], side["handler"])} if side else None


def _line(line: Line, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "code": line.code, "name": names.get(line.code, line.code), "before": _figures(line.before),
        "after": _figures(line.after),
    }  # fmt: skip


def _figures(one: Figures) -> dict[str, Any]:
    told = {"mean": one.mean, "active_mean": one.active_mean}
    means = {name: None if mean is None else str(mean) for name, mean in told.items()}
    return {**means, "n": one.n, "active_n": one.active_n, "rank": one.rank}


def turned(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Kept so that single invitations can be looked at later as the report saw them."""
    return [
        {"occasion": each.occasion, "day": each.day.isoformat(), "ends": each.ends and each.ends.isoformat(),
         "lasts": each.lasts, "grade": each.grade}
        for each in turns
    ]  # fmt: skip


def hashed(report: Mapping[str, Any], tables: Rows) -> str:
    """The same report is the same hash, whatever process made it."""
    digest = sha256(msgspec.json.encode(report, order="sorted"))
    for name in sorted(tables):
        digest.update(name.encode())
        for begin in range(0, len(tables[name]), ROWS_HASHED):
            digest.update(msgspec.json.encode(tables[name][begin : begin + ROWS_HASHED], order="sorted"))
    return digest.hexdigest()


def headlines(report: Mapping[str, Any]) -> tuple[str, ...]:
    """What an approver reads first."""
    silence, tickets = report["silence"], report["tickets"]
    lines = [
        f"默认评价 {silence['defaults'][0]:,} → {silence['defaults'][1]:,} 条",
        f"差评工单 {tickets['count'][0]:,} → {tickets['count'][1]:,} 张，其中 {tickets['differ']:,} 张有变化",
        f"超期 {tickets['late'][0]:,} → {tickets['late'][1]:,} 项",
    ]
    moved = [(SUBJECT_WORDS[each], report["scores"][each]["differ"]) for each in SUBJECTS]
    lines.append("得分有变化的：" + "，".join(f"{word} {count:,}" for word, count in moved))
    if report["untried"]:
        names = "、".join(keys.ALL[name].label for name in report["untried"])
        lines.append(f"没有计入：{names}")
    return tuple(lines)


SUBJECT_WORDS: Mapping[str, str] = {"staff": "人员", "institution": "机构", "line": "条线", "region": "地区"}
