"""What an act does to a ticket, its clocks and its rating, decided from values alone."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from uuid import UUID

from core import clock, errors, ids
from core.audit.model import Actor
from core.policy import keys
from core.policy.calendar import Calendar, due
from core.policy.policy import Policy
from core.policy.values import ANY
from core.policy.vocab import CENSURES, WAYS
from core.tickets.clocks import furthest
from core.tickets.decide import FINDINGS, body
from core.tickets.machine import REFUSED, Lead, Rule
from core.tickets.model import Act, Appeal, Homes, Notice, Outcome, State, Ticket

RECTIFYING = frozenset({"rectify", "complex"})
RUNS = (".exe", ".msi", ".bat", ".cmd", ".com", ".scr", ".js", ".vbs", ".ps1", ".sh", ".jar", ".apk", ".dll", ".lnk",
        ".html", ".htm", ".svg")  # fmt: skip


def outcome(
    ticket: Ticket, act: Act, by: Actor, rule: Rule, policy: Policy, calendar: Calendar, homes: Homes,
    appeal: Appeal | None, now: datetime,
) -> Outcome:  # fmt: skip
    """What the act does; refuses ``too-late``, ``too-long``, ``reason-missing`` and ``evidence-missing``."""
    special = _OUTCOMES.get(act.verb)
    facts = _Facts(ticket, act, by, rule, policy, calendar, homes, appeal, now)
    if special is not None:
        return special(facts)
    facts.need_reason()
    facts.need_words()
    (lead, *_) = rule.leads or (Lead(ticket.state),)
    return Outcome(facts.moved(lead.state), events=rule.tells, stops=rule.stops)


@dataclass(frozen=True, slots=True)
class _Facts:
    """Everything an outcome is decided from."""

    ticket: Ticket
    act: Act
    by: Actor
    rule: Rule
    policy: Policy
    calendar: Calendar
    homes: Homes
    appeal: Appeal | None
    now: datetime

    def need_words(self) -> None:
        """A note that is handed in empty says nothing to anybody."""
        if ("note" in self.act.data or "note" in self.rule.needs) and not self.act.text("note"):
            raise errors.ReasonMissing("请写下说明。", field="note")

    def need_reason(self) -> None:
        if self.rule.needs_reason and not (self.act.text("reason") or self.act.text("note")):
            raise errors.ReasonMissing(field="reason")

    def moved(self, state: State, **changes: Any) -> Ticket:
        return replace(self.ticket, state=state, **changes)

    def notice(self, addressee: str, about: str, **body: Any) -> Notice:
        once = f"{about}:{self.ticket.id}:{addressee}:{self.now.isoformat()}"
        return Notice(self.now, addressee, about, once, body=body, hides=() if addressee == "rater" else ("rater",))


def _audit(f: _Facts) -> Outcome:
    if f.act.data.get("accept") is True:
        return opened(f.ticket, f.policy, f.homes, f.now, stops=frozenset({"audit"}))
    rule = f.policy[keys.audit]
    excludes = rule is not None and rule.refused == "withdraw"
    ended = f.moved("withdrawn", closed_at=f.now, verdict=REFUSED if excludes else None)
    return _ended_with(f, Outcome(ended, stops=f.rule.stops, drops_all=True, settles=excludes))


def opened(ticket: Ticket, policy: Policy, homes: Homes, now: datetime, stops: frozenset[str] = frozenset()) -> Outcome:
    """The ticket opens; where nobody stands between, it is dispatched the same moment."""
    held = {"bureau": homes.bureau, "hotline": homes.hotline or homes.bureau}.get(policy[keys.dispatcher] or "direct")
    waits = held is not None or policy[keys.verified_by] == "bureau"
    if waits:
        holder = held or homes.bureau or ticket.proposed
        return Outcome(replace(ticket, state="open", handler=holder), events=("opened",), stops=stops)
    ready = replace(ticket, state="open", handler=ticket.proposed, dispatched_at=now)
    notice = told_handler(ready, now)
    return Outcome(ready, events=("opened", "dispatched"), stops=stops, notices=(notice,))


def told_handler(ticket: Ticket, now: datetime) -> Notice:
    to = f"institution:{ticket.handler}"
    return Notice(now, to, "ticket", f"ticket:{ticket.id}:{to}:{now.isoformat()}", hides=("rater",))


def _dispatch(f: _Facts) -> Outcome:
    to = f.act.text("to").removeprefix("institution:") or f.ticket.proposed
    ready = f.moved(f.ticket.state, handler=to, dispatched_at=f.now)
    return Outcome(ready, events=("dispatched",), stops=f.rule.stops, notices=(told_handler(ready, f.now),))


def _notify(f: _Facts) -> Outcome:
    to = f.act.text("to").removeprefix("staff:") or f.ticket.staff
    if not to:
        raise errors.Invalid("请写明被评价的工作人员。", field="to")
    if f.ticket.staff and to != f.ticket.staff:
        raise errors.Invalid("只能通知这次服务的被评价人本人。", field="to")
    # 只列事项和日期：由名单而不是由删减决定被评价人看到什么；说明已经隐去个人信息，并由办理人核过。
    rated = f.ticket.rated_at.astimezone(clock.SHANGHAI).date().isoformat()
    told = f.notice(f"staff:{to}", "ticket", item=f.ticket.item, day=rated, words=f.act.text("note"))
    # Where the service named nobody, whoever is told of it is the rated from now on.
    named = replace(f.ticket, staff=to)
    return Outcome(named, events=("noticed",), stops=f.rule.stops, notices=(told,))


def _transfer(f: _Facts) -> Outcome:
    f.need_reason()
    to = f.act.text("to").removeprefix("institution:")
    if not to:
        raise errors.Invalid("请选择转往的机构。", field="to")
    ready = f.moved(f.ticket.state, handler=to, proposed=to)
    return Outcome(ready, notices=(told_handler(ready, f.now),))


def _return(f: _Facts) -> Outcome:
    f.need_reason()
    holder = f.homes.hotline if f.policy[keys.dispatcher] == "hotline" else f.homes.bureau
    back = f.moved(f.ticket.state, handler=holder or f.ticket.handler, dispatched_at=None)
    return Outcome(back, returned=True)


def _withdraw(f: _Facts) -> Outcome:
    f.need_reason()
    return _ended_with(f, Outcome(f.moved("withdrawn", closed_at=f.now), drops_all=True))


def _ended_with(f: _Facts, ended: Outcome) -> Outcome:
    """An appeal that is open when its ticket ends for good has nothing left to decide; whoever appealed hears so."""
    if f.appeal is None:
        return ended
    told = f.notice(f.appeal.appellant, "decision", upheld=False)
    decided = (f.appeal.id, "refused", None, "工单已撤销，申诉随之终止。")
    return replace(ended, decided=decided, notices=(*ended.notices, told))


def _hold(f: _Facts) -> Outcome:
    f.need_reason()
    return Outcome(f.moved(f.ticket.state, on_hold=True))


def _resume(f: _Facts) -> Outcome:
    return Outcome(f.moved(f.ticket.state, on_hold=False))


def _verdict(f: _Facts) -> Outcome:
    finding = str(f.act.data.get("is") or "")
    if finding not in FINDINGS:
        raise errors.Invalid("核实结果只能是：有效、误评、恶意、系统或客观原因。", field="is")
    complexity = f.act.data.get("complexity")
    if complexity not in (None, "simple", "complex"):
        raise errors.Invalid("情况只能是简单（simple）或复杂（complex）。", field="complexity")
    outcome = found(f.ticket, finding, cast("str | None", complexity), f.policy, f.now)
    return replace(outcome, notices=(*outcome.notices, *_to_dispatcher(f, "decision", finding=finding)))


def _to_dispatcher(f: _Facts, about: str, **body: Any) -> tuple[Notice, ...]:
    """Whoever sent the ticket hears what came of it (结果反馈派单方)."""
    dispatcher = f.policy[keys.dispatcher]
    body_of = {"hotline": f.homes.hotline, "bureau": f.homes.bureau}.get(dispatcher or "direct")
    return (f.notice(f"institution:{body_of}", about, **body),) if body_of else ()


def found(ticket: Ticket, finding: str, complexity: str | None, policy: Policy, now: datetime) -> Outcome:
    """A finding moves the ticket and what its rating counts as; it also ends an audit that was still going on."""
    stops = frozenset({"verify", *(("audit",) if ticket.state == "auditing" else ())})
    if finding != "valid":
        ended = replace(ticket, state="rejected", verdict=finding, complexity=complexity, closed_at=now)
        return Outcome(ended, events=("verified",), stops=stops, drops_all=True, settles=True)
    # 没有认定为情况复杂、列入台账的，按情况清楚办理：不说明难度不能免去期限。
    told_apart = any(row.complexity != ANY for row in policy[keys.clocks] or ())
    complexity = complexity or ("simple" if told_apart else None)
    # A decision may take an ended ticket back into work.
    verified = replace(
        ticket, state="verified", verdict=finding, complexity=complexity, answered_at=None, closed_at=None
    )
    direct = policy[keys.dispatcher] in (None, "direct")
    if direct and verified.dispatched_at is None:
        verified = replace(verified, handler=verified.proposed, dispatched_at=now)
        notices = (told_handler(verified, now),)
        return Outcome(verified, ("verified", "dispatched"), stops, settles=True, notices=notices)
    return Outcome(verified, events=("verified",), stops=stops, settles=True)


def _extend(f: _Facts) -> Outcome:
    rule = f.policy[keys.extension]
    running = [c for c in f.ticket.clocks if c.state == "running" and c.name not in ("appeal", "decide", "callback")]
    wanted = f.act.text("clock")
    chosen = [c for c in running if c.name == wanted] if wanted else running
    if not chosen or rule is None or rule == "none":
        raise errors.NotOffered("没有可以延期的期限。", field="clock")
    target = max(chosen, key=lambda c: c.due_at)
    if rule.before_due and f.now >= target.due_at:
        raise errors.TooLate("期限已到，延期须在到期前办理。")
    if rule.once and target.extended:
        raise errors.NotOffered("已经延期过一次，按规定不能再延期。", field="clock")
    until = until_of(f.act.data.get("until"))
    if rule.added and until > furthest(target, rule.added, f.calendar):
        raise errors.TooLong(f"至多比原期限延长 {rule.added.chinese}。", field="until")
    if rule.longest and until > due(target.started_at, rule.longest, f.calendar).at:
        raise errors.TooLong(f"延期后的期限最长为 {rule.longest.chinese}。", field="until")
    if "reason" in rule.needs and not f.act.text("reason"):
        raise errors.ReasonMissing(field="reason")
    if until <= target.due_at:
        raise errors.Invalid("新的期限应晚于原期限。", field="until")
    told = (f.notice("rater", "extension", until=until.isoformat(), reason=f.act.text("reason")),)
    return Outcome(f.ticket, extend=(target.id, until), notices=told if rule.tell_rater else ())


def until_of(value: Any) -> datetime:
    """A date means its 24:00; a date-time without offset is local."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if "T" in value or " " in value else date.fromisoformat(value)
        except ValueError as error:
            raise errors.Invalid("新的期限请写成日期，例如 2026-12-03。", field="until") from error
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=clock.SHANGHAI)
    if isinstance(value, date):
        return datetime.combine(value, time.min, clock.SHANGHAI) + timedelta(days=1)
    raise errors.Invalid("请填写新的期限。", field="until")


