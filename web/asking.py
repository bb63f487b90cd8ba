"""A form of an extra is drawn field by field: what is wrong stands at its field, and what was typed is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as usually
from datetime import datetime
from typing import Any, Final

from core.clock import SHANGHAI
from core.errors import Malformed
from core.places.model import KINDS
from core.policy.extras import Fault, Field, Form
from core.records import decide
from core.records.model import FieldsWrong, Handed
from web.forms import Posted
from web.permissions import ROLE_NAMES

# What keeps the fields of an extra apart from those of the page itself.
BEFORE: Final = "a."
YES, NO = "yes", "no"
# What is chosen among what the place has; a long list is looked through by typing.
PLACES: Final = ("institution", "region", "staff", "item", "member")
PEOPLE = ("staff", "member")
MOST_PICKED = 40
# How many names a list for typing offers: in the office, and on a telephone.
LISTED, LISTED_OUTSIDE = 400, 60
BRIEF = 5
LONGEST_KEPT = 4000
Choices = Mapping[str, Mapping[str, str]]
# A fault at "rule:<key>" says that a rule is missing, and leads to it.
RULE: Final = "rule:"
NO_CHOICES: Final[Choices] = {}
# How many names a doubt tells.
NEAR = 6
_SHAPES: Final[Mapping[str, str]] = {"person": "line", "case": "line"}


@dataclass(frozen=True, slots=True)
class Control:
    """One field as it stands on a page; ``shape`` says how it is asked, ``values`` what it holds now."""

    field: Field
    shape: str
    values: tuple[str, ...] = ()
    options: Mapping[str, str] = usually(default_factory=dict[str, str])
    error: str = ""
    again: bool = False
    shown: int = LISTED

    @property
    def name(self) -> str:
        return BEFORE + self.field.code

    @property
    def id(self) -> str:
        return f"f-{self.field.code}"

    @property
    def value(self) -> str:
        return self.values[0] if self.values else ""

    @property
    def longest(self) -> int:
        bounded = self.field.kind in decide.WORDS and self.field.most
        return bounded or decide.LONGEST.get(self.field.kind, decide.LONGEST["line"])

    @property
    def grouped(self) -> bool:
        """Whether it is several boxes under one heading."""
        return self.shape in ("choice", "many", "scale", "yes-no")

    @property
    def ends(self) -> str:
        """What the ends of a scale mean."""
        steps, low, high = list(self.options), self.field.low, self.field.high
        told = [f"{step} 表示{word}" for step, word in ((steps[0], low), (steps[-1], high)) if word] if steps else []
        return "，".join(told) + "。" if told and self.shape == "scale" else ""

    @property
    def brief(self) -> bool:
        return max(map(len, self.options.values()), default=0) <= BRIEF


def source(kind: str, role: str = "") -> str:
    """What of the place's registers a field is answered from."""
    return f"{kind}:{role}" if role else kind


def controls(
    form: Form, sent: Posted, errors: Mapping[str, str], found: Choices = NO_CHOICES, *, outside: bool = False
) -> tuple[Control, ...]:
    """Every field of the form; ``outside``: anybody may look, so no list of people is shown."""
    return tuple(_control(each, sent, errors, found, outside) for each in form.fields)


def _control(each: Field, sent: Posted, errors: Mapping[str, str], found: Choices, outside: bool) -> Control:
    name, error = BEFORE + each.code, errors.get(each.code, "")
    values = tuple(value[:LONGEST_KEPT] for value in sent.all(name))
    if each.kind in PLACES:
        options = found.get(source(each.kind, each.role), {})
        if outside and each.kind in PEOPLE:
            return Control(each, "find", values, error=error)
        shape = "find" if len(options) > MOST_PICKED or not options else "pick"
        return Control(each, shape, values, options, error, shown=LISTED_OUTSIDE if outside else LISTED)
    if each.kind == "scale":
        return Control(each, "scale", values, _steps(each), error)
    if each.kind == "flag":
        # Nothing is taken for granted: what must be answered is asked as yes or no.
        return Control(each, "yes-no" if each.required else "tick", values, {YES: "是", NO: "否"}, error)
    again = bool(errors) and bool(sent.files.get(name))
    return Control(each, _SHAPES.get(each.kind, each.kind), values, dict(each.choices), error, again)


def _steps(each: Field) -> Mapping[str, str]:
    low = decide.SCALE[0] if each.least is None else each.least
    high = decide.SCALE[1] if each.most is None else each.most
    return {str(n): str(n) for n in range(low, high + 1)}


