"""Which tasks a finding, a closing or an alert gives, and to whom, decided from values alone."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime

from core.assignments.model import Task
from core.policy import keys
from core.policy.calendar import Calendar, Due, due
from core.policy.decision import first_match, matching
from core.policy.policy import Policy
from core.policy.spans import Span
from core.policy.values import Accountability, Callback
from core.tickets.clocks import words_of
from core.tickets.model import Homes, Reason, Ticket

# What the rated must do themselves; every other measure is the supervisor's to take.
THEIRS = frozenset({"correct", "self-criticism", "rectify"})
EMPLOYERS = frozenset({"replace"})
CALLBACK = "callback"
INSPECT = "inspect"
# Done by an act on the ticket itself, which says what was found.
BY_ACT = frozenset({CALLBACK, INSPECT})
# Where a rule names no measure, somebody must at least look: 核查预警.
REVIEW = "review"
WHOLE = 2**64


def for_finding(
    ticket: Ticket, finding: str, reasons: Iterable[Reason], homes: Homes, policy: Policy
) -> tuple[Task, ...]:
    """The measures that ``accountability`` ties to a finding on this ticket, each once."""
    found: dict[str, Task] = {}
    for reason in reasons:
        for row in matching(policy[keys.accountability] or (), verdict=finding, dimension=words_of(reason)):
            for kind in row.tasks:
                about = _about(ticket, reason)
                once = f"{kind}:{ticket.id}:{finding}:{about}"
                task = Task(kind, _addressee(kind, about, ticket, homes), about, once,
                            row.clause, document_of(row, policy), ticket_id=ticket.id)  # fmt: skip
                found.setdefault(task.once, task)
    return tuple(found.values())


def _about(ticket: Ticket, reason: Reason) -> str:
    concerns_staff = "staff" in words_of(reason) and ticket.staff
    return f"staff:{ticket.staff}" if concerns_staff else f"institution:{ticket.handler}"


def _addressee(kind: str, about: str, ticket: Ticket, homes: Homes) -> str:
    if kind in THEIRS:
        return about
    if kind in EMPLOYERS:
        return f"institution:{homes.staff or ticket.handler}"
    return bureau_of(homes)


def bureau_of(homes: Homes) -> str:
    """The supervisor of the place."""
    return f"institution:{homes.bureau}" if homes.bureau else "bureau"


def document_of(row: Accountability | Callback, policy: Policy) -> str:
    key = keys.callback if isinstance(row, Callback) else keys.accountability
    why = policy.why(key)
    return next((each.document for each in why.rows if each.row == row), why.document)


def measures(kind: str, about: str, homes: Homes, policy: Policy) -> Iterator[Task]:
    """The tasks of an alert: the measures its kind brings about, or else that the supervisor looks into it."""
    rows = [row for row in policy[keys.accountability] or () if row.verdict == kind]
    for row in rows:
        for name in row.tasks:
            to = about if name in THEIRS and about.startswith(("staff:", "institution:")) else bureau_of(homes)
            employer = f"institution:{homes.staff}" if name in EMPLOYERS and homes.staff else to
            yield Task(name, employer, about, f"{name}:{kind}:{about}", row.clause, document_of(row, policy))
    if not rows:
        yield Task(REVIEW, bureau_of(homes), about, f"{REVIEW}:{kind}:{about}")


def calls_back(ticket: Ticket, mode: str, drawn: int, homes: Homes, policy: Policy) -> tuple[Task, Span | None] | None:
    """The callback a closed ticket was drawn for, and how long it may take.

    ``drawn`` is the ticket's own number below 2**64, the same whenever it is asked for: the ticket is called back
    where it falls within the share of the first row that fits.
    """
    identity = "anonymous" if ticket.anonymous else "real-name"
    rows = [row for row in policy[keys.callback] or () if ticket.grade in row.grades]
    row = first_match(rows, mode=mode, identity=identity)
    if row is None or drawn >= row.share * WHOLE:
        return None
    # 热线转办的事项由热线回访；其余由同级主管部门。
    caller = f"institution:{homes.hotline}" if row.mode == "hotline" and homes.hotline else bureau_of(homes)
    task = Task(CALLBACK, caller, f"institution:{ticket.handler}", f"{CALLBACK}:{ticket.id}", row.clause,
                document_of(row, policy), ticket_id=ticket.id)  # fmt: skip
    return task, row.within


def due_within(task: Task, span: Span | None, at: datetime, policy: Policy, calendar: Calendar) -> Task:
    """The same task with the day by which the rule wants it done; without a span it has none."""
    if span is None:
        return task
    end: Due = due(at, span, calendar, rest_day_moves=bool(policy[keys.rest_day_moves]))
    return replace(task, end=end, span=str(span))
