"""What may be handed in, by machine or by file, has one of these shapes; each limit of a column stands here first."""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

# Patterns are published, so they mean the same in ECMA-262 and in Python, where ``$`` would let a last newline pass.
# What cannot be seen, or turns the letters after it round, makes two different names look the same.
PLAIN = r"^(?![\s\S]*[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff])"
SAID = PLAIN + r"[\s\S]*\S"
NO_NUL = r"^(?![\s\S]*\u0000)"

Moment = Annotated[datetime, Meta(extra_json_schema={"format": "date-time"})]
Code = Annotated[str, Meta(min_length=1, max_length=100, pattern=SAID)]
Name = Annotated[str, Meta(max_length=100, pattern=PLAIN)]
Text = Annotated[str, Meta(max_length=1000, pattern=NO_NUL)]
# What may also be a list has no pattern: msgspec 0.22 frees the wrong memory then, and the process dies of it later.
OneText = Annotated[str, Meta(max_length=1000, extra_json_schema={"pattern": NO_NUL})]
Token = Annotated[str, Meta(min_length=1, max_length=200, pattern=PLAIN)]
EventNumber = Annotated[int, Meta(ge=1, le=99, description="服务事件在本办件中的序号")]
Grade = Annotated[int, Meta(ge=1, le=5, description="5 非常满意 … 1 非常不满意")]
Grades = Annotated[dict[Code, Grade], Meta(max_length=50)]
Tags = Annotated[list[Annotated[int, Meta(ge=1, le=99_999)]], Meta(max_length=50)]

Event = Literal["accepted", "served", "approved", "issued", "closed", "call-ended"]
Mode = Literal["window", "online", "kiosk", "hotline"]
Kind = Literal["instant", "promised"]
Channel = Literal["device", "qr", "web", "app", "kiosk", "hotline", "sms", "paper"]
Declared = Literal["citizen", "default", "unknown"]


# Wider than any answer: what is too long or too high is left out, and the rating beside it stands.
Said = Annotated[str, Meta(max_length=10_000)]
Answers = Annotated[
    dict[Code, int | Said | Annotated[list[Said], Meta(max_length=50)]],
    Meta(max_length=50, description="问卷的回答：问题编码 → 文字、1 到 10 的整数，或所选各项；答得不对不影响评价"),
]


class PersonIn(Struct, frozen=True, forbid_unknown_fields=True):
    """办件人、代办人或评价人。"""

    name: Name = ""
    id_type: Annotated[str, Meta(max_length=20, pattern=PLAIN, description="证件类型，111 为居民身份证")] = ""
    id_number: Annotated[str, Meta(max_length=64, pattern=PLAIN)] = ""
    phone: Annotated[str, Meta(max_length=32, pattern=PLAIN)] = ""


class CompositeIn(Struct, frozen=True, forbid_unknown_fields=True):
    """批量、主题联办或一件事。"""

    kind: Literal["batch", "theme", "package"]
    count: Annotated[int, Meta(ge=1, le=100_000)] = 1
    items: Annotated[list[Code], Meta(max_length=50)] = []


class EventIn(Struct, frozen=True, forbid_unknown_fields=True):
    """一次服务事件；办件编号和序号是它的键。"""

    case: Code
    event: Event
    at: Moment
    number: EventNumber | None = None
    item: Code | None = None
    staff: Code | None = None
    window: Code | None = None
    mode: Mode | None = None
    kind: Kind | None = None
    certificate: bool | None = None
    applicant: PersonIn | None = None
    agent: PersonIn | None = None
    composite: CompositeIn | None = None


class RatingIn(Struct, frozen=True, forbid_unknown_fields=True):
    """一次评价：凭 token，或凭办件编号和序号（纸质补录、历史导入）。"""

    token: Token | None = None
    case: Code | None = None
    number: EventNumber | None = None
    grades: Grades = {}
    items: Grades = {}
    tags: Tags = []
    text: Text = ""
    channel: Channel = "web"
    rater: PersonIn | None = None
    anonymous: bool = False
    rated_at: Moment | None = None
    declared: Declared | None = None
    answers: Answers = {}


class RatingLine(RatingIn, frozen=True, forbid_unknown_fields=True):
    """批量评价的一行；key 缺省为办件编号和序号。"""

    key: Token | None = None


class AppendIn(Struct, frozen=True, forbid_unknown_fields=True):
    """追加评价，凭第一次评价所用的 token。"""

    token: Token
    grades: Grades
    tags: Tags = []
    text: Text = ""
    channel: Channel = "web"
    rater: PersonIn | None = None
    anonymous: bool = False
    rated_at: Moment | None = None
