"""The words that extras bring: for each kind of record a verb that files it, one for each act, and a sight of it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from core import stack
from core.policy import vocab
from core.policy.exchanges import EVENTS, Exchange
from core.policy.extras import Act, Extra, Field, Kind
from core.scenarios import shapes
from core.scenarios.shapes import Shape, alone, code_of, flag, many, of, one_of, table, text, word
from core.scenarios.words import Word

MOST_COUNTED: Final = 1_000_000
SCALE: Final = (1, 5)

doer = of(
    citizen=alone, staff=code_of("staff"), institution=code_of("institution"), bureau=alone, hotline=alone, member=word
)  # fmt: skip
# Which record: the name it was filed under, "V1.problem" for what was made of it, or what it says.
WHICH: Final[Mapping[str, Shape]] = {"record": word, "where": table(word, shapes.fact)}
# An order is known by the case of its ticket as well.
OF_CASE: Final[Mapping[str, Shape]] = {"case": word, "ticket": shapes.whole(1, 99)}
REPORT: Final = "report"
LABELS: Final[Mapping[str, str]] = {
    "record": "哪条记录", "by": "由谁", "where": "内容是", "state": "状态", "fields": "记录的内容", "due": "到期",
    "clause": "条款", "overdue": "已超期的", "institution": "承办单位", "repeat": "是重复的", "count": "条数",
    "provisional": "待放假安排公布后重算", "perhaps": "可能是重复的",
    "channel": "来源", "parent": "由哪条记录产生",
    "status": "对方的状态", "event": "对方的事件编号", "said_at": "对方办理的时间", "pushed": "推送了",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spoken:
    """What a word is about; without an act it files, or ``reports`` what a partner says of an order."""

    extra: Extra
    kind: Kind
    act: Act | None = None
    reports: bool = False

    @property
    def label(self) -> str:
        done = "对方上报" if self.reports else "登记"
        return f"{self.kind.label}：{self.act.label if self.act else done}"


def spoken() -> Mapping[str, Spoken]:
    """Every verb that extras bring."""
    return _spoken(stack.extras())


@cache
def _spoken(extras: tuple[Extra, ...]) -> Mapping[str, Spoken]:
    found: dict[str, Spoken] = {}
    for extra in extras:
        for kind in extra.kinds:
            found[kind.code] = Spoken(extra, kind)
            found |= {f"{kind.code}.{act.code}": Spoken(extra, kind, act) for act in kind.acts}
        if extra.exchange is not None and (orders := extra.kind(extra.exchange.kind)) is not None:
            found[f"{orders.code}.{REPORT}"] = Spoken(extra, orders, reports=True)
    return found


def verbs() -> Mapping[str, Word]:
    return _verbs(stack.extras())


@cache
def _verbs(extras: tuple[Extra, ...]) -> Mapping[str, Word]:
    return {name: _word(each) for name, each in _spoken(extras).items()}


def _word(what: Spoken) -> Word:
    if what.reports and what.extra.exchange is not None:
        return _reported(what.extra.exchange)
    return _filed(what) if what.act is None else _done(what.act)


def _reported(exchange: Exchange) -> Word:
    """Which order, the partner's status for it, and what goes with it, each by its own name."""
    statuses = one_of("对方的状态", {each.code: each.label for each in exchange.statuses})
    may: dict[str, Shape] = {
        **WHICH, **OF_CASE, "event": word, "said_at": shapes.instant, "by": word, "to": word, "note": text,
        "reason": text, "is": one_of("结论", vocab.FINDINGS), "complexity": one_of("难度", vocab.COMPLEXITIES),
        "until": shapes.end_of_day_or_instant, "grade": shapes.whole(1, 5),
    }  # fmt: skip
    return Word(needs={"status": statuses}, may=may, labels=LABELS)


def _filed(what: Spoken) -> Word:
    asked = _asked(what.kind.form.fields)
    channel = one_of("来源", CHANNELS)
    may: dict[str, Shape] = {"record": word, "by": doer, "channel": channel, "parent": word, **asked}
    return Word(may=may, labels={**LABELS, **_labels(what.kind.form.fields)})


CHANNELS: Final[Mapping[str, str]] = {"window": "窗口", "qr": "扫码", "phone": "电话", "web": "网上"}


