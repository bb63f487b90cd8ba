"""Layers, answers and a tenant's own rules fold into one frozen policy, and each value knows where it comes from."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final, cast

from core.policy import keys
from core.policy.keys import UNSET, Key, Part, record_of
from core.policy.model import INHERIT, Ending, Gap, Layer, Override, Regulation, Rule
from core.policy.policy import Policy, RowWhy, Why, fingerprint, part_of
from core.policy.questions import Answers, Asked, Question, Unanswered, When, needs, resolve
from core.policy.records import Record, Rows
from core.policy.shapes import Shape, nearest

ANSWER: Final = "answer"
OVERRIDE: Final = "override"
BASELINE: Final = "province"
# Written in settings and not in a plugin: a change of one part of a value is credited like a change of the whole.
SET: Final = (OVERRIDE, BASELINE)


@dataclass(frozen=True, slots=True)
class _Said:
    """One clause's word on a key, in force on the day asked for."""

    layer: str
    clause: str
    document: str
    since: date | None
    until: date | None
    rule_ids: tuple[str, ...]
    author: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class _Held:
    """What the layers so far say of one key."""

    value: Any
    said: tuple[_Said, ...]
    rows: tuple[RowWhy, ...] = ()
    below: tuple[Why, ...] = ()


@dataclass(slots=True)
class _Fold:
    answers: Answers
    on: date
    timeless: bool
    speaking: str = ""
    held: dict[str, _Held] = field(default_factory=dict[str, _Held])
    problems: list[str] = field(default_factory=list[str])

    def layer(self, layer: Layer) -> None:
        spoken: set[str] = set()
        self.speaking = layer.name
        for rule in layer.rules:
            known = needs(rule.value) | _condition(rule.when)
            try:
                if known <= self.answers.keys() and self._in_force(rule):
                    self._rule(rule, ANSWER if known else layer.name, spoken)
            except Unanswered:
                continue

    def _rule(self, rule: Rule, name: str, spoken: set[str]) -> None:
        value = resolve(rule.value, self.answers)
        since = resolve(rule.since, self.answers) or rule.regulation.issued
        until = resolve(rule.until, self.answers) or rule.regulation.until
        part = rule.part.written if rule.part else ""
        said = _Said(name, rule.clause, rule.document, since, until, rule.rule_ids, part=part)
        fresh = rule.key.name not in spoken
        if rule.part is not None:
            self._change(rule.part, value, said, fresh=fresh)
        elif rule.mode == "adds":
            self._add(rule.key, value, said, fresh=fresh)
        else:
            before = None if fresh else self.held.get(rule.key.name)
            self._set(rule.key, value, said, fresh=fresh)
            self._credit(rule, said)
            self._join(rule.key.name, before)
        spoken.add(rule.key.name)

    def _join(self, name: str, before: _Held | None) -> None:
        """What two articles of a place say alike of one day rests on both; what is said again later stands alone."""
        held = self.held[name]
        if before is None or held.value is None or before.value != held.value:
            return
        if (before.said[-1].since, before.said[-1].document) == (held.said[0].since, held.said[0].document):
            self.held[name] = replace(held, said=(*before.said, *held.said))

    def _credit(self, rule: Rule, said: _Said) -> None:
        """Of a value with fields, only the fields that stand on an answer are credited to it."""
        shape: Shape[Any] = rule.key.shape
        if rule.when or not isinstance(shape, Record) or isinstance(rule.value, Asked) or not needs(rule.value):
            return
        parts = [replace(said, part=each.key) for each in shape.columns if needs(getattr(rule.value, each.name))]
        held = self.held[rule.key.name]
        self.held[rule.key.name] = replace(held, said=(replace(said, layer=self.speaking), *parts))

    def _in_force(self, rule: Rule) -> bool:
        since, until = resolve(rule.since, self.answers), resolve(rule.until, self.answers)
        return (
            holds(rule.regulation, self.answers, self.on, timeless=self.timeless)
            and (since is None or since <= self.on)
            and (until is None or self.on <= until)
            and (rule.when is None or rule.when.holds(self.answers))
        )

    def settings(self, written: Sequence[Override], layer: str) -> None:
        spoken: set[str] = set()
        for each in standing(written, self.on):
            self._setting(each, layer, spoken)

    def _setting(self, own: Override, layer: str, spoken: set[str]) -> None:
        said = _Said(layer, own.clause, own.document, own.since, own.until, (), own.author)
        target = keys.find(own.key)
        if isinstance(target, Part):
            fresh = target.key.name not in spoken
            self._change(target, own.value, replace(said, part=target.written), fresh=fresh)
            spoken.add(target.key.name)
        else:
            fresh = target.name not in spoken
            before = None if fresh else self.held.get(target.name)
            self._set(target, own.value, said, fresh=fresh)
            self._join(target.name, before)
            spoken.add(target.name)

    def _set(self, key: Key[Any], raw: Any, said: _Said, *, fresh: bool) -> None:
        value = None if raw == UNSET else cited(key, key.parse(raw), said.clause)
        rows = tuple(_row(each, said) for each in value) if key.table and value is not None else ()
        self.held[key.name] = _Held(value, (said,), rows, self._below(key, fresh=fresh))

    def _add(self, key: Key[Any], raw: Any, said: _Said, *, fresh: bool) -> None:
        value = cited(key, key.parse(_flat(raw)), said.clause)
        rows = tuple(_row(each, said) for each in value) if key.table else ()
        below = self._below(key, fresh=fresh)
        if not fresh and (before := self.held[key.name]).value is not None:
            held = _Held((*before.value, *value), (*before.said, said), (*before.rows, *rows), below)
        else:
            held = _Held(value, (said,), rows, below)
        self.held[key.name] = held

    def _change(self, part: Part, raw: Any, said: _Said, *, fresh: bool) -> None:
        key = part.key
        before = self.held.get(key.name)
        base = before.value if before and before.value is not None else key.when_unset
        if not base or isinstance(base, str):
            self.problems.append(f"{part.name}：{key.label}尚未作规定，不能只改其中一项；请先写整个 {key.name}。")
            return
        name = record_of(key).column(part.written, key.name).name
        default = record_of(key).column(part.written, key.name).default
        value = part.parse(default if raw == UNSET else raw)
        changed = tuple(replace(row, **{name: value}) for row in base) if key.table else replace(base, **{name: value})
        parts = (*before.said, said) if before else (said,)
        old = before.rows if before else ()
        rows = tuple(replace(why, row=row) for why, row in zip(old, changed, strict=True)) if key.table else ()
        self.held[key.name] = _Held(changed, parts, rows, self._below(key, fresh=fresh))

    def _below(self, key: Key[Any], *, fresh: bool) -> tuple[Why, ...]:
        before = self.held.get(key.name)
        if before is None:
            return ()
        return (_why(key, before), *before.below) if fresh else before.below


