"""What a regulation can say, as frozen values: one type for each shape that `keys` names."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from core.policy.spans import Span

ANY = "*"

Of = Literal["case", "item", "staff", "channel", "institution"]
About = Literal["item", "process", "staff", "system"]
Subject = Literal["staff", "institution", "line", "region", "item", "channel"]
Target = Literal["item-institution", "staff-institution", "system-owner", "lead-institution", "bureau"]
Over = Literal["ratings", "staff-means"]
ClockName = Literal[
    "audit", "dispatch", "contact", "notify", "verify", "reply", "rectify", "close", "complex", "appeal", "decide",
    "callback",
]  # fmt: skip
Since = Literal[
    "rated", "opened", "dispatched", "contacted", "verified", "noticed", "appealed", "rectified", "answered", "closed"
]  # fmt: skip
FindingName = Literal["valid", "mistaken", "malicious", "objective"]


@dataclass(frozen=True, slots=True)
class Dimension:
    """One thing a rating grades; ``tagged`` says whether tags and text may go with it."""

    code: str
    label: str
    of: Of
    tagged: bool = True


@dataclass(frozen=True, slots=True)
class Tag:
    """A reason the rater may tick; its first digit is its grade, ``about`` who must answer for it."""

    code: int
    grade: int
    label: str
    about: About
    core: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    code: str
    label: str
    base: str


@dataclass(frozen=True, slots=True)
class Indicator:
    name: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Occasion:
    """When this happens in such a case, these dimensions may be rated and ``required`` ones must be."""

    event: str
    dimensions: tuple[str, ...]
    mode: str = ANY
    kind: str = ANY
    composite: str = ANY
    required: tuple[str, ...] = ()
    clause: str = ""


@dataclass(frozen=True, slots=True)
class ClosedWhen:
    """Which event counts as the closing (办结) of a case."""

    event: str
    mode: str = ANY
    certificate: bool | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """An invitation opened by ``event`` may be used ``within`` this span of that event."""

    within: Span
    event: str = ANY
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Append:
    """How often, how long and in which dimensions a rater may add to a rating (追评)."""

    max: int
    within: Span
    since: Literal["rated", "answered"] = "rated"
    dimensions: tuple[str, ...] = ("overall",)
    after_default: bool = False


@dataclass(frozen=True, slots=True)
class TicketFor:
    grades: tuple[int, ...]
    needs: Literal["any", "content"] = "any"


@dataclass(frozen=True, slots=True)
class Audit:
    """The supervisor's check of a bad rating's words before its ticket opens; silence does ``on_timeout``."""

    when: Literal["always", "content"]
    on_timeout: Literal["accept", "escalate"]
    refused: Literal["hide-text", "withdraw"] = "hide-text"


@dataclass(frozen=True, slots=True)
class Route:
    to: Target
    dimension: str = ANY
    about: str = ANY
    composite: str = ANY
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Clock:
    """A duty with a due time: it starts with ``since``, lasts ``within`` and names its clause."""

    clock: ClockName
    since: Since
    within: Span
    dimension: str = ANY
    complexity: str = ANY
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Extension:
    """``longest`` is the whole term from its beginning, ``added`` what may come on top of the first one."""

    before_due: bool = True
    needs: tuple[Literal["reason", "until"], ...] = ("reason", "until")
    tell_rater: bool = False
    longest: Span | None = None
    added: Span | None = None
    once: bool = False


@dataclass(frozen=True, slots=True)
class VerdictEffects:
    """What a finding does to the ticket's dimensions: ``count-as:5`` · ``append`` · ``exclude`` · ``keep``."""

    mistaken: str = "keep"
    malicious: str = "keep"
    objective: str = "keep"
    mistaken_without_append: Literal["keep", "exclude"] = "keep"


@dataclass(frozen=True, slots=True)
class AppealNeeds:
    reason: bool = True
    evidence: bool = False
    via: Literal["direct", "own-institution"] = "direct"


@dataclass(frozen=True, slots=True)
class Explained:
    closes: bool = False
    counts_as_rectified: bool = True


@dataclass(frozen=True, slots=True)
class Callback:
    """The share (0 to 1) of closed tickets of this kind that the supervisor calls back."""

    share: float
    mode: str = ANY
    grades: tuple[int, ...] = (2, 1)
    identity: str = ANY
    within: Span | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Accountability:
    verdict: str
    tasks: tuple[str, ...]
    dimension: str = ANY
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Formula:
    """How a subject's score is made: the mean over one dimension, or over several with their weights."""

    subject: Subject
    dimension: str = ""
    over: Over = "ratings"
    dimensions: Mapping[str, float] = field(default_factory=dict[str, float])
    clause: str = ""

    @property
    def weights(self) -> Mapping[str, float]:
        return self.dimensions or {self.dimension: 1.0}


@dataclass(frozen=True, slots=True)
class IndexFactor:
    group: Literal["departments", "districts"]
    metric: str
    weight: float
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """Facts that, counted over a period, call a named role: thresholds are the policy's, never the code's."""

    of: str
    kind: str
    what: str = ""
    count: int | None = None
    within: Span | None = None
    rolling: bool = True
    streak: bool = False
    rank: float | None = None
    months: int | None = None
    share: float | None = None
    min: int | None = None
    among: str = ""
    task_within: Span | None = None
    clause: str = ""


@dataclass(frozen=True, slots=True)
class GoalValue:
    metric: str
    value: float
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Cadence:
    task: str
    owner: str
    every: Literal["month", "quarter", "year"]
    times: int = 1
    clause: str = ""


@dataclass(frozen=True, slots=True)
class Publish:
    cadence: Literal["real-time", "monthly", "quarterly", "periodic"]
    exceptions: tuple[str, ...] = ()


QuestionKind = Literal["yes-no", "grade", "choice", "multiple", "scale-5", "scale-10", "text"]


@dataclass(frozen=True, slots=True)
class FormField:
    """One question; ``kind`` is how it is answered, ``low`` and ``high`` name the two ends of a scale."""

    code: str
    label: str
    kind: QuestionKind
    choices: tuple[str, ...] = ()
    required: bool = False
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Questions beside a rating; whoever leaves them all out has rated all the same, ``voluntary`` or not."""

    fields: tuple[FormField, ...]
    mode: str = ANY
    item: str = ANY
    line: str = ANY
    voluntary: bool = True
    clause: str = ""