def given(form: Form, sent: Posted, found: Choices = NO_CHOICES, *, outside: bool = False) -> dict[str, Any]:
    """What was written, by field, as the records' own form reads it; a place named in full becomes its code.

    ``outside``: anybody may ask, so nobody is told how people of the house are called.
    """
    told: dict[str, Any] = {}
    doubts: list[Fault] = []
    for each in form.fields:
        said = [text for text in sent.all(BEFORE + each.code) if text.strip()]
        if each.kind == "files" or not said:
            continue
        if each.kind in PLACES:
            known = found.get(source(each.kind, each.role), {})
            code, doubt = _place(each, said[0].strip(), known, secret=outside and each.kind in PEOPLE)
            doubts += [Fault(each.code, doubt)] if doubt else []
            said = [code]
        told[each.code] = said if each.kind == "many" else said[0].replace("\r\n", "\n")
    if doubts:
        raise FieldsWrong((*doubts, *_others(form, told, sent, doubts)))
    return told


def _place(field: Field, text: str, known: Mapping[str, str], *, secret: bool) -> tuple[str, str]:
    """By its code, or by its name where only one bears it; a doubt says which there are."""
    if text in known or not known:
        return text, ""
    named = [code for code, name in known.items() if text in (name, _bare(name))]
    if len(named) == 1:
        return named[0], ""
    account = f"{ROLE_NAMES[field.role] if field.role else ''}账号"
    what = next((each.label for name, each in KINDS.items() if name == field.kind), account)
    if named and secret:
        return text, f"叫“{text}”的不止一个，请填写工作牌上的编号。"
    if named:
        whole = [known[code] for code in named]
        told = whole if len(set(whole)) == len(whole) else named
        return text, f"叫“{text}”的{what}有 {len(named)} 个，请写全：{_some(told)}。"
    # Whoever works here is not told by half a name.
    near = [] if field.kind in PEOPLE else [name for name in known.values() if _alike(text, name)]
    said = f"相近的有：{_some(near)}。请写其中一个" if near else "请核对名称"
    return text, f"没有叫“{text}”的{what}。{said}{'' if field.required else '，不清楚可以不填'}。"


def _bare(name: str) -> str:
    """A name without what tells it from others of the same name."""
    return name.partition("（")[0]


def _alike(text: str, name: str) -> bool:
    return text in name or _bare(name) in text


def _some(names: Sequence[str]) -> str:
    more = f"等 {len(names)} 个" if len(names) > NEAR else ""
    return "、".join(names[:NEAR]) + more


def _others(form: Form, told: Mapping[str, Any], sent: Posted, known: Sequence[Fault]) -> list[Fault]:
    """What else is wrong: everything is said at once."""
    _, faults = decide.read_form(form, told, [each.field for each in handed(form, sent)])
    return [each for each in faults if each.field not in {one.field for one in known}]


def handed(form: Form, sent: Posted) -> tuple[Handed, ...]:
    """The files of every field of files."""
    return tuple(
        Handed(each.code, name, content)
        for each in form.fields if each.kind == "files"
        for name, content in sent.files.get(BEFORE + each.code, ())
    )  # fmt: skip


def outside(form: Form) -> Form:
    """What the public page asks of it."""
    return Form(tuple(each for each in form.fields if not each.outside))


def given_outside(form: Form, sent: Posted, found: Choices) -> dict[str, Any]:
    """What was written on the public page, and what is known of whoever writes there without asking."""
    return given(outside(form), sent, found, outside=True) | {
        each.code: each.outside for each in form.fields if each.outside
    }


def filled(form: Form, known: Mapping[str, Any]) -> Posted:
    """The form as it stands with what is known already."""
    return Posted({BEFORE + each.code: _spelt(known[each.code]) for each in form.fields if each.code in known})


def asked(form: Form, query: Mapping[str, str]) -> Posted:
    """What a printed code says already, such as the window that it hangs at; nothing of a person is read from there."""
    open_ = [each for each in form.fields if not each.hidden and query.get(each.code)]
    if any(letter == "\x00" for each in open_ for letter in query[each.code]):
        raise Malformed
    return Posted({BEFORE + each.code: [query[each.code][: decide.LONGEST["line"]]] for each in open_})


def _spelt(value: Any) -> list[str]:
    if isinstance(value, bool):
        return [YES if value else NO]
    if isinstance(value, list | tuple):
        return [str(each) for each in value]
    if isinstance(value, datetime):
        return [value.astimezone(SHANGHAI).strftime("%Y-%m-%dT%H:%M")]
    if isinstance(value, float) and value.is_integer():
        return [str(int(value))]
    return ["" if value is None else str(value)]
