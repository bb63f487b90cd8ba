"""What an event opens and whether a rating may stand, decided from values alone."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from core import errors
from core.intake.model import Case, Mark, Opening, ServiceEvent, Submission, Target
from core.policy import keys
from core.policy.calendar import Calendar, Due, due
from core.policy.decision import first_match
from core.policy.policy import Policy
from core.policy.values import Append, Dimension, Occasion, Tag
from core.tenants.model import Pause

REPEATABLE = frozenset({"served"})


def closes_the_case(event: ServiceEvent, case: Case, policy: Policy) -> bool:
    """Whether this event is the closing (办结): an explicit ``closed`` always is."""
    if event.event == "closed":
        return True
    rows = policy[keys.closed_when] or ()
    return any(
        row.event == event.event
        and row.mode in ("*", case.mode, event.mode)
        and row.certificate in (None, bool(case.certificate))
        for row in rows
    )


def occasions_of(event: ServiceEvent, case: Case, policy: Policy) -> tuple[str, ...]:
    """The names under which this event may open an invitation; a case closes once."""
    closing = closes_the_case(event, case, policy) and case.closed_at is None
    own = () if event.event == "closed" else (event.event,)
    return (*own, "closed") if closing else own


def openings(
    event: ServiceEvent, case: Case, already: Iterable[str], policy: Policy, calendar: Calendar
) -> tuple[Opening, ...]:
    """The invitations this event opens, in occasion order, even where their window is already over."""
    used = frozenset(already) - REPEATABLE
    found = (
        _opening(name, event, case, policy, calendar) for name in occasions_of(event, case, policy) if name not in used
    )
    return tuple(opening for opening in found if opening is not None)


def _opening(name: str, event: ServiceEvent, case: Case, policy: Policy, calendar: Calendar) -> Opening | None:
    mode = event.mode or case.mode
    row = first_match(policy[keys.occasions] or (), event=name, mode=mode, kind=case.kind, composite=case.composite)
    if row is None:
        return None
    dimensions = tuple(d.code for d in _offered(row, event, case, policy))
    if not dimensions:
        return None
    end = closing_time(name, event.at, policy, calendar)
    return Opening(
        occasion=name,
        dimensions=dimensions,
        required=tuple(d for d in row.required if d in dimensions),
        opens=event.at,
        closes=end.at if end else None,
        silent_grade=silent_grade(policy),
        provisional=bool(end and end.provisional),
        reminders=_reminders(event.at, end.at if end else None, policy, calendar),
    )


def closing_time(occasion: str, opens: datetime, policy: Policy, calendar: Calendar) -> Due | None:
    """When an invitation of this occasion ends; None where the policy sets no window."""
    window = first_match(policy[keys.rating_window] or (), event=occasion)
    if window is None:
        return None
    return due(opens, window.within, calendar, rest_day_moves=bool(policy[keys.rest_day_moves]))


def silent_grade(policy: Policy) -> int | None:
    """What silence will count as; None where the entrance merely closes."""
    silent = policy[keys.after_window]
    return silent if isinstance(silent, int) else None


def _offered(row: Occasion, event: ServiceEvent, case: Case, policy: Policy) -> list[Dimension]:
    has_item = bool(case.item or case.items)
    missing = {"staff": not event.staff, "item": not has_item}
    by_code = {d.code: d for d in policy[keys.dimensions] or ()}
    return [by_code[c] for c in row.dimensions if c in by_code and not missing.get(by_code[c].of, False)]


def _reminders(
    since: datetime, closes: datetime | None, policy: Policy, calendar: Calendar
) -> tuple[tuple[datetime, str], ...]:
    spans = policy[keys.remind_after] or ()
    clause = policy.why(keys.remind_after).clause if spans else ""
    instants = (due(since, span, calendar).at for span in spans)
    return tuple((at, clause) for at in instants if closes is None or at < closes)


@dataclass(frozen=True, slots=True)
class Standing:
    """An invitation with what was done with it, as locked for a rating."""

    id: UUID
    case_id: UUID
    case: str
    occasion: str
    state: str
    dimensions: tuple[str, ...]
    required: tuple[str, ...]
    opens: datetime
    closes: datetime | None
    applicant_id: UUID | None
    agent_id: UUID | None
    rated_by: UUID | None
    rating_id: UUID | None
    rated_at: datetime | None
    event_at: datetime
    targets: tuple[Target, ...]


@dataclass(frozen=True, slots=True)
class Rater:
    """Who hands a rating in: known to the vault, on whose behalf, and whether by name."""

    person_id: UUID | None
    anonymous: bool

    @property
    def identified(self) -> bool:
        return self.person_id is not None and not self.anonymous


def check_rater(rater: Rater, standing: Standing, policy: Policy) -> None:
    """Refuses ``identity-required`` and ``not-the-applicant``, in that order."""
    if policy[keys.identity] == "required" and not rater.identified:
        raise errors.IdentityRequired(field="rater")
    known = {standing.applicant_id, standing.agent_id} - {None}
    if rater.person_id is not None and known and rater.person_id not in known:
        raise errors.NotTheApplicant(field="rater")


def check_unrated(standing: Standing) -> None:
    """All that an imported rating needs: its window may be long over, but it counts once."""
    if standing.state in ("rated", "defaulted"):
        raise errors.AlreadyRated()


def check_lock(rater: Rater, standing: Standing, policy: Policy) -> None:
    """帮办代办一方评价后，另一方不再另行评价：refuses ``taken-by-the-other``."""
    other = standing.rated_by is not None and rater.person_id != standing.rated_by
    if policy[keys.agent_lock] and standing.state == "rated" and standing.agent_id and other:
        raise errors.TakenByTheOther()


def check_open(rater: Rater, standing: Standing, policy: Policy, at: datetime) -> None:
    """Refuses ``taken-by-the-other``, ``window-closed`` and ``already-rated``, in that order."""
    check_lock(rater, standing, policy)
    over = standing.closes is not None and at >= standing.closes
    if over or standing.state in ("defaulted", "closed"):
        raise errors.WindowClosed()
    if standing.state == "rated":
        raise errors.AlreadyRated()


def check_grades(submission: Submission, standing: Standing) -> None:
    """Refuses dimensions that are not offered, an empty rating, and a missing required one."""
    for code in submission.grades:
        if code not in standing.dimensions:
            raise errors.DimensionNotAllowed(field=f"grades.{code}")
    linked = {t.item for t in standing.targets if t.position > 0}
    for code in submission.items:
        if code not in linked:
            raise errors.DimensionNotAllowed(field=f"items.{code}")
    if not submission.grades and not submission.items:
        raise errors.DimensionMissing("请至少选择一项评价。", field="grades")
    missing = [code for code in standing.required if code not in submission.grades]
    if missing:
        raise errors.DimensionMissing(field=f"grades.{missing[0]}")


def check_reason(submission: Submission, policy: Policy) -> None:
    """Refuses unknown or unfitting tags, and a bad grade without the reason the policy asks for."""
    bad = frozenset(policy[keys.bad_grades] or ())
    grades = {*submission.grades.values(), *submission.items.values()}
    known = {tag.code: tag for tag in policy[keys.tags] or ()}
    for code in submission.tags:
        if code not in known:
            raise errors.UnknownCode(f"没有编号为 {code} 的标签，请从本次评价提供的标签中选择。", field="tags")
    needs = bool(grades & bad) and policy[keys.bad_needs] == "tag-or-text"
    if needs and not _says_something(submission.text) and not any(known[c].grade in bad for c in submission.tags):
        raise errors.ReasonRequired(field="tags")
    for code in submission.tags:
        if not _fits(known[code], grades, bad):
            raise errors.TagNotAllowed(f"标签“{known[code].label}”不适用于所选的评价等级，请重新选择。", field="tags")


def _says_something(text: str) -> bool:
    """Blanks and signs that cannot be seen are no reason."""
    return any(not letter.isspace() and unicodedata.category(letter) not in ("Cc", "Cf") for letter in text)


def _fits(tag: Tag, grades: set[int], bad: frozenset[int]) -> bool:
    """A reason to complain goes with a bad grade, praise with any other."""
    return bool(grades & bad) if tag.grade in bad else bool(grades - bad)


def marks(submission: Submission, targets: Iterable[Target], policy: Policy) -> tuple[Mark, ...]:
    """A mark for each answered target: a linked item's own grade beats the grade of its dimension.

    Where the policy says so, the grade of a theme as a whole also counts for linked items nobody graded.
    """
    fills = submission.grades.get("overall") if policy[keys.theme_fills] else None
    made: list[Mark] = []
    for target in targets:
        own = submission.items.get(target.item) if target.position > 0 else None
        given = own if own is not None else submission.grades.get(target.dimension)
        grade = given if given is not None or target.position == 0 else fills
        if grade is not None:
            made.append(Mark(target.dimension, grade, grade, target, given=given is not None))
    return tuple(made)


def append_rule(policy: Policy) -> Append:
    rule = policy[keys.append]
    if rule is None:
        raise errors.NotOffered("现行规定没有开放追加评价。")
    return rule


@dataclass(frozen=True, slots=True)
class First:
    """The rating an append adds to."""

    rating_id: UUID
    rated_at: datetime
    origin: str
    appends: int
    answered_at: datetime | None


def append_ends(since: datetime, rule: Append, policy: Policy, calendar: Calendar, pauses: Iterable[Pause]) -> datetime:
    """When the chance to append ends that began with the rating, or with the answer to it.

    It is longer by each pause it met, as the chance to rate is: nobody could use it meanwhile.
    """
    end = due(since, rule.within, calendar, rest_day_moves=bool(policy[keys.rest_day_moves])).at
    return prolonged(end, since, pauses)


def prolonged(end: datetime, since: datetime, pauses: Iterable[Pause]) -> datetime:
    """The end of what was open from ``since``, made longer by each pause that it met, one after the other."""
    for pause in sorted(pauses, key=lambda each: each.since):
        if pause.since < end and since < pause.until:
            end += pause.until - max(pause.since, since)
    return end


def check_append(
    submission: Submission, first: First | None, policy: Policy, calendar: Calendar, pauses: Iterable[Pause],
    at: datetime,
) -> None:  # fmt: skip
    """Refuses ``append-closed``, ``append-used`` and ``append-overall-only``, in that order."""
    rule = append_rule(policy)
    if first is None or (first.origin == "default" and not rule.after_default):
        raise errors.AppendClosed("还没有作出评价，不能追加评价。")
    since = first.rated_at if rule.since == "rated" else first.answered_at
    if since is None or at < since or at >= append_ends(since, rule, policy, calendar, pauses):
        raise errors.AppendClosed()
    if first.appends >= rule.max:
        raise errors.AppendUsed()
    if submission.items or not set(submission.grades) <= set(rule.dimensions):
        raise errors.AppendOverallOnly(field="grades")
    if not submission.grades:
        raise errors.DimensionMissing("请选择追加评价的等级。", field="grades")


@dataclass(frozen=True, slots=True)
class Finding:
    """What a verdict does to some dimensions of a rating: ``count-as:g`` · ``exclude`` · ``append`` · ``keep``."""

    dimensions: tuple[str, ...]
    effect: str
    without_append: str = "keep"
    only_grades: tuple[int, ...] | None = None
    on_append: bool = False


def effective(given: Mapping[str, int], appended: Mapping[str, int], findings: Iterable[Finding]) -> dict[str, int]:
    """What a rating counts as by dimension, after its appends and verdicts; a dimension left out does not count."""
    counts: dict[str, int] = dict(given) | dict(appended)
    for finding in findings:
        for code in finding.dimensions:
            # An append speaks for itself: a verdict on the first rating leaves it as it is.
            if (code in appended) == finding.on_append and code in counts:
                _apply(counts, code, finding, bool(appended))
    return counts


def _apply(counts: dict[str, int], code: str, finding: Finding, has_append: bool) -> None:
    if finding.effect.startswith("count-as:"):
        counts[code] = int(finding.effect.removeprefix("count-as:"))
        return
    waits = finding.without_append == "keep" and not has_append
    if finding.effect == "exclude" or (finding.effect == "append" and not finding.on_append and not waits):
        del counts[code]


def counted(
    said: tuple[str, int, bool], own: Collection[str], appended: Mapping[str, int], verdicts: Iterable[Finding]
) -> int | None:
    """What one grade of a rating or of its append counts as: its dimension, its grade, whether it was appended."""
    dimension, grade, is_append = said
    findings = tuple(each for each in verdicts if each.only_grades is None or grade in each.only_grades)
    # An append counts by itself only where the first rating said nothing of that dimension.
    if is_append:
        return None if dimension in own else effective({}, {dimension: grade}, findings).get(dimension)
    return effective({dimension: grade}, appended, findings).get(dimension)
