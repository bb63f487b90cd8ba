"""Every rule of the installed regulations is proven by a scenario or a test, or says why not."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core import stack
from core.policy.model import Provision
from core.scenarios.catalogue import installed, scenario_folders
from core.scenarios.errors import Unreadable
from core.scenarios.language import read
from core.scenarios.marks import covered_by_tests
from core.scenarios.report import files


@dataclass(frozen=True, slots=True)
class Proof:
    """One rule and the files and tests that name it."""

    plugin: str
    rule: Provision
    scenarios: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def proven(self) -> bool:
        return bool(self.scenarios or self.tests)

    @property
    def state(self) -> str:
        if self.proven:
            return "proven"
        if not self.rule.machine:
            return "not-for-machines"
        return "waiting" if self.rule.waits else "unproven"


@dataclass(frozen=True, slots=True)
class Coverage:
    """``unknown``: ids that a test's mark names and no plugin lists; ``unreadable``: scenarios that prove nothing."""

    proofs: tuple[Proof, ...]
    unknown: Mapping[str, tuple[str, ...]]
    unreadable: tuple[Unreadable, ...]

    def of(self, state: str) -> tuple[Proof, ...]:
        return tuple(each for each in self.proofs if each.state == state)

    @property
    def json(self) -> str:
        whole: dict[str, Any] = {
            "rules": {each.rule.id: [*each.scenarios, *each.tests] for each in self.proofs if each.proven},
            "unproven": [each.rule.id for each in self.of("unproven")],
            "waiting": {each.rule.id: each.rule.waits for each in self.of("waiting")},
            "not_for_machines": {each.rule.id: each.rule.why_not for each in self.of("not-for-machines")},
            "unknown": {rule: list(tests) for rule, tests in self.unknown.items()},
            "unreadable": [{"file": each.file, "step": each.step, "found": each.problem} for each in self.unreadable],
        }
        return json.dumps(whole, ensure_ascii=False, indent=1)

    @property
    def chinese(self) -> str:
        lines = [_line(each) for each in self.proofs]
        lines += [f"{rule:<8} 没有插件列出这条规则：{'、'.join(tests)}" for rule, tests in self.unknown.items()]
        lines += [f"✗ {each.file}  {each.problem}" for each in self.unreadable]
        counts = {state: len(self.of(state)) for state in ("proven", "unproven", "waiting", "not-for-machines")}
        summary = (
            f"{len(self.proofs)} 条规则：{counts['proven']} 条已证明，{counts['unproven']} 条未证明，"
            f"{counts['waiting']} 条待后续版本，{counts['not-for-machines']} 条不由系统执行。"
        )
        return "\n".join([*lines, summary])


def coverage(tests: Path | None) -> Coverage:
    scenarios, unreadable = _covered_by_scenarios(files(scenario_folders()))
    marked = covered_by_tests(tests) if tests else {}
    proofs = tuple(
        Proof(name, rule, scenarios.get(rule.id, ()), marked.get(rule.id, ()))
        for name in stack.names()
        for rule in stack.layer(name).provisions
    )
    known = {each.rule.id for each in proofs}
    return Coverage(proofs, {rule: where for rule, where in marked.items() if rule not in known}, unreadable)


def _covered_by_scenarios(found: Iterable[Path]) -> tuple[Mapping[str, tuple[str, ...]], tuple[Unreadable, ...]]:
    catalogue = installed()
    covered: dict[str, tuple[str, ...]] = {}
    unreadable: list[Unreadable] = []
    for file in found:
        try:
            rules = read(file, catalogue).covers
        except Unreadable as error:
            unreadable.append(error)
            continue
        for rule in rules:
            covered[rule] = (*covered.get(rule, ()), _short(file))
    return covered, tuple(unreadable)


def _short(file: Path) -> str:
    """As a reader of the checkout would name it."""
    return str(file.relative_to(Path.cwd())) if file.is_relative_to(Path.cwd()) else str(file)


def _line(each: Proof) -> str:
    said = {
        "proven": "、".join((*each.scenarios, *each.tests)),
        "unproven": "—",
        "waiting": f"待：{each.rule.waits}",
        "not-for-machines": f"不由系统执行：{each.rule.why_not}",
    }[each.state]
    return f"{each.rule.id:<8} {each.rule.clause}  {each.rule.says}  {said}"
