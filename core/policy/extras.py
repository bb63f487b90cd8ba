"""An extra as data: the records it keeps, how each of them lives, who may do what with it, and what of it is counted.

Everything is a frozen value, and every function an extra brings is pure: it takes a `Scene` and returns values. What
stores records, counts their days, guards, tells and draws pages is `core.records` and the generic pages above it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Literal

from core.policy.calendar import Calendar
from core.policy.exchanges import Exchange
from core.policy.extra_fields import NO_QUESTIONS, Field, Form
from core.policy.extra_papers import Paper
from core.policy.extra_stories import Story
from core.policy.keys import Key
from core.policy.policy import Policy
from core.policy.scenery import Place, Unit
from core.policy.spans import Span
from core.policy.values import Questionnaire

# Who may file, see or act. "citizen" is anybody on the public page, "filer" whoever holds the record's receipt,
# "handler" the people of the institution that the record is with, "named" the member whom the record names, "exchange"
# the system of a partner, and no person.
Who = Literal["citizen", "filer", "clerk", "handler", "bureau", "operator", "named", "exchange"]
WHO: Final[Mapping[Who, str]] = {
    "citizen": "群众", "filer": "提出人", "clerk": "窗口人员", "handler": "承办单位", "bureau": "政务服务管理部门",
    "operator": "运营人员", "named": "本人", "exchange": "对接系统",
}  # fmt: skip

# What the core does beside keeping the record, in the same transaction, by the record's own fields.
Effect = Literal["rate-on-paper", "invite-by-voice", "make-file", "is-same", "is-other"]


@dataclass(frozen=True, slots=True)
class State:
    """``ended``: nothing more is owed. ``shown``: a record in this state may stand on the public list."""

    code: str
    label: str
    ended: bool = False
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One record as an extra's functions see it: never a private field, never a name of who filed it.

    ``institution``, ``region`` and ``named`` are codes; ``parent`` is the id of the record it was made of.
    """

    id: str
    kind: str
    number: str
    state: str
    fields: Mapping[str, Any]
    filed_at: datetime
    ended_at: datetime | None = None
    institution: str = ""
    region: str = ""
    named: str = ""
    parent: str = ""
    overdue: tuple[str, ...] = ()
    # The id of the record that this one repeats.
    repeat_of: str = ""
    # The lowest grade that was given to the case it names; of silence there is none.
    grade: int | None = None
    # When each act was last done.
    done: Mapping[str, datetime] = field(default_factory=dict[str, datetime])


@dataclass(frozen=True, slots=True)
class Scene:
    """All that a function of an extra may know; it sees no database, no clock and no private field."""

    now: datetime
    policy: Policy
    calendar: Calendar
    record: Entry
    given: Mapping[str, Any]
    # Records of the kinds that it says it reads, of this tenant.
    others: tuple[Entry, ...] = ()
    regions: Mapping[str, Place] = field(default_factory=dict[str, Place])
    institutions: Mapping[str, Place] = field(default_factory=dict[str, Place])
    staff: Mapping[str, str] = field(default_factory=dict[str, str])
    # The names of those items that the records are about.
    items: Mapping[str, str] = field(default_factory=dict[str, str])
    # The role of every account that is open, by its user name.
    members: Mapping[str, str] = field(default_factory=dict[str, str])
    # What may be drawn, where the act asks for a frame.
    frame: tuple[Unit, ...] = ()

    @property
    def today(self) -> date:
        return self.now.date()

    def of(self, kind: str) -> tuple[Entry, ...]:
        return tuple(each for each in self.others if each.kind == kind)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something cannot be done, at the field to blame, and what to do about it."""

    field: str
    says: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A record that an act or a duty makes. With the same ``once`` it is made once, however often it is asked for.

    ``rater`` is a unit of the frame of raters: the record's private fields hold who that is and their number.
    ``files``: the photos and papers of the act go with it.
    """

    kind: str
    fields: Mapping[str, Any]
    once: str = ""
    state: str = ""
    institution: str = ""
    region: str = ""
    named: str = ""
    rater: str = ""
    files: bool = False


