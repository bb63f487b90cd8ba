"""Every example that an installed regulation brings holds against the real core."""

from pathlib import Path

import pytest

from core.embedded.servers import Servers
from core.scenarios.catalogue import installed, scenario_folders
from core.scenarios.report import files
from core.scenarios.runner import run_file

CATALOGUE = installed()
FILES = files(scenario_folders())


def name(file: Path) -> str:
    return f"{file.parents[1].name}/{file.stem}"


@pytest.mark.parametrize("file", FILES, ids=name)
async def test_the_example_holds(pool: Servers, file: Path):
    result = await run_file(file, CATALOGUE)

    assert result.ok, result.chinese


def test_each_regulation_brings_examples():
    assert {folder.parent.name for folder in scenario_folders()} >= CATALOGUE.plugins
