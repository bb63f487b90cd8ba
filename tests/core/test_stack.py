"""Installed plugins answer strongest first; one that is wrong stops the start, one that fails is passed over."""

import sys
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from core import stack
from core.api import keys
from core.errors import UnknownCode
from core.policy.model import DatedAnswer, Override
from core.policy.own import OwnQuestion, Paper

ON = date(2026, 3, 2)
HEADER = "from core.api import Attribution, City, Regulation, days, hookimpl, keys\n"
Install = Callable[[str, str], None]


@dataclass(frozen=True)
class Somewhere:
    """A tenant as far as policy is concerned."""

    stack: tuple[str, ...]
    answers: dict[str, Any] = field(default_factory=dict[str, Any])
    overrides: tuple[Override, ...] = ()
    id: int = -1
    revision: int = 1
    demo: bool = False
    timeless: bool = False
    dated: tuple[DatedAnswer, ...] = ()
    baseline: tuple[Override, ...] = ()
    papers: tuple[Paper, ...] = ()
    asks: tuple[OwnQuestion, ...] = ()


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Install]:
    """Puts a plugin where pip would put it, with its entry point."""
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)

    def put(name: str, source: str) -> None:
        (tmp_path / f"{name}.py").write_text(HEADER + dedent(source), "utf-8")
        info = tmp_path / f"{name}-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "utf-8")
        (info / "entry_points.txt").write_text(f"[haochaping]\n{name} = {name}\n", "utf-8")
        stack.forget()

    yield put
    for name in set(sys.modules) - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(tmp_path)):
            del sys.modules[name]
    monkeypatch.undo()
    stack.forget()


ANSWERS = """
    @hookimpl
    def attribute(facts):
        return Attribution(staff="{name}") if facts == "known to {name}" or facts == "known to both" else None
"""


def listed(folder: Path, source: str) -> None:
    """A list of place names, put where pip would put it."""
    (folder / "counties.py").write_text(source, "utf-8")
    info = folder / "counties-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: counties\nVersion: 1.0\n", "utf-8")
    (info / "entry_points.txt").write_text("[haochaping.divisions]\nours = counties:names\n", "utf-8")
    stack.forget()


@pytest.mark.usefixtures("install")
def test_places_are_known_by_lists_from_anywhere_and_the_longer_name_comes_first(tmp_path: Path):
    listed(tmp_path, "def names():\n    return ['云上县', '云上县天湖镇']\n")

    known = stack.divisions()

    assert {"北京市", "长春市", "泰安市", "云上县"} <= set(known)
    assert known.index("云上县天湖镇") < known.index("云上县")
    assert list(known) == sorted(known, key=len, reverse=True)
    assert "全国" not in known


def test_a_city_from_outside_is_known_by_the_name_its_plugin_gives(install: Install):
    install("highland", """
    from core.api import City

    @hookimpl
    def city():
        return City("高原市", "高原", "990000", ())
    """)  # fmt: skip

    assert "高原市" in stack.divisions()


@pytest.mark.usefixtures("install")
def test_a_list_of_places_that_cannot_be_loaded_is_named(tmp_path: Path):
    listed(tmp_path, "import nothing_of_that_name\n")

    with pytest.raises(stack.PluginBroken, match="ours"):
        stack.divisions()


def test_the_last_layer_is_asked_first_and_none_leaves_it_to_the_layer_below(install: Install):
    install("lowland", ANSWERS.format(name="lowland"))
    install("highland", ANSWERS.format(name="highland"))
    here = Somewhere(("lowland", "highland"))

    assert stack.ask("attribute", here, facts="known to both", policy=None).staff == "highland"
    assert stack.ask("attribute", here, facts="known to lowland", policy=None).staff == "lowland"
    assert stack.ask("attribute", here, facts="known to nobody", policy=None) is None


def test_pluggys_own_order_is_the_same(install: Install):
    install("lowland", ANSWERS.format(name="lowland"))
    install("highland", ANSWERS.format(name="highland"))
    hook = stack.Stack.of(("lowland", "highland")).manager.hook

    assert hook.attribute(facts="known to both", policy=None).staff == "highland"


