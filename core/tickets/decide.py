"""Who may do what to a ticket, and when, decided from values alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from core import errors
from core.audit.model import Actor
from core.intake.decide import Finding
from core.policy import keys
from core.policy.policy import Policy
from core.policy.values import VerdictEffects
from core.tickets.machine import REFUSED, RULES, Doer, Rule
from core.tickets.model import Act, Appeal, Clock, Homes, State, Ticket

# Whoever had a hand in handling a ticket neither decides an appeal against it nor checks how it was handled.
HANDLING = frozenset({"verdict", "explain", "rectify", "feedback", "appeal"})
APART = frozenset({"decide", "callback", "inspect"})
# Nothing can be answered before these are done.
ON_THE_WAY = frozenset({"audit", "verdict"})
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
    held = _duties(homes).get(ticket.handler)
    by: Mapping[Doer, Callable[[], list[Actor]]] = {
        "bureau": lambda: [bureau],
        "dispatcher": lambda: _dispatchers(policy),
        "handler": lambda: [held, handler] if held and ticket.dispatched_at else ([] if held else [handler]),
        "verifier": lambda: [bureau] if policy[keys.verified_by] == "bureau" else _verifiers(ticket, by["handler"]()),
        "rated": lambda: _appellants(ticket, homes, policy),
        "staff": lambda: [Actor("staff", ticket.staff)] if ticket.staff else [],
        "addressee": lambda: _addressee(appeal),
        "rater": lambda: [Actor("rater")],
    }
    return by[doer]()


def _verifiers(ticket: Ticket, handlers: list[Actor]) -> list[Actor]:
    """Whoever handles it; while its words are still audited the state keeps them from it, not their place."""
    return [Actor("institution", ticket.handler)] if ticket.state == "auditing" else handlers


def _dispatchers(policy: Policy) -> list[Actor]:
    dispatcher = policy[keys.dispatcher]
    return [Actor("hotline")] if dispatcher == "hotline" else [Actor("bureau")]


def _appellants(ticket: Ticket, homes: Homes, policy: Policy) -> list[Actor]:
    kinds = policy[keys.appellants] or ()
    # Whoever only sends the ticket on is not rated by it.
    held = ticket.handler if ticket.dispatched_at else None
    places = dict.fromkeys(p for p in (ticket.proposed, held, homes.item, homes.staff) if p)
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


def check(
    ticket: Ticket, act: Act, by: Actor, policy: Policy, homes: Homes, appeal: Appeal | None,
    *, involved: bool = False,
) -> Rule:  # fmt: skip
    """Refuses ``not-entitled``, ``wrong-state`` and ``not-offered``, in that order; ``involved``: handled it before."""
    rule = rule_of(act.verb)
    # What no rule offers nobody is entitled to and no state allows: the reader is told the reason, not its consequence.
    if act.verb in ("rate-feedback", "appeal", "return") and not offered(act.verb, policy):
        raise errors.NotOffered()
    allowed = entitled(ticket, act, policy, homes, appeal)
    if not any(_same(by, actor, homes) for actor in allowed):
        raise errors.NotEntitled()
    if by.kind == "platform" and not ticket.item:
        raise errors.NotEntitled()
    if act.verb in APART and involved:
        raise errors.NotEntitled("办理过这张工单的人不能再作复核决定、回访或抽查，请由未经办的人员办理。")
    if ticket.state not in rule.states or _blocked(act.verb, ticket, policy, appeal):
        raise errors.WrongState()
    if not offered(act.verb, policy):
        raise errors.NotOffered()
    return rule


def persons(by: Actor) -> frozenset[str]:
    """The names under which one person, or whom they stand for, may have acted before; none for an institution."""
    own = {str(by)} if by.kind == "staff" else set[str]()
    return frozenset(own | {str(each) for each in (by.member, by.behalf) if each})


def body(actor: Actor, homes: Homes) -> str:
    """One name for each body, however it is called: a bureau and the institution that is one are the same."""
    duty = _duties(homes).get(actor.code) if actor.kind == "institution" else None
    return str(duty or replace(actor, member=None))


def _duties(homes: Homes) -> Mapping[str, Actor]:
    """Institutions that are more than handlers: the supervisors of the place, and the hotline."""
    bureaus = dict.fromkeys(homes.bureaus, Actor("bureau"))
    return {**({homes.hotline: Actor("hotline")} if homes.hotline else {}), **bureaus}


def _same(by: Actor, actor: Actor, homes: Homes) -> bool:
    if by.kind == "institution":
        return actor in (replace(by, member=None), _duties(homes).get(by.code))
    if by.kind == "platform":
        return actor.kind == "platform"
    bodies = {"bureau": homes.bureaus, "hotline": (homes.hotline,)}.get(by.kind, ())
    if actor.kind == "institution" and actor.code in bodies:
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
        # What nobody was sent cannot be passed on: no clock would run for whoever got it.
        "transfer": ticket.dispatched_at is None,
        "join": ticket.joined_to is not None or ticket.dispatched_at is None,
        "part": ticket.joined_to is None,
        # What was closed and then overturned is still owed its call; what was never answered is not.
        "callback": ticket.state == "rejected" and ticket.answered_at is None,
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


@dataclass(frozen=True, slots=True)
class Next:
    """What the law asks next: the act, and the clock that waits for it."""

    verb: str
    clock: Clock


def next_act(offered: Sequence[str], clocks: Iterable[Clock], state: State) -> Next | None:
    """Of the acts that may be done, in their usual order, the one that serves the deadline that ends first.

    An act that stops the clock serves it, and so does one that leads to where another stops it. An explanation is
    only right where nothing has to be put right, so it is named where nothing else serves. A right is asked of nobody.
    """
    running = [each for each in clocks if each.state == "running"]
    for clock in sorted(running, key=lambda each: (each.name == "appeal", each.due_at)):
        serving = [verb for verb in offered if verb != "explain" and _serves(verb, clock.name, state)]
        stopping = [verb for verb in offered if clock.name in RULES[verb].stops]
        found = [verb for verb in serving if verb in stopping] or serving or stopping
        if found:
            return Next(found[0], clock)
    return None


def _serves(verb: str, clock: str, state: State) -> bool:
    """It stops this clock, or leads on to a state where an act can that cannot be done yet."""
    rule = RULES[verb]
    leads = {lead.state for lead in rule.leads} if verb in ON_THE_WAY else set[State]()
    later = (each for each in RULES.values() if each.verb != "explain" and state not in each.states)
    return clock in rule.stops or any(clock in each.stops and leads & set(each.states) for each in later)


def default_actor(ticket: Ticket, act: Act, policy: Policy, homes: Homes, appeal: Appeal | None) -> Actor:
    """Who does this act when nobody is named; refuses ``wrong-state`` where the state keeps everybody from it."""
    allowed = entitled(ticket, act, policy, homes, appeal)
    if not allowed and (act.verb != "verdict" or _handler_may_find(act, policy)):
        raise errors.WrongState()
    return allowed[0] if allowed else Actor("institution", ticket.handler)


def finding(verdict: str, dimensions: tuple[str, ...], policy: Policy, *, on_append: bool) -> Finding:
    """What a verdict does to the dimensions its ticket is about."""
    effects = policy[keys.verdict_effects] or VerdictEffects()
    # 审核不通过而规定不计入的，与不予采纳同样处理。
    effect: str = "exclude" if verdict == REFUSED else getattr(effects, verdict)
    only = policy[keys.objective_grades] if verdict == "objective" else None
    return Finding(dimensions, effect, effects.mistaken_without_append, only, on_append)