def _answered(f: _Facts) -> Outcome:
    f.need_words()
    explained = f.policy.or_off(keys.explained) if f.act.verb == "explain" else None
    closes = not f.policy[keys.feedback_scale] or bool(explained and explained.closes)
    state: State = "closed" if closes else "answered"
    ready = f.moved(state, answered_at=f.now, closed_at=f.now if closes else None)
    events = ("answered", "closed") if closes else ("answered",)
    # 解释说明计为已整改的，没有可整改的事项了，整改期限随之停止。
    done = RECTIFYING if explained is not None and explained.counts_as_rectified else frozenset[str]()
    told = (f.notice("rater", "feedback", note=f.act.text("note")), *_to_dispatcher(f, "feedback"))
    return Outcome(ready, events, f.rule.stops | done, drops_all=closes, notices=told)


def _joined(f: _Facts) -> Outcome:
    """The lead's id stands in ``lead``: who acts names a number, and the action has looked it up."""
    f.need_words()
    lead = f.act.data.get("lead")
    if not isinstance(lead, UUID) or lead == f.ticket.id:
        raise errors.Invalid("请填写要并入的另一张工单的编号。", field="to")
    return Outcome(replace(f.ticket, joined_to=lead))


def _parted(f: _Facts) -> Outcome:
    return Outcome(replace(f.ticket, joined_to=None))