def test_a_failing_plugin_is_passed_over_and_leaves_an_incident(install: Install):
    install("lowland", ANSWERS.format(name="lowland"))
    install("faulty", "@hookimpl\ndef attribute(facts):\n    return 1 / 0\n")
    here = Somewhere(("lowland", "faulty"))

    answer = stack.ask("attribute", here, facts="known to lowland", policy=None)

    assert answer.staff == "lowland"
    assert (stack.incidents()[-1].plugin, stack.incidents()[-1].hook) == ("faulty", "attribute")
    assert "ZeroDivisionError" in stack.incidents()[-1].error


def test_an_observer_that_fails_keeps_nobody_else_from_hearing(install: Install):
    install("hearing", "HEARD = []\n@hookimpl\ndef rated(rating):\n    HEARD.append(rating)\n")
    install("faulty", "@hookimpl\ndef rated(rating):\n    raise RuntimeError(rating)\n")

    stack.tell("rated", Somewhere(("hearing", "faulty")), tenant_id=1, rating="r", at=None)

    assert sys.modules["hearing"].HEARD == ["r"]


def test_a_tenant_hears_only_of_its_own_stack(install: Install):
    install("hearing", "HEARD = []\n@hookimpl\ndef rated(rating):\n    HEARD.append(rating)\n")

    stack.tell("rated", Somewhere(()), tenant_id=1, rating="r", at=None)

    assert not getattr(sys.modules.get("hearing"), "HEARD", [])


@pytest.mark.parametrize(
    "source",
    [
        "@hookimpl\ndef atribute(facts):\n    return None\n",
        "@hookimpl\ndef attribute(fact):\n    return None\n",
        "import a_package_that_is_not_there\n",
        "one two\n",
        "City()\n",
    ],
)
def test_a_plugin_that_is_written_wrong_stops_the_start_and_is_named(install: Install, source: str):
    install("misspelt", source)

    with pytest.raises(stack.PluginBroken, match="misspelt"):
        stack.Stack.of(("misspelt",))


def test_a_stack_of_unknown_names_is_refused_with_the_nearest():
    with pytest.raises(UnknownCode, match="national"):
        stack.Stack.of(("nationl",))


def test_the_policy_of_a_day_is_compiled_once_between_two_changes(install: Install):
    install(
        "dated",
        """
        from datetime import date
        REG = Regulation("dated", "办法", "1号", date(2026, 1, 1))
        REG["第一条"].sets(keys.rating_window, days(7)).sets(keys.rating_window, days(9), since=date(2026, 3, 10))

        @hookimpl
        def rules():
            return REG.rules
        """,
    )
    here = Somewhere(("dated",))
    first, next_day, later = (stack.policy(here, ON + timedelta(days=each)) for each in (0, 1, 8))

    assert first.whys is next_day.whys
    assert (first.on, next_day.on) == (ON, ON + timedelta(days=1))
    assert [str(each.window("closed")) for each in (first, next_day, later)] == ["7d", "7d", "9d"]
    assert stack.policy(here, date(2025, 12, 31)).window("closed") is None


def test_a_changed_tenant_is_never_served_the_policy_of_another():
    plain = Somewhere(())
    changed = Somewhere((), overrides=(Override("agent_lock", True, "本市规定"),))

    assert stack.policy(plain, ON)[keys.agent_lock] is None
    assert stack.policy(changed, ON)[keys.agent_lock] is True
    assert stack.policy(plain, ON)[keys.agent_lock] is None


def test_a_demo_tenant_answers_as_the_plugins_demo_does_where_it_has_not_answered_itself():
    shown = Somewhere((), demo=True)
    answered = Somewhere((), demo=True, answers={"Q18": True})
    silent = Somewhere(())

    assert stack.policy(shown, ON)[keys.rest_day_moves] is False
    assert stack.policy(answered, ON)[keys.rest_day_moves] is True
    assert stack.policy(silent, ON)[keys.rest_day_moves] is None


def test_the_national_layer_stands_below_every_stack_and_only_once():
    assert stack.Stack.of(("national",)).names == stack.Stack.of(()).names == ("national",)
