"""A scenario file is read whole and strictly: what is not in the language is an error that names what would be."""

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, cast

from core import errors
from core.scenarios import shapes
from core.scenarios.catalogue import Catalogue, check_policy_sight, check_rule
from core.scenarios.errors import Unreadable, unknown
from core.scenarios.grammar import sights, verbs
from core.scenarios.model import Day, OwnRule, Scenario, Step
from core.scenarios.names import Names
from core.scenarios.places import WORLD, read_places
from core.scenarios.shapes import Shape, many, one_of, plain, word
from core.scenarios.words import Word, keys_of, rows
from core.stack import NATIONAL

Raw = Mapping[str, Any]

HEAD = Word(
    needs={"says": word, "step": plain},
    may=dict.fromkeys(
        ("clause", "covers", "policy", "answers", "override", "item", "staff", "institution", "region", "day"), plain
    ),
)
OVERRIDE = Word(needs={"key": word, "value": plain, "clause": word}, may={"since": shapes.day, "until": shapes.day})
DAY = Word(needs={"date": shapes.day, "kind": one_of("日子", {"off": "休息", "work": "上班"})})
REFUSALS = {each.code: (each.__doc__ or each.code) for each in errors.Refused.__subclasses__()}
REFUSED = one_of("拒绝编码", dict(sorted(REFUSALS.items())))
FRAME = frozenset({"at", "do", "see", "refused"})


def read(path: Path, catalogue: Catalogue) -> Scenario:
    try:
        return scenario(path, load(path.read_bytes()), catalogue)
    except OSError as error:
        raise Unreadable(f"打不开这个文件：{error.strerror}。", file=str(path)) from error
    except Unreadable as error:
        raise error.within(str(path), None) from error


def load(content: bytes) -> dict[str, Any]:
    """The tables of a file, not yet looked at."""
    try:
        return tomllib.loads(content.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError as error:
        raise Unreadable("不是 UTF-8 编码的文本。") from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise Unreadable(f"不是有效的 TOML：{error}。") from error


def scenario(path: Path, raw: Raw, catalogue: Catalogue, stack: Sequence[str] | None = None) -> Scenario:
    """Where a tenant's ``stack`` is implied, the file may name what is in it, and stands on all of it."""
    head = keys_of(raw, HEAD, WORLD, "场景")
    named = many(one_of("城市插件", sorted(catalogue.plugins)))(head.get("policy", []), WORLD)
    policy = named if stack is None else implied(named, stack)
    places, names = read_places(head)
    return Scenario(
        file=path,
        says=head["says"],
        covers=many(one_of("规则编号", sorted(catalogue.rules)))(head.get("covers", []), names),
        policy=policy,
        answers=_answers(head.get("answers", {}), catalogue.questions(policy)),
        overrides=tuple(_own_rule(each, names) for each in rows(head.get("override", []), "override")),
        places=places,
        days=tuple(Day(**keys_of(each, DAY, names, "day")) for each in rows(head.get("day", []), "day")),
        steps=_steps(rows(head["step"], "step"), names, policy),
        names=names,
        clause=word(head["clause"], names) if "clause" in head else "",
    )


def implied(named: Iterable[str], stack: Sequence[str]) -> tuple[str, ...]:
    """A place's examples stand on its own stack: a file written for another place is not its example."""
    for each in named:
        if each not in stack:
            raise Unreadable(
                f"policy：本地没有采用规则插件“{each}”。例子按本地的规则运行，请去掉 policy 这一行。",
                key="policy",
            )
    return tuple(each for each in stack if each != NATIONAL)


def _answers(raw: Any, questions: Mapping[str, Callable[[Any], Any]]) -> Raw:
    given: Raw = shapes.table(word, plain)(raw, WORLD)
    for question in given:
        if question not in questions:
            raise unknown("待定问题（在这一组政策中）", question, questions)
    return {question: questions[question](answer) for question, answer in given.items()}


def _own_rule(raw: Any, names: Names) -> OwnRule:
    rule = OwnRule(**keys_of(raw, OVERRIDE, names, "override"))
    check_rule(rule.key, rule.value)
    return rule


def _steps(raw: list[Any], names: Names, policy: Iterable[str]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for number, each in enumerate(raw, start=1):
        try:
            step = _step(number, each, names)
            _refuse_going_back(steps[-1].at if steps else step.at, step.at)
            if step.word == "policy":
                check_policy_sight(step.given, policy)
        except Unreadable as error:
            raise error.within("", number) from error
        steps.append(step)
    if not steps:
        raise Unreadable("场景没有步骤，至少写一个 [[step]]。")
    return tuple(steps)


def _step(number: int, raw: Any, names: Names) -> Step:
    kind, chosen, whole = grammar_of(raw, names)
    values = keys_of(raw, whole, names, f'{kind} = "{chosen}" ')
    further = {key: of for key, of in values.items() if key not in FRAME}
    return Step(number, values["at"], kind, chosen, further, values.get("refused"))


def grammar_of(raw: Any, names: Names) -> tuple[Literal["do", "see"], str, Word]:
    """Which verb or sight a step is of, and every key it may have."""
    if not isinstance(raw, dict):
        raise Unreadable("步骤应写成 [[step]]。")
    given = cast("dict[str, Any]", raw)
    kind = _kind(given)
    grammar, what = (verbs(), "动作") if kind == "do" else (sights(), "所见")
    chosen = one_of(what, tuple(grammar))(given[kind], names)
    word_ = grammar[chosen]
    may: dict[str, Shape] = {**word_.may, **({"refused": REFUSED} if kind == "do" else {})}
    return kind, chosen, Word(needs={"at": shapes.instant, kind: plain, **word_.needs}, may=may)


def _kind(given: Raw) -> Literal["do", "see"]:
    if ("do" in given) == ("see" in given):
        raise Unreadable("每一步写 do 或 see 中的一个，且只写一个。")
    return "do" if "do" in given else "see"


def _refuse_going_back(before: datetime, now: datetime) -> None:
    if now < before:
        raise Unreadable(f"步骤的时间不能早于上一步（{before:%Y-%m-%d %H:%M:%S}）。")