def _row(row: Any, said: _Said) -> RowWhy:
    clause = getattr(row, "clause", "") or said.clause
    return RowWhy(row, clause, said.document, said.layer, said.since, said.rule_ids)


def _flat(rows: Iterable[Any]) -> tuple[Any, ...]:
    """An answer may stand for several rows at once."""
    found: list[Any] = []
    for row in rows:
        found += cast("tuple[Any, ...]", row) if isinstance(row, tuple) else (row,)
    return tuple(found)


def cited(key: Key[Any], value: Any, clause: str) -> Any:
    """A row without a clause of its own bears that of the article which wrote it."""
    if not key.table or (cast("Rows[Any]", key.shape).short and len(value) == 1):
        return value
    return tuple(replace(row, clause=clause) if getattr(row, "clause", None) == "" and clause else row for row in value)


def _why(key: Key[Any], held: _Held) -> Why:
    """The whole is credited to those who wrote it whole, and to a tenant's own change of a part."""
    whole = [each for each in held.said if not each.part or each.layer in SET] or list(held.said)
    named = [each.layer for each in whole if each.layer != ANSWER]
    return Why(
        key=key,
        value=held.value,
        layer=named[-1] if named else ANSWER,
        clause="、".join(dict.fromkeys(each.clause for each in whole if each.clause)),
        clauses=tuple(dict.fromkeys(each.clause for each in held.said if each.clause)),
        document=whole[-1].document,
        since=max((each.since for each in whole if each.since), default=None),
        until=min((each.until for each in whole if each.until), default=None),
        rows=held.rows,
        below=held.below,
        rule_ids=tuple(dict.fromkeys(rule_id for each in held.said for rule_id in each.rule_ids)),
        author=whole[-1].author,
        layers=tuple(dict.fromkeys(each.layer for each in held.said)),
        parts={each.part: _part_why(key, held, each) for each in held.said if each.part},
    )


def _part_why(key: Key[Any], held: _Held, said: _Said) -> Why:
    return Why(
        key=key,
        value=part_of(key.field(said.part), held.value),
        layer=said.layer,
        clause=said.clause,
        clauses=(said.clause,),
        document=said.document,
        since=said.since,
        until=said.until,
        rule_ids=said.rule_ids,
        author=said.author,
        layers=(said.layer,),
    )