def _contact(f: _Facts) -> Outcome:
    """Whoever was not reached was not contacted: the attempt is written down, and the clock runs on."""
    way, reached = f.act.data.get("way"), f.act.data.get("reached", True)
    if not isinstance(reached, bool):
        raise errors.Invalid("请选择是否联系上。", field="reached")
    if way is not None and way not in WAYS:
        raise errors.Invalid(f"联系方式只能是：{'、'.join(WAYS.values())}。", field="way")
    _check_when(f)
    if reached:
        f.need_words()
        return Outcome(f.ticket, events=f.rule.tells, stops=f.rule.stops)
    if way is None:
        raise errors.Invalid("没有联系上的，请写明是用什么方式联系的。", field="way")
    return Outcome(f.ticket)


def _check_when(f: _Facts) -> None:
    """A call happened after the rating and before now; of a joined ticket the lead's own was checked."""
    if not f.act.text("when") or f.act.data.get("joined"):
        return
    if not f.ticket.rated_at.replace(second=0, microsecond=0) <= moment_of(f.act.text("when")) <= f.now:
        raise errors.Invalid("联系时间应在评价之后、现在之前。", field="when")


def moment_of(text: str) -> datetime:
    """A local time as it was written down, or one with its offset."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise errors.Invalid("联系时间请写成日期和时间，例如 2026-12-03 14:05。", field="when") from error
    return at if at.tzinfo else at.replace(tzinfo=clock.SHANGHAI)


def _censure(f: _Facts) -> Outcome:
    fault = f.act.text("is")
    if fault not in CENSURES:
        raise errors.Invalid(f"认定失职的情形只能是：{'、'.join(CENSURES.values())}。", field="is")
    f.need_reason()
    return Outcome(f.ticket, censure=fault)


def _pressed(f: _Facts) -> Outcome:
    """Urged or supervised: the handler hears of it at once."""
    f.need_words()
    told = f.notice(f"institution:{f.ticket.handler}", f.act.verb, note=f.act.text("note"))
    return Outcome(f.ticket, notices=(told,))


def _rate_feedback(f: _Facts) -> Outcome:
    scale = f.policy[keys.feedback_scale] or ()
    grade = f.act.data.get("grade")
    if not isinstance(grade, int) or not 1 <= grade <= len(scale):
        raise errors.Invalid(f"请选择 1 到 {len(scale)} 之间的评价。", field="grade")
    if grade == 1 and f.policy[keys.feedback_bad_reopens]:
        told = f.notice(f"institution:{f.ticket.handler}", "ticket", reopened=True)
        return Outcome(f.moved("rectifying", answered_at=None), feedback_grade=grade, notices=(told,))
    ended = f.moved("closed", closed_at=f.now)
    return Outcome(ended, events=("closed",), drops_all=True, feedback_grade=grade)


def _appeal(f: _Facts) -> Outcome:
    ends = [c for c in f.ticket.clocks if c.name == "appeal"]
    if any(c.state == "lapsed" or f.now >= c.due_at for c in ends):
        raise errors.TooLate("申诉期限已过，不能再申诉。")
    needs = f.policy[keys.appeal_needs]
    if (needs is None or needs.reason) and not f.act.text("reason"):
        raise errors.ReasonMissing("请写明申诉理由。", field="reason")
    if needs and needs.evidence and not f.act.data.get("evidence"):
        raise errors.EvidenceMissing(field="evidence")
    _check_evidence(_evidence(f.act))
    filed = Appeal(ids.new(), f.ticket.id, str(f.by), _forum(f), "open", f.act.text("reason"), f.now, _evidence(f.act))
    pauses = tuple(f.policy[keys.appeal_pauses] or ())
    told = tuple(f.notice(each, "appeal") for each in _hear_of_it(f, filed.addressee))
    return Outcome(f.ticket, events=("appealed",), stops=f.rule.stops, appeal=filed, pause=pauses, notices=told)


def _hear_of_it(f: _Facts, addressee: str) -> tuple[str, ...]:
    """Whoever decides, and the appellant's own institution where the appeal goes through it (通过所在部门)."""
    needs = f.policy[keys.appeal_needs]
    own = f.homes.staff if f.by.kind == "staff" else None
    through = (f"institution:{own}",) if own and needs is not None and needs.via == "own-institution" else ()
    bureau = f"institution:{f.homes.bureau}" if addressee == "bureau" and f.homes.bureau else addressee
    return tuple(dict.fromkeys((bureau, *through)))