Check = Callable[[Scene], tuple[Fault, ...]]
Maker = Callable[[Scene], tuple[Draft, ...]]
Writer = Callable[[Scene], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """Something done to a record. What it is told is written on the record; history keeps what stood before.

    Without ``leads`` the state stays. ``sends`` names the field whose institution the record goes to. ``frame`` is what
    may be drawn from: ratings of the record's period, who gave them, or a register. ``writes`` says what the record's
    ``kept`` fields hold from then on. ``asked`` acts are open while it is asked whether the record repeats an earlier
    one, which the effects "is-same" and "is-other" answer. ``grave`` is asked to be proven again. ``not_by`` names what
    ("filed" or an act) whoever does this may not have done themselves: four eyes see more than two.
    """

    code: str
    label: str
    doers: tuple[Who, ...]
    states: tuple[str, ...]
    leads: str = ""
    form: Form = NO_QUESTIONS
    stops: tuple[str, ...] = ()
    sends: str = ""
    reads: tuple[str, ...] = ()
    frame: Literal["", "ratings", "raters", "staff", "institutions", "items"] = ""
    check: Check | None = None
    makes: Maker | None = None
    writes: Writer | None = None
    effect: Effect | None = None
    asked: bool = False
    grave: bool = False
    not_by: tuple[str, ...] = ()
    help: str = ""


@dataclass(frozen=True, slots=True)
class Timer:
    """A duty with a due time: it starts with ``since`` ("filed" or an act) and lasts as long as a rule says.

    Whichever of several acts in ``since`` is done, it starts anew; one record never runs it twice at a time.
    ``within`` is a key of the extra's settings; where no rule sets it there is no due time, and none is invented.
    ``until`` instead names a day field of the record, whose 24:00 it is. ``warn`` is how long before its end it is
    said to be coming.
    """

    code: str
    label: str
    since: str | tuple[str, ...] = "filed"
    within: Key[Span] | None = None
    until: str = ""
    warn: Key[Span] | None = None

    @property
    def begins(self) -> tuple[str, ...]:
        return (self.since,) if isinstance(self.since, str) else self.since


@dataclass(frozen=True, slots=True)
class Tell:
    """Who is told of what: ``on`` is "filed", an act, or "warning:" or "overdue:" with a timer's code.

    ``says`` may hold {number}, {title}, {kind} and {due}.
    """

    on: str
    to: tuple[Who, ...]
    says: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record: what is asked when it is filed, its states, its acts, and who files and sees it.

    ``title`` names the field it is called by, ``columns`` what its list shows. ``same``: records that agree in these
    fields are the same, where the first of them says anything; a ``repeats`` of "refuse" refuses the later while the
    first is open, "mark" joins them in sight. ``alike``: fields by whose words and facts it may be the same as an
    earlier one, which is asked and not assumed. ``board`` groups by a choice field or by "state"; ``day`` names the
    field that places it in the calendar. ``case`` names the field that holds the number of a case, whose rating stands
    beside it. ``goes_to`` names the field whose institution it is with from the start, ``names`` the field of the
    member or clerk it is for, ``parent`` the kind of record it is made of. ``series`` begins its numbers: "BS" for
    BS-2026-0001. ``remark`` and ``way`` are for a general remark (综合点评) and how it came. ``kept`` is what
    nobody is asked: drafts and acts write it, and only the office reads it. ``sheet`` heads the form on paper. ``own``
    names the field of the institution for which a "handler" or a "clerk" files: it must be the one they work at.
    ``invites``: whom the record names comes from outside, and is invited from it to an account of their own, which is
    theirs until the record ends or the day of the field ``serves_until`` is over.
    """

    code: str
    label: str
    says: str
    form: Form
    states: tuple[State, ...]
    acts: tuple[Act, ...] = ()
    timers: tuple[Timer, ...] = ()
    tells: tuple[Tell, ...] = ()
    files: tuple[Who, ...] = ()
    sees: tuple[Who, ...] = ("bureau",)
    title: str = ""
    columns: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    repeats: Literal["", "refuse", "mark"] = ""
    alike: tuple[str, ...] = ()
    board: str = "state"
    day: str = ""
    case: str = ""
    goes_to: str = ""
    names: str = ""
    parent: str = ""
    reads: tuple[str, ...] = ()
    check: Check | None = None
    clause: str = ""
    # The public list: what it is headed; empty, there is none.
    public: str = ""
    series: str = ""
    remark: str = ""
    way: str = ""
    kept: tuple[Field, ...] = ()
    papers: tuple[Paper, ...] = ()
    sheet: str = ""
    own: str = ""
    invites: bool = False
    serves_until: str = ""

    @property
    def first(self) -> str:
        return self.states[0].code

    def state(self, code: str) -> State | None:
        return next((each for each in self.states if each.code == code), None)

    def act(self, code: str) -> Act | None:
        return next((each for each in self.acts if each.code == code), None)

    def fields(self) -> Mapping[str, Field]:
        """Every field that a record may come to have: of its filing, of its acts, and what is kept, in that order."""
        every = (*self.form.fields, *(one for act in self.acts for one in act.form.fields), *self.kept)
        first = {each.code: each for each in reversed(every)}
        return {each.code: first[each.code] for each in every}


@dataclass(frozen=True, slots=True)
class Ratio:
    """A part of a whole; a figure without a whole has no value."""

    part: float
    whole: float


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure for dashboards and for the index, of each institution or region: code → ratio."""

    code: str
    label: str
    of: Literal["institution", "region"]
    reads: tuple[str, ...]
    count: Callable[[Scene], Mapping[str, Ratio]]
    formula: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of an extra's own page; a cell is a word or a number.

    ``counted`` are the records behind each row, which whoever doubts a number can look at; empty, they are not told.
    """

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | float | int | None, ...], ...]
    note: str = ""
    counted: tuple[tuple[Entry, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the extra: a kind's list, board or calendar, or tables that the extra itself counts.

    ``dated`` are those kinds of what tables read that a period narrows; empty, all of them. A register is none.
    """

    code: str
    label: str
    shows: Literal["list", "board", "calendar", "tables"]
    kind: str = ""
    who: tuple[Who, ...] = ("bureau",)
    reads: tuple[str, ...] = ()
    tables: Callable[[Scene], tuple[Table, ...]] | None = None
    says: str = ""
    dated: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Duty:
    """What time itself makes: at the beginning of each period these records come to be, each once."""

    code: str
    label: str
    every: Literal["day", "month", "quarter", "year"]
    makes: Maker
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Extra:
    """A feature beyond rating, offered to every tenant, switched on by its own key, with ``settings`` of its own."""

    code: str
    label: str
    says: str
    switch: Key[bool]
    clause: str = ""
    forms: tuple[Questionnaire, ...] = ()
    settings: tuple[Key[Any], ...] = ()
    kinds: tuple[Kind, ...] = ()
    pages: tuple[Page, ...] = ()
    duties: tuple[Duty, ...] = ()
    metrics: tuple[Metric, ...] = ()
    # What a place that only shows the program has lived through; its scene holds the place's items as the frame.
    demo: Callable[[Scene], tuple[Story, ...]] | None = None
    exchange: Exchange | None = None

    def kind(self, code: str) -> Kind | None:
        return next((each for each in self.kinds if each.code == code), None)