def standing(written: Iterable[Override], on: date) -> tuple[Override, ...]:
    """Those that speak on the day, the latest last; 恢复继承 takes back what was said before it."""
    kept: list[Override] = []
    speaking = [each for each in written if _within(each, on)]
    for each in sorted(speaking, key=lambda each: each.since or date.min):
        if each.value == INHERIT:
            kept = [before for before in kept if not covers(each.key, before.key)]
        else:
            kept.append(each)
    return tuple(kept)


def _within(own: Override, on: date) -> bool:
    return (own.since is None or own.since <= on) and (own.until is None or on <= own.until)


def covers(name: str, other: str) -> bool:
    """A whole key covers its fields."""
    found = keys.find(name)
    return name == other if isinstance(found, Part) else keys.whole(other) is found


def holds(regulation: Regulation, answers: Answers, on: date, *, timeless: bool = False) -> bool:
    """Whether a document is in force on the day; ``timeless`` looks past its first day, never past its last."""
    if regulation.issued is not None and not timeless and on < regulation.issued:
        return False
    ends = [regulation.until, *(_end(ending, answers) for ending in regulation.endings)]
    return all(last is None or on <= last for last in ends)


def _condition(when: When | None) -> frozenset[str]:
    return frozenset() if when is None else when.needs


def _end(ending: Ending, answers: Answers) -> date | None:
    known = needs(ending.on) | _condition(ending.when)
    if not known <= answers.keys() or (ending.when is not None and not ending.when.holds(answers)):
        return None
    return resolve(ending.on, answers)


def asked(layers: Sequence[Layer]) -> Mapping[str, Question]:
    """Every open question of a stack by its id; a stronger layer may put the same question again."""
    return {each.id: each for layer in layers for each in layer.questions}


def compile_policy(
    layers: Sequence[Layer],
    answers: Answers,
    overrides: Sequence[Override],
    on: date,
    *,
    baseline: Sequence[Override] = (),
    own: Layer | None = None,
    timeless: bool = False,
) -> Policy:
    """The rules in force on one day; the later layer is the stronger, a tenant's own rules the strongest.

    ``baseline`` is what the province sets for its cities, ``own`` what the tenant asks of its own papers.
    """
    plugins, layers = layers, (*layers, *((own,) if own else ()))
    questions = asked(layers)
    given = {name: questions[name].accept(raw) for name, raw in answers.items() if name in questions}
    fold = _Fold(given, on, timeless)
    fold.problems += [f"没有问题“{name}”。{nearest(name, questions)}" for name in answers if name not in questions]
    for layer in plugins:
        fold.layer(layer)
    fold.settings(baseline, BASELINE)
    if own:
        fold.layer(own)
    fold.settings(overrides, OVERRIDE)
    whys = {name: _why(keys.ALL[name], held) for name, held in fold.held.items()}
    return Policy(
        on=on,
        whys=whys,
        questions=tuple(questions.values()),
        gaps=_gaps(layers, whys),
        problems=tuple(fold.problems),
        documents=tuple(each for layer in layers for each in layer.regulations),
        answers=given,
        revision=fingerprint(whys),
    )


def _gaps(layers: Sequence[Layer], whys: Mapping[str, Why]) -> tuple[Gap, ...]:
    """Of what the texts leave open, what nobody has settled since."""
    found: list[Gap] = []
    for gap in (each for layer in layers for each in layer.gaps):
        left = tuple(name for name in gap.keys if name not in whys or whys[name].value is None)
        if left:
            found.append(replace(gap, keys=left))
    return tuple(found)


def turning_days(layers: Sequence[Layer], answers: Answers, overrides: Sequence[Override]) -> tuple[date, ...]:
    """The days on which the policy may change; between two of them it is the same."""
    firsts: set[date | None] = {own.since for own in overrides}
    lasts: set[date | None] = {own.until for own in overrides}
    for rule in (rule for layer in layers for rule in layer.rules):
        firsts |= {_date(rule.since, answers), rule.regulation.issued}
        lasts |= {_date(rule.until, answers), rule.regulation.until}
        lasts |= {_end(each, answers) for each in rule.regulation.endings}
    days = {each for each in firsts if each} | {each + timedelta(days=1) for each in lasts if each}
    return tuple(sorted(days))


def _date(value: Any, answers: Answers) -> date | None:
    return resolve(value, answers) if needs(value) <= answers.keys() else None
