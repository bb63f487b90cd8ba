"""One installation for all faults of a run; each fault has a place and a history of its own."""

import sys
from collections.abc import Callable, Iterator

import pytest

from tests.faults.house import House, whole_house

ASKED_FOR = "faults"
Say = Callable[[str], None]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """They take minutes, so they run when they are asked for by name (``make faults``)."""
    if ASKED_FOR not in str(config.getoption("markexpr")):
        for item in items:
            if item.get_closest_marker(ASKED_FOR):
                item.add_marker(pytest.mark.skip(reason="make faults"))


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with whole_house(tmp_path_factory.mktemp("faults"), webs=2, workers=2) as found:
        yield found


@pytest.fixture
def say(capfd: pytest.CaptureFixture[str]) -> Say:
    """Prints a figure past pytest's capture, since the figure is what the run is for."""

    def say(told: str) -> None:
        with capfd.disabled():
            sys.stdout.write(f"\n  {told}\n")

    return say
