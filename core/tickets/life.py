"""The ticket's life told act by act: who, from where to where, what it asks for, which deadlines it starts and ends."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.policy.values import ANY, Clock, Since
from core.tickets.machine import (
    DOER_LABELS,
    FIRST,
    NEED_LABELS,
    RULES,
    SILENCE,
    STATE_LABELS,
    Lead,
    Rule,
)
from core.tickets.model import State

SYSTEM = "系统"
OPENING: tuple[Since, ...] = ("rated", "opened", "dispatched")
BEFORE_THE_VERDICT: tuple[Since, ...] = ("rated", "opened", "dispatched", "contacted", "noticed")
FIRST_WHEN = {"auditing": "规定先审核评价内容", "open": "规定不审核"}


@dataclass(frozen=True, slots=True)
class Line:
    """One act in words; ``starts`` are the rows of ``clocks`` that it begins, ``stops`` the codes of those it ends."""

    label: str
    doers: tuple[str, ...]
    states: tuple[State, ...]
    leads: tuple[Lead, ...]
    needs: tuple[str, ...]
    sometimes: tuple[str, ...]
    tells: tuple[Since, ...]
    starts: tuple[Clock, ...]
    stops: tuple[str, ...]


def lines(rows: Iterable[Clock] = ()) -> tuple[Line, ...]:
    """The opening, every act there is, and what silence does; ``rows`` are a policy's clocks."""
    every = tuple(rows)
    opening = tuple(Lead(state, FIRST_WHEN[state]) for state in FIRST)
    return (
        Line("生成工单", (SYSTEM,), (), opening, (), (), OPENING, _begun(OPENING, (), every), ()),
        *(_line(rule, every) for rule in RULES.values()),
        *(Line("期满无人办理", (SYSTEM,), (state,), (lead,), (), (), (), (), ()) for state, lead in SILENCE.items()),
    )


def _line(rule: Rule, rows: Sequence[Clock]) -> Line:
    return Line(
        rule.label,
        tuple(DOER_LABELS[doer] for doer in rule.doers),
        rule.states,
        rule.leads,
        tuple(NEED_LABELS[need] for need in rule.needs),
        tuple(NEED_LABELS[need] for need in rule.by_policy),
        rule.tells,
        _begun(rule.tells, tuple(rule.stops), rows, rule.states),
        tuple(clock for clock in _order() if clock in rule.stops),
    )


def _begun(
    tells: Sequence[Since], stops: Sequence[str], rows: Sequence[Clock], states: Sequence[State] = ()
) -> tuple[Clock, ...]:
    """As ``clocks.starting`` has it; an act without ``states`` is the opening."""
    return tuple(
        row for row in rows
        if row.clock not in stops and (not states or row.clock != "audit") and _begins(row, tells, states)
    )  # fmt: skip


def _begins(row: Clock, tells: Sequence[Since], states: Sequence[State]) -> bool:
    """A row that names a complexity waits for the verdict, and then for its own event if that comes later."""
    if row.complexity == ANY:
        return row.since in tells
    if "verified" in tells:
        return row.since in (*BEFORE_THE_VERDICT, *tells)
    return row.since in tells and any(state not in FIRST for state in states)


def _order() -> tuple[str, ...]:
    """Every clock that some act stops, in the order of the acts."""
    return tuple(dict.fromkeys(clock for rule in RULES.values() for clock in sorted(rule.stops)))


def states_said(states: Sequence[State]) -> str:
    """待整改、整改中 · 任何状态 · 除已撤销外."""
    missing = [label for state, label in STATE_LABELS.items() if state not in states]
    if not missing:
        return "任何状态"
    if len(missing) == 1:
        return f"除{missing[0]}外"
    return "、".join(STATE_LABELS[state] for state in states)
