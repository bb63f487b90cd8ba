"""How a ticket goes here: drawn from the machine that runs it, with the deadlines of this place's own rules."""

from collections.abc import Sequence
from typing import cast

from litestar import get

from core.policy import keys, vocab
from core.policy.policy import Policy
from core.policy.values import ANY, Clock
from core.tickets import life, machine
from core.tickets.life import Line
from core.tickets.model import State
from web import diagram
from web.deps import InPolicy, InTenant
from web.diagram import Move
from web.page import Page, page

TITLE = "工单从生成到结束的各个状态，以及把它从一个状态带到另一个状态的操作"


@get("/t/{slug:str}/admin/life", opt={"perm": "policy.read"})
async def index(tenant: InTenant, policy: InPolicy) -> Page:
    lines = life.lines(policy[keys.clocks] or ())
    return page(
        "admin/life.html", tenant=tenant, policy=policy, lines=lines, picture=_picture(lines), said=life.states_said,
        states=machine.STATE_LABELS, clock_names=vocab.CLOCKS,
        starts={each.label: [_start(row, policy) for row in each.starts] for each in lines},
        faults=machine.lint(), sets_clocks=bool(policy[keys.clocks]),
    )  # fmt: skip


def _picture(lines: Sequence[Line]) -> str:
    moves = [
        Move(line.label, line.states, lead.state, lead.when) for line in lines for lead in line.leads if line.states
    ]
    whole = diagram.Life({str(state): label for state, label in machine.STATE_LABELS.items()}, moves)
    return diagram.drawn(whole, machine.FIRST, TITLE, lambda states: _group(cast("Sequence[State]", states)))


def _group(states: Sequence[State]) -> str:
    """A box has room for a few words: 待审核至整改中 where they follow one another."""
    said = life.states_said(states)
    if "、" not in said:
        return said
    return f"{machine.STATE_LABELS[states[0]]}至{machine.STATE_LABELS[states[-1]]}"


def _start(row: Clock, policy: Policy) -> tuple[str, str]:
    """核实：自派单起 2 个工作日（复杂问题） · 第三条."""
    only = [vocab.COMPLEXITIES[row.complexity]] if row.complexity != ANY else []
    only += [policy.words.get(row.dimension, row.dimension)] if row.dimension != ANY else []
    limited = f"（{'、'.join(only)}）" if only else ""
    return f"{vocab.CLOCKS[row.clock]}：自{vocab.SINCE[row.since]}起 {row.within.chinese}{limited}", row.clause
