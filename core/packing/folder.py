"""A plugin's folder: a few files that read like the place's regulation, install by pip and prove themselves."""

import io
import keyword
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from textwrap import indent
from typing import Final

from core import stack
from core.errors import Conflict, Invalid
from core.packing.rules import Paper, Statement, chains, imported, variables
from core.packing.source import STEP, WIDTH, Call, expression, laid
from core.policy import keys

NAME: Final = re.compile(r"[a-z][a-z0-9_]{1,39}")
VERSION: Final = "1.0.0"
NAME_MARKS: Final = " ·-—（）()“”《》、"
# A zip's own time, so that the same rules make the same file.
WRITTEN: Final = (2000, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose folder it is; ``division`` is its six-digit code or empty, ``base`` the plugins it stands on."""

    name: str
    title: str
    short: str = ""
    division: str = ""
    base: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """All that goes into the folder; ``scenarios`` are TOML texts by file name, ``asks`` source of open questions."""

    place: Place
    papers: Sequence[Paper]
    said: Sequence[Statement]
    scenarios: Mapping[str, str] = field(default_factory=dict[str, str])
    asks: Sequence[str] = ()
    asks_need: frozenset[str] = frozenset()

    @property
    def ours(self) -> tuple[Statement, ...]:
        return tuple(each for each in self.said if not keys.is_brought(each.key))

    @property
    def brought(self) -> tuple[Statement, ...]:
        """What is said of keys that other installed plugins bring."""
        return tuple(each for each in self.said if keys.is_brought(each.key))


def check_name(name: str) -> str:
    """The folder's name is a Python package's, and nobody else's."""
    if not NAME.fullmatch(name):
        raise Invalid(
            f"插件名“{name}”写法不对：用小写字母开头，只含小写字母、数字和下划线，2 到 40 个字符。", field="name"
        )
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        raise Invalid(f"“{name}”是 Python 自己的词，不能作插件名，请换一个。", field="name")
    if name in stack.names() or find_spec(name) is not None:
        raise Conflict(f"已经有叫“{name}”的插件或程序包，请换一个名字。", field="name")
    return name


def plain_words(text: str) -> str:
    """What a docstring may hold without ending it or meaning anything else: a name's letters, digits and marks."""
    return "".join(each for each in text if each.isalnum() or each in NAME_MARKS)


def files(parcel: Parcel) -> Mapping[str, str]:
    """Every file of the folder by its path, as text."""
    name = parcel.place.name
    return {
        "pyproject.toml": _project(parcel.place),
        "README.md": _readme(parcel),
        f"{name}/__init__.py": _hooks(parcel),
        f"{name}/regulation.py": _regulation(parcel),
        **{f"{name}/scenarios/{file}": text for file, text in parcel.scenarios.items()},
        "tests/test_scenarios.py": _tests(name),
    }


def zipped(made: Mapping[str, str], under: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as box:
        for path, text in sorted(made.items()):
            box.writestr(zipfile.ZipInfo(f"{under}/{path}", WRITTEN), text.encode())
    return packed.getvalue()


def prefix(place: Place) -> str:
    """What the ids of the folder's rules begin with."""
    return place.name.replace("_", "-").upper()


def _project(place: Place) -> str:
    return f'''[build-system]
requires = ["hatchling>=1.27"]
build-backend = "hatchling.build"

[project]
name = "haochaping-{place.name.replace("_", "-")}"
version = "{VERSION}"
description = {expression(f"{place.title}政务服务“好差评”")}
requires-python = ">=3.11"

# The whole registration: group `haochaping`, the city's name, its folder.
[project.entry-points.haochaping]
{place.name} = "{place.name}"

[tool.hatch.build.targets.wheel]
packages = ["{place.name}"]
'''


def _hooks(parcel: Parcel) -> str:
    place = parcel.place
    papers = tuple(variables(parcel.papers).values())
    city = Call("return City(", (
        expression(place.title), expression(place.short or place.title), expression(place.division),
        Call("(", papers, ")", lone_comma=True),
    ))  # fmt: skip
    late = "    settle_extras()\n" if parcel.brought else ""
    known = sorted((*papers, *(("settle_extras",) if parcel.brought else ())), key=_as_sorted)
    asked = f"{papers[0]}.questions" if len(papers) == 1 else f"({', '.join(f'*{each}.questions' for each in papers)})"
    return f'''"""{plain_words(place.title)}。"""

from collections.abc import Sequence

from core.api import City, Question, Rule, hookimpl
from {place.name}.regulation import {", ".join(known)}


@hookimpl
def city() -> City:
    {laid(city, "    ", used=4)}


@hookimpl
def rules() -> Sequence[Rule]:
{late}    return {papers[0]}.rules


@hookimpl
def questions() -> Sequence[Question]:
    return {asked}
'''


def _regulation(parcel: Parcel) -> str:
    names = sorted(imported(parcel.said) | parcel.asks_need | {"Regulation"}, key=_as_sorted)
    papers = variables(parcel.papers)
    written = list(chains(parcel.ours, parcel.papers, prefix(parcel.place)))
    brought = list(chains(parcel.brought, parcel.papers, prefix(parcel.place), len(written) + 1))
    heads = [laid(_paper(parcel.place, each, papers[each.name])) for each in parcel.papers]
    title = f'"""{plain_words(parcel.place.title)}的规则：条款、内容、施行日期。"""'
    return "\n".join((
        title, "", "from datetime import date", *(("from functools import cache",) if brought else ()), "",
        _imports(names), "",
        *heads, "", *(f"{each}\n" for each in parcel.asks), *written, *_late(brought), "",
    ))  # fmt: skip


def _late(brought: Sequence[str]) -> tuple[str, ...]:
    """Keys that other plugins bring are known when the rules are asked for, and not yet when they are read."""
    if not brought:
        return ()
    said = "\n".join(indent(each, STEP) for each in brought)
    return ("", "", "@cache", "def settle_extras() -> None:", f'{STEP}"""特色功能的规则。"""', said)


def _imports(names: Sequence[str]) -> str:
    line = f"from core.api import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join(("from core.api import (", *(f"    {each}," for each in names), ")"))


def _as_sorted(name: str) -> tuple[int, str]:
    """UPPER, Camel, lower: the order in which imports are sorted."""
    return (0 if name.isupper() else 1 if name[0].isupper() else 2, name)


def _paper(place: Place, paper: Paper, variable: str) -> Call:
    code = place.name if variable == "REG" else f"{place.name}_{variable.removeprefix('REG_')}"
    given = [expression(each) for each in (code, paper.title, paper.number, paper.issued)]
    # One list for all papers: what is written later stands above what is written before, whichever paper says it.
    shared = [] if variable == "REG" else ["rules=REG.rules"]
    return Call(f"{variable} = Regulation(", (*given, *shared))


def _readme(parcel: Parcel) -> str:
    place = parcel.place
    base = "、".join(stack.layer(each).title for each in place.base) or "国家规定"
    papers = "\n".join(f"- 《{each.title}》{each.number}，{each.issued.isoformat()} 起" for each in parcel.papers)
    return f"""# {place.title}

站在{base}之上。文件：

{papers}

```
pip install .                                    # 在装有 haochaping 的环境里
haochaping policy show {place.name}
haochaping scenario run {place.name}/scenarios
pytest                                           # 本文件夹自己的测试
```

{_needs(parcel)}`{place.name}/regulation.py` 逐条写明条款、内容和施行日期。
怎样修改，见好差评平台的 `plugins/README.md`。
"""


def _needs(parcel: Parcel) -> str:
    labels = dict.fromkeys(keys.whole(each.key).label for each in parcel.brought)
    if not labels:
        return ""
    return f"规则里写着特色功能的规则项（{'、'.join(labels)}）：须先安装带来它们的插件。\n\n"


def _tests(name: str) -> str:
    return f'''"""The regulation's own examples hold."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "{name}" / "scenarios"


def test_the_regulation_can_be_read():
    from {name} import city, rules

    assert city().regulations
    assert rules() is not None


def test_every_example_of_the_regulation_holds():
    program = Path(sys.executable).with_name("haochaping")
    done = subprocess.run([program, "scenario", "run", FOLDER], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
'''
