"""Which tests say that they prove a rule."""

from pathlib import Path

from core.scenarios.marks import covered_by_tests

TEST = '''
import pytest
from marks import covers

@covers("HB-1", "HB-2")
def test_one(): ...

class TestMany:
    @pytest.mark.slow
    @pytest.mark.covers("HB-2")
    async def test_two(self): ...

def test_three():
    """covers("HB-9") in a text is no mark."""
'''


def test_both_spellings_of_the_mark_are_found_and_nothing_else(tmp_path: Path):
    folder = tmp_path / "tests" / "deep"
    folder.mkdir(parents=True)
    (folder / "test_marked.py").write_text(TEST, encoding="utf-8")
    (folder / "factory.py").write_text(TEST, encoding="utf-8")

    found = covered_by_tests(tmp_path / "tests")

    one, two = "tests/deep/test_marked.py::test_one", "tests/deep/test_marked.py::test_two"
    assert found == {"HB-1": (one,), "HB-2": (one, two)}
