"""What docs/ says of the ticket's life and of each rule's proof is written by the program itself, and checked."""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from core import stack
from core.errors import NotFound
from core.policy import vocab
from core.scenarios.coverage import Proof, coverage
from core.settings import Settings
from core.tickets import life, machine
from core.tickets.life import Line

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # pyright: ignore[reportPrivateUsage]
ROOT = Path(__file__).parents[1]
STATES: Mapping[str, str] = {
    "proven": "已证明", "unproven": "未证明", "waiting": "待后续版本", "not-for-machines": "不由系统执行",
}  # fmt: skip
MADE = "<!-- 由 haochaping docs 生成，不要手改。 -->"


def add_commands(commands: Commands) -> None:
    says = "重新生成 docs/ 里的工单流程和规则证明"
    commands.add_parser("docs", help=says, description=says).set_defaults(run=write)


def write(_: argparse.Namespace, __: Settings) -> int:
    folder = ROOT / "docs"
    if not folder.is_dir():
        raise NotFound("这里没有 docs 文件夹：请在源码目录里运行。")
    for name, text in PAGES.items():
        (folder / name).write_text(text(), encoding="utf-8")
        sys.stdout.write(f"已写 docs/{name}\n")
    return 0


def tickets() -> str:
    """The states as Mermaid draws them, and every act in a table."""
    lines = life.lines()
    head = ("操作", "谁", "在哪些状态", "到哪里", "须写明", "从此起算的期限", "停止的期限")
    return _page(
        "工单的一生",
        "一张差评工单经过的状态和各方能做的事。各地规定不同的只是期限、由谁核实、向谁申诉，状态和操作都一样；"
        "本地的期限见后台“工单流程”。",
        "```mermaid\n" + "\n".join(_mermaid(lines)) + "\n```",
        _table(head, map(_cells, lines)),
    )


def _mermaid(lines: Iterable[Line]) -> Iterator[str]:
    yield "stateDiagram-v2"
    for state, label in machine.STATE_LABELS.items():
        yield f'    state "{label}" as {state}'
    for line in lines:
        for lead in line.leads:
            said = line.label + (f"（{lead.when}）" if lead.when else "")
            for state in line.states or ("[*]",):
                yield f"    {state} --> {lead.state} : {said}"
    for state in machine.ENDED:
        yield f"    {state} --> [*]"


def _cells(line: Line) -> tuple[str, ...]:
    leads = "；".join(
        machine.STATE_LABELS[lead.state] + (f"（{lead.when}）" if lead.when else "") for lead in line.leads
    )
    needs = "、".join((*line.needs, *(f"{each}（规定要求时）" for each in line.sometimes)))
    return (
        line.label, "、".join(line.doers), life.states_said(line.states) if line.states else "评价成立时",
        leads or "不变", needs, "、".join(f"自{vocab.SINCE[each]}起" for each in line.tells),
        "、".join(vocab.CLOCKS[each] for each in line.stops),
    )  # fmt: skip


def proofs() -> str:
    """Every rule of the installed documents with what proves it, or why nothing does."""
    found = coverage(ROOT / "tests")
    head = ("编号", "条款", "内容", "状态", "证明，或为什么没有")
    names = (stack.NATIONAL, *sorted(set(stack.names()) - {stack.NATIONAL}))
    parts = [_table(head, (_proof(each) for each in found.proofs if each.plugin == name)) for name in names]
    titled = [f"## {stack.layer(name).title}\n\n{part}" for name, part in zip(names, parts, strict=True)]
    counts = "，".join(f"{len(found.of(state))} 条{word}" for state, word in STATES.items())
    return _page("规则的证明", f"{len(found.proofs)} 条规则：{counts}。", *titled)


def _proof(each: Proof) -> tuple[str, ...]:
    shown = [f"`{_from_root(file)}`" for file in sorted(each.scenarios)] + [f"`{test}`" for test in sorted(each.tests)]
    return (
        each.rule.id, each.rule.clause, each.rule.says, STATES[each.state],
        "<br>".join(shown) or each.rule.why_not or each.rule.waits,
    )  # fmt: skip


def _from_root(file: str) -> str:
    """The same wherever the command is run."""
    whole = Path(file).absolute()
    return whole.relative_to(ROOT).as_posix() if whole.is_relative_to(ROOT) else whole.name


def _page(title: str, says: str, *parts: str) -> str:
    return "\n\n".join((MADE, f"# {title}", says, *parts)) + "\n"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = list(head)
    lines = [heads, ["---"] * len(heads), *([cell.replace("|", "｜") or "—" for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PAGES: Mapping[str, Callable[[], str]] = {"tickets.md": tickets, "coverage.md": proofs}
