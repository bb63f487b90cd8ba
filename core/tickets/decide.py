"""Who may do what to a ticket and what follows, decided from values alone."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any, cast

from core import clock, errors, ids
from core.audit.model import Actor
from core.policy import keys
from core.policy.calendar import Calendar, due
from core.policy.policy import Policy
from core.tickets.machine import REFUSED, RULES, Doer, Rule
from core.tickets.model import Act, Appeal, Homes, Notice, Outcome, State, Ticket

FINDINGS = ("valid", "mistaken", "malicious", "objective")


def entitled(ticket: Ticket, act: Act, policy: Policy, homes: Homes, appeal: Appeal | None) -> tuple[Actor, ...]:
    """Everybody who may do this act to this ticket now; the first is who usually does it."""
    rule = rule_of(act.verb)
    found: list[Actor] = []
    for doer in rule.doers:
        found.extend(_doers(doer, ticket, policy, homes, appeal))
    if act.verb == "verdict" and not _handler_may_find(act, policy):
        found = [actor for actor in found if actor.kind != "institution"]
    return tuple(dict.fromkeys(found))


def _handler_may_find(act: Act, policy: Policy) -> bool:
    allowed = policy[keys.handler_finds]
    return allowed is None or act.data.get("is") in allowed


def _doers(doer: Doer, ticket: Ticket, policy: Policy, homes: Homes, appeal: Appeal | None) -> list[Actor]:
    bureau, handler = Actor("bureau"), Actor("institution", ticket.handler)
    held = {homes.bureau: bureau, homes.hotline: Actor("hotline")}.get(ticket.handler)
    by: Mapping[Doer, Callable[[], list[Actor]]] = {
        "bureau": lambda: [bureau],
        "dispatcher": lambda: _dispatchers(policy),
        "handler": lambda: [held, handler] if held and ticket.dispatched_at else ([] if held else [handler]),
        "verifier": lambda: [bureau] if policy[keys.verified_by] == "bureau" else [handler],
        "rated": lambda: _appellants(ticket, homes, policy),
        "addressee": lambda: _addressee(appeal),
        "rater": lambda: [Actor("rater")],
    }
    return by[doer]()


def _dispatchers(policy: Policy) -> list[Actor]:
    dispatcher = policy[keys.dispatcher]
    return [Actor("hotline")] if dispatcher == "hotline" else [Actor("bureau")]


def _appellants(ticket: Ticket, homes: Homes, policy: Policy) -> list[Actor]:
    kinds = policy[keys.appellants] or ()
    places = dict.fromkeys(p for p in (ticket.proposed, ticket.handler, homes.item, homes.staff) if p)
    staff = [Actor("staff", ticket.staff)] if ticket.staff else []
    every = [*staff, *(Actor("institution", place) for place in places), Actor("platform", "web")]
    return [actor for actor in every if actor.kind in kinds]


def _addressee(appeal: Appeal | None) -> list[Actor]:
    if appeal is None:
        return [Actor("bureau")]
    return [Actor.parse(appeal.addressee)]


def rule_of(verb: str) -> Rule:
    if verb not in RULES:
        raise errors.NotFound(f"没有名为“{verb}”的操作。")
    return RULES[verb]


def check(ticket: Ticket, act: Act, by: Actor, policy: Policy, homes: Homes, appeal: Appeal | None) -> Rule:
    """Refuses ``not-entitled``, ``wrong-state`` and ``not-offered``, in that order."""
    rule = rule_of(act.verb)
    # What no rule offers nobody is entitled to and no state allows: the reader is told the reason, not its consequence.
    if act.verb in ("rate-feedback", "appeal", "return") and not offered(act.verb, policy):
        raise errors.NotOffered()
    allowed = entitled(ticket, act, policy, homes, appeal)
    if not any(_same(by, actor, homes) for actor in allowed):
        raise errors.NotEntitled()
    if by.kind == "platform" and not ticket.item:
        raise errors.NotEntitled()
    if ticket.state not in rule.states or _blocked(act.verb, ticket, policy, appeal):
        raise errors.WrongState()
    if not offered(act.verb, policy):
        raise errors.NotOffered()
    return rule


def _same(by: Actor, actor: Actor, homes: Homes) -> bool:
    if by.kind == "institution":
        duty = {homes.bureau: Actor("bureau"), homes.hotline: Actor("hotline")}.get(by.code)
        return actor in (replace(by, member=None), duty)
    if by.kind == "platform":
        return actor.kind == "platform"
    body = {"bureau": homes.bureau, "hotline": homes.hotline}.get(by.kind)
    if body is not None and actor == Actor("institution", body):
        return True
    return (by.kind, by.code if actor.code else "") == (actor.kind, actor.code)


def _blocked(verb: str, ticket: Ticket, policy: Policy, appeal: Appeal | None) -> bool:
    """What the state alone does not tell."""
    direct = policy[keys.dispatcher] in (None, "direct")
    early = policy[keys.verified_by] == "bureau" and ticket.state == "open"
    return {
        "dispatch": direct or ticket.dispatched_at is not None or early,
        "hold": ticket.on_hold,
        "resume": not ticket.on_hold,
        "appeal": appeal is not None,
        "decide": appeal is None,
        "return": direct or ticket.dispatched_at is None,
    }.get(verb, False)


def offered(verb: str, policy: Policy) -> bool:
    """Whether the policy has this act at all."""
    if verb == "appeal":
        return bool(policy[keys.appellants])
    if verb == "extend":
        return policy[keys.extension] not in (None, "none")
    if verb == "return":
        return bool(policy[keys.returns])
    if verb == "rate-feedback":
        return bool(policy[keys.feedback_scale])
    return True


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
    return Outcome(facts.moved(rule.leads or ticket.state), events=_EVENTS.get(act.verb, ()), stops=rule.stops)


_EVENTS: Mapping[str, tuple[str, ...]] = {"contact": ("contacted",), "rectify": ("rectified",)}


class _Facts:
    """Everything an outcome is decided from."""

    def __init__(
        self, ticket: Ticket, act: Act, by: Actor, rule: Rule, policy: Policy, calendar: Calendar, homes: Homes,
        appeal: Appeal | None, now: datetime,
    ) -> None:  # fmt: skip
        self.ticket, self.act, self.by, self.rule = ticket, act, by, rule
        self.policy, self.calendar, self.homes, self.appeal, self.now = policy, calendar, homes, appeal, now

    def need_words(self) -> None:
        """A note that is handed in empty says nothing to anybody."""
        if "note" in self.act.data and not self.act.text("note"):
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
    return Outcome(ended, stops=f.rule.stops, drops_all=True, settles=excludes)


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
    return Outcome(f.ticket, events=("noticed",), stops=f.rule.stops, notices=(f.notice(f"staff:{to}", "ticket"),))


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
    return Outcome(f.moved("withdrawn", closed_at=f.now), drops_all=True)


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
    return found(f.ticket, finding, cast("str | None", complexity), f.policy, f.now)


def found(ticket: Ticket, finding: str, complexity: str | None, policy: Policy, now: datetime) -> Outcome:
    """A finding moves the ticket and what its rating counts as."""
    stops = frozenset({"verify"})
    if finding != "valid":
        ended = replace(ticket, state="rejected", verdict=finding, complexity=complexity, closed_at=now)
        return Outcome(ended, events=("verified",), stops=stops, drops_all=True, settles=True)
    verified = replace(ticket, state="verified", verdict=finding, complexity=complexity)
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
    until = until_of(f.act.data.get("until"))
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
    explained = f.policy[keys.explained] if f.act.verb == "explain" else None
    closes = not f.policy[keys.feedback_scale] or bool(explained and explained.closes)
    state: State = "closed" if closes else "answered"
    ready = f.moved(state, answered_at=f.now, closed_at=f.now if closes else None)
    notice = f.notice("rater", "feedback", note=f.act.text("note"))
    return Outcome(
        ready, ("answered", "closed") if closes else ("answered",), f.rule.stops, drops_all=closes, notices=(notice,)
    )


def _rate_feedback(f: _Facts) -> Outcome:
    scale = f.policy[keys.feedback_scale] or ()
    grade = f.act.data.get("grade")
    if not isinstance(grade, int) or not 1 <= grade <= len(scale):
        raise errors.Invalid(f"请选择 1 到 {len(scale)} 之间的评价。", field="grade")
    if grade == 1 and f.policy[keys.feedback_bad_reopens]:
        return Outcome(f.moved("rectifying", answered_at=None), feedback_grade=grade)
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
    filed = Appeal(ids.new(), f.ticket.id, str(f.by), _forum(f), "open", f.act.text("reason"), f.now, _evidence(f.act))
    pauses = tuple(f.policy[keys.appeal_pauses] or ())
    return Outcome(f.ticket, events=("appealed",), stops=f.rule.stops, appeal=filed, pause=pauses)


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
    if str(f.by) == f.appeal.appellant:
        raise errors.NotEntitled("申诉人不能决定自己的申诉。")
    upheld = f.act.data.get("upheld")
    if not isinstance(upheld, bool):
        raise errors.Invalid("请选择申诉是否成立。", field="upheld")
    told = f.notice(f.appeal.appellant, "decision", upheld=upheld)
    finding = str(f.act.data.get("finding") or "") or None
    decided = (f.appeal.id, "upheld" if upheld else "refused", finding)
    if not upheld:
        return Outcome(f.ticket, stops=f.rule.stops, decided=decided, notices=(told,), resume=True)
    if finding not in FINDINGS:
        raise errors.Invalid("申诉成立时请写明认定结果。", field="finding")
    acts_as = found(f.ticket, finding, f.ticket.complexity, f.policy, f.now)
    return replace(acts_as, stops=acts_as.stops | f.rule.stops, decided=decided, notices=(told,), resume=True)


_OUTCOMES: Mapping[str, Callable[[_Facts], Outcome]] = {
    "audit": _audit, "dispatch": _dispatch, "notify": _notify, "transfer": _transfer, "return": _return,
    "withdraw": _withdraw, "hold": _hold, "resume": _resume, "verdict": _verdict, "extend": _extend,
    "explain": _answered, "feedback": _answered, "rate-feedback": _rate_feedback, "appeal": _appeal,
    "decide": _decide,
}  # fmt: skip


def default_actor(ticket: Ticket, act: Act, policy: Policy, homes: Homes, appeal: Appeal | None) -> Actor:
    """Who does this act when nobody is named; refuses ``wrong-state`` where the state keeps everybody from it."""
    allowed = entitled(ticket, act, policy, homes, appeal)
    if not allowed and (act.verb != "verdict" or _handler_may_find(act, policy)):
        raise errors.WrongState()
    return allowed[0] if allowed else Actor("institution", ticket.handler)
