"""A scenario is lived through: the clock moves, jobs run when they are due, each step is done or seen in its turn."""

import asyncio
import traceback
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from core import clock, duties, stack
from core.errors import Refused
from core.scenarios.catalogue import Catalogue
from core.scenarios.digest import changed, digest
from core.scenarios.errors import Broken, Unreadable
from core.scenarios.ground import Ground, of_file
from core.scenarios.language import REFUSALS, read
from core.scenarios.model import Scenario, Step
from core.scenarios.report import Report, Result, files
from core.scenarios.sights import look
from core.scenarios.stage import Moment, Stage
from core.scenarios.verbs import perform
from core.scenarios.world import world
from core.tenants.model import Tenant

# One job may make another due at the same instant; more than this and none of them gets anything done.
REPEATS = 20


async def run_paths(paths: Iterable[Path], catalogue: Catalogue) -> Report:
    """One after the other: the instant that each sets is the clock of everything that runs."""
    found = tuple(paths)
    empty = [path for path in found if path.is_dir() and not files((path,))]
    nothing = "这个文件夹里没有场景文件（*.toml）。"
    results = [Result(str(path), ok=False, readable=False, found=nothing) for path in empty]
    return Report((*results, *[await run_file(file, catalogue) for file in files(found)]))


async def run_file(file: Path, catalogue: Catalogue) -> Result:
    try:
        return await run(read(file, catalogue))
    except Unreadable as error:
        return Result(str(file), ok=False, step=error.step, found=error.problem, readable=False)


async def run(scenario: Scenario, ground: Ground | None = None) -> Result:
    """A defect of the program ends this scenario only, and is told like any other failure."""
    taken: list[Step] = []
    living = _live_through(scenario, ground or of_file(scenario), taken)
    (outcome,) = await asyncio.gather(living, return_exceptions=True)
    result = Result(str(scenario.file), scenario.says, scenario.covers)
    if outcome is None:
        return result
    if isinstance(outcome, Unreadable):
        return replace(result, ok=False, found=outcome.problem, readable=False)
    if not isinstance(outcome, Exception):
        raise outcome
    return _failed(result, outcome, taken)


def _failed(result: Result, error: Exception, taken: list[Step]) -> Result:
    expected, found = _told(error)
    step, word = (taken[-1].number, taken[-1].word) if taken else (None, "")
    return replace(result, ok=False, step=step, word=word, expected=expected, found=found)


def _told(error: Exception) -> tuple[object, object]:
    if isinstance(error, Broken):
        return error.expected, error.found
    if isinstance(error, Refused):
        return "办理成功", _refused(error)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return "办理成功", f"程序出错：{type(error).__name__}：{error}（{frame.filename}:{frame.lineno}）"


def _refused(refusal: Refused) -> str:
    return f"被拒绝：{refusal.detail.rstrip('。')}（{refusal.code}）"


async def _live_through(scenario: Scenario, ground: Ground, taken: list[Step]) -> None:
    begins = scenario.steps[0].at
    with clock.at(begins):
        async with world(scenario, begins, ground) as stage:
            if scenario.overrides:
                _refuse_idle_rules(await stage.tenant(), scenario)
            for step in scenario.steps:
                taken.append(step)
                await _run_jobs(stage, step.at)
                with clock.at(step.at):
                    await _take(Moment(stage, await stage.tenant(), step.at), step)


def _refuse_idle_rules(tenant: Tenant, scenario: Scenario) -> None:
    """A rule of the scenario's own that can change nothing on the day it begins was not meant so."""
    begins = scenario.steps[0].at.date()
    for day in {begins, *(rule.since for rule in scenario.overrides if rule.since)}:
        problems = stack.policy(tenant, day).problems
        if problems:
            raise Unreadable("；".join(problems))


async def _run_jobs(stage: Stage, until: datetime) -> None:
    """What fell due since the last step is done at its own instant, one instant after the other."""
    last, repeats = None, 0
    while (due := await duties.next_due(await stage.tenant())) is not None and due <= until:
        repeats = repeats + 1 if due == last else 0
        if repeats > REPEATS:
            raise Broken("到期的工作在到期时完成", f"{due:%Y-%m-%d %H:%M:%S} 到期的工作没有完成")
        with clock.at(due):
            await duties.run_due(await stage.tenant(), due)
        last = due


async def _take(moment: Moment, step: Step) -> None:
    if step.kind == "see":
        await look(moment, step)
    elif step.refused is None:
        await perform(moment, step)
    else:
        await _be_refused(moment, step, step.refused)


async def _be_refused(moment: Moment, step: Step, code: str) -> None:
    before, wanted = await digest(moment.tenant.id), f"被拒绝：{REFUSALS.get(code, code).rstrip('。')}（{code}）"
    try:
        await perform(moment, step)
    except Refused as refusal:
        if refusal.code != code:
            raise Broken(wanted, _refused(refusal)) from refusal
    else:
        raise Broken(wanted, "办理成功")
    touched = changed(before, await digest(moment.tenant.id))
    if touched:
        raise Broken("被拒绝后什么都不改变", f"改变了 {'、'.join(touched)}")
