"""A city from outside is installed as anybody would install it, and found as ours are."""

import sys
from collections.abc import Generator
from importlib import import_module
from pathlib import Path
from subprocess import run
from types import ModuleType

import pytest

from core import stack

SOURCE = Path(__file__).parent / "hangzhou"


@pytest.fixture(scope="module")
def hangzhou(tmp_path_factory: pytest.TempPathFactory) -> Generator[ModuleType]:
    """One folder with an entry point; nothing of ours knows its name."""
    target = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    run([*pip, "--target", str(target), str(SOURCE)], check=True)
    sys.path.insert(0, str(target))
    stack.forget()
    yield import_module("hangzhou")
    sys.path.remove(str(target))
    # Whoever runs after it in this process knows our five alone.
    for name in [each for each in sys.modules if each.partition(".")[0] == "hangzhou"]:
        del sys.modules[name]
    stack.forget()