def _done(act: Act) -> Word:
    may: dict[str, Shape] = {**WHICH, "by": doer, **_asked(act.form.fields)}
    return Word(may=may, labels={**LABELS, **_labels(act.form.fields)})


def _asked(fields: tuple[Field, ...]) -> Mapping[str, Shape]:
    """What is wrong with a form is for the form to say: a step may leave out what it must have, to be refused."""
    return {each.code: shape_of(each) for each in fields if each.kind != "files"}


def _labels(fields: tuple[Field, ...]) -> Mapping[str, str]:
    return {each.code: each.label for each in fields}


def shape_of(field: Field) -> Shape:
    made = _SHAPES.get(field.kind)
    return made(field) if made else text


def _listed(field: Field) -> Shape:
    return one_of(field.label, dict(field.choices))


_SHAPES: Final[Mapping[str, Callable[[Field], Shape]]] = {
    "whole": lambda each: shapes.whole(each.least or -MOST_COUNTED, each.most or MOST_COUNTED),
    "number": lambda _: shapes.number,
    "day": lambda _: shapes.day,
    "time": lambda _: shapes.instant,
    "flag": lambda _: flag,
    "choice": _listed,
    "many": lambda each: many(_listed(each)),
    "scale": lambda each: shapes.whole(
        each.least if each.least is not None else SCALE[0], each.most if each.most is not None else SCALE[1]
    ),
    "institution": lambda _: code_of("institution"),
    "staff": lambda _: code_of("staff"),
    "region": lambda _: code_of("region"),
    "item": lambda _: code_of("item"),
}


class Notices(Mapping[str, str]):
    """What a notice may be about: the core's own words, and "matter.send" for what an extra tells of an act."""

    def __init__(self, own: Mapping[str, str]) -> None:
        self._own = own

    def _all(self) -> Mapping[str, str]:
        return {**self._own, **_told(stack.extras())}

    def __getitem__(self, name: str) -> str:
        return self._all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


@cache
def _told(extras: tuple[Extra, ...]) -> Mapping[str, str]:
    return {
        f"{kind.code}.{tell.on}": f"{kind.label}：{_occasion(kind, tell.on)}"
        for extra in extras for kind in extra.kinds for tell in kind.tells
    }  # fmt: skip


def _occasion(kind: Kind, on: str) -> str:
    act = kind.act(on)
    if act is not None:
        return act.label
    about, _, code = on.partition(":")
    timer = next((each.label for each in kind.timers if each.code == code), "")
    return {"warning": f"{timer}快到期", "overdue": f"{timer}已超期"}.get(about, "登记")


def sights() -> Mapping[str, Word]:
    return _sights(stack.extras())


@cache
def _sights(extras: tuple[Extra, ...]) -> Mapping[str, Word]:
    return {kind.code: _seen(kind, _exchanged(extra, kind)) for extra in extras for kind in extra.kinds}


def _seen(kind: Kind, more: Mapping[str, Shape]) -> Word:
    timer = one_of("期限", {each.code: each.label for each in kind.timers})
    may: dict[str, Shape] = {
        **WHICH,
        "state": one_of("状态", {each.code: each.label for each in kind.states}),
        "fields": table(one_of("内容", {code: each.label for code, each in kind.fields().items()}), shapes.fact),
        "institution": code_of("institution"),
        "repeat": flag,
        "perhaps": flag,
        "count": shapes.whole(0, MOST_COUNTED),
        **more,
    }
    if kind.timers:
        may |= {
            "due": table(timer, shapes.unset_or(shapes.instant)),
            "clause": table(timer, word),
            "overdue": many(timer),
            "provisional": flag,
        }
    return Word(may=may, labels=LABELS)


def _exchanged(extra: Extra, kind: Kind) -> Mapping[str, Shape]:
    """Of an order it can be seen what its partner is told."""
    if extra.exchange is None or extra.exchange.kind != kind.code:
        return {}
    return {**OF_CASE, "pushed": many(one_of("推送", EVENTS))}


def label(kind: str, name: str) -> str:
    """A word in Chinese; empty where no extra brings it."""
    found = spoken().get(name)
    if found is None:
        return ""
    return found.label if kind == "do" else found.kind.label