def _check_evidence(told: tuple[str, ...]) -> None:
    """A reference that names a program is refused as the program itself would be."""
    for each in told:
        if each.strip().lower().endswith(RUNS):
            raise errors.EvidenceType(f"“{each}”是程序或网页，不能作为证据，请上传图片、PDF 或文档。", field="evidence")


def _evidence(act: Act) -> tuple[str, ...]:
    told = act.data.get("evidence") or ()
    return (told,) if isinstance(told, str) else tuple(str(each) for each in told)


def _forum(f: _Facts) -> str:
    forum = f.policy[keys.appeal_to]
    own = f.homes.staff if f.by.kind == "staff" else (f.homes.item or f.ticket.proposed)
    if forum == "own-institution" and own:
        return f"institution:{own}"
    above = f.homes.parent or own
    if forum == "by-place" and not f.ticket.in_centre and above:
        return f"institution:{above}"
    return "bureau"


def _decide(f: _Facts) -> Outcome:
    if f.appeal is None:
        raise errors.WrongState()
    if body(f.by, f.homes) == body(Actor.parse(f.appeal.appellant), f.homes):
        raise errors.NotEntitled("申诉人不能决定自己的申诉。")
    upheld = f.act.data.get("upheld")
    if not isinstance(upheld, bool):
        raise errors.Invalid("请选择申诉是否成立。", field="upheld")
    told = f.notice(f.appeal.appellant, "decision", upheld=upheld)
    finding = str(f.act.data.get("finding") or "") or None
    words = f.act.text("note") or f.act.text("reason")
    decided = (f.appeal.id, "upheld" if upheld else "refused", finding, words)
    if not upheld:
        return Outcome(f.ticket, stops=f.rule.stops, decided=decided, notices=(told,), resume=True)
    if finding not in FINDINGS:
        raise errors.Invalid("申诉成立时请写明认定结果。", field="finding")
    acts_as = found(f.ticket, finding, f.ticket.complexity, f.policy, f.now)
    return replace(acts_as, stops=acts_as.stops | f.rule.stops, decided=decided, notices=(told,), resume=True)


_OUTCOMES: Mapping[str, Callable[[_Facts], Outcome]] = {
    "audit": _audit, "dispatch": _dispatch, "notify": _notify, "transfer": _transfer, "return": _return,
    "contact": _contact, "withdraw": _withdraw, "hold": _hold, "resume": _resume, "verdict": _verdict,
    "extend": _extend, "explain": _answered, "feedback": _answered, "rate-feedback": _rate_feedback, "appeal": _appeal,
    "decide": _decide, "join": _joined, "part": _parted, "censure": _censure, "urge": _pressed, "supervise": _pressed,
}  # fmt: skip
